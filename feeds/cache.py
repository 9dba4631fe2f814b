"""Finished things by key: one production at a time for each, bounded by bytes, stale while production fails.

Knows neither store nor renderers.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

Freshness = Literal["hit", "stale", "stored", "collapsed"]


class Held(Protocol):
    """What a cache can hold: something with a size in bytes, which may grow."""

    @property
    def size(self) -> int: ...


A = TypeVar("A")
K = TypeVar("K", bound=Hashable)
T = TypeVar("T", bound=Held)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(Generic[A]):
    """A value and how it was come by: `hit` (fresh), `stale` (the last good one, since no newer could be made),
    `stored` (made for this request), `collapsed` (made for another that came first)."""

    value: A
    how: Freshness


class Flights(Generic[A]):
    """One production at a time for each key, however many ask."""

    def __init__(self) -> None:
        self._flights: dict[Hashable, asyncio.Future[A]] = {}

    async def join(
        self, key: Hashable, produce: Callable[[], Awaitable[A]], land: Callable[[A], None] = lambda _: None
    ) -> Found[A]:
        """What `produce` makes, `stored`; or what it makes for another who came first, `collapsed`.

        `land` is given what was made before anybody else is. An error is everyone's who waited, and is not kept.
        """
        flight = self._flights.get(key)
        how: Freshness = "collapsed" if flight else "stored"
        if flight is None:
            flight = self._flights[key] = asyncio.ensure_future(produce())
            flight.add_done_callback(lambda done: self._end(key, done, land))
        # Whoever goes away takes only itself away.
        return Found(value=await asyncio.shield(flight), how=how)

    def _end(self, key: Hashable, flight: "asyncio.Future[A]", land: Callable[[A], None]) -> None:
        del self._flights[key]
        # Asking for the exception also says that somebody saw it: all who waited may be gone.
        if not flight.cancelled() and flight.exception() is None:
            land(flight.result())


class Cache(Generic[K, T]):
    """Least recently used goes first, once all together are larger than `max_bytes`.

    `released` is told each value that is let go, or that a newer one has taken the place of.
    """

    def __init__(self, *, max_bytes: int, released: Callable[[T], None] = lambda _: None) -> None:
        self._max_bytes = max_bytes
        self._released = released
        self._values: OrderedDict[K, T] = OrderedDict()
        self._sizes: dict[K, int] = {}
        self._total = 0
        self._flights: Flights[T] = Flights()

    def last(self, key: K) -> T | None:
        """The last good value, fresh or not."""
        return self._values.get(key)

    async def get(
        self,
        key: K,
        *,
        fresh: Callable[[T], bool],
        produce: Callable[[], Awaitable[T]],
        spare: Callable[[Exception], bool],
    ) -> Found[T]:
        """The value of a key; where there is none that is fresh, one that `produce` makes.

        However many ask at once, `produce` runs once. If it raises what `spare` says may be spared, the last
        good value is served; where there is none, the error is everyone's who waited.
        """
        value = self._values.get(key)
        if value is not None and fresh(value):
            self._values.move_to_end(key)
            return Found(value=value, how="hit")
        try:
            return await self._flights.join(key, produce, lambda made: self._keep(key, made))
        except Exception as fault:
            if value is None or not spare(fault):
                raise
            return Found(value=value, how="stale")

    async def renew(self, key: K, produce: Callable[[], Awaitable[T]]) -> None:
        """Puts what `produce` makes in a value's place. Nobody asked for it: it is used no later than it was."""
        await self._flights.join(key, produce, lambda made: self._keep(key, made, used=False))

    def latest(self) -> Iterator[tuple[K, T]]:
        """All that is held, what was used last first."""
        return reversed(self._values.items())

    def touch(self, key: K) -> None:
        """Says that a value that is held was used."""
        self._values.move_to_end(key)

    def _keep(self, key: K, value: T, *, used: bool = True) -> None:
        before = self._values.get(key)
        if before is not None and before is not value:
            self._released(before)
        self._values[key] = value
        if used:
            self._values.move_to_end(key)
        self.weigh(key)

    def weigh(self, key: K) -> None:
        """Takes a value's size anew, and lets the least recently used go until the rest fits."""
        if key in self._values:
            size = self._values[key].size
            self._total += size - self._sizes.get(key, 0)
            self._sizes[key] = size
        # What is larger than all that may be held is kept alone: it is asked for.
        while self._total > self._max_bytes and len(self._values) > 1:
            self.drop(next(iter(self._values)))

    def drop(self, key: K) -> None:
        """Forgets a value."""
        value = self._values.pop(key, None)
        if value is not None:
            self._total -= self._sizes.pop(key)
            self._released(value)

    @property
    def size(self) -> int:
        """The bytes of all that is held, each as it was weighed last."""
        return self._total

    def __len__(self) -> int:
        return len(self._values)
