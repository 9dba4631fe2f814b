"""The latest headlines in SQLite: what stands since a moment, without texts."""

import json

import aiosqlite

from feeds.store.sqlite.rows import COLUMNS
from feeds.store.sqlite.scopes import ALL, read_scopes, slugs_of
from feeds.store.sqlite.shelves import ShelfRows, read_end

# Each walks a primary key: the first those of listings.
RECENT = """
SELECT article_id FROM listings
WHERE scope_id = ? AND position <= ? AND position >= ? ORDER BY position DESC, guid LIMIT ?
"""
OLDER = "SELECT position FROM listings WHERE scope_id = ? AND position < ? ORDER BY position DESC LIMIT 1"
# There may be very many, and texts are most of an article.
_LIGHT = COLUMNS.replace("content_html", "''").replace("directed_html", "NULL")
HEADLINES = f"SELECT id, {_LIGHT} FROM articles WHERE id IN (SELECT value FROM json_each(?))"


async def read_recent(db: aiosqlite.Connection, since: int, limit: int, moment: int) -> ShelfRows:
    """What stands on the whole desk from one position to another, both included, the latest first."""
    scopes = await read_scopes(db)
    ids = [id for (id,) in await db.execute_fetchall(RECENT, (ALL, moment, since, limit))]
    rows = await db.execute_fetchall(HEADLINES, (json.dumps(ids),))
    older = list(await db.execute_fetchall(OLDER, (ALL, since)))
    return ShelfRows(
        shown=[scopes[""]],
        ids=ids,
        rows={row[0]: row[1:] for row in rows},
        slugs=slugs_of(scopes),
        end=await read_end(db, ALL, moment),
        older=older[0][0] if older else None,
    )
