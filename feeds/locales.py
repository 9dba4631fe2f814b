"""Dates and digits on pages, as the readers' country writes them (CLDR, by Babel)."""

from datetime import datetime, tzinfo
from typing import Literal

from babel import Locale
from babel.dates import format_datetime

Digits = Literal["latn", "arab"]

# Babel's own numbering systems break negative numbers, so digits are put in afterwards (RTL.md R10).
_ARAB = str.maketrans("0123456789.,", "٠١٢٣٤٥٦٧٨٩٫٬")
_LATN = str.maketrans("٠١٢٣٤٥٦٧٨٩٫٬", "0123456789.,")


def with_digits(text: str, digits: Digits) -> str:
    """Text of ours with the digits that the newsroom uses."""
    return text.translate(_ARAB if digits == "arab" else _LATN)


def moment(when: datetime, *, zone: tzinfo, locale: str, digits: Digits) -> str:
    """A date with its time, such as 23 نوفمبر 2026، 14:30."""
    spoken = Locale.parse(locale, sep="-")
    local = when.astimezone(zone)
    comma = "، " if spoken.text_direction == "rtl" else ", "
    parts = (format_datetime(local, pattern, locale=spoken) for pattern in ("d MMMM y", "HH:mm"))
    # Joined afterwards: a comma between words is none in a number.
    return comma.join(with_digits(part, digits) for part in parts)
