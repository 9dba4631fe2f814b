"""Articles in one SQLite file (contract.Store): WAL, readers and the writer on connections of their own."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path

import aiosqlite

from feeds.errors import StoreRefused, StoreReplaced, StoreUnavailable
from feeds.model import Article, Section, Selection, State, Tombstone, Topic, TopicKind
from feeds.store.contract import DayShelf, SectionReport, Shelf, Writing
from feeds.store.sqlite.connections import (
    LIMIT,
    READERS,
    WRITE_LIMIT,
    Identity,
    Pool,
    drop_log,
    find_log,
    identity,
    translated,
)
from feeds.store.sqlite.days import read_day
from feeds.store.sqlite.facts import FINGERPRINT, SOURCE, read_fact
from feeds.store.sqlite.inventory import SqliteInventory
from feeds.store.sqlite.opening import number, prepare
from feeds.store.sqlite.outbox import SqliteOutbox
from feeds.store.sqlite.pruning import standing
from feeds.store.sqlite.recent import read_recent
from feeds.store.sqlite.rows import from_micros, micros
from feeds.store.sqlite.scopes import read_scopes, read_sections, read_unused
from feeds.store.sqlite.shelves import read_article, read_fronts, read_shelf
from feeds.store.sqlite.topics import find_topic, topic_versions
from feeds.store.sqlite.writing import SqliteWriting

_REPORT = """
SELECT s.slug, s.version, s.changed,
    (SELECT count(*) FROM listings l WHERE l.scope_id = s.id),
    (SELECT position FROM listings l WHERE l.scope_id = s.id ORDER BY position DESC LIMIT 1)
