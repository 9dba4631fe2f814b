"""A store on disk, and the one door into it."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from feeds.intake.deciding import Change
from feeds.intake.door import Intake, Options, Tally
from feeds.model import Article, Place, Record, Rejection, Selection
from feeds.settings import Settings
from feeds.store.sqlite import SqliteStore
from feeds.text.guid import article_key
from tests.intake.drafts import NOW
from tests.newsroom import CONFIG, WallClock, configure
from tests.store.conftest import start

__all__ = ["Door", "door", "open_door", "records", "start"]


class Door:
    """Takes items, and tells what became of them."""

    def __init__(self, settings: Settings, store: SqliteStore, clock: WallClock) -> None:
        self.settings = settings
        self.store = store
        self.clock = clock
        self.intake = Intake(store, settings, clock=clock)
        self.tally = Tally()
        self.rejected: list[str] = []
        self.changes: list[Change] = []

    async def take(self, *items: Mapping[str, Any] | Record | Rejection, **options: Any) -> str:
        """The counts of one source, as new/updated/unchanged/rejected; the reasons stand in `rejected`."""
        self.tally, self.rejected, self.changes = Tally(), [], []
        await self.intake.take(
            records(items),
            Options(**options),
            tally=self.tally,
            reject=lambda rejection: self.rejected.append(str(rejection)),
            tell=self.changes.append,
        )
        return "/".join(str(n) for n in (self.tally.new, self.tally.updated, self.tally.unchanged, self.tally.rejected))

    async def article(self, guid: str = "1") -> Article:
        found = await self.store.find(article_key(guid))
        assert isinstance(found, Article)
        return found

    async def guids(self, *sections: str) -> set[str]:
        """The articles in these sections, or everywhere; also those that are under embargo."""
        selection, later = Selection(sections=sections), self.clock() + timedelta(days=9999)
        return {each.guid for each in (await self.store.shelf(selection, limit=100_000, graves=0, now=later)).articles}

    async def titles(self) -> dict[str, str]:
        """The titles of all sections by slug."""
        return {section.slug: section.title for section in await self.store.sections()}


def records(items: Iterable[Mapping[str, Any] | Record | Rejection]) -> list[Record | Rejection]:
    return [
        each
        if isinstance(each, (Record, Rejection))
        else Record(place=Place(source="in", position=str(number)), item=each)
        for number, each in enumerate(items, start=1)
    ]


@pytest.fixture
async def open_door(tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    """Opens doors into one store, with settings of their own."""
    stores: list[SqliteStore] = []

    async def opened(text: str = CONFIG, **environment: str) -> Door:
        clock = WallClock(NOW)
        settings = configure(tmp_path, text, **environment)
        store = SqliteStore(settings.store_path, clock=clock.seconds)
        stores.append(store)
        await store.open()
        return Door(settings, store, clock)

    yield opened
    for store in stores:
        await store.close()


@pytest.fixture
async def door(open_door: Callable[..., Any]) -> Door:
    made = await open_door()
    assert isinstance(made, Door)
    return made
