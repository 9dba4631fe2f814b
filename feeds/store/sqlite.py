"""Articles in one SQLite file (contract.Store): WAL, readers and the writer on connections of their own."""

import asyncio
import heapq
import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path

import aiosqlite

from feeds.errors import StoreRefused, StoreReplaced, StoreUnavailable
from feeds.model import Article, Section, Selection, State, Tombstone, Topic, TopicKind
from feeds.store.connections import (
    BUSY,
    LIMIT,
    READERS,
    WRITE_LIMIT,
    Identity,
    Pool,
    connect,
    drop_log,
    find_log,
    identity,
    translated,
)
from feeds.store.contract import DayShelf, SectionReport, Shelf, Writing
from feeds.store.days import Day, read_day
from feeds.store.deriving import derive
from feeds.store.facts import FINGERPRINT, SOURCE, read_fact
from feeds.store.pruning import standing
from feeds.store.recent import read_recent
from feeds.store.rows import COLUMNS, from_micros, from_row, micros, to_tombstone
from feeds.store.schema import APPLICATION_ID, MIGRATIONS, VERSION
from feeds.store.sqlite_inventory import SqliteInventory
from feeds.store.sqlite_outbox import SqliteOutbox
from feeds.store.stored import ALL
from feeds.store.topics import find_topic, topic_versions
from feeds.store.words import search
from feeds.store.writing import SqliteWriting, read_sections, read_unused, utc

