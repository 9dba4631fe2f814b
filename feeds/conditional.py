"""What a request's conditions and codings ask for, and so what it gets: 200 or 304, and in which coding.

Pure: header values in, as one string each (lines of one name joined with ", ", octets read as Latin-1, `None`
for a header that is absent), a decision out. No header value raises. All times are Unix seconds. The
expressions below never backtrack: 32 KiB of nonsense cost no more than 32 KiB of tags.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Final, Literal

Coding = Literal["br", "gzip", "identity"]

CODINGS: Final[tuple[Coding, ...]] = ("br", "gzip", "identity")
"""All content codings we send, the one we like best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a poller may hold to prove that it has a representation's present state.

    `etags` has one strong entity-tag for each coding that can be sent, quotes included (`"abc-br"`), no two
    alike; identity is always there. `last_modified` is the stored time, be it later than the clock.
    """

    etags: Mapping[Coding, str]
    last_modified: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to answer; `etag` is always that of `coding`.

    For a 200, `coding` is the one to send; for a 304, the one whose tag goes into the head.
    """

    status: Literal[200, 304]
    coding: Coding
    etag: str


def decide(
    *,
    if_none_match: str | None,
    if_modified_since: str | None,
    accept_encoding: str | None,
    validators: Validators,
    now: int,
) -> Decision:
    """The answer to a GET or HEAD of a representation that has these validators."""
    etags = validators.etags
    weights = _weights(accept_encoding)
    chosen = _heaviest(weights, etags)
    if if_none_match is not None:
        # RFC 9110 §13.1.3: If-Modified-Since is ignored when If-None-Match is present.
        matched = _matched(if_none_match, chosen, weights, etags)
        if matched is not None:
            return Decision(status=304, coding=matched, etag=etags[matched])
    elif if_modified_since is not None and _unmodified(if_modified_since, validators.last_modified, now):
        return Decision(status=304, coding=chosen, etag=etags[chosen])
    return Decision(status=200, coding=chosen, etag=etags[chosen])


# Accept-Encoding

_WEIGHTED: Final = re.compile(
    r"""
    (?:\A|,)[ \t]*+
    (br|gzip|x-gzip|identity|\*)
    # RFC 9110 §12.4.2: a weight has at most three decimals. What is written otherwise is no member.
    (?:[ \t]*+;[ \t]*+q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?
    [ \t]*+(?=,|\Z)
    """,
    # RFC 9110 §8.4.1: content codings are case-insensitive; "q=" is so by §12.4.2.
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)

# RFC 9110 §12.5.3: without the header any coding is acceptable. Who doesn't ask gets what everyone can read.
_ANY: Final[Mapping[str, float]] = {"identity": 1.0, "*": 0.5}

# RFC 9110 §12.5.3: identity is acceptable unless excluded. Unasked for, it comes after all that is asked for.
_UNASKED: Final = 0.0001


def acceptable(coding: Coding, accept_encoding: str | None) -> bool:
    """Whether the client takes this coding at all, liked best or not."""
    return _weight(coding, _weights(accept_encoding)) > 0


def _weights(accept_encoding: str | None) -> Mapping[str, float]:
    """The q-value of each of our codings that is named, and of `*`; malformed members are skipped.

    A coding named twice, as `x-gzip` and `gzip` may be, has the higher one.
    """
    if accept_encoding is None:
        return _ANY
    weights: dict[str, float] = {}
    for name, q in _WEIGHTED.findall(accept_encoding):
        coding = name.lower()
        if coding == "x-gzip":  # RFC 9110 §8.4.1.3: equivalent to gzip.
            coding = "gzip"
        weight = float(q) if q else 1.0  # RFC 9110 §12.4.2: without a weight, 1.
        if weight >= weights.get(coding, 0.0):
            weights[coding] = weight
    return weights


def _weight(coding: Coding, weights: Mapping[str, float]) -> float:
    """0 is not acceptable."""
    if coding in weights:
        return weights[coding]
    # RFC 9110 §12.5.3: "*" is every coding not named, identity among them ("*;q=0" excludes it).
    return weights.get("*", _UNASKED if coding == "identity" else 0.0)


def _heaviest(weights: Mapping[str, float], available: Collection[Coding]) -> Coding:
    """The coding with the highest q-value; among equals br, then gzip, then identity.

    Identity, too, where nothing is acceptable: never 406.
    """
    best: Coding = "identity"
    highest = 0.0
    for coding in CODINGS:
        if coding in available and (weight := _weight(coding, weights)) > highest:
            best, highest = coding, weight
    return best


# If-None-Match

# RFC 9110 §8.8.3: opaque = DQUOTE *etagc DQUOTE, where a comma is an etagc, and "W/" is in capitals.
# RFC 9110 §5.6.1.2: empty list members are accepted.
_TAG_LIST: Final = re.compile(r'[ \t,]*+(?:(?:W/)?"[^\x00-\x20"\x7f]*+"[ \t]*+(?:,[ \t,]*+|\Z))*+')
_OPAQUE: Final = re.compile(r'"[^"]*+"')


