"""Old articles dropped: of each are left its guid, where it stood and, if it was withdrawn, its tombstone."""

import json
from collections.abc import Iterable

import aiosqlite

# Walks the primary key of listings from its end: the oldest come first.
OLDEST = """
SELECT article_id FROM listings WHERE scope_id = 1 AND position < ? ORDER BY position, guid DESC LIMIT ?
"""
# Of withdrawn ones, which stand in no listing: walks the primary key of buried.
OLDEST_BURIED = """
SELECT a.id FROM buried b JOIN articles a ON a.id = b.article_id
WHERE b.scope_id = 1 AND b.position < ? AND a.pruned IS NULL ORDER BY b.position, b.guid DESC LIMIT ?
"""
_STRIP = """
UPDATE articles SET pruned = ?, url = NULL, title = '', summary = '', excerpt = '', content_html = '',
    directed_html = NULL, details = '{}', words_id = NULL
WHERE id IN (SELECT value FROM json_each(?))
"""
# The beginning of the primary key is enough: few stand at one position.
_UNLIST = "DELETE FROM listings WHERE scope_id = ? AND position = ? AND article_id = ?"
# For each scope, one stretch of its key.
_STANDING = """
SELECT s.slug, (SELECT count(*) FROM listings l WHERE l.scope_id = s.id AND l.position < ?)
FROM scopes s WHERE s.kind IN ('all', 'section')
"""


async def oldest(db: aiosqlite.Connection, before: int, most: int) -> list[int]:
    """The ids of the oldest articles that stand before a position; then those of withdrawn ones that stood there."""
    found = [id for (id,) in await db.execute_fetchall(OLDEST, (before, most))]
    if len(found) < most:
        found += [id for (id,) in await db.execute_fetchall(OLDEST_BURIED, (before, most - len(found)))]
    return found


async def strip(db: aiosqlite.Connection, ids: list[int], before: int) -> None:
    """Drops what articles say; they stand in no listing, nor in the index of words."""
    await db.execute(_STRIP, (before, json.dumps(ids)))


async def unlist(db: aiosqlite.Connection, places: Iterable[tuple[int, int, int]]) -> None:
    """Takes articles out of listings: scope, position and id of each."""
    await db.executemany(_UNLIST, places)


async def standing(db: aiosqlite.Connection, before: int) -> dict[str, int]:
    """How many articles stand before a position, by section; everywhere by the empty string."""
    return {slug: count for slug, count in await db.execute_fetchall(_STANDING, (before,))}
