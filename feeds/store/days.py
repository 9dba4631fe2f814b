"""Days of history in SQLite: what stands between two moments, and when anything there last changed."""

from collections.abc import Iterable
from typing import NamedTuple

import aiosqlite

from feeds.model import Tombstone
from feeds.store.rows import to_tombstone

# Microseconds of a quarter of an hour: days of every time zone are made of whole ones.
QUARTER = 900_000_000
# Of the row that stands for changes of all at once.
_EVERYTHING = (0, 0)

# Each walks a primary key.
DAY = (
    "SELECT article_id FROM listings WHERE scope_id = ? AND position >= ? AND position < ? ORDER BY position DESC, guid"
)
EARLIER = """
SELECT max(position) FROM (
    SELECT * FROM (SELECT position FROM listings WHERE scope_id = ? AND position < ? ORDER BY position DESC LIMIT 1)
    UNION ALL
    SELECT * FROM (SELECT position FROM buried WHERE scope_id = ? AND position < ? ORDER BY position DESC LIMIT 1)
)
"""
LATER = """
SELECT min(position) FROM (
    SELECT * FROM (
        SELECT position FROM listings WHERE scope_id = ? AND position BETWEEN ? AND ? ORDER BY position LIMIT 1
    )
    UNION ALL
    SELECT * FROM (
        SELECT position FROM buried WHERE scope_id = ? AND position BETWEEN ? AND ? ORDER BY position LIMIT 1
    )
)
"""
BURIED = """
SELECT b.guid, a.withdrawn, a.reason, a.url FROM buried b JOIN articles a ON a.id = b.article_id
WHERE b.scope_id = ? AND b.position >= ? AND b.position < ? ORDER BY b.position DESC, b.guid
"""
CHANGED = """
SELECT max(changed) FROM (
    SELECT changed FROM quarters WHERE scope_id = ? AND quarter BETWEEN ? AND ?
    UNION ALL SELECT changed FROM quarters WHERE scope_id = 0
)
"""
_TOUCH = """
INSERT INTO quarters (scope_id, quarter, changed) VALUES (?, ?, ?)
ON CONFLICT DO UPDATE SET changed = max(changed, excluded.changed)
"""
# Further away than any moment.
_EVER = 2**62

Quarter = tuple[int, int]


class Day(NamedTuple):
    """What stands in a day: the ids of articles in the order of listings, tombstones likewise; the positions of what
    stands next to it on either side; the second of the last change from there to there."""

    ids: list[int]
    tombstones: list[Tombstone]
    older: int | None
    newer: int | None
    changed: int


async def read_day(db: aiosqlite.Connection, scope: int, begin: int, end: int, moment: int) -> Day:
    """What stands in a scope from one position to before another, without what is under embargo at the moment."""
    open_end = min(end, moment + 1)
    ids = [id for (id,) in await db.execute_fetchall(DAY, (scope, begin, open_end))]
    buried = await db.execute_fetchall(BURIED, (scope, begin, end))
    ((older,),) = await db.execute_fetchall(EARLIER, (scope, begin, scope, begin))
    ((newer,),) = await db.execute_fetchall(LATER, (scope, end, moment, scope, end, moment))
    # An archive names its neighbours, so what changes between them changes it.
    first = -_EVER if older is None else older
    last = _EVER if newer is None else newer
    ((changed,),) = await db.execute_fetchall(CHANGED, (scope, first // QUARTER, last // QUARTER))
    return Day(ids, [to_tombstone(*row) for row in buried], older, newer, changed or 0)


async def touch_quarters(db: aiosqlite.Connection, quarters: Iterable[Quarter], second: int) -> None:
    """Says when something changed in some quarters, each of a scope."""
    await db.executemany(_TOUCH, [(*quarter, second) for quarter in quarters])


async def touch_every_quarter(db: aiosqlite.Connection, second: int) -> None:
    """Says when something changed that all archives depend on."""
    await db.execute(_TOUCH, (*_EVERYTHING, second))
