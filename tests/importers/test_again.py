"""The same source again: nothing new, nothing updated, no version moves, every feed the same bytes (and so ETag).

And a title that changed updates one article, and the feeds of its section alone.
"""

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from feeds.addresses import path_of
from feeds.catalogue import every_feed
from feeds.desk import Desk
from feeds.importers import Reading, detect, records
from feeds.importers.source import Source
from feeds.intake.door import Intake, Options, Tally
from feeds.model import Record, Rejection
from feeds.settings import Settings
from feeds.store.sqlite import SqliteStore
from tests.importers.test_data import DATA, case_of
from tests.newsroom import WallClock, configure
from tests.store.articles import NOW

pytestmark = pytest.mark.anyio

CASES = (
    "rss-wordpress rss-media rss-nothing-but-a-title rss-broken-off atom atom-prefixed rdf page-json-ld page-opengraph"
    " page-nothing-said page-hostile copy copy-long-form copy-without-section copy-lists wxr wxr-classic wxr-parents"
).split()


def read(name: str, clock: WallClock) -> list[Record | Rejection]:
    """The records of a case; its file is written anew each time, so its time moves."""
    raw = case_of(DATA / f"{name}.expected.json").read_bytes()
    source = Source.of(name, io.BytesIO(raw), changed=clock())
    return list(records(detect(name, source.peek()), source, Reading()))


async def take(intake: Intake, found: list[Record | Rejection], section: str) -> tuple[int, int, int]:
    tally = Tally()
    await intake.take(found, Options(section=section), tally=tally, reject=lambda rejection: None)
    return tally.new, tally.updated, tally.unchanged


async def feeds_of(store: SqliteStore, settings: Settings, clock: WallClock) -> dict[str, bytes]:
    """Every feed, made anew."""
    desk = Desk(settings, store, clock=clock)
    return {
        path_of(address).removeprefix("/"): representation.body async for address, representation in every_feed(desk)
    }


@asynccontextmanager
async def newsroom_of(folder: Path) -> AsyncIterator[tuple[Settings, SqliteStore, WallClock]]:
    """A configuration and its store, a month after its articles."""
    clock, settings = WallClock(NOW + timedelta(days=30)), configure(folder)
    store = SqliteStore(settings.store_path, clock=clock.seconds)
    await store.open()
    try:
        yield settings, store, clock
    finally:
        await store.close()


@pytest.mark.parametrize("name", CASES)
async def test_a_source_that_comes_again_changes_nothing(name: str, tmp_path: Path) -> None:
    async with newsroom_of(tmp_path) as (settings, store, clock):
        intake = Intake(store, settings, clock=clock)
        new, updated, unchanged = await take(intake, read(name, clock), "world")
        assert new and not updated and not unchanged
        feeds, states = await feeds_of(store, settings, clock), await store.states()
        clock.go(days=1)
        assert await take(intake, read(name, clock), "world") == (0, 0, new)
        assert await store.states() == states
        assert await feeds_of(store, settings, clock) == feeds


async def test_a_changed_title_updates_one_article_and_one_sections_feeds(tmp_path: Path) -> None:
    async with newsroom_of(tmp_path) as (settings, store, clock):
        intake = Intake(store, settings, clock=clock)
        await take(intake, read("atom", clock), "world")
        await take(intake, read("rdf", clock), "sports")
        before = await feeds_of(store, settings, clock)
        clock.go(hours=1)
        first, *rest = read("atom", clock)
        assert isinstance(first, Record)
        changed = replace(first, item={**first.item, "title": "عنوان آخر"})
        assert await take(intake, [changed, *rest], "world") == (0, 1, len(rest))
        after = await feeds_of(store, settings, clock)
        moved = {url.rpartition("/")[0] for url in after if after[url] != before[url]}
        assert moved == {"", "world"}
