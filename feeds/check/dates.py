"""Dates of feeds: RFC 822 in RSS, RFC 3339 in Atom and JSON Feed, W3C's in Dublin Core.

No clock is read: whether a date lies in the future is not asked.
"""

import calendar
import re
from datetime import datetime, timedelta, timezone

from feeds.check.fields import Fault

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_RFC822 = re.compile(
    rf"(?:(?P<name>{'|'.join(_DAYS)}), +)?(?P<day>[0-9]{{1,2}}) +(?P<month>{'|'.join(_MONTHS)}) +"
    r"(?P<year>[0-9]{4}|[0-9]{2}) +(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))? +"
    r"(?:(?P<sign>[+-])(?P<zone_hour>[0-9]{2})(?P<zone_minute>[0-9]{2})|(?P<zone>[a-z]{1,3}))",
    re.ASCII | re.IGNORECASE,
)
_RFC3339 = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})T"
    r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})(?:\.[0-9]+)?"
    r"(?:Z|(?P<sign>[+-])(?P<zone_hour>[0-9]{2}):(?P<zone_minute>[0-9]{2}))",
    re.ASCII | re.IGNORECASE,
)
_NO_OFFSET = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?", re.ASCII | re.IGNORECASE)
_W3C = re.compile(
    r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9:]{5}))?)?)?"
)
# RFC 822 §5.1, in hours. A military letter says nothing: RFC 822 turned them round (RFC 5322 §4.3).
_ZONES = {
    "gmt": 0,
    "ut": 0,
    "utc": 0,
    "z": 0,
    "est": -5,
    "edt": -4,
    "cst": -6,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
}
_ZONES |= {"pst": -8, "pdt": -7} | dict.fromkeys("abcdefghiklmnopqrstuvwxy", 0)
# Before this a date is the zero of somebody's clock rather than a day.
_FIRST_YEAR = 1971

_RIGHT_822 = "a date such as Mon, 23 Nov 2026 09:30:00 +0200"
_RIGHT_3339 = "a date such as 2026-11-23T09:30:00+02:00"


def rfc822(value: str) -> Fault | None:
    """A date of RSS, with a numeric zone or GMT."""
    match = _RFC822.fullmatch(value)
    if not match:
        return Fault("is not an RFC 822 date", _RIGHT_822, "RFC 822 §5.1")
    if (moment := rfc822_moment(value)) is None:
        return Fault("names a day, a time or a zone that does not exist", _RIGHT_822, "RFC 822 §5.1")
    if match["name"] and match["name"].lower() != _DAYS[moment.weekday()]:
        right = f"{calendar.day_abbr[moment.weekday()]}, which that day is"
        return Fault("names the wrong day of the week", right, "RFC 822 §5.2")
    if len(match["year"]) == 2:
        return Fault("has a year of two digits", _RIGHT_822, "RSS Profile, data-types-datetime", "warning")
    if match["zone"] and match["zone"].upper() != "GMT":
        right = "a numeric zone, such as +0200, or GMT"
        return Fault("has a zone that readers mistake", right, "RSS Profile, data-types-datetime", "warning")
    return _implausible(moment)


def rfc822_moment(value: str) -> datetime | None:
    """The moment that an RFC 822 date names; nothing where it names none."""
    match = _RFC822.fullmatch(value)
    if not match:
        return None
    year = int(match["year"])
    if len(match["year"]) == 2:
        year += 2000 if year < 50 else 1900  # RFC 5322 §4.3
    zone = (match["zone"] or "gmt").lower()
    if zone not in _ZONES:
        return None
    return _moment(match, year, _MONTHS.index(match["month"].lower()) + 1, timedelta(hours=_ZONES[zone]))


def rfc3339(value: str) -> Fault | None:
    """A date of Atom: RFC 3339 with a capital T and Z, and an offset."""
    if _NO_OFFSET.fullmatch(value):
        return Fault("has no offset", _RIGHT_3339, "RFC 3339 §5.6")
    if not _RFC3339.fullmatch(value):
        return Fault("is not an RFC 3339 date", _RIGHT_3339, "RFC 3339 §5.6")
    if (moment := rfc3339_moment(value)) is None:
        return Fault("names a day, a time or an offset that does not exist", _RIGHT_3339, "RFC 3339 §5.7")
    if value != value.upper():
        return Fault("has a small t or z", _RIGHT_3339, "RFC 4287 §3.3; RFC 3339 §5.6")
    return _implausible(moment)


def rfc3339_moment(value: str) -> datetime | None:
    """The moment that an RFC 3339 date names; nothing where it names none."""
    match = _RFC3339.fullmatch(value)
    return _moment(match, int(match["year"]), int(match["month"]), timedelta()) if match else None


def w3c(value: str) -> Fault | None:
    """A date of Dublin Core: a year, a month, a day, or a full RFC 3339 date."""
    if _W3C.fullmatch(value) and rfc3339_moment(_completed(value)):
        return None
    return Fault("is not a W3C date", _RIGHT_3339, "W3C Date and Time Formats")


def _completed(value: str) -> str:
    if len(value) <= 10:
        return value + "0000-01-01T00:00:00Z"[len(value) :]
    return value if value[16] == ":" else f"{value[:16]}:00{value[16:]}"


def _moment(match: re.Match[str], year: int, month: int, zone: timedelta) -> datetime | None:
    if match["sign"]:
        minutes = int(match["zone_hour"]) * 60 + int(match["zone_minute"])
        if int(match["zone_hour"]) > 23 or int(match["zone_minute"]) > 59:
            return None
        zone = timedelta(minutes=-minutes if match["sign"] == "-" else minutes)
    second = int(match["second"] or 0)
    if second == 60:  # a leap second is one (RFC 3339 §5.7); datetime has none
        second = 59
    try:
        hour, minute, day = int(match["hour"]), int(match["minute"]), int(match["day"])
        return datetime(year, month, day, hour, minute, second, tzinfo=timezone(zone))
    except ValueError:
        return None


def _implausible(moment: datetime) -> Fault | None:
    if moment.year >= _FIRST_YEAR:
        return None
    right = "the time of publication; no date is better than a clock's zero"
    return Fault("is not plausible", right, "W3C feed validator, ImplausibleDate", "warning")
