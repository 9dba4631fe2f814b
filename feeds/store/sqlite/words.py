"""The full-text index: which words stand in which article (SQLite's FTS5, contentless)."""

import json
from collections.abc import Iterable, Sequence

import aiosqlite

from feeds.model import Article
from feeds.sanitize import text_of
from feeds.store.sqlite.rows import micros
from feeds.text.query import match_of
from feeds.text.words import index_words

# A row's number begins with the second that its article stands at, so that the latest matches are one walk
# backwards; what remains of it tells the articles of one second apart.
_BITS = 20

_INDEX = "INSERT INTO words (rowid, folded, stripped) VALUES (?, ?, ?)"
# Contentless FTS5 wants the very words that went in.
_FORGET = "INSERT INTO words (words, rowid, folded, stripped) VALUES ('delete', ?, ?, ?)"
# A walk of articles_by_words for each second, all of them in one call: a call costs more than the walk.
LATEST_ROWS = f"""
SELECT value, (SELECT max(words_id) FROM articles WHERE words_id BETWEEN value AND value + {(1 << _BITS) - 1})
FROM json_each(?)
"""

# Both walk the index of each word and stop: the cost of a common word does not grow with the store.
LATEST = "SELECT rowid FROM words WHERE words MATCH ? AND rowid <= ? ORDER BY rowid DESC LIMIT ?"
NEXT = "SELECT rowid FROM words WHERE words MATCH ? AND rowid > ? ORDER BY rowid LIMIT 1"
_SECOND = "SELECT rowid FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ?"

Words = tuple[str, str]


def words_of(article: Article) -> Words:
    """What the index holds of an article: its words, and their stripped forms."""
    authors = (author.name for author in article.authors)
    texts = (article.title, article.summary, text_of(article.content_html), *article.tags, *authors)
    return index_words("\n".join(texts))


def _first(position: int) -> int:
    return (position // 1_000_000) << _BITS


def same_second(position: int, row: int) -> bool:
    """Whether an article at this position may keep its row."""
    return row >> _BITS == position // 1_000_000


class Rows:
    """Gives out the numbers of rows, within one transaction."""

    def __init__(self, db: aiosqlite.Connection) -> None:
        self._db = db
        self._next: dict[int, int] = {}

    async def take(self, articles: Iterable[Article]) -> Sequence[int]:
        """For each article a number that no row has, in its second."""
        seconds = [_first(micros(article.listed_at)) for article in articles]
        unknown = json.dumps([first for first in dict.fromkeys(seconds) if first not in self._next])
        for first, latest in await self._db.execute_fetchall(LATEST_ROWS, (unknown,)):
            self._next[first] = first if latest is None else latest + 1
        return [self._take(first) for first in seconds]

    def _take(self, first: int) -> int:
        self._next[first] += 1
        return self._next[first] - 1


async def index(db: aiosqlite.Connection, rows: Iterable[tuple[int, Words]]) -> None:
    """Puts words into the index."""
    await db.executemany(_INDEX, [(row, *words) for row, words in rows])


async def forget(db: aiosqlite.Connection, rows: Iterable[tuple[int, Words]]) -> None:
    """Takes words out of the index: those that were put in."""
    await db.executemany(_FORGET, [(row, *words) for row, words in rows])


async def search(db: aiosqlite.Connection, query: str, limit: int, moment: int) -> tuple[Sequence[int], int | None]:
    """The rows of the latest matches, and the row of the first one after the moment (microseconds).

    They are `limit` and, of the last second, all: which of these come first is not in the index.
    """
    match = match_of(query)
    if not match:
        return [], None
    last = _first(moment) + (1 << _BITS) - 1
    found = [row for (row,) in await db.execute_fetchall(LATEST, (match, last, limit))]
    if len(found) == limit:
        second = found[-1] >> _BITS << _BITS
        rows = await db.execute_fetchall(_SECOND, (match, second, found[-1] - 1))
        found += [row for (row,) in rows]
    ends = [row for (row,) in await db.execute_fetchall(NEXT, (match, last))]
    return found, ends[0] if ends else None
