"""Articles to put into a store."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from feeds.model import Article, Section, Selection
from feeds.store.contract import Shelf, Store

# When it is in these tests, as an article's time and as the clock shows it.
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECOND = int(NOW.timestamp())
MINUTE = timedelta(minutes=1)


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.time = float(SECOND)

    def __call__(self) -> float:
        return self.time


def article(
    guid: str = "a", *, at: datetime = NOW - MINUTE, sections: Iterable[str] = ("world",), **rest: Any
) -> Article:
    """A small article, published `at`."""
    values = {"title": f"عنوان {guid}", "modified": at, **rest}
    return Article(guid=guid, published=at, sections=tuple(sections), **values)


def digest(article: Article) -> bytes:
    return hashlib.sha256(repr(article).encode()).digest()


def guids(shelf: Shelf) -> list[str]:
    return [found.guid for found in shelf.articles]


def of(*sections: str) -> Selection:
    return Selection(sections=sections)


async def make_sections(store: Store, *slugs: str) -> None:
    async with store.writing() as writing:
        for slug in slugs:
            await writing.make_section(Section(slug=slug, title=slug.title()))


async def put(store: Store, *articles: Article) -> None:
    async with store.writing() as writing:
        await writing.put([(each, digest(each)) for each in articles])


async def withdraw(store: Store, guid: str, when: datetime = NOW, reason: str = "") -> bool:
    async with store.writing() as writing:
        return await writing.withdraw(guid, when, reason)


async def restore(store: Store, guid: str, when: datetime = NOW) -> bool:
    async with store.writing() as writing:
        return await writing.restore(guid, when)


async def look(store: Store, *sections: str, limit: int = 50, graves: int = 20, now: datetime = NOW) -> Shelf:
    """What stands in these sections, or everywhere."""
    return await store.shelf(of(*sections), limit=limit, graves=graves, now=now)


async def versions(store: Store) -> dict[str, int]:
    return {slug: state.version for slug, state in (await store.states()).items()}


async def raised(store: Store, before: dict[str, int]) -> set[str]:
    """The sections whose versions have grown since; the whole is the empty string."""
    after = await versions(store)
    assert all(after[slug] >= version for slug, version in before.items() if slug in after)
    return {slug for slug, version in after.items() if version > before.get(slug, 0)}


def later(article: Article, by: timedelta) -> Article:
    return replace(article, published=article.published + by, modified=article.modified + by)
