"""The one door in: a record -> a clean article -> an idempotent write; withdrawals too."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Literal

from feeds.draft import Draft, Drafting, digest
from feeds.errors import BadRecord, StoreUnavailable
from feeds.model import Article, Place, Record, Rejection, Section
from feeds.sections import SectionNames
from feeds.settings import Settings
from feeds.store.contract import Known, Store, Writing

Outcome = Literal["new", "updated", "unchanged"]

# A batch is one transaction: long enough to be quick, short enough for others to have their turn.
_BATCH = 400
# Seconds between tries while another process has the store: half a minute in all.
_PATIENCE = (0.1, 0.2, 0.5, 1, 2, 4, 8, 15)


@dataclass(slots=True)
class Tally:
    """What became of the records so far."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0

    @property
    def taken(self) -> int:
        return self.new + self.updated + self.unchanged


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How records are taken: `section` is added to each one's own; `dry_run` writes nothing."""

    section: str | None = None
    dry_run: bool = False


def decide(known: Known | None, article: Article, mark: bytes, now: datetime) -> tuple[Outcome, Article]:
    """What a record does to what is stored, and the article to keep.

    The modification moves only when what a reader sees changes, and then always forward.
    """
    if known is None:
        return "new", article
    same = known.digest == mark
    if same and set(known.sections) == set(article.sections) and known.correction == article.correction:
        return "unchanged", article
    if same:
        return "updated", replace(article, modified=known.modified)
    later = article.modified if article.modified > known.modified else max(now, known.modified)
    return "updated", replace(article, modified=later)


class SeenIds:
    """The ids of one source, to tell doubles: on disk when they grow, so that memory does not."""

    def __init__(self) -> None:
        # SQLite keeps a nameless database in a temporary file of its own, and its beginning in memory.
        self._db = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute("CREATE TABLE seen (guid TEXT PRIMARY KEY, place TEXT) WITHOUT ROWID")
        self._db.execute("BEGIN")

    def first(self, guid: str, place: Place) -> str | None:
        """Where this id stood first, or None where it is here."""
        cursor = self._db.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (guid, str(place)))
        if cursor.rowcount:
            return None
        (found,) = self._db.execute("SELECT place FROM seen WHERE guid = ?", (guid,)).fetchone()
        return str(found)

    def close(self) -> None:
        self._db.close()


@dataclass(slots=True)
class _Batch:
    drafts: list[Draft] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)


