"""The one door in: a record -> a clean article -> an idempotent write; withdrawals too."""

import asyncio
import sqlite3
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Literal, TypeVar

from feeds.draft import Draft, digest
from feeds.drafting import Drafted, Drafter
from feeds.errors import BadParameter, BadRecord, StoreUnavailable
from feeds.interchange import shown
from feeds.model import Article, Place, Record, Rejection, Section
from feeds.sections import SectionNames
from feeds.settings import Settings
from feeds.store.contract import Known, Store
from feeds.text.clean import clean_text, xml_illegal

T = TypeVar("T")
Outcome = Literal["new", "updated", "unchanged"]
_Batch = Sequence[Draft | Rejection]

# A batch is one transaction: long enough to be quick, short enough for others to have their turn.
_BATCH = 400
# Longer than any name of a section.
_MAX_NAME = 200
# The least that feeds can tell apart.
_SECOND = timedelta(seconds=1)
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

    The modification moves only when what a reader sees changes or is marked as an important correction, and then
    always forward.
    """
    if known is None:
        return "new", article
    same = known.digest == mark
    if same and set(known.sections) == set(article.sections) and known.correction == article.correction:
        return "unchanged", article
    # A correction is shown again, by its modification.
    if same and not (article.correction and not known.correction):
        return "updated", replace(article, modified=known.modified)
    later = article.modified
    if later <= known.modified:
        later = max(now, known.modified + _SECOND).astimezone(later.tzinfo)
    return "updated", replace(article, modified=later)


async def patiently(act: Callable[[], Awaitable[T]]) -> T:
    """Does something with the store, and again for a while where another process has it."""
    for pause in _PATIENCE:
        try:
            return await act()
        except StoreUnavailable:
            await asyncio.sleep(pause)
    return await act()


class SeenIds:
    """The ids of one source, to tell doubles: on disk when they grow, so that memory does not."""

    def __init__(self) -> None:
        # SQLite keeps a nameless database in a temporary file of its own, and its beginning in memory.
        self._db = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute("CREATE TABLE seen (guid TEXT PRIMARY KEY, place TEXT) WITHOUT ROWID")
        self._db.execute("BEGIN")
        # A reading that was given up goes on for a while, in its thread.
        self._lock = threading.Lock()
        self._closed = False

    def first(self, guid: str, place: Place) -> str | None:
        """Where this id stood first, or None where it is here."""
        with self._lock:
            if self._closed:
                return None
            cursor = self._db.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (guid, str(place)))
            if cursor.rowcount:
                return None
            (found,) = self._db.execute("SELECT place FROM seen WHERE guid = ?", (guid,)).fetchone()
            return str(found)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._db.close()


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

        Raises BadSource where the source can't be read, StoreUnavailable where the store stays away, BadParameter
        where the section of `options` can't be; what was counted until then is kept. Cancelled, it ends at once,
        or with the batch that is being written; its reading of the source ends by itself.
        """
        await self._check(options)
        seen = SeenIds()
        drafter = Drafter(base=self._settings.site.url, zone=self._settings.site.zone)
        source = iter(records)

        def prepare() -> "asyncio.Future[_Batch | None]":
            return asyncio.ensure_future(asyncio.to_thread(self._prepare, source, drafter, seen))

        ahead = prepare()
        try:
            while (batch := await ahead) is not None:
                # The next is read and cleaned, in another process, while this one is written.
                ahead = prepare()
                for rejection in await self._keep(batch, options, tally):
                    tally.rejected += 1
                    reject(rejection)
                progress()
        finally:
            ahead.cancel()
            seen.close()
            await asyncio.to_thread(drafter.close)

    async def _check(self, options: Options) -> None:
        """Raises BadParameter where every record would be refused for the section that is to be added."""
        if options.section is None:
            return
        resolver = _Resolver(self._settings, await self._store.sections())
        try:
            resolver.find([options.section])
        except BadRecord as fault:
            raise BadParameter(str(fault).replace("sections holds", "--section is", 1)) from None

    def _prepare(self, records: Iterator[Record | Rejection], drafter: Drafter, seen: SeenIds) -> _Batch | None:
        """The next batch, read and cleaned; None at the end."""
        read = list(islice(records, _BATCH))
        drafts = iter(drafter.draft([each for each in read if isinstance(each, Record)], self._clock()))
        batch = [each if isinstance(each, Rejection) else _draft(each, next(drafts), seen) for each in read]
        return batch or None

    async def _keep(self, batch: _Batch, options: Options, tally: Tally) -> list[Rejection]:
        """Writes a batch; returns all that is rejected of it."""
        writing: asyncio.Future[list[Rejection]] | None = None

        async def write() -> list[Rejection]:
            nonlocal writing
            writing = asyncio.ensure_future(self._write(batch, options, tally))
            return await asyncio.shield(writing)

        try:
            return await patiently(write)
        finally:
            # Cancelled or not: what is being written is kept, and counted.
            if writing is not None:
                await asyncio.wait({writing})

    async def _write(self, batch: _Batch, options: Options, tally: Tally) -> list[Rejection]:
        outcomes: Counter[Outcome] = Counter()
        rejections: list[Rejection] = []
        kept: list[tuple[Article, bytes]] = []
        guids = [draft.article.guid for draft in batch if isinstance(draft, Draft)]
        async with self._store.writing() as writing:
            known = await writing.known(guids)
            resolver = _Resolver(self._settings, await writing.sections())
            now = self._clock()
            for draft in batch:
                if isinstance(draft, Rejection):
                    rejections.append(draft)
                    continue
                before = known.get(draft.article.guid)
                try:
                    article = resolver.place(draft, before, options)
                except BadRecord as fault:
                    rejections.append(Rejection(place=draft.place, reason=str(fault)))
                    continue
                mark = digest(article)
                outcome, article = decide(before, article, mark, now)
                outcomes[outcome] += 1
                if outcome != "unchanged":
                    kept.append((article, mark))
            if kept and not options.dry_run:
                for section in resolver.made:
                    await writing.make_section(section)
                await writing.put(kept)
        tally.new += outcomes["new"]
        tally.updated += outcomes["updated"]
        tally.unchanged += outcomes["unchanged"]
        return rejections


