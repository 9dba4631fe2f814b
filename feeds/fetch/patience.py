"""When an address is asked again."""

import re
from email.utils import parsedate_to_datetime
from http import HTTPStatus

# Seconds before the first try again; doubled each time.
_FIRST_PAUSE = 1.0
AGAIN = frozenset(
    [
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    ]
)
_SECONDS = re.compile(r"[0-9]{1,9}")


def pause_before(tries: int, retry_after: str | None = None, date: str | None = None) -> float:
    """Seconds to wait after so many tries: what the server asks for, or longer each time.

    RFC 9110 §10.2.3: Retry-After is seconds or a date, which is compared with the server's own clock.
    """
    backoff = _FIRST_PAUSE * 2.0 ** (tries - 1)
    asked = (retry_after or "").strip()
    if _SECONDS.fullmatch(asked):
        return float(asked)
    try:
        until, now = parsedate_to_datetime(asked), parsedate_to_datetime(date or "")
        return max(backoff, (until - now).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return backoff
