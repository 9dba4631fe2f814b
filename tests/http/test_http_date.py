"""Dates as HTTP writes them, and as it lets others write them."""

from datetime import UTC, datetime

import pytest
import werkzeug.http
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.conditional import http_date, is_lasting, parse_http_date

EXAMPLE = 784_111_777  # RFC 9110 §5.6.7: Sun, 06 Nov 1994 08:49:37 GMT
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# The machine is shared: a slow example is no fault.
unhurried = settings(deadline=None)


def at(year: int, month: int = 1, day: int = 1, hour: int = 0, minute: int = 0, second: int = 0) -> int:
    return int(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp())


def forms(moment: datetime) -> tuple[str, str, str]:
    day, month, clock = DAYS[moment.weekday()], MONTHS[moment.month - 1], f"{moment:%H:%M:%S}"
    return (
        f"{day[:3]}, {moment.day:02} {month} {moment.year:04} {clock} GMT",
        f"{day}, {moment.day:02}-{month}-{moment.year % 100:02} {clock} GMT",
        f"{day[:3]} {month} {moment.day:2} {clock} {moment.year:04}",
    )


NOW = at(2026, 9, 21, 12)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (EXAMPLE, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
        (at(2026, 8, 7), "Fri, 07 Aug 2026 00:00:00 GMT"),
        (at(9999, 12, 31, 23, 59, 59), "Fri, 31 Dec 9999 23:59:59 GMT"),
    ],
)
def test_a_date_is_written_as_imf_fixdate(seconds: int, text: str) -> None:
    """English names, two-digit days, GMT."""
    assert http_date(seconds) == text


@pytest.mark.parametrize(
    "text",
    [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "Sun Nov 06 08:49:37 1994",
        " \tSun, 06 Nov 1994 08:49:37 GMT ",
        # The day of the week is not compared with the date.
        "Mon, 06 Nov 1994 08:49:37 GMT",
    ],
)
def test_any_of_the_three_forms_is_read(text: str) -> None:
    """RFC 9110's own example, in each of its forms."""
    assert parse_http_date(text, NOW) == EXAMPLE


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "GMT", "784111777", "1994-11-06T08:49:37Z", "06 Nov 1994 08:49:37 GMT"),
        # Near misses of IMF-fixdate.
        *("Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT", "Sun, 06 Nov 1994 8:49:37 GMT"),
        *("Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 08:49:37 +0000"),
        *(
            "Sun, 06 Nov 1994 09:49:37 +0100",
            "sun, 06 nov 1994 08:49:37 gmt",
            "Sun,  06 Nov 1994 08:49:37 GMT",
        ),
        *(
            "Sunday, 06 Nov 1994 08:49:37 GMT",
            "Sun 06 Nov 1994 08:49:37 GMT",
            "Son, 06 Nov 1994 08:49:37 GMT",
        ),
        *(
            "Sun, 06 November 1994 08:49:37 GMT",
            "Sun, 06-Nov-1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49 GMT",
        ),
        *("Sun, 06 Nov 1994 08:49:37 GMT; length=42", "Sun, 06 Nov 1994 08:49:37 GMT\n", "\x00"),
        "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT",
        # Near misses of the other two.
        *("Sun, 06-Nov-94 08:49:37 GMT", "Sunday, 06 Nov 94 08:49:37 GMT", "Sunday, 6-Nov-94 08:49:37 GMT"),
        *("Sun Nov 6 08:49:37 1994", "Sun Nov  6 08:49:37 1994 GMT", "Sun Nov  6 08:49:37 94"),
        # No such day, no such time.
        *("Thu, 31 Feb 1994 08:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT", "Mon, 29 Feb 2100 08:49:37 GMT"),
        *("Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:00 GMT", "Sun, 06 Nov 1994 08:49:60 GMT"),
        *("Sun, 06 Nov 1994 23:59:61 GMT", "Sun, 06 Nov 0000 08:49:37 GMT", "Wed Feb 30 08:49:37 1994"),
        # Arabic digits and month names are digits and names elsewhere.
        *("Sun, ٠٦ Nov ١٩٩٤ 08:49:37 GMT", "الأحد, 06 Nov 1994 08:49:37 GMT"),
    ],
)
def test_everything_else_is_no_date(text: str) -> None:
    """Garbage is no date, never an error."""
    assert parse_http_date(text, NOW) is None


