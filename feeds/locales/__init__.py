"""Dates and numbers on pages, as the readers' country writes them (CLDR, by Babel)."""

from datetime import datetime, tzinfo
from typing import Literal

from babel import Locale
from babel.dates import format_datetime
from babel.numbers import format_decimal

Digits = Literal["latn", "arab"]

# Babel's own numbering systems break negative numbers, so digits are put in afterwards (RTL.md R10).
_ARAB = str.maketrans("0123456789.,", "٠١٢٣٤٥٦٧٨٩٫٬")
_LATN = str.maketrans("٠١٢٣٤٥٦٧٨٩٫٬", "0123456789.,")


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


def _spoken(locale: str) -> Locale:
    return Locale.parse(locale, sep="-")
