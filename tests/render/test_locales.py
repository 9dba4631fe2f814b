"""Dates and digits on pages: RTL.md R10."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.locales import Digits, day, moment, number, with_digits

TRIPOLI = ZoneInfo("Africa/Tripoli")
NOON = datetime(2026, 11, 23, 12, 5, tzinfo=UTC)
LOCALES = ["ar", "ar-LY", "ar-MA", "ar-SY", "ar-EG", "en", "fa", "he", "fr"]


@pytest.mark.parametrize(
    ("locale", "digits", "expected"),
    [
        ("ar", "latn", "23 نوفمبر 2026"),
        ("ar-SY", "latn", "23 تشرين الثاني 2026"),
        ("ar-IQ", "latn", "23 تشرين الثاني 2026"),
        ("ar-MA", "latn", "23 نونبر 2026"),
        ("ar-TN", "latn", "23 نوفمبر 2026"),
        ("ar-LY", "latn", "23 نوفمبر 2026"),
        ("ar-EG", "latn", "23 نوفمبر 2026"),
        ("ar", "arab", "٢٣ نوفمبر ٢٠٢٦"),
        ("ar-SY", "arab", "٢٣ تشرين الثاني ٢٠٢٦"),
        ("ar-MA", "arab", "٢٣ نونبر ٢٠٢٦"),
        ("en", "latn", "23 November 2026"),
        ("en", "arab", "٢٣ November ٢٠٢٦"),
    ],
)
def test_a_date_reads_as_the_readers_country_writes_it(locale: str, digits: Digits, expected: str) -> None:
    comma, time = "," if locale == "en" else "،", with_digits("14:05", digits)
    assert day(NOON, zone=TRIPOLI, locale=locale, digits=digits) == expected
    assert moment(NOON, zone=TRIPOLI, locale=locale, digits=digits) == f"{expected}{comma} {time}"


def test_whatever_the_offset_of_the_source_the_date_is_the_newsrooms() -> None:
    there = NOON.astimezone(timezone(timedelta(hours=-11)))
    assert moment(there, zone=TRIPOLI, locale="ar", digits="latn") == "23 نوفمبر 2026، 14:05"
    # An hour before midnight there is the next day here.
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert day(late, zone=TRIPOLI, locale="ar", digits="latn") == "23 نوفمبر 2026"


@pytest.mark.parametrize(
    ("latn", "arab"), [("-2.5%", "-٢٫٥%"), ("1,000.5", "١٬٠٠٠٫٥"), ("14:05", "١٤:٠٥"), ("خبر", "خبر"), ("", "")]
)
def test_digits_change_and_nothing_else(latn: str, arab: str) -> None:
    """Babel's own numbering systems break negative numbers."""
    assert (with_digits(latn, "arab"), with_digits(arab, "latn")) == (arab, latn)
    assert (with_digits(latn, "latn"), with_digits(arab, "arab")) == (latn, arab)


@pytest.mark.parametrize(
    ("value", "locale", "latn", "arab"),
    [
        (0, "ar", "0", "٠"),
        (1234, "ar", "1,234", "١٬٢٣٤"),
        (1234567.5, "ar", "1,234,567.5", "١٬٢٣٤٬٥٦٧٫٥"),
        (-2.5, "ar", "-2.5", "-٢٫٥"),
        (-1234, "ar-EG", "-1,234", "-١٬٢٣٤"),
        (1234567.5, "ar-SY", "1,234,567.5", "١٬٢٣٤٬٥٦٧٫٥"),
        # With Latin digits these two write as French does.
        (1234567.5, "ar-LY", "1.234.567,5", "١٬٢٣٤٬٥٦٧٫٥"),
        (-1234.5, "ar-MA", "-1.234,5", "-١٬٢٣٤٫٥"),
        (1234567.5, "en", "1,234,567.5", "١٬٢٣٤٬٥٦٧٫٥"),
    ],
)
def test_numbers_have_the_separators_of_their_country_and_digits(
    value: float, locale: str, latn: str, arab: str
) -> None:
    """A minus stands before its number, and no mark does: pages have elements for that."""
    assert number(value, locale=locale, digits="latn") == latn
    assert number(value, locale=locale, digits="arab") == arab


@given(
    st.floats(-1e12, 1e12), st.timedeltas(timedelta(days=-40000), timedelta(days=2_000_000)), st.sampled_from(LOCALES)
)
def test_the_digits_are_of_one_kind(value: float, ahead: timedelta, locale: str) -> None:
    """And no text on a page has a direction mark (R1)."""
    others: dict[Digits, str] = {"latn": "٠١٢٣٤٥٦٧٨٩٫٬", "arab": "0123456789"}
    for digits, other in others.items():
        said = [
            number(value, locale=locale, digits=digits),
            moment(NOON + ahead, zone=TRIPOLI, locale=locale, digits=digits),
        ]
        assert not set("".join(said)) & {*other, "\u200e", "\u200f", "\u061c"}
