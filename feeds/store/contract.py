"""What the desk asks of a store. Every implementation passes the same tests (tests/store)."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from feeds.model import Article, Section, Selection, State, Tombstone, Topic, TopicKind
from feeds.store.inventory import Inventory
from feeds.store.outbox import Outbox

# News since ever (`Writing.put`).
ALWAYS = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """What a selection holds at a moment, read in one snapshot.

    `articles` newest first (`Article.listed_at`), then by guid ascending (code points). `tombstones` latest
    first. `state` of several sections is the sum of their versions and the latest of their times. `changes_at`
    is the end of the next embargo: what the selection shows changes then without a write. `since` is when its
    first section was made, or the time of a tag's or an author's first article. `title` is the name of a tag or an
    author as it was met first. A search has the state of the whole desk, and no tombstones.

    `older` is where the newest article stands that is older than those (`Article.listed_at`).
    """

    state: State
    articles: Sequence[Article]
    tombstones: Sequence[Tombstone]
    changes_at: datetime | None
    since: datetime
    title: str = ""
    older: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayShelf:
    """What stands in a stretch of history, read in one snapshot: the stretch's articles, and the tombstones of all
    that stood there and was withdrawn, in the order that a shelf has articles in.

    `state` and `since` are the selection's. `changed` is the Unix second that the stretch, or which neighbours it
    has, last changed in. `older` and `newer` are where the nearest article or withdrawn one stands on either side.
    `changes_at` is the end of the next embargo in it or after it.
    """

    state: State
    articles: Sequence[Article]
    tombstones: Sequence[Tombstone]
    changes_at: datetime | None
    since: datetime
    changed: int
    older: datetime | None
    newer: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the store knows of a guid: enough to decide whether a record changes anything."""

    digest: bytes
    sections: tuple[str, ...]
    published: datetime
    modified: datetime
    correction: bool
    withdrawn: datetime | None
    # The moment before which all was dropped, this too (`Writing.prune`).
    pruned: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionReport:
    """A section as `feeds sections` shows it; `aliases` are its former slugs."""

    section: Section
    articles: int
    state: State
    newest: datetime | None


class Writing(Protocol):
    """One transaction: all of it is kept, or nothing.

    Every method that changes an article raises the version of each section it stands in, stood in or comes to
    stand in, and of the whole, once a transaction; the time of the change is the second after it, and never
    earlier than a former one.
    """

    async def known(self, guids: Collection[str]) -> Mapping[str, Known]:
        """What is known of these guids; guids never seen are absent."""
        ...

    async def sections(self) -> Sequence[Section]:
        """Every section there is, in the order of their making; `aliases` are former slugs."""
        ...

    async def make_section(self, section: Section) -> None:
        """Makes a section. Its slug must be new."""
        ...

    async def rename_section(self, slug: str, to: Section) -> None:
        """Moves everything from one section to another, made if need be; the old slug stays as an alias.

        A section that is there already keeps its title, unless it is the same one.
        """
        ...

    async def drop_unused_sections(self, but: Collection[str]) -> None:
        """Drops the sections that never had an article, with their aliases, but for those of some slugs."""
        ...

    async def call_section(self, slug: str, names: Collection[str]) -> None:
        """Gives a section more aliases, as if they had been its slugs; what is a slug or an alias of one already
        stays so. No version moves."""
        ...

    async def put(self, articles: Sequence[tuple[Article, bytes]], *, news_since: datetime | None = None) -> None:
        """Inserts articles or replaces them by guid, each with its digest. Their sections must exist.

        Announced (Outbox) are those that stand in the feeds, or stood there until now, by a time since `news_since`;
        without it none are. Ends of embargoes always are, when they come. The time of the first import
        stays. A withdrawn article is published again. Of a guid that comes twice the last stands. Tags and authors
        that are new are made; two names that fold alike are one (R14).
        """
        ...

    async def withdraw(self, guid: str, when: datetime, reason: str) -> bool:
        """Takes an article out of every section and leaves a tombstone; False where there is none to take.

        It is withdrawn at `when` or, if that is earlier, when it was modified. That is announced. Under embargo it was
        never seen, and leaves no tombstone in the sections.
        """
        ...

    async def restore(self, guid: str, when: datetime) -> bool:
        """Publishes a withdrawn article again, and announces it; False where it is not withdrawn, or was dropped.

        It is modified at `when` or, if that is no second later than its withdrawal, a second after it.
        """
        ...

    async def prune(self, before: datetime, most: int) -> int:
        """Drops the articles that stand before a moment (`Article.listed_at`), the oldest first; how many it were, of
        `most` at a time. Nobody is told.

        Their guids stay known. Of withdrawn ones that stood there only what they said is dropped: their tombstones
        stay, which is no change of any section. An article that is put again is one again.
        """
        ...

    async def record_fingerprint(self, fingerprint: str) -> None:
        """Notes what feeds depend on besides the store; another one than noted is a change of everything."""
        ...

    async def remember(self, source: str, state: str | None) -> None:
        """Keeps what an importer wants to know when it reads the source again; None forgets it. No version moves."""
        ...