@pytest.mark.parametrize("text", ["Sat, 31 Dec 2016 23:59:60 GMT", "Saturday, 31-Dec-16 23:59:60 GMT"])
def test_a_leap_second_is_the_next_days_first(text: str) -> None:
    """23:59:60 is a time (RFC 9110 §5.6.7), for which Unix has no number of its own."""
    assert parse_http_date(text, NOW) == at(2017)


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("Sunday, 06-Nov-94 08:49:37 GMT", 1994),
        ("Monday, 21-Sep-26 12:00:00 GMT", 2026),
        ("Friday, 01-Jan-27 00:00:00 GMT", 2027),
        ("Saturday, 01-Jan-00 00:00:00 GMT", 2000),
        ("Friday, 31-Dec-99 23:59:59 GMT", 1999),
        ("Monday, 21-Sep-76 12:00:00 GMT", 2076),
        ("Tuesday, 21-Sep-76 12:00:01 GMT", 1976),
        ("Saturday, 01-Jan-77 00:00:00 GMT", 1977),
    ],
)
def test_a_two_digit_year_is_at_most_fifty_years_ahead(text: str, year: int) -> None:
    """What would be more than 50 years in the future, to the second, is in the past."""
    seconds = parse_http_date(text, NOW)
    assert seconds is not None
    assert datetime.fromtimestamp(seconds, UTC).year == year


def test_a_two_digit_year_is_read_across_a_century() -> None:
    """The century is that of the date, not of the clock."""
    for text, now, year in (
        ("Saturday, 01-Jan-05 00:00:00 GMT", at(1999, 12, 31), 2005),
        ("Friday, 31-Dec-99 00:00:00 GMT", at(2100), 2099),
        ("Tuesday, 29-Feb-00 00:00:00 GMT", at(2026), 2000),
    ):
        seconds = parse_http_date(text, now)
        assert seconds is not None
        assert datetime.fromtimestamp(seconds, UTC).year == year


# Up to the end of what a `datetime` holds.
any_second = st.integers(at(1), at(9999, 12, 31, 23, 59, 59))


@unhurried
@given(any_second, st.integers(0, at(2200)))
def test_what_is_written_is_read_again(seconds: int, now: int) -> None:
    """A date survives being sent and sent back, whatever the clock says."""
    assert parse_http_date(http_date(seconds), now) == seconds


@unhurried
@given(st.integers(0, at(2200)), st.integers(-49 * 365 * 86400, 49 * 365 * 86400))
def test_rfc_850_dates_are_read_within_fifty_years(now: int, distance: int) -> None:
    """Within 49 years of now either way two digits are enough."""
    moment = datetime.fromtimestamp(now + distance, UTC)
    assert parse_http_date(forms(moment)[1], now) == now + distance


@unhurried
@given(st.text() | st.text(alphabet="SunNov, -:0123456789GMT"))
def test_no_value_is_an_error(text: str) -> None:
    """Whatever a header holds, it is a time or none."""
    assert parse_http_date(text, NOW) is None or text.strip(" \t")


@unhurried
@given(any_second)
def test_dates_are_written_as_werkzeug_writes_them(seconds: int) -> None:
    """IMF-fixdate is one form, and Werkzeug's is the same."""
    assert http_date(seconds) == werkzeug.http.http_date(seconds)


# Werkzeug reads the three forms as we do, through `email.utils`. It differs, and the tests keep off, where
# - a year has two digits: it pivots on 1969 (POSIX), we 50 years from now (RFC 9110 §5.6.7); both agree from
#   1977 to 2068; it does so for a four-digit year below 100 too;
# - there is a leap second: it has none;
# - the value is none of the three forms: it takes any date a mail may have, and "date, date".
known = st.integers(at(1977), at(2069) - 1)


@unhurried
@given(known)
def test_dates_are_read_as_werkzeug_reads_them(seconds: int) -> None:
    """All three forms of one second are that second, here and there."""
    moment = datetime.fromtimestamp(seconds, UTC)
    for text in forms(moment):
        assert werkzeug.http.parse_date(text) == moment
        assert parse_http_date(text, NOW) == seconds


@unhurried
@given(known, st.integers(0, 2), st.integers(0, 23), st.characters() | st.sampled_from("0123456789 :-,"))
def test_no_date_is_read_that_werkzeug_does_not_read(seconds: int, form: int, place: int, other: str) -> None:
    """A date with one character changed is a date to us only if it is one there."""
    text = forms(datetime.fromtimestamp(seconds, UTC))[form]
    text = text[:place] + other + text[place + 1 :]
    if parse_http_date(text, NOW) is not None and ":60" not in text:
        assert werkzeug.http.parse_date(text) is not None


@pytest.mark.parametrize(
    ("value", "lasting"),
    [
        ("Sun, 06 Nov 1994 08:49:37 GMT", True),
        ("Sun Nov  6 08:49:37 1994", True),
        # What its year is depends on the clock's.
        ("Sunday, 06-Nov-94 08:49:37 GMT", False),
        # It is ignored until it is past.
        ("Sun, 06 Nov 2094 08:49:37 GMT", False),
        ("nonsense", True),
        ("", True),
        ("Sun, 30 Feb 2020 08:49:37 GMT", True),
    ],
)
def test_what_a_date_says_lasts_or_not(value: str, lasting: bool) -> None:
    """However far the clock goes on."""
    assert is_lasting(value, 1_700_000_000) == lasting