class Intake:
    """Takes records into a store, in batches, each one transaction: it can be stopped and run again anywhere."""

    def __init__(self, store: Store, settings: Settings, *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock

    async def take(
        self,
        records: Iterable[Record | Rejection],
        options: Options,
        *,
        tally: Tally,
        reject: Callable[[Rejection], None],
        progress: Callable[[], None] = lambda: None,
    ) -> None:
        """Takes the records of one source, counting into `tally`; each that can't be taken goes to `reject`.

        Raises BadSource where the source can't be read, StoreUnavailable where the store stays away; what was
        counted until then is kept.
        """
        seen = SeenIds()
        drafting = Drafting(base=self._settings.site.url, zone=self._settings.site.zone)
        source = iter(records)
        try:
            # One after the other, not side by side: two threads that both want the interpreter cost more than
            # they gain.
            while (batch := await asyncio.to_thread(self._prepare, source, drafting, seen)) is not None:
                rejections = [*batch.rejections, *await self._keep(batch.drafts, options, tally)]
                for rejection in rejections:
                    tally.rejected += 1
                    reject(rejection)
                progress()
        finally:
            seen.close()

    def _prepare(self, records: Iterator[Record | Rejection], drafting: Drafting, seen: SeenIds) -> _Batch | None:
        """The next batch, read and cleaned; None at the end."""
        batch, now, empty = _Batch(), self._clock(), True
        for record in islice(records, _BATCH):
            empty = False
            if isinstance(record, Rejection):
                batch.rejections.append(record)
                continue
            try:
                draft = drafting.draft(record, now)
                first = seen.first(draft.article.guid, draft.place)
                if first is not None:
                    raise BadRecord(f'id "{draft.article.guid}" stands at {first} already; give each article once')
            except BadRecord as fault:
                batch.rejections.append(Rejection(place=record.place, reason=str(fault)))
            else:
                batch.drafts.append(draft)
        return None if empty else batch

    async def _keep(self, drafts: Sequence[Draft], options: Options, tally: Tally) -> list[Rejection]:
        """Writes a batch, waiting while another process has the store."""
        for pause in (*_PATIENCE, None):
            try:
                return await self._write(drafts, options, tally)
            except StoreUnavailable:
                if pause is None:
                    raise
                await asyncio.sleep(pause)
        raise AssertionError("unreachable")

    async def _write(self, drafts: Sequence[Draft], options: Options, tally: Tally) -> list[Rejection]:
        counts = Tally()
        rejections: list[Rejection] = []
        kept: list[tuple[Article, bytes]] = []
        try:
            async with self._store.writing() as writing:
                known = await writing.known([draft.article.guid for draft in drafts])
                resolver = _Resolver(self._settings, writing, await writing.sections())
                now = self._clock()
                for draft in drafts:
                    try:
                        before = known.get(draft.article.guid)
                        if before and before.withdrawn:
                            raise BadRecord(
                                f'id "{draft.article.guid}" was withdrawn; bring it back with `feeds restore`'
                            )
                        article = await resolver.place(draft, before, options)
                    except BadRecord as fault:
                        rejections.append(Rejection(place=draft.place, reason=str(fault)))
                        continue
                    mark = digest(article)
                    outcome, article = decide(before, article, mark, now)
                    setattr(counts, outcome, getattr(counts, outcome) + 1)
                    if outcome != "unchanged":
                        kept.append((article, mark))
                if options.dry_run or not kept:
                    raise _NothingToWrite
                await writing.put(kept)
        except _NothingToWrite:
            pass
        tally.new += counts.new
        tally.updated += counts.updated
        tally.unchanged += counts.unchanged
        return rejections


class _NothingToWrite(Exception):
    """Undoes a transaction that was only read in."""


class _Resolver:
    """Finds the sections that drafts name, and makes those that nobody knows yet."""

    def __init__(self, settings: Settings, writing: Writing, stored: Sequence[Section]) -> None:
        self._names = SectionNames(settings.section_list(), stored)
        self._stored = {section.slug for section in stored}
        self._refuse = settings.feeds.unknown_sections == "refuse"
        self._writing = writing

    async def place(self, draft: Draft, before: Known | None, options: Options) -> Article:
        """The article with its sections. Raises BadRecord."""
        # A record that names its sections replaces the article's; the option only adds one.
        slugs = dict.fromkeys([await self._slug(name) for name in draft.names or ()])
        if draft.names is None and before:
            slugs |= dict.fromkeys(before.sections)
        if options.section:
            slugs |= {await self._slug(options.section): None}
        if not slugs:
            raise BadRecord('sections is missing; give a list such as ["world"], or --section')
        return replace(draft.article, sections=tuple(slugs))

    async def _slug(self, name: str) -> str:
        section = self._names.find(name) or self._names.new(name)
        if section is None:
            raise BadRecord(f'sections holds "{name[:40]}", which has no letters; give a name')
        if section.slug not in self._stored:
            if self._names.get(section.slug) is None and self._refuse:
                known = ", ".join(section.slug for section in self._names)
                raise BadRecord(f'sections holds "{name[:40]}", which is not configured; known are {known}')
            await self._writing.make_section(section)
            self._stored.add(section.slug)
            self._names = SectionNames([*self._names, section], ())
        return section.slug


async def withdraw(store: Store, guids: Sequence[str], reason: str, now: datetime) -> Mapping[str, bool]:
    """Withdraws articles; says of each guid whether there was something to withdraw."""
    async with store.writing() as writing:
        return {guid: await writing.withdraw(guid, now, reason) for guid in guids}


async def restore(store: Store, guids: Sequence[str], now: datetime) -> Mapping[str, bool]:
    """Brings withdrawn articles back; says of each guid whether it was withdrawn."""
    async with store.writing() as writing:
        return {guid: await writing.restore(guid, now) for guid in guids}
