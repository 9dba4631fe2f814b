"""Dates and digits on pages: RTL.md R10."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from feeds.locales import Digits, moment, with_digits

TRIPOLI = ZoneInfo("Africa/Tripoli")
NOON = datetime(2026, 11, 23, 12, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("locale", "digits", "expected"),
    [
        ("ar", "latn", "23 نوفمبر 2026، 14:05"),
        ("ar-SY", "latn", "23 تشرين الثاني 2026، 14:05"),
        ("ar-MA", "latn", "23 نونبر 2026، 14:05"),
        ("ar-LY", "latn", "23 نوفمبر 2026، 14:05"),
        ("ar-EG", "latn", "23 نوفمبر 2026، 14:05"),
        ("ar", "arab", "٢٣ نوفمبر ٢٠٢٦، ١٤:٠٥"),
        ("ar-SY", "arab", "٢٣ تشرين الثاني ٢٠٢٦، ١٤:٠٥"),
        ("ar-MA", "arab", "٢٣ نونبر ٢٠٢٦، ١٤:٠٥"),
        ("en", "latn", "23 November 2026, 14:05"),
        ("en", "arab", "٢٣ November ٢٠٢٦, ١٤:٠٥"),
    ],
)
def test_a_date_reads_as_the_readers_country_writes_it(locale: str, digits: Digits, expected: str) -> None:
    assert moment(NOON, zone=TRIPOLI, locale=locale, digits=digits) == expected


def test_whatever_the_offset_of_the_source_the_date_is_the_newsrooms() -> None:
    there = NOON.astimezone(timezone(timedelta(hours=-11)))
    assert moment(there, zone=TRIPOLI, locale="ar", digits="latn") == "23 نوفمبر 2026، 14:05"


@pytest.mark.parametrize(("latn", "arab"), [("-2.5%", "-٢٫٥%"), ("1,000.5", "١٬٠٠٠٫٥"), ("خبر", "خبر")])
def test_digits_change_and_nothing_else(latn: str, arab: str) -> None:
    """Babel's own numbering systems break negative numbers."""
    assert (with_digits(latn, "arab"), with_digits(arab, "latn")) == (arab, latn)
    assert (with_digits(latn, "latn"), with_digits(arab, "arab")) == (latn, arab)
