"""What is derived from stored articles, made for those that came before it was (schema.py, step 2)."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import aiosqlite

from feeds.direction import spelled_out
from feeds.store.sqlite.rows import COLUMNS, article_of, micros
from feeds.store.sqlite.scopes import read_scopes, slugs_of
from feeds.store.sqlite.topics import topics_of
from feeds.store.sqlite.words import Rows, index, words_of

# Articles held at a time.
_BATCH = 500
# Walks the primary key.
_NEXT = f"SELECT id, position, withdrawn, {COLUMNS} FROM articles WHERE id > ? ORDER BY id LIMIT ?"
_PUT = "UPDATE articles SET topics = ?, directed_html = ?, words_id = ? WHERE id = ?"
_LIST = "INSERT INTO listings (scope_id, position, guid, article_id) VALUES (?, ?, ?, ?)"
_BURY = """
INSERT INTO tombstones (scope_id, withdrawn, guid, article_id)
SELECT ?, withdrawn, guid, article_id FROM tombstones WHERE scope_id = 1 AND withdrawn = ? AND guid = ?
"""


async def derive(db: aiosqlite.Connection) -> None:
    """Gives every article its tags' and authors' scopes, its directed content and its words in the index."""
    slugs = slugs_of(await read_scopes(db))
    last = 0
    while found := list(await db.execute_fetchall(_NEXT, (last, _BATCH))):
        last = found[-1][0]
        await _derive(db, found, slugs)


async def _derive(db: aiosqlite.Connection, rows: Sequence[Any], slugs: Mapping[int, str]) -> None:
    articles = [article_of(columns, slugs) for _, _, _, *columns in rows]
    topics = await topics_of(db, articles)
    shown = [article for (_, _, withdrawn, *_), article in zip(rows, articles, strict=True) if not withdrawn]
    numbers = iter(await Rows(db).take(shown))
    for (id, position, withdrawn, *_), article, under in zip(rows, articles, topics, strict=True):
        number = None if withdrawn else next(numbers)
        directed = spelled_out(article.content_html, article.language)
        await db.execute(_PUT, (json.dumps(under, separators=(",", ":")), directed, number, id))
        if number is not None:
            await index(db, [(number, words_of(article))])
            await db.executemany(_LIST, [(scope, position, article.guid, id) for scope in under])
        else:
            when = micros(datetime.fromisoformat(withdrawn))
            await db.executemany(_BURY, [(scope, when, article.guid) for scope in under])