# Each walks the primary key of listings: its cost does not grow with the store.
WALK = """
SELECT -position, guid, article_id FROM listings
WHERE scope_id = ? AND position <= ? ORDER BY position DESC, guid LIMIT ?
"""
NEXT_EMBARGO = """
SELECT position FROM listings WHERE scope_id = ? AND position > ? ORDER BY position LIMIT 1
"""
GRAVES = """
SELECT -t.withdrawn, t.guid, a.withdrawn, a.reason, a.url FROM tombstones t JOIN articles a ON a.id = t.article_id
WHERE t.scope_id = ? ORDER BY t.withdrawn DESC, t.guid LIMIT ?
"""
# Walks the primary key of articles.
ARTICLES = f"SELECT id, {COLUMNS} FROM articles WHERE id IN (SELECT value FROM json_each(?))"
# Walks articles_by_words.
FOUND = "SELECT position, guid, id FROM articles WHERE words_id IN (SELECT value FROM json_each(?))"
_FIND = f"SELECT {COLUMNS} FROM articles WHERE key = ? AND (pruned IS NULL OR withdrawn IS NOT NULL)"
_WHOLE = "INSERT OR IGNORE INTO scopes (id, kind, slug, title, since) VALUES (?, 'all', '', '', ?)"
_SCOPES = "SELECT id, slug, version, changed, since, title FROM scopes WHERE kind IN ('all', 'section')"
TOPIC = "SELECT id, slug, version, changed, since, title FROM scopes WHERE kind = ? AND slug = ?"
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
            await self._prepare()
        self._identity = now = identity(self._path)
        self._data_version = None
        self._pools = (
            Pool(self._path, identity=now, size=READERS, query_only=True, limit=LIMIT),
            Pool(self._path, identity=now, size=1, query_only=False, limit=WRITE_LIMIT),
            # PRAGMA data_version compares with what its own connection saw, so the watcher keeps one.
            Pool(self._path, identity=now, size=1, query_only=True, limit=LIMIT),
        )

    async def _prepare(self) -> None:
        """Leaves a file of our schema. Processes that come at the same time wait for each other."""
        patient_until = asyncio.get_running_loop().time() + BUSY
        while True:
            connection = await connect(self._path, query_only=False)
            try:
                return await self._migrate(connection)
            except sqlite3.OperationalError as fault:
                # Where a file becomes WAL, SQLite gives up at once instead of waiting for the other process.
                tried_enough = asyncio.get_running_loop().time() > patient_until
                if tried_enough or fault.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
            finally:
                await connection.close()
            await asyncio.sleep(0.01)

    async def _migrate(self, db: aiosqlite.Connection) -> None:
        """Brings the schema up to date, unless it is."""
        version = await _number(db, "PRAGMA user_version")
        if version == VERSION and await _number(db, "PRAGMA application_id") == APPLICATION_ID:
            return
        tables = await _number(db, "SELECT count(*) FROM sqlite_master")
        # Asked last: another process may be making the store just now.
        owner = await _number(db, "PRAGMA application_id")
        if owner != APPLICATION_ID and (owner or version or tables):
            raise StoreRefused(f"{self._path}: is a database, but not of this program; name another in [store] url")
        if version > VERSION:
            raise StoreRefused(
                f"{self._path}: was written by a newer version (schema {version}, this one knows {VERSION});"
                " upgrade this program, or restore a backup"
            )
        await db.execute("PRAGMA journal_mode = WAL")
        await db.execute("BEGIN IMMEDIATE")
        # Another process may have been faster, and newer.
        version = await _number(db, "PRAGMA user_version")
        for step in MIGRATIONS[version:]:
            for statement in step.split(";\n"):
                await db.execute(statement)
        if version == 1:
            await derive(db)
        await db.execute(_WHOLE, (ALL, int(self._clock())))
        await db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        await db.execute(f"PRAGMA user_version = {max(version, VERSION)}")
        # Without this the caller's closing undoes it all.
        await db.execute("COMMIT")

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
            rows = await db.execute_fetchall(_SCOPES)
        return {slug: State(version=version, changed=changed) for _, slug, version, changed, *_ in rows}

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
        moment = micros(now)
        async with self._snapshot() as db:
            scopes = {row[1]: row for row in await db.execute_fetchall(_SCOPES)}
            if selection.topic:
                wanted = list(await db.execute_fetchall(TOPIC, selection.topic))
            else:
                wanted = [scopes[slug] for slug in selection.sections or ("",) if slug in scopes]
            if selection.search is None:
                ids, end, older = await _walk(db, [row[0] for row in wanted], limit, moment)
            else:
                ids, end = await _search(db, selection.search, limit, moment)
                older = None
            rows = await db.execute_fetchall(ARTICLES, (json.dumps(ids),))
            searched = selection.search is not None
            tombstones = [] if searched else await _tombstones(db, [row[0] for row in wanted], graves)
        slugs = {id: slug for slug, (id, *_) in scopes.items()}
        articles = {row[0]: from_row(row[1:], slugs) for row in rows}
        return Shelf(
            state=State(
                version=sum(row[2] for row in wanted),
                changed=max((row[3] for row in wanted), default=0),
            ),
            articles=[article for id in ids if isinstance(article := articles[id], Article)],
            tombstones=tombstones,
            changes_at=None if end is None else from_micros(end),
            since=utc(min((row[4] for row in wanted), default=0)),
            title=wanted[0][5] if selection.topic and wanted else "",
            older=None if older is None else from_micros(older),
        )

    async def recent(self, since: datetime, limit: int, now: datetime) -> Shelf:
        moment = micros(now)
        async with self._snapshot() as db:
            scopes = {row[1]: row for row in await db.execute_fetchall(_SCOPES)}
            found = await read_recent(db, ALL, micros(since), limit, moment)
            ends = list(await db.execute_fetchall(NEXT_EMBARGO, (ALL, moment)))
        slugs = {id: slug for slug, (id, *_) in scopes.items()}
        articles = [from_row(found.rows[id], slugs) for id in found.ids]
        _, _, version, changed, made, _ = scopes[""]
        return Shelf(
            state=State(version=version, changed=changed),
            articles=[article for article in articles if isinstance(article, Article)],
            tombstones=[],
            changes_at=from_micros(ends[0][0]) if ends else None,
            since=utc(made),
            older=None if found.older is None else from_micros(found.older),
        )

    async def fronts(self, *, limit: int, now: datetime) -> Mapping[str, Sequence[Article]]:
        moment = micros(now)
        async with self._snapshot() as db:
            slugs = {row[0]: row[1] for row in await db.execute_fetchall(_SCOPES)}
            walks = {
                slug: [row[2] for row in await db.execute_fetchall(WALK, (id, moment, limit))]
                for id, slug in slugs.items()
                if slug
            }
            ids = list({id for walk in walks.values() for id in walk})
            rows = await db.execute_fetchall(ARTICLES, (json.dumps(ids),))
        articles = {row[0]: from_row(row[1:], slugs) for row in rows}
        return {
            slug: [article for id in walk if isinstance(article := articles[id], Article)]
            for slug, walk in walks.items()
        }

    async def day(self, section: str, begin: datetime, end: datetime, now: datetime) -> DayShelf:
        moment = micros(now)
        async with self._snapshot() as db:
            scopes = {row[1]: row for row in await db.execute_fetchall(_SCOPES)}
            scope, _, version, changed, since, _ = scopes.get(section, (0, section, 0, 0, 0, ""))
            found = (
                await read_day(db, scope, micros(begin), micros(end), moment) if scope else Day([], [], None, None, 0)
            )
            rows = await db.execute_fetchall(ARTICLES, (json.dumps(found.ids),))
            ends = list(await db.execute_fetchall(NEXT_EMBARGO, (scope, max(moment, micros(begin) - 1))))
        slugs = {id: slug for slug, (id, *_) in scopes.items()}
        articles = {row[0]: from_row(row[1:], slugs) for row in rows}
        return DayShelf(
            state=State(version=version, changed=changed),
            articles=[article for id in found.ids if isinstance(article := articles[id], Article)],
            tombstones=found.tombstones,
            changes_at=from_micros(ends[0][0]) if ends else None,
            since=utc(since),
            changed=found.changed,
            older=None if found.older is None else from_micros(found.older),
            newer=None if found.newer is None else from_micros(found.newer),
        )

    async def find(self, key: str) -> Article | Tombstone | None:
        async with self._snapshot() as db:
            rows = list(await db.execute_fetchall(_FIND, (key,)))
            slugs = {row[0]: row[1] for row in await db.execute_fetchall(_SCOPES)}
        return from_row(rows[0], slugs) if rows else None

    async def changed(self) -> bool:
        await self._reopen_if_replaced()
        # Forgotten meanwhile, as it is when the store is opened: the next connection counts from another number.
        before, self._data_version = self._data_version, None
        async with self._pool(2).lend() as db:
            self._data_version = version = await _number(db, "PRAGMA data_version")
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


