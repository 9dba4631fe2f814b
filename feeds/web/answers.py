"""What stands at a request's target, and the headers of an answer: the same by the ordinary way and the fast lane."""

from collections.abc import Iterator, Sequence
from urllib.parse import unquote_to_bytes

from feeds.addresses import Located, find
from feeds.cache import Freshness
from feeds.conditional import Decision, parse_http_date
from feeds.desk import Desk
from feeds.representation import Representation

# RFC 9211.
_CACHE_STATUS: dict[Freshness, str] = {
    "hit": "khulasat; hit",
    "stale": "khulasat; hit; detail=stale",
    "stored": "khulasat; fwd=miss; stored",
    "collapsed": "khulasat; fwd=miss; collapsed",
}
# RFC 9110 §15.4.5: what a cache needs of the 200, and what describes the address rather than the bytes.
_WITH_304 = {"cache-control", "vary", "link", "access-control-allow-origin", "access-control-expose-headers",
             "cache-tag", "surrogate-key"}  # fmt: skip

# Headers that every answer of the server has: uvicorn makes a new list of them each second, with a new Date.
Standing = Sequence[tuple[bytes, bytes]]
# Where a request's state has the headers that the server adds to the answer, where that is ours.
STANDING = "standing"


class Locator:
    """Finds what stands at an address of the site, from the raw path and the query."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._base = [unquote_to_bytes(part) for part in desk.settings.site.path.split("/")[1:]]

    def below(self, raw_path: bytes) -> str | None:
        """What of a path lies below the site's; None for what lies elsewhere."""
        return _below(self._base, raw_path)

    def find(self, path: str, query: bytes) -> Located | None:
        """What stands at a path below the site's, if anything does. Raises BadParameter."""
        return find(path, query.decode("latin-1"), lookup=self._desk.lookup, defaults=self._desk.defaults)


def fields(representation: Representation, decision: Decision, how: Freshness) -> Iterator[tuple[str, str]]:
    """The headers of an answer, but for Last-Modified, the length and what the server adds."""
    for name, value in representation.headers:
        if decision.status == 200 or name in _WITH_304:
            yield name, value
    if decision.status == 200 and decision.coding != "identity":
        yield "content-encoding", decision.coding
    yield "etag", decision.etag
    yield "cache-status", _CACHE_STATUS[how]


def dated(standing: Standing, now: int) -> int:
    """The Date among the headers that a server adds, in seconds; `now` where there is none."""
    return parse_http_date(dict(standing).get(b"date", b"").decode("latin-1"), now) or now


def _below(base: list[bytes], raw_path: bytes) -> str | None:
    """What of a path lies below the site's, from the slash on; None for what lies elsewhere.

    Equivalent encodings of the site's path are the same path; empty and dot segments before it become one, so
    that the address is found not to be written right.
    """
    # Other servers than ours may let raw bytes through.
    text = "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in raw_path)
    if not base:
        return text
    parts = text.split("/")[1:]
    start = 0
    while start < len(parts) - 1 and unquote_to_bytes(parts[start]) in (b"", b".", b".."):
        start += 1
    end = start + len(base)
    if [unquote_to_bytes(part) for part in parts[start:end]] != base:
        return None
    rest = "".join(f"/{part}" for part in parts[end:])
    return f"/.{rest or '/'}" if start else rest
