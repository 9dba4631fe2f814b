"""The inventory of the SQLite store (inventory.Inventory)."""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime

import aiosqlite

from feeds.model import Topic
from feeds.store.inventory import Standing
from feeds.store.outbox import Scope
from feeds.store.sqlite.quarters import QUARTER
from feeds.store.sqlite.rows import from_micros, micros

SECTIONS = "SELECT slug FROM scopes WHERE kind = 'section' AND version > ? ORDER BY id"
# Walks the unique index on kind and slug. A version is counted over the whole store (changes.py).
TOPICS = """
SELECT kind, slug FROM scopes
WHERE kind IN ('author', 'tag') AND (kind, slug) > (?, ?) AND version > ? AND since <= ? ORDER BY kind, slug LIMIT ?
"""
# Walks the primary key of quarters; what changes all at once stands there too, under scope 0.
QUARTERS = """
SELECT scope_id, quarter FROM quarters
WHERE scope_id IN (0, (SELECT id FROM scopes WHERE kind IN ('all', 'section') AND slug = ?)) AND changed >= ?
ORDER BY scope_id, quarter
"""
# One step of each primary key.
NEXT = """
SELECT min(position) FROM (
    SELECT * FROM (SELECT l.position FROM listings l JOIN s ON l.scope_id = s.id
        WHERE l.position BETWEEN ? AND ? ORDER BY l.position LIMIT 1)
    UNION ALL
    SELECT * FROM (SELECT b.position FROM buried b JOIN s ON b.scope_id = s.id
        WHERE b.position BETWEEN ? AND ? ORDER BY b.position LIMIT 1)
)
"""
_SECTION = "WITH s AS MATERIALIZED (SELECT id FROM scopes WHERE kind IN ('all', 'section') AND slug = ?)"
# Walks the primary key of listings, of the whole desk's.
ARRIVED = """
SELECT DISTINCT s.kind, s.slug FROM scopes s JOIN (
    SELECT DISTINCT j.value AS id FROM listings l JOIN articles a ON a.id = l.article_id, json_each(a.scopes) j
    WHERE l.scope_id = 1 AND l.position > ? AND l.position <= ?
    UNION SELECT DISTINCT j.value FROM listings l JOIN articles a ON a.id = l.article_id, json_each(a.topics) j
    WHERE l.scope_id = 1 AND l.position > ? AND l.position <= ?
    UNION SELECT l.scope_id FROM listings l WHERE l.scope_id = 1 AND l.position > ? AND l.position <= ?
) found ON s.id = found.id
"""
END = "SELECT position FROM listings WHERE scope_id = 1 AND position > ? ORDER BY position LIMIT 1"
# Walks the primary key of listings or buried.
STANDINGS = """
SELECT l.position, l.guid, a.key, a.url IS NOT NULL FROM {table} l JOIN articles a ON a.id = l.article_id
WHERE l.scope_id = 1 AND l.position >= ? AND l.position <= ? AND (l.position < ? OR l.guid > ?)
ORDER BY l.position DESC, l.guid LIMIT ?
"""

Connections = Callable[[], AbstractAsyncContextManager[aiosqlite.Connection]]


class SqliteInventory:
    """`reading` lends connections."""

    def __init__(self, *, reading: Connections) -> None:
        self._reading = reading

    async def sections(self, version: int) -> Sequence[str]:
        async with self._reading() as db:
            return [slug for (slug,) in await db.execute_fetchall(SECTIONS, (version,))]

    async def topics(self, *, after: Topic | None, limit: int, version: int, now: datetime) -> Sequence[Topic]:
        values = (*(after or ("", "")), version, micros(now) // 1_000_000, limit)
        async with self._reading() as db:
            return [Topic(kind, slug) for kind, slug in await db.execute_fetchall(TOPICS, values)]

    async def quarters(self, section: str, second: int) -> Sequence[datetime] | None:
        async with self._reading() as db:
            rows = list(await db.execute_fetchall(QUARTERS, (section, second)))
        if rows and rows[0][0] == 0:
            return None
        return [from_micros(quarter * QUARTER) for _, quarter in rows]

    async def next_stand(self, section: str, moment: datetime, now: datetime) -> datetime | None:
        span = (micros(moment), micros(now))
        async with self._reading() as db:
            ((position,),) = await db.execute_fetchall(_SECTION + NEXT, (section, *span, *span))
        return None if position is None else from_micros(position)

    async def arrived(self, after: datetime, until: datetime) -> Collection[Scope]:
        span = (micros(after), micros(until))
        async with self._reading() as db:
            return [Scope(*row) for row in await db.execute_fetchall(ARRIVED, span * 3)]

    async def next_end(self, now: datetime) -> datetime | None:
        async with self._reading() as db:
            rows = list(await db.execute_fetchall(END, (micros(now),)))
        return from_micros(rows[0][0]) if rows else None

    async def standings(
        self, begin: datetime, end: datetime, *, withdrawn: bool, after: Standing | None, limit: int
    ) -> Sequence[Standing]:
        statement = STANDINGS.format(table="buried" if withdrawn else "listings")
        first, last = micros(begin), micros(end) - 1
        values = (first, min(last, micros(after.at)) if after else last, micros(after.at) if after else last + 1)
        async with self._reading() as db:
            rows = await db.execute_fetchall(statement, (*values, after.guid if after else "", limit))
        return [
            Standing(at=from_micros(position), guid=guid, key=key, addressed=bool(addressed))
            for position, guid, key, addressed in rows
        ]
