"""Dates and numbers on pages, as the readers' country writes them (CLDR, by Babel)."""

from datetime import datetime, timedelta, tzinfo
from typing import Literal

from babel import Locale
from babel.dates import format_datetime, format_timedelta
from babel.numbers import format_decimal

Digits = Literal["latn", "arab"]

# Babel's own numbering systems break negative numbers, so digits are put in afterwards (RTL.md R10).
_ARAB = str.maketrans("0123456789.,", "٠١٢٣٤٥٦٧٨٩٫٬")
_LATN = str.maketrans("٠١٢٣٤٥٦٧٨٩٫٬", "0123456789.,")

_NOW = {"ar": "الآن", "en": "now"}
# Older than this, a time says more than an age.
_RECENT = timedelta(days=7)


def with_digits(text: str, digits: Digits) -> str:
    """Text of ours with the digits that the newsroom uses."""
    return text.translate(_ARAB if digits == "arab" else _LATN)


def number(value: float, *, locale: str, digits: Digits) -> str:
    """A number with its separators, such as 1,234.5; in a plain text, a negative one wants its mark (R9)."""
    # Libya and Morocco write 1.234,5 with Latin digits alone: ١٬٢٣٤٫٥ is the same everywhere.
    spoken = Locale("en") if digits == "arab" else _spoken(locale)
    return with_digits(format_decimal(value, locale=spoken), digits)


def day(when: datetime, *, zone: tzinfo, locale: str, digits: Digits) -> str:
    """A date, such as 23 نوفمبر 2026."""
    return with_digits(format_datetime(when.astimezone(zone), "d MMMM y", locale=_spoken(locale)), digits)


def moment(when: datetime, *, zone: tzinfo, locale: str, digits: Digits) -> str:
    """A date with its time, such as 23 نوفمبر 2026، 14:30."""
    comma = "، " if _spoken(locale).text_direction == "rtl" else ", "
    time = format_datetime(when.astimezone(zone), "HH:mm", locale=_spoken(locale))
    # Joined afterwards: a comma between words is none in a number.
    return comma.join((day(when, zone=zone, locale=locale, digits=digits), with_digits(time, digits)))


def relative(when: datetime, now: datetime, *, zone: tzinfo, locale: str, digits: Digits) -> str:
    """How long ago that was, such as قبل 5 دقائق, in whole units that have passed; after a week, or ahead of
    `now` by a minute and more, the moment itself.

    For what is written anew each time; the bytes of feeds and pages don't depend on the clock.
    """
    age = now - when
    minutes, hours = age // timedelta(minutes=1), age // timedelta(hours=1)
    if -timedelta(minutes=1) < age < timedelta(minutes=1) and (word := _NOW.get(_spoken(locale).language)):
        return word
    if not timedelta(minutes=1) <= age < _RECENT:
        return moment(when, zone=zone, locale=locale, digits=digits)
    # Babel rounds, and 90 minutes are no two hours yet.
    whole = timedelta(days=age.days) if age.days else timedelta(hours=hours) if hours else timedelta(minutes=minutes)
    return with_digits(format_timedelta(-whole, add_direction=True, threshold=1, locale=_spoken(locale)), digits)


def _spoken(locale: str) -> Locale:
    return Locale.parse(locale, sep="-")
