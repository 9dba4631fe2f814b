"""Stored articles and their rows in the full-text index (words.py): made, kept, moved, taken back."""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence

import aiosqlite

from feeds.model import Article
from feeds.store.sqlite.rows import COLUMNS, article_of, micros
from feeds.store.sqlite.stored import Stored
from feeds.store.sqlite.words import Rows, Words, forget, index, same_second, words_of

# Walks the primary key of articles.
_WHOLE = f"SELECT id, {COLUMNS} FROM articles WHERE id IN (SELECT value FROM json_each(?))"

# Of scopes, by their ids.
Slugs = Mapping[int, str]


async def bring_in(
    db: aiosqlite.Connection, articles: Sequence[tuple[Article, Stored | None]], slugs: Slugs
) -> list[int]:
    """Puts the words of articles in, each in the place of those of the stored one; returns their rows."""
    # Thousands of words each: away from the event loop.
    found = await asyncio.to_thread(lambda: [words_of(article) for article, _ in articles])
    former = await _indexed(db, [old for _, old in articles if old], slugs)
    moved = [article for article, old in articles if not _stays(article, old)]
    numbers = iter(await Rows(db).take(moved))
    taken: list[int] = []
    gone: list[tuple[int, Words]] = []
    come: list[tuple[int, Words]] = []
    for (article, old), new in zip(articles, found, strict=True):
        row = old.words_id if old else None
        stays = _stays(article, old)
        number = row if stays and row is not None else next(numbers)
        if row is None or old is None:
            come.append((number, new))
        elif not stays or former[old.id] != new:
            gone.append((row, former[old.id]))
            come.append((number, new))
        taken.append(number)
    await forget(db, gone)
    await index(db, come)
    return taken


async def bring_back(db: aiosqlite.Connection, id: int, slugs: Slugs) -> None:
    """Puts the words of a stored article in, which had been taken out."""
    ((_, article),) = await _articles(db, [id], slugs)
    (number,) = await Rows(db).take([article])
    await index(db, [(number, words_of(article))])
    await db.execute("UPDATE articles SET words_id = ? WHERE id = ?", (number, id))


async def take_out(db: aiosqlite.Connection, articles: Sequence[Stored], slugs: Slugs) -> None:
    """Takes the words of stored articles out, before their texts go; whose they were still has to be noted."""
    words = await _indexed(db, articles, slugs)
    rows = [(stored.words_id, words[stored.id]) for stored in articles if stored.words_id is not None]
    await forget(db, rows)


async def _indexed(db: aiosqlite.Connection, articles: Iterable[Stored], slugs: Slugs) -> dict[int, Words]:
    """What the index holds of stored articles, by their ids."""
    ids = [stored.id for stored in articles if stored.words_id is not None]
    return {id: words_of(article) for id, article in await _articles(db, ids, slugs)}


async def _articles(db: aiosqlite.Connection, ids: Sequence[int], slugs: Slugs) -> list[tuple[int, Article]]:
    """Stored articles by their ids; withdrawn ones as they were."""
    rows = await db.execute_fetchall(_WHOLE, (json.dumps(ids),))
    return [(id, article_of(columns, slugs)) for id, *columns in rows]


def _stays(article: Article, old: Stored | None) -> bool:
    """Whether an article's words may stay in the row of the index that they are in."""
    return old is not None and old.words_id is not None and same_second(micros(article.listed_at), old.words_id)
