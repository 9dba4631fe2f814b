"""The latest headlines in SQLite: what stands since a moment, without texts."""

import json
from collections.abc import Sequence
from typing import NamedTuple

import aiosqlite

from feeds.store.rows import COLUMNS

# Each walks a primary key: the first those of listings.
RECENT = """
SELECT article_id FROM listings
WHERE scope_id = ? AND position <= ? AND position >= ? ORDER BY position DESC, guid LIMIT ?
"""
OLDER = "SELECT position FROM listings WHERE scope_id = ? AND position < ? ORDER BY position DESC LIMIT 1"
# There may be very many, and texts are most of an article.
_LIGHT = COLUMNS.replace("content_html", "''").replace("directed_html", "NULL")
HEADLINES = f"SELECT id, {_LIGHT} FROM articles WHERE id IN (SELECT value FROM json_each(?))"


class Recent(NamedTuple):
    """Ids in the order of listings, rows by id, and the position of what stands next before them."""

    ids: list[int]
    rows: dict[int, Sequence[object]]
    older: int | None


async def read_recent(db: aiosqlite.Connection, scope: int, since: int, limit: int, moment: int) -> Recent:
    """What stands in a scope from one position to another, both included, the latest first."""
    ids = [id for (id,) in await db.execute_fetchall(RECENT, (scope, moment, since, limit))]
    rows = await db.execute_fetchall(HEADLINES, (json.dumps(ids),))
    older = list(await db.execute_fetchall(OLDER, (scope, since)))
    return Recent(ids, {row[0]: row[1:] for row in rows}, older[0][0] if older else None)
