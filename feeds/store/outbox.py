"""What a store keeps of changes that others are to be told of, until they were (contract)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, Protocol

ScopeKind = Literal["all", "section", "tag", "author"]
DeliveryKind = Literal["purge", "ping"]


class Scope(NamedTuple):
    """The whole desk, whose slug is empty, a section, a tag or an author."""

    kind: ScopeKind
    slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A scope has changed since `since`, and this is its version now; nobody was told yet."""

    scope: Scope
    version: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One call that is to be made: a purge of a `subject` (a tag of a cache) at a `target`, or a ping of a `topic`
    to a hub, which waits until its subject's purge was tried. `since` is when it was decided on, `due` when it is to
    be tried, after so many tries that failed."""

    kind: DeliveryKind
    target: str
    topic: str
    subject: str
    since: datetime
    due: datetime
    tries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """A process that serves: every answer it gives is as new as this version, and when it said so last."""

    version: int
    seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What waits: changes nobody was told of, calls by kind; since when the oldest of the calls does."""

    announcements: int
    purges: int
    pings: int
    oldest: datetime | None


class Outbox(Protocol):
    """Belongs to a store: each method is one transaction in it, with its errors. Announcements come from
    `Writing.put`, `withdraw` and `restore`, in the transaction of what they announce."""

    async def attend(self, server: str, version: int, now: datetime) -> None:
        """Says that a process serves, and from which version on."""
        ...

    async def leave(self, server: str) -> None:
        """Says that a process serves no more, nor leads."""
        ...

    async def attendances(self) -> Mapping[str, Attendance]:
        """Every process that said that it serves, and did not leave; it may have died since."""
        ...

    async def lead(self, server: str, *, until: datetime, now: datetime, gone: Collection[str]) -> bool:
        """Makes a process the one that tells others, until then, unless another is and is not among those `gone`;
        whether it is."""
        ...

    async def leader(self) -> str | None:
        """Which process was made the leader last, whether or not its time is over."""
        ...

    async def has_work(self, now: datetime) -> bool:
        """Whether there is an announcement, an ended embargo or a call that is due."""
        ...

    async def end_embargoes(self, now: datetime) -> None:
        """Announces what embargoes that have ended by now hid."""
        ...

    async def announcements(self) -> Sequence[Announcement]:
        """What nobody was told of yet."""
        ...

    async def dispatch(self, taken: Collection[Announcement], deliveries: Sequence[Delivery]) -> None:
        """Puts calls in the place of announcements. One whose version has grown meanwhile stays; a call that waits
        already begins anew."""
        ...

    async def due(self, now: datetime) -> Sequence[Delivery]:
        """The calls to be made by now, the longest due first; no ping whose subject's purge was not tried."""
        ...

    async def settle(self, done: Sequence[Delivery], again: Sequence[Delivery]) -> None:
        """Forgets calls, or keeps them with new times; those that were dispatched anew meanwhile stay as they are."""
        ...

    async def backlog(self) -> Backlog: ...
