"""The outbox of the SQLite store (outbox.Outbox)."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any

import aiosqlite

from feeds.store.outbox import Announcement, Attendance, Backlog, Delivery, Scope
from feeds.store.sqlite.rows import from_micros, micros

Connections = Callable[[], AbstractAsyncContextManager[aiosqlite.Connection]]

# Announcements of a transaction: the versions that it gave. The first time stays until they are taken.
ANNOUNCE = """
INSERT INTO announcements (scope_id, version, since)
SELECT id, version, ? FROM scopes WHERE id IN (SELECT value FROM json_each(?))
ON CONFLICT (scope_id) DO UPDATE SET version = excluded.version
"""
EMBARGO = "INSERT OR IGNORE INTO embargoes (ends, scope_id) VALUES (?, ?)"

_ATTEND = "INSERT OR REPLACE INTO servers (name, version, seen) VALUES (?, ?, ?)"
_LEAVE = ("DELETE FROM servers WHERE name = ?", "DELETE FROM leaders WHERE name = ?")
_LEADER = "SELECT name, until FROM leaders WHERE place = 1"
_LEAD = "INSERT OR REPLACE INTO leaders (place, name, until) VALUES (1, ?, ?)"
# The first row of each is enough.
_WORK = """
SELECT EXISTS (SELECT 1 FROM announcements) OR EXISTS (SELECT 1 FROM embargoes WHERE ends <= ?)
    OR EXISTS (SELECT 1 FROM deliveries WHERE due <= ?)
"""
# Both walk the primary key of embargoes.
_ENDED = "SELECT DISTINCT scope_id FROM embargoes WHERE ends <= ?"
_END = "DELETE FROM embargoes WHERE ends <= ?"
_ANNOUNCED = """
SELECT s.kind, s.slug, a.version, a.since FROM announcements a JOIN scopes s ON s.id = a.scope_id
ORDER BY a.since, a.scope_id
"""
_TAKE = """
DELETE FROM announcements WHERE version <= ? AND scope_id = (SELECT id FROM scopes WHERE kind = ? AND slug = ?)
"""
_KEEP = """
INSERT OR REPLACE INTO deliveries (kind, target, topic, subject, since, due, tries) VALUES (?, ?, ?, ?, ?, ?, ?)
"""
# Walks deliveries_by_time.
_DUE = """
SELECT kind, target, topic, subject, since, due, tries FROM deliveries d
WHERE due <= ? AND NOT (kind = 'ping' AND EXISTS (
    SELECT 1 FROM deliveries p WHERE p.kind = 'purge' AND p.topic = d.subject AND p.tries = 0
))
ORDER BY due LIMIT 1000
"""
_SAME = "kind = ? AND target = ? AND topic = ? AND since = ?"
_DONE = f"DELETE FROM deliveries WHERE {_SAME}"
_AGAIN = f"UPDATE deliveries SET due = ?, tries = ? WHERE {_SAME}"
_BACKLOG = """
SELECT (SELECT count(*) FROM announcements), count(*) FILTER (WHERE kind = 'purge'),
    count(*) FILTER (WHERE kind = 'ping'), min(since)
FROM deliveries
"""


async def announce(db: aiosqlite.Connection, scopes: Iterable[int], now: int) -> None:
    """Announces scopes by their ids; `now` in microseconds."""
    await db.execute(ANNOUNCE, (now, json.dumps(list(scopes))))


class SqliteOutbox:
    """`reading` and `writing` lend connections, the latter inside a transaction that is kept."""

    def __init__(self, *, reading: Connections, writing: Connections) -> None:
        self._reading = reading
        self._writing = writing

    async def attend(self, server: str, version: int, now: datetime) -> None:
        async with self._writing() as db:
            await db.execute(_ATTEND, (server, version, micros(now)))

    async def leave(self, server: str) -> None:
        async with self._writing() as db:
            for statement in _LEAVE:
                await db.execute(statement, (server,))

    async def attendances(self) -> Mapping[str, Attendance]:
        rows = await self._rows("SELECT name, version, seen FROM servers")
        return {name: Attendance(version=version, seen=from_micros(seen)) for name, version, seen in rows}

    async def lead(self, server: str, *, until: datetime, now: datetime, gone: Collection[str]) -> bool:
        async with self._writing() as db:
            for name, end in await db.execute_fetchall(_LEADER):
                if name != server and end > micros(now) and name not in gone:
                    return False
            await db.execute(_LEAD, (server, micros(until)))
            # Who is known to be gone serves no more, either.
            await db.executemany(_LEAVE[0], [(name,) for name in gone])
        return True

    async def leader(self) -> str | None:
        rows = await self._rows(_LEADER)
        return str(rows[0][0]) if rows else None

    async def has_work(self, now: datetime) -> bool:
        rows = await self._rows(_WORK, (micros(now), micros(now)))
        return bool(rows[0][0])

    async def end_embargoes(self, now: datetime) -> None:
        moment = micros(now)
        if not await self._rows(_ENDED, (moment,)):
            return
        async with self._writing() as db:
            ended = [scope for (scope,) in await db.execute_fetchall(_ENDED, (moment,))]
            await announce(db, ended, moment)
            await db.execute(_END, (moment,))

    async def announcements(self) -> Sequence[Announcement]:
        rows = await self._rows(_ANNOUNCED)
        return [
            Announcement(scope=Scope(kind, slug), version=version, since=from_micros(since))
            for kind, slug, version, since in rows
        ]

    async def dispatch(self, taken: Collection[Announcement], deliveries: Sequence[Delivery]) -> None:
        async with self._writing() as db:
            await db.executemany(_TAKE, [(each.version, *each.scope) for each in taken])
            await db.executemany(_KEEP, [_row(each) for each in deliveries])

    async def due(self, now: datetime) -> Sequence[Delivery]:
        rows = await self._rows(_DUE, (micros(now),))
        return [
            Delivery(
                kind=kind,
                target=target,
                topic=topic,
                subject=subject,
                since=from_micros(since),
                due=from_micros(due),
                tries=tries,
            )
            for kind, target, topic, subject, since, due, tries in rows
        ]

    async def settle(self, done: Sequence[Delivery], again: Sequence[Delivery]) -> None:
        async with self._writing() as db:
            await db.executemany(_DONE, [_same(each) for each in done])
            await db.executemany(_AGAIN, [(micros(each.due), each.tries, *_same(each)) for each in again])

    async def backlog(self) -> Backlog:
        ((announcements, purges, pings, oldest),) = await self._rows(_BACKLOG)
        return Backlog(
            announcements=announcements,
            purges=purges,
            pings=pings,
            oldest=None if oldest is None else from_micros(oldest),
        )

    async def _rows(self, statement: str, parameters: tuple[Any, ...] = ()) -> list[Any]:
        async with self._reading() as db:
            return list(await db.execute_fetchall(statement, parameters))


def _same(delivery: Delivery) -> tuple[str | int, ...]:
    return (delivery.kind, delivery.target, delivery.topic, micros(delivery.since))


def _row(delivery: Delivery) -> tuple[str | int, ...]:
    return (
        *(delivery.kind, delivery.target, delivery.topic, delivery.subject),
        *(micros(delivery.since), micros(delivery.due), delivery.tries),
    )