async def _walk(
    db: aiosqlite.Connection, scopes: Sequence[int], limit: int, moment: int
) -> tuple[list[int], int | None, int | None]:
    """The latest articles of some scopes, the position of the first one after the moment, and of the one that comes
    next behind them."""
    walks = [await db.execute_fetchall(WALK, (id, moment, limit + 1)) for id in scopes]
    ends = [end for id in scopes for (end,) in await db.execute_fetchall(NEXT_EMBARGO, (id, moment))]
    found = {id: -position for position, _, id in heapq.merge(*walks)}
    latest = list(islice(found, limit + 1))
    older = found[latest[limit]] if len(latest) > limit else None
    return latest[:limit], min(ends, default=None), older


async def _search(db: aiosqlite.Connection, query: str, limit: int, moment: int) -> tuple[list[int], int | None]:
    """The latest articles that a search finds, and the position of the first one after the moment."""
    found, end = await search(db, query, limit, moment)
    rows = await db.execute_fetchall(FOUND, (json.dumps([*found, end]),))
    latest = sorted((-position, guid, id) for position, guid, id in rows if position <= moment)
    return [id for *_, id in latest[:limit]], min(
        (position for position, *_ in rows if position > moment), default=None
    )


async def _tombstones(db: aiosqlite.Connection, scopes: Sequence[int], limit: int) -> list[Tombstone]:
    """The latest withdrawals from some scopes."""
    buried = [await db.execute_fetchall(GRAVES, (id, limit)) for id in scopes] if limit else []
    tombs = dict.fromkeys(tuple(row) for _, *row in heapq.merge(*buried))
    return [to_tombstone(*row) for row in islice(tombs, limit)]


async def _number(db: aiosqlite.Connection, statement: str) -> int:
    rows = list(await db.execute_fetchall(statement))
    return int(rows[0][0])
