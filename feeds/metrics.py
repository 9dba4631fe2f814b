"""What the service counts: plain integers, so that counting costs the fast lane next to nothing.

Every number there can be has its key from the beginning: so a process can hand all of its numbers to another as a
row of integers (feeds.ledger).
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Literal, get_args

# What was asked for; `other` is what is nothing of ours, or no request at all.
Kind = Literal["rss", "atom", "json", "page", "listing", "partner", "redirect", "static", "operation", "api", "other"]
# Who answered.
Way = Literal["lane", "application"]
_STALE = "lane, stale"
Key = tuple[str, ...]

KINDS: tuple[Kind, ...] = get_args(Kind)
WAYS: tuple[Way, ...] = get_args(Way)
RENDERED: tuple[Kind, ...] = ("rss", "atom", "json", "page", "listing", "partner")
FRESHNESS = ("hit", "stale", "stored", "collapsed")
_STATUSES = (
    *(200, 201, 202, 204, 301, 304),
    *(400, 401, 403, 404, 405, 406, 410, 413, 414, 415, 422, 429, 431),
    *(500, 501, 503),
)
STATUSES = ("other", *map(str, _STATUSES))
# Seconds that a render may take to be counted in each bucket of the histogram.
BUCKETS = ("0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "1", "+Inf")
_BOUNDS = tuple(float(bound) for bound in BUCKETS)

KEYS: tuple[Key, ...] = (
    *(("requests", *labels) for labels in product(KINDS, STATUSES, WAYS)),
    *(("bytes", *labels) for labels in product(KINDS, WAYS)),
    *(("cache", how) for how in FRESHNESS),
    *(("renders", *labels) for labels in product(RENDERED, BUCKETS)),
    *(("render_ns", kind) for kind in RENDERED),
    *(("failures", kind) for kind in RENDERED),
    *((calls, outcome) for calls in ("pings", "purges") for outcome in ("taken", "failed", "given_up")),
)


class Tally:
    """Answers of one kind, status and way, and the bytes of their bodies."""

    __slots__ = ("bytes", "requests")

    def __init__(self) -> None:
        self.requests = 0
        self.bytes = 0


class Metrics:
    """The numbers of one process, from its start. Belongs to one event loop."""

    def __init__(self) -> None:
        self._tallies = {labels: Tally() for labels in product(KINDS, STATUSES, (*WAYS, _STALE))}
        self._counts = dict.fromkeys(KEYS, 0)

    def lane(self, kind: Kind, status: int, *, stale: bool = False) -> Tally:
        """Where the lane's answers are counted: whoever gives the same answer again and again keeps it."""
        return self._tallies[kind, _name(status), _STALE if stale else "lane"]

    def answered(self, kind: Kind, status: int, size: int) -> None:
        """Counts an answer of the application, with the bytes of its body."""
        tally = self._tallies[kind, _name(status), "application"]
        tally.requests += 1
        tally.bytes += size

    def add(self, *key: str, by: int = 1) -> None:
        """Counts something that has a key in KEYS."""
        self._counts[key] += by

    def rendered(self, kind: Kind, nanoseconds: int) -> None:
        """Counts something that was read from the store and rendered."""
        seconds = nanoseconds / 1e9
        bucket = next(name for name, bound in zip(BUCKETS, _BOUNDS, strict=True) if seconds <= bound)
        self.add("renders", kind, bucket)
        self.add("render_ns", kind, by=nanoseconds)

    def values(self) -> Mapping[Key, int]:
        """Every number, in the order of KEYS."""
        return self._counts | dict(self._answers())

    def _answers(self) -> Iterator[tuple[Key, int]]:
        found: Counter[Key] = Counter({("cache", how): self._counts["cache", how] for how in ("hit", "stale")})
        for (kind, status, way), tally in self._tallies.items():
            by = "lane" if way == _STALE else way
            found["requests", kind, status, by] += tally.requests
            found["bytes", kind, by] += tally.bytes
            # What is refused before it is read was never looked for.
            if way != "application" and kind != "other":
                found["cache", "stale" if way == _STALE else "hit"] += tally.requests
        yield from found.items()


def _name(status: int) -> str:
    return str(status) if status in _STATUSES else "other"
