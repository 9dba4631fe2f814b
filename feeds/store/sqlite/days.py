"""Days of history in SQLite: what stands between two moments."""

from typing import NamedTuple

import aiosqlite

from feeds.store.contract import DayShelf
from feeds.store.sqlite.quarters import QUARTER
from feeds.store.sqlite.rows import from_micros, to_tombstone
from feeds.store.sqlite.scopes import read_scopes, slugs_of
from feeds.store.sqlite.shelves import ShelfRows, read_end, read_rows

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
# Further away than any moment.
_EVER = 2**62


class Day(NamedTuple):
    """A day as it was read: what stands in it, the position of what stands next to it on the newer side, and the
    second of the last change from its neighbours on one side to those on the other."""

    found: ShelfRows
    newer: int | None
    changed: int

    def shelf(self) -> DayShelf:
        shelf = self.found.shelf()
        return DayShelf(
            state=shelf.state,
            articles=shelf.articles,
            tombstones=shelf.tombstones,
            changes_at=shelf.changes_at,
            since=shelf.since,
            changed=self.changed,
            older=shelf.older,
            newer=None if self.newer is None else from_micros(self.newer),
        )


async def read_day(db: aiosqlite.Connection, section: str, begin: int, end: int, moment: int) -> Day:
    """What stands in a section from one position to before another, without what is under embargo at the moment."""
    scopes = await read_scopes(db)
    if section not in scopes:
        return Day(ShelfRows(shown=[], ids=[], rows={}, slugs={}), None, 0)
    scope = scopes[section].id
    ids = [id for (id,) in await db.execute_fetchall(DAY, (scope, begin, min(end, moment + 1)))]
    buried = await db.execute_fetchall(BURIED, (scope, begin, end))
    ((older,),) = await db.execute_fetchall(EARLIER, (scope, begin, scope, begin))
    ((newer,),) = await db.execute_fetchall(LATER, (scope, end, moment, scope, end, moment))
    # An archive names its neighbours, so what changes between them changes it.
    first = -_EVER if older is None else older
    last = _EVER if newer is None else newer
    ((changed,),) = await db.execute_fetchall(CHANGED, (scope, first // QUARTER, last // QUARTER))
    found = ShelfRows(
        shown=[scopes[section]],
        ids=ids,
        rows=await read_rows(db, ids),
        slugs=slugs_of(scopes),
        tombstones=[to_tombstone(*row) for row in buried],
        end=await read_end(db, scope, max(moment, begin - 1)),
        older=older,
    )
    return Day(found, newer, changed or 0)
