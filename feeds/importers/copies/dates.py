"""Dates as Arabic pages write them."""

import re
from datetime import datetime

from feeds.text.fold import fold

# Egypt and the Gulf; the Levant and Iraq; the Maghreb; Libya until 2011.
_MONTHS = (
    "يناير كانون-الثاني جانفي أي-النار",
    "فبراير شباط فيفري النوار",
    "مارس آذار الربيع",
    "أبريل نيسان أفريل الطير",
    "مايو أيار ماي الماء",
    "يونيو حزيران جوان الصيف",
    "يوليو تموز جويلية ناصر",
    "أغسطس آب أوت هانيبال غشت",
    "سبتمبر أيلول شتنبر الفاتح",
    "أكتوبر تشرين-الأول التمور",
    "نوفمبر تشرين-الثاني نونبر الحرث",
    "ديسمبر كانون-الأول دجنبر الكانون",
)
_NUMBERS = {
    fold(name.replace("-", " ")): number for number, names in enumerate(_MONTHS, start=1) for name in names.split()
}
_NAMES = "|".join(sorted(map(re.escape, _NUMBERS), key=len, reverse=True))
_DAYS = "|".join(
    fold(day) for day in ("السبت", "الأحد", "الاثنين", "الإثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة")
)
_SAID = "|".join(
    fold(word) for word in ("آخر تحديث", "نشر في", "نشرت في", "تاريخ النشر", "نشر", "تم النشر", "تم التحديث")
)
_TIME = r"(?:[\s,،\-–|]+(?:الساعه\s+)?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?:\s*(?P<half>صباحا|مسا|ص|م|am|pm))?)?"
_LINE = re.compile(
    rf"(?:(?:{_SAID})\s*:?\s*)?(?:(?:{_DAYS})\s*[,،]?\s*)?"
    rf"(?:(?P<day>\d{{1,2}})\s+(?P<month>{_NAMES})(?:\s*/\s*(?:{_NAMES}))?\s*[,،]?\s*(?P<year>\d{{4}})"
    rf"|(?P<year_2>\d{{4}})[-/](?P<month_2>\d{{1,2}})[-/](?P<day_2>\d{{1,2}})"
    rf"|(?P<day_3>\d{{1,2}})[-/.](?P<month_3>\d{{1,2}})[-/.](?P<year_3>\d{{4}}))م?{_TIME}"
)
_LONGEST = 80


def date_of(line: str) -> str:
    """The date that a line says and nothing else, in ISO 8601 without an offset; empty where it says none."""
    found = _LINE.fullmatch(fold(line).strip()) if len(line) <= _LONGEST else None
    if found is None:
        return ""
    year = found["year"] or found["year_2"] or found["year_3"]
    day = found["day"] or found["day_2"] or found["day_3"]
    month = _NUMBERS[found["month"]] if found["month"] else int(found["month_2"] or found["month_3"])
    hour, minute = int(found["hour"] or 0), int(found["minute"] or 0)
    if found["half"] and hour <= 12:
        hour = hour % 12 + (12 if found["half"][0] in "مp" else 0)
    try:
        return datetime(int(year), month, int(day), hour, minute).isoformat()  # noqa: DTZ001 — the site's zone is given later
    except ValueError:
        return ""
