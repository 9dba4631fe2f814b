"""The tags and authors that articles stand under: scopes with slugs of their own."""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain, count
from typing import Any

import aiosqlite

from feeds.model import Article, Topic, TopicKind
from feeds.sections import name_key
from feeds.store.sqlite.rows import micros
from feeds.text.slug import slugify

_KINDS: tuple[TopicKind, ...] = ("tag", "author")

# Walks scopes_by_name.
NAMED = """
SELECT name, id, since FROM scopes WHERE kind = ? AND name IN (SELECT value FROM json_each(?))
"""
_MAKE = """
INSERT INTO scopes (kind, slug, title, name, since, changed)
SELECT ?, ?, ?, ?, ?, changed FROM scopes WHERE id = 1 RETURNING id
"""
# Walks the unique index on kind and slug.
_SLUG = "SELECT 1 FROM scopes WHERE kind = ? AND slug = ?"
# Each of the two walks an index of its own; the slug itself comes before another spelling of some name.
_FIND = """
SELECT slug FROM (
    SELECT slug, 0 AS place FROM scopes WHERE kind = ? AND slug = ? AND since <= ?
    UNION ALL SELECT slug, 1 FROM scopes WHERE kind = ? AND name = ? AND since <= ?
) ORDER BY place LIMIT 1
"""
_STATES = """
SELECT s.kind, s.slug, s.version, s.changed FROM json_each(?) j
JOIN scopes s ON s.kind = j.value ->> 0 AND s.slug = j.value ->> 1
"""

_Name = tuple[TopicKind, str]


@lru_cache(maxsize=16_384)
def _named(title: str) -> tuple[str, str]:
    """What the spellings of a name have in common, and the slug that it would have."""
    return name_key(title), slugify(title)


def _names(article: Article) -> Mapping[_Name, str]:
    """The tags and authors of an article that can have an address, each with its title."""
    found: dict[_Name, str] = {}
    for kind, titles in (("tag", article.tags), ("author", tuple(author.name for author in article.authors))):
        for title in titles:
            key, slug = _named(title)
            if key and slug:
                found.setdefault(("tag" if kind == "tag" else "author", key), title)
    return found


async def topics_of(db: aiosqlite.Connection, articles: Sequence[Article]) -> list[list[int]]:
    """The scopes of each article's tags and authors; what is new is made.

    A tag or an author is known from the time of its earliest article on: not before an embargo ends.
    """
    named = [_names(article) for article in articles]
    known = await _known(db, chain.from_iterable(named))
    for article, names in zip(articles, named, strict=True):
        since = micros(article.listed_at) // 1_000_000
        for name, title in names.items():
            if name not in known:
                known[name] = (await _make(db, name, title, since), since)
            elif since < known[name][1]:
                known[name] = (known[name][0], since)
                await db.execute("UPDATE scopes SET since = ? WHERE id = ?", (since, known[name][0]))
    return [[known[name][0] for name in names] for names in named]


async def _known(db: aiosqlite.Connection, names: Iterable[_Name]) -> dict[_Name, tuple[int, int]]:
    wanted = set(names)
    found: dict[_Name, tuple[int, int]] = {}
    for kind in _KINDS:
        keys = [key for of, key in wanted if of == kind]
        for key, id, since in await db.execute_fetchall(NAMED, (kind, json.dumps(keys))):
            found[kind, key] = (id, since)
    return found


async def _make(db: aiosqlite.Connection, name: _Name, title: str, since: int) -> int:
    kind, key = name
    base = _named(title)[1]
    for slug in chain((base,), (f"{base}-{number}" for number in count(2))):
        if not list(await db.execute_fetchall(_SLUG, (kind, slug))):
            break
    rows = list(await db.execute_fetchall(_MAKE, (kind, slug, title, key, since)))
    return int(rows[0][0])


async def find_topic(db: aiosqlite.Connection, kind: TopicKind, name: str, second: int) -> Topic | None:
    """The tag or author that is called so, by slug or in any spelling of its name, if it is known at that second."""
    parameters: tuple[Any, ...] = (kind, name, second, kind, name_key(name), second)
    rows = list(await db.execute_fetchall(_FIND, parameters))
    return Topic(kind, rows[0][0]) if rows else None


async def topic_versions(db: aiosqlite.Connection, topics: Iterable[Topic]) -> dict[Topic, tuple[int, int]]:
    """The version of each, and when it changed."""
    rows = await db.execute_fetchall(_STATES, (json.dumps(list(topics)),))
    return {Topic(kind, slug): (version, changed) for kind, slug, version, changed in rows}