def _matched(
    if_none_match: str, chosen: Coding, weights: Mapping[str, float], etags: Mapping[Coding, str]
) -> Coding | None:
    """The coding whose tag the client holds: the chosen one if it may be, else another that it accepts."""
    if if_none_match == etags[chosen]:
        return chosen
    # RFC 9110 §13.1.2: "*" is false wherever there is a representation, and here is one.
    if if_none_match.strip(" \t") == "*":
        return chosen
    if _TAG_LIST.fullmatch(if_none_match) is None:
        return None
    # RFC 9110 §13.1.2: weak comparison, that is (§8.8.3.2) of the opaque tags alone, "W/" or not.
    held = _OPAQUE.findall(if_none_match)
    if etags[chosen] in held:
        return chosen
    for coding in CODINGS:
        # A tag of a coding that the client can no longer read proves nothing: it gets a body that it can.
        if coding in etags and etags[coding] in held and _weight(coding, weights) > 0:
            return coding
    return None


# If-Modified-Since

_SHORT_DAY: Final = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_LONG_DAY: Final = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH: Final = f"(?P<month>{'|'.join(_MONTHS)})"
_TIME: Final = "(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})"

# RFC 9110 §5.6.7: IMF-fixdate, RFC 850's form, asctime's; case-sensitive, without further white space. Not by
# `email.utils`: it takes "date, date", too. The day of the week is not compared with the date.
_DATE_FORMS: Final = (
    re.compile(f"{_SHORT_DAY}, (?P<day>[0-9]{{2}}) {_MONTH} (?P<year>[0-9]{{4}}) {_TIME} GMT"),
    re.compile(f"{_LONG_DAY}, (?P<day>[0-9]{{2}})-{_MONTH}-(?P<year>[0-9]{{2}}) {_TIME} GMT"),
    re.compile(f"{_SHORT_DAY} {_MONTH} (?P<day>[0-9 ][0-9]) {_TIME} (?P<year>[0-9]{{4}})"),
)


def http_date(seconds: int) -> str:
    """The time as HTTP writes it (IMF-fixdate), whatever the locale."""
    # RFC 9110 §5.6.7: a sender must write IMF-fixdate.
    return formatdate(seconds, usegmt=True)


def parse_http_date(value: str, now: int) -> int | None:
    """The time in any of the three forms, or `None` for what is no such date; `now` settles two-digit years.

    A date in the future is a date: whoever asks judges that.
    """
    value = value.strip(" \t")
    for form in _DATE_FORMS:
        if (date := form.fullmatch(value)) is not None:
            return _seconds(date, now)
    return None


def is_lasting(if_modified_since: str, now: int) -> bool:
    """Whether what a date says stays the same however far the clock goes: it is no date, or one of the past with
    its whole year."""
    since = parse_http_date(if_modified_since, now)
    return since is None or (since <= now and _DATE_FORMS[1].fullmatch(if_modified_since.strip(" \t")) is None)


def _unmodified(if_modified_since: str, last_modified: int, now: int) -> bool:
    # RFC 9110 §13.1.3: ignored when it is not one valid HTTP-date, two joined with a comma included.
    since = parse_http_date(if_modified_since, now)
    # RFC 2616 §14.25, a): a date later than the server's clock is invalid. RFC 9110 no longer says so, but a
    # poller with such a date would be told "nothing new" until the clock has reached it.
    return since is not None and last_modified <= since <= now


def _seconds(date: re.Match[str], now: int) -> int | None:
    day, year, hour, minute, second = map(int, date.group("day", "year", "hour", "minute", "second"))
    month = _MONTHS.index(date["month"]) + 1
    if len(date["year"]) == 2:
        year = _four_digit_year((year, month, day, hour, minute, second), now)
    # RFC 9110 §5.6.7: 23:59:60 is a leap second, which Unix time counts as the next day's first.
    leap = (hour, minute, second) == (23, 59, 60)
    try:
        moment = datetime(year, month, day, hour, minute, second - leap, tzinfo=UTC)
    except ValueError:  # 30 February, 25 o'clock, the year 0
        return None
    return int(moment.timestamp()) + leap


def _four_digit_year(stamp: tuple[int, int, int, int, int, int], now: int) -> int:
    """The latest year with the stamp's two digits in which it is not more than 50 years ahead."""
    # RFC 9110 §5.6.7: what appears to be further ahead is the most recent past year with the same two digits.
    clock = datetime.fromtimestamp(now, UTC)
    horizon = clock.year + 50
    year = horizon - (horizon - stamp[0]) % 100
    limit = (horizon, clock.month, clock.day, clock.hour, clock.minute, clock.second)
    return year - 100 if (year, *stamp[1:]) > limit else year
