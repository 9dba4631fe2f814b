"""What the latest of a selection is, read from SQLite in one snapshot."""

import heapq
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import aiosqlite

from feeds.model import Article, Selection, State, Tombstone
from feeds.store.contract import Shelf
from feeds.store.sqlite.rows import COLUMNS, from_micros, from_row, to_tombstone
from feeds.store.sqlite.scopes import ScopeRow, read_scopes, read_topic_scopes, slugs_of
from feeds.store.sqlite.words import search

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

Rows = Mapping[int, Sequence[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfRows:
    """A shelf as it was read: `ids` in its order, the `rows` of these by id, positions of times.

    It becomes articles when the connection is given back: no one waits for that.
    """

    shown: Sequence[ScopeRow]
    ids: Sequence[int]
    rows: Rows
    slugs: Mapping[int, str]
    tombstones: Sequence[Tombstone] = ()
    end: int | None = None
    older: int | None = None
    title: str = ""

    def shelf(self) -> Shelf:
        found = (from_row(self.rows[id], self.slugs) for id in self.ids)
        return Shelf(
            state=State(
                version=sum(scope.version for scope in self.shown),
                changed=max((scope.changed for scope in self.shown), default=0),
            ),
            articles=[article for article in found if isinstance(article, Article)],
            tombstones=list(self.tombstones),
            changes_at=None if self.end is None else from_micros(self.end),
            since=datetime.fromtimestamp(min((scope.since for scope in self.shown), default=0), UTC),
            title=self.title,
            older=None if self.older is None else from_micros(self.older),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontRows:
    """Shelves of all sections as they were read: the ids on each by its slug."""

    walks: Mapping[str, Sequence[int]]
    rows: Rows
    slugs: Mapping[int, str]

    def shelves(self) -> Mapping[str, Sequence[Article]]:
        articles = {id: from_row(row, self.slugs) for id, row in self.rows.items()}
        return {
            slug: [article for id in walk if isinstance(article := articles[id], Article)]
            for slug, walk in self.walks.items()
        }


async def read_rows(db: aiosqlite.Connection, ids: Sequence[int]) -> Rows:
    """What COLUMNS names, of articles by id."""
    return {row[0]: row[1:] for row in await db.execute_fetchall(ARTICLES, (json.dumps(ids),))}


async def read_end(db: aiosqlite.Connection, scope: int, moment: int) -> int | None:
    """The position of the first article of a scope after a moment."""
    ends = [end for (end,) in await db.execute_fetchall(NEXT_EMBARGO, (scope, moment))]
    return ends[0] if ends else None


async def read_shelf(db: aiosqlite.Connection, selection: Selection, limit: int, graves: int, moment: int) -> ShelfRows:
    """The latest articles and withdrawals of a selection."""
    scopes = await read_scopes(db)
    if selection.topic:
        shown = await read_topic_scopes(db, selection.topic)
    else:
        shown = [scopes[slug] for slug in selection.sections or ("",) if slug in scopes]
    ids = [scope.id for scope in shown]
    if selection.search is None:
        latest, end, older = await _walk(db, ids, limit, moment)
        tombstones = await _tombstones(db, ids, graves)
    else:
        latest, end = await _search(db, selection.search, limit, moment)
        older, tombstones = None, []
    return ShelfRows(
        shown=shown,
        ids=latest,
        rows=await read_rows(db, latest),
        slugs=slugs_of(scopes),
        tombstones=tombstones,
        end=end,
        older=older,
        title=shown[0].title if selection.topic and shown else "",
    )


async def read_fronts(db: aiosqlite.Connection, limit: int, moment: int) -> FrontRows:
    """The latest articles of every section."""
    slugs = slugs_of(await read_scopes(db))
    walks = {
        slug: [row[2] for row in await db.execute_fetchall(WALK, (id, moment, limit))]
        for id, slug in slugs.items()
        if slug
    }
    rows = await read_rows(db, list({id for walk in walks.values() for id in walk}))
    return FrontRows(walks=walks, rows=rows, slugs=slugs)


async def read_article(db: aiosqlite.Connection, key: str) -> Article | Tombstone | None:
    """An article or its tombstone, by the key of its guid."""
    rows = list(await db.execute_fetchall(_FIND, (key,)))
    return from_row(rows[0], slugs_of(await read_scopes(db))) if rows else None


async def _walk(
    db: aiosqlite.Connection, scopes: Sequence[int], limit: int, moment: int
) -> tuple[list[int], int | None, int | None]:
    """The latest articles of some scopes, the position of the first one after the moment, and of the one that comes
    next behind them."""
    walks = [await db.execute_fetchall(WALK, (id, moment, limit + 1)) for id in scopes]
    ends = [end for id in scopes if (end := await read_end(db, id, moment)) is not None]
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