class Store(Protocol):
    """Articles by section.

    Times are aware and come back with the offset they went in with. Methods may be called from any task of
    the event loop that opened the store; readers never wait for a writer, of this process or another.

    Errors: StoreUnavailable where the store is locked or gone, StoreSlow of it where it can't answer within two
    seconds (the call may work later); StoreRefused where it never will as it is.
    """

    @property
    def generation(self) -> int:
        """Raised whenever another store was found in the place of the one that was open."""
        ...

    @property
    def outbox(self) -> Outbox:
        """Whom to tell of what."""
        ...

    @property
    def inventory(self) -> Inventory:
        """What there is, for whoever keeps a copy of everything."""
        ...

    async def open(self) -> None:
        """Opens the store, makes it on first use, and brings its schema up to date."""
        ...

    async def close(self) -> None: ...

    async def states(self) -> Mapping[str, State]:
        """The state of every section by slug, and of the whole by the empty string, in one snapshot."""
        ...

    async def sections(self) -> Sequence[Section]:
        """As Writing.sections."""
        ...

    async def topic(self, kind: TopicKind, name: str, now: datetime) -> Topic | None:
        """The tag or the author of this name, by slug or in any spelling; None for one that no article ever had.

        One that only articles under embargo have is not known before the first embargo's end.
        """
        ...

    async def topic_states(self, topics: Collection[Topic]) -> Mapping[Topic, State]:
        """The state of each of these tags and authors."""
        ...

    async def fingerprint(self) -> str | None:
        """What Writing.record_fingerprint noted last; None where it never did."""
        ...

    async def recall(self, source: str) -> str | None:
        """What Writing.remember kept of a source last; None where it never did."""
        ...

    async def unused_sections(self) -> Collection[str]:
        """The slugs of the sections that no article ever stood in, under whatever slug, nor was merged into."""
        ...

    async def report(self) -> Sequence[SectionReport]:
        """Every section with its count of articles (embargoed too) and its newest publication."""
        ...

    async def standing(self, before: datetime) -> Mapping[str, int]:
        """How many articles stand before a moment, by section, and on the whole desk by the empty string."""
        ...

    async def newest(self, now: datetime) -> Mapping[str, datetime]:
        """When the newest article of each section stands, by slug, and of the whole by the empty string; of those
        that have none, and for articles under embargo at `now`, nothing."""
        ...

    async def shelf(self, selection: Selection, *, limit: int, graves: int, now: datetime) -> Shelf:
        """The latest of a selection that are not under embargo at `now`.

        Sections, tags and authors that don't exist are empty. A search finds what has every word and "phrase" of
        it and no -word, in title, summary, text, tags and authors, whatever the spelling (R14).
        """
        ...

    async def recent(self, since: datetime, limit: int, now: datetime) -> Shelf:
        """The latest of the whole desk that stand at `since` or later and are not under embargo at `now`, without their
        texts: `content_html` is empty, `directed_html` None. There are no tombstones; `older` is as if all that is
        asked for were shown."""
        ...

    async def fronts(self, *, limit: int, now: datetime) -> Mapping[str, Sequence[Article]]:
        """The latest of every section that are not under embargo at `now`, by slug, in one snapshot; in a shelf's
        order."""
        ...

    async def day(self, section: str, begin: datetime, end: datetime, now: datetime) -> DayShelf:
        """All of a section (of the whole desk: the empty string) from `begin` to before `end`, both on a quarter of
        an hour, that is not under embargo at `now`. A section that doesn't exist is empty."""
        ...

    async def find(self, key: str) -> Article | Tombstone | None:
        """An article, or its tombstone, by the key of its guid (`article_key`); None, too, for one that was dropped."""
        ...

    async def changed(self) -> bool:
        """Whether anything was written, by whatever process, since this was asked last.

        Also notices a store that was replaced (it is opened anew, and that is a change) or is gone.
        """
        ...

    def writing(self) -> AbstractAsyncContextManager[Writing]:
        """A transaction, kept if the block ends and undone if it raises. One at a time; others wait."""
        ...