def _draft(record: Record, drafted: Drafted, seen: SeenIds) -> Draft | Rejection:
    """The draft of a record, or why it can't be taken: one that stood in its source before can't."""
    if isinstance(drafted, str):
        return Rejection(place=record.place, reason=drafted)
    guid = drafted.article.guid
    first = seen.first(guid, drafted.place)
    if first is None:
        return drafted
    return Rejection(place=record.place, reason=f"id {shown(guid)} stands at {first} already; give it once")


class _Resolver:
    """Finds the sections that drafts name. `made` are those to be made for them."""

    def __init__(self, settings: Settings, stored: Sequence[Section]) -> None:
        self._names = SectionNames(settings.section_list(), stored)
        self._stored = {section.slug for section in stored}
        self._refuse = settings.feeds.unknown_sections == "refuse"
        self.made: list[Section] = []

    def place(self, draft: Draft, before: Known | None, options: Options) -> Article:
        """The article with its sections. Raises BadRecord."""
        if before and before.withdrawn:
            raise BadRecord(f"id {shown(draft.article.guid)} was withdrawn; bring it back with `feeds restore`")
        # A record that names its sections replaces the article's, one that names none keeps them; the option adds one.
        found = self.find([*(draft.names or ()), *((options.section,) if options.section is not None else ())])
        stay = before.sections if before and not draft.names else ()
        slugs = tuple(dict.fromkeys((*stay, *(section.slug for section in found))))
        if not slugs:
            said = "missing; give a list" if draft.names is None else "empty; name one at least,"
            raise BadRecord(f'sections is {said} such as ["world"], or --section')
        for section in found:
            if section.slug not in self._stored:
                self._stored.add(section.slug)
                self.made.append(section)
        return replace(draft.article, sections=slugs)

    def find(self, names: Sequence[str]) -> list[Section]:
        """The sections of these names, of which some may be new. Raises BadRecord where one can't be."""
        return [self._names.find(clean_text(name)) or self._new(name) for name in names]

    def _new(self, name: str) -> Section:
        if len(name) > _MAX_NAME:
            raise BadRecord(f"sections holds {shown(name)}, which is {len(name)} long; give {_MAX_NAME} at most")
        section = self._names.new(name)
        if section is None:
            raise BadRecord(f"sections holds {shown(name)}, which makes no slug; give Arabic or Latin letters")
        if self._refuse:
            slugs = ", ".join(known.slug for known in self._names)
            raise BadRecord(f"sections holds {shown(name)}, which is not configured; known are {slugs}")
        self._names.add(section)
        return section


async def withdraw(store: Store, guids: Sequence[str], reason: str, now: datetime) -> Mapping[str, bool]:
    """Withdraws articles; says of each guid whether there was something to withdraw."""

    async def write() -> Mapping[str, bool]:
        async with store.writing() as writing:
            # An id that XML forbids was never taken.
            return {
                guid: xml_illegal(guid) is None and await writing.withdraw(guid, now, clean_text(reason))
                for guid in guids
            }

    return await patiently(write)


async def restore(store: Store, guids: Sequence[str], now: datetime) -> Mapping[str, bool]:
    """Brings withdrawn articles back; says of each guid whether it was withdrawn."""

    async def write() -> Mapping[str, bool]:
        async with store.writing() as writing:
            return {guid: xml_illegal(guid) is None and await writing.restore(guid, now) for guid in guids}

    return await patiently(write)
