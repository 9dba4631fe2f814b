"""Copies of article pages: what is the theme's and the site's goes, what is the article's is understood."""

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.importers import copies
from feeds.importers.copies.dates import date_of
from feeds.importers.copies.shape import understand
from feeds.importers.copies.site import is_site, others
from feeds.importers.source import Source
from feeds.model import Record, Rejection
from feeds.sections import name_key

PARAGRAPH = "قالت البلدية في بيان إن الأعمال تبدأ في الشهر المقبل، وتنتهي قبل الصيف."


def page(number: int, section: str = "اقتصاد") -> str:
    return f"""صحيفة الساحل
{section}
خبر جديد من الميناء رقم {number} في الصباح
افتتح الميناء رصيفاً جديداً طوله {number} متراً، كما تقول البلدية.
تابعوا الساحل في كل مكان
ماذا بعد الرصيف {number}؟
وعن الرصيف {number} {PARAGRAPH}
اترك تعليقاً
"""


def test_a_line_of_the_site_is_known_from_three_pages_on() -> None:
    pages = [page(number).encode() for number in range(3)]
    assert name_key("صحيفة الساحل") in copies.repeated(pages)
    assert copies.repeated(pages[:2]) == frozenset()


@pytest.mark.parametrize(
    "line",
    [
        "اترك تعليقًا", "اترك رداً", "12", "لن يتم نشر عنوان بريدك الإلكتروني.", "الحقول الإلزامية مشار إليها بـ *",
        "الاسم *",
        "Save my name, email, and website in this browser", "زر الذهاب إلى الأعلى", "شاركها", "فيسبوك تويتر X", "•••",
        "0 14 دقيقة واحدة", "أقل من دقيقة", "3 دقائق",
        "Jannah Theme License is not validated, Go to the theme options page",
    ],
)  # fmt: skip
def test_lines_of_themes_are_known(line: str) -> None:
    assert is_site(name_key(line))


@pytest.mark.parametrize(
    "line", ["شارك الوزير في القمة", "اترك أثراً طيباً", "فيسبوك تغلق مكاتبها", PARAGRAPH, "15% من السكان"]
)
def test_lines_of_articles_are_no_lines_of_themes(line: str) -> None:
    assert not is_site(name_key(line))
    assert others(name_key(line)) == (False, 0)


def test_a_section_that_is_called_like_a_line_of_themes_is_a_section() -> None:
    found = understand(["تعليق", "عنوان المقال الطويل هنا", PARAGRAPH], site=(), sections={name_key("تعليق")})
    assert not isinstance(found, str) and found.section == "تعليق"


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("22 نوفمبر 2026", "2026-11-22T00:00:00"),
        ("٢٢ تشرين الثاني، ٢٠٢٦", "2026-11-22T00:00:00"),
        ("الأحد، 22 نوفمبر 2026 - 12:05 ص", "2026-11-22T00:05:00"),
        ("آخر تحديث: 1 أيار 2026 12:05 مساءً", "2026-05-01T12:05:00"),
        ("نشر في 3 كانون الأول / ديسمبر 2026", "2026-12-03T00:00:00"),
        ("2026-11-22 18:30", "2026-11-22T18:30:00"),
        ("22/11/2026م", "2026-11-22T00:00:00"),
        ("31/02/2026", ""),
        ("22 نوفمبر 2026 افتتح الميناء", ""),
        ("نوفمبر", ""),
        ("", ""),
    ],
)
def test_a_date_in_a_line_of_its_own_is_read(line: str, date: str) -> None:
    assert date_of(line) == date


LINES = st.sampled_from(
    [
        "اقتصاد", "الرئيسية / اقتصاد", "افتتاح سوق جديد في الميناء القديم", PARAGRAPH, "اقرأ أيضا", "مقالات ذات صلة",
        "- بند", "1. بند", "اترك تعليقاً", "22 نوفمبر 2026", "بواسطة منى", "An English line", "x" * 300, "؟", "<b>&amp;",
    ]
)  # fmt: skip


@given(st.lists(LINES | st.text(max_size=60), max_size=25), st.sets(LINES.map(name_key)), st.sets(LINES.map(name_key)))
@settings(max_examples=400, deadline=None)
def test_whatever_the_lines_are_they_are_an_article_or_none(lines: list[str], site: set[str], known: set[str]) -> None:
    raw = "\n".join(lines).encode("utf-8", "surrogatepass")
    (found,) = copies.records(Source.of("in", io.BytesIO(raw)), site=site, sections=known)
    if isinstance(found, Rejection):
        assert "; give the copy of a whole page" in str(found)
    else:
        assert isinstance(found, Record) and found.item["title"] and found.understood
        assert "<script" not in json.dumps(found.item) or any("<script" in line for line in lines)


@given(st.binary(max_size=400))
@settings(deadline=None)
def test_any_bytes_are_an_article_or_none(raw: bytes) -> None:
    assert len(list(copies.records(Source.of("in", io.BytesIO(raw)), site=(), sections=()))) == 1


@pytest.mark.parametrize("line", ["- ", "/ " * 10, "ـ" * 1000, "ا" * 50_000, "1" * 5000, "نشر في " * 1000])
def test_no_line_takes_long(line: str) -> None:
    raw = f"عنوان المقال\n{line * 40}\n{PARAGRAPH}".encode()
    assert len(list(copies.records(Source.of("in", io.BytesIO(raw)), site=(), sections=()))) == 1
