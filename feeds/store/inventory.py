"""What there is in a store, and what stands otherwise since a moment: for whoever keeps a copy of everything."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from feeds.model import Topic
from feeds.store.outbox import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An article that stands, or stood until it was withdrawn, at a moment of the desk's history. `key` is its guid's
    (`article_key`); `addressed`: it has an address of its own."""

    at: datetime
    guid: str
    key: str
    addressed: bool


class Inventory(Protocol):
    """Everything a page at a time, so that memory stays as it is however much there is.

    A `version` is one that the whole desk had: what has changed since is meant. Errors as Store's.
    """

    async def sections(self, version: int) -> Sequence[str]:
        """The slugs of the sections that have changed."""
        ...

    async def topics(self, *, after: Topic | None, limit: int, version: int, now: datetime) -> Sequence[Topic]:
        """The tags and authors behind one, in ascending order, that are known at `now` and have changed."""
        ...

    async def quarters(self, section: str, second: int) -> Sequence[datetime] | None:
        """The quarters of an hour in a section's history (the whole desk's: the empty string) in which something has
        changed in a second (as `State.changed` has them) or later; None where all of them have."""
        ...

    async def next_stand(self, section: str, moment: datetime, now: datetime) -> datetime | None:
        """Where the earliest article or withdrawn one stands in a section's history, at a moment or later, and not
        under embargo."""
        ...

    async def arrived(self, after: datetime, until: datetime) -> Collection[Scope]:
        """Where articles stand that came to stand in the feeds after one moment, and until another."""
        ...

    async def next_end(self, now: datetime) -> datetime | None:
        """When the next embargo ends."""
        ...

    async def standings(
        self, begin: datetime, end: datetime, *, withdrawn: bool, after: Standing | None, limit: int
    ) -> Sequence[Standing]:
        """The articles from one moment to before another, newest first, behind one of them; or the withdrawn ones."""
        ...