FROM scopes s WHERE s.kind = 'section'
"""
# One step of the primary key of listings for each.
_NEWEST = """
SELECT s.slug, (
    SELECT position FROM listings l WHERE l.scope_id = s.id AND position <= ? ORDER BY position DESC LIMIT 1
) FROM scopes s WHERE s.kind IN ('all', 'section')
"""


class SqliteStore:
    """The store of one machine. `clock` gives Unix seconds."""

    def __init__(self, path: Path, *, clock: Callable[[], float]) -> None:
        self._path = path
        self._clock = clock
        self._turn = asyncio.Lock()
        self._opening = asyncio.Lock()
        self._identity: Identity | None = None
        # The WAL that our connections have open.
        self._log: Identity | None = None
        self._data_version: int | None = None
        self._pools: tuple[Pool, Pool, Pool] | None = None
        self._generation = 0
        self.outbox = SqliteOutbox(reading=lambda: self._pool(0).lend(), writing=self._transaction)
        self.inventory = SqliteInventory(reading=self._reading)
        # Of pools to files that were replaced.
        self._closings: set[asyncio.Task[None]] = set()

    @property
    def generation(self) -> int:
        return self._generation

    async def open(self) -> None:
        with translated(self._path, opening=True):
            await prepare(self._path, int(self._clock()))
        self._identity = now = identity(self._path)
        self._data_version = None
        self._pools = (
            Pool(self._path, identity=now, size=READERS, query_only=True, limit=LIMIT),
            Pool(self._path, identity=now, size=1, query_only=False, limit=WRITE_LIMIT),
            # PRAGMA data_version compares with what its own connection saw, so the watcher keeps one.
            Pool(self._path, identity=now, size=1, query_only=True, limit=LIMIT),
        )

    async def close(self) -> None:
        async with self._opening:
            pools, self._pools = self._pools, None
            for pool in pools or ():
                await pool.close()
            if self._closings:
                await asyncio.wait(self._closings)

    def _open_pools(self) -> tuple[Pool, Pool, Pool]:
        if self._pools is None:
            raise StoreUnavailable(f"{self._path}: the store is not open")
        return self._pools

    def _pool(self, number: int) -> Pool:
        return self._open_pools()[number]

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[aiosqlite.Connection]:
        """A connection to the file that stands there: whoever comes before the watcher has a new one opened."""
        async with AsyncExitStack() as stack:
            try:
                db = await stack.enter_async_context(self._pool(0).lend())
            except StoreReplaced:
                try:
                    await self._reopen_if_replaced()
                except StoreRefused as fault:
                    raise StoreUnavailable(str(fault)) from fault
                db = await stack.enter_async_context(self._pool(0).lend())
            yield db

    @asynccontextmanager
    async def _snapshot(self) -> AsyncIterator[aiosqlite.Connection]:
        async with self._reading() as db:
            await db.execute("BEGIN")
            yield db
            await db.execute("COMMIT")

    async def states(self) -> Mapping[str, State]:
        async with self._reading() as db:
            return {slug: scope.state for slug, scope in (await read_scopes(db)).items()}

    async def topic(self, kind: TopicKind, name: str, now: datetime) -> Topic | None:
        async with self._reading() as db:
            return await find_topic(db, kind, name, int(now.timestamp()))

    async def topic_states(self, topics: Collection[Topic]) -> Mapping[Topic, State]:
        async with self._reading() as db:
            found = await topic_versions(db, topics)
        return {topic: State(version=version, changed=changed) for topic, (version, changed) in found.items()}

    async def sections(self) -> Sequence[Section]:
        async with self._reading() as db:
            return await read_sections(db)

    async def unused_sections(self) -> Collection[str]:
        async with self._reading() as db:
            return await read_unused(db)

    async def fingerprint(self) -> str | None:
        async with self._reading() as db:
            return await read_fact(db, FINGERPRINT)

    async def recall(self, source: str) -> str | None:
        async with self._reading() as db:
            return await read_fact(db, f"{SOURCE}{source}")

    async def report(self) -> Sequence[SectionReport]:
        async with self._snapshot() as db:
            sections = {section.slug: section for section in await read_sections(db)}
            rows = await db.execute_fetchall(_REPORT)
        return [
            SectionReport(
                section=sections[slug],
                articles=articles,
                state=State(version=version, changed=changed),
                newest=None if newest is None else from_micros(newest),
            )
            for slug, version, changed, articles, newest in rows
        ]

    async def standing(self, before: datetime) -> Mapping[str, int]:
        async with self._reading() as db:
            return await standing(db, micros(before))

    async def newest(self, now: datetime) -> Mapping[str, datetime]:
        async with self._reading() as db:
            rows = await db.execute_fetchall(_NEWEST, (micros(now),))
        return {slug: from_micros(position) for slug, position in rows if position is not None}

    async def shelf(self, selection: Selection, *, limit: int, graves: int, now: datetime) -> Shelf:
        async with self._snapshot() as db:
            found = await read_shelf(db, selection, limit, graves, micros(now))
        return found.shelf()

    async def recent(self, since: datetime, limit: int, now: datetime) -> Shelf:
        async with self._snapshot() as db:
            found = await read_recent(db, micros(since), limit, micros(now))
        return found.shelf()

    async def fronts(self, *, limit: int, now: datetime) -> Mapping[str, Sequence[Article]]:
        async with self._snapshot() as db:
            fronts = await read_fronts(db, limit, micros(now))
        return fronts.shelves()

    async def day(self, section: str, begin: datetime, end: datetime, now: datetime) -> DayShelf:
        async with self._snapshot() as db:
            day = await read_day(db, section, micros(begin), micros(end), micros(now))
        return day.shelf()

    async def find(self, key: str) -> Article | Tombstone | None:
        async with self._snapshot() as db:
            return await read_article(db, key)

    async def changed(self) -> bool:
        await self._reopen_if_replaced()
        # Forgotten meanwhile, as it is when the store is opened: the next connection counts from another number.
        before, self._data_version = self._data_version, None
        async with self._pool(2).lend() as db:
            self._data_version = version = await number(db, "PRAGMA data_version")
        return version != before

    async def _reopen_if_replaced(self) -> None:
        """SQLite would go on with a file that was replaced or deleted, in silence."""
        async with self._opening:
            replaced = self._open_pools()
            log = find_log(self._path)
            if identity(self._path) == self._identity:
                self._log = log
                return
            if log is not None and log == self._log:
                drop_log(self._path)
            await self.open()
            self._generation += 1
            for pool in replaced:
                # Not here: whoever waits for the new store would wait for those that still read the old one.
                closing = asyncio.create_task(pool.close())
                self._closings.add(closing)
                closing.add_done_callback(self._closings.discard)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Writing]:
        async with self._transaction() as db:
            writing = SqliteWriting(db, self._clock)
            yield writing
            await writing.finish()

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[aiosqlite.Connection]:
        async with self._turn:
            await self._reopen_if_replaced()
            file, pool = self._identity, self._pool(1)
            async with pool.lend() as db:
                await db.execute("BEGIN IMMEDIATE")
                yield db
                await db.execute("COMMIT")
            # Not self._identity: the watcher may have opened the new file meanwhile.
            if identity(self._path) != file:
                raise StoreUnavailable(f"{self._path}: the store's file was replaced during a write; write again")
