"""A newsroom, the live service of it, and a folder that it is published in."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.types import ASGIApp

from feeds.clock import present
from feeds.desk import Desk
from feeds.model import Article, Author
from feeds.publish.bringing import Tally
from feeds.publish.folder import Folder
from feeds.publish.publisher import Publisher
from feeds.publish.running import publish_once, publishing
from feeds.render.templates import Own
from feeds.settings import Settings
from feeds.settling import settle, software
from feeds.store.sqlite import SqliteStore
from feeds.web.app import application
from tests.newsroom import configure
from tests.store.articles import article, put, withdraw

DAY = 24 * 60


@dataclass(kw_only=True)
class Press:
    """What is published, and where. `ahead` puts the clock forward, which goes on from there."""

    folder: Path
    settings: Settings
    store: SqliteStore
    ahead: timedelta = timedelta()

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def clock(self) -> datetime:
        return present() + self.ahead

    def reader(self) -> SqliteStore:
        """The same store, as another process has it."""
        return SqliteStore(self.settings.store_path, clock=lambda: self.clock().timestamp())

    async def write(self, *articles: Article) -> None:
        await put(self.store, *articles)

    async def withdraw(self, guid: str) -> None:
        assert await withdraw(self.store, guid, self.clock())

    async def publish(self) -> Tally:
        """As `feeds publish DIR` does, in a later second; nobody reads the folder meanwhile."""
        self.ahead += timedelta(seconds=2)
        return await publish_once(self.settings, self.reader(), Folder(self.out, grace=0), clock=self.clock)

    @asynccontextmanager
    async def publishing(self) -> AsyncIterator[Publisher]:
        async with publishing(self.settings, self.reader(), Folder(self.out), clock=self.clock) as publisher:
            yield publisher

    def text(self, path: str) -> str:
        return (self.out / path).read_text("utf-8")

    def state(self) -> dict[str, tuple[int, int, int]]:
        """What every file is, by what the file system knows of it: another inode is another file."""
        return {
            str(each.relative_to(self.out)): ((found := each.stat()).st_ino, found.st_size, found.st_mtime_ns)
            for each in sorted(self.out.rglob("*"))
            if each.is_file() and "/." not in f"/{each.relative_to(self.out)}"
        }


@pytest.fixture
async def press(tmp_path: Path) -> AsyncIterator[Press]:
    """A desk with the sections world, sports and ثقافة, and nothing in them."""
    settings = configure(tmp_path)
    made = Press(folder=tmp_path, settings=settings, store=SqliteStore(settings.store_path, clock=lambda: 0.0))
    made.store = made.reader()
    await made.store.open()
    await settle(made.store, settings, made_by=software(Own().digest))
    yield made
    await made.store.close()


def news(guid: str, clock: Callable[[], datetime] = present, *, minutes: float = 10, **rest: Any) -> Article:
    """An article without an address of its own, published some minutes ago."""
    text = f"<p>{'نص الخبر كما ورد من المراسل. ' * 12}</p><p>{guid}</p>"
    return article(guid, at=clock() - timedelta(minutes=minutes), **{"content_html": text, **rest})


async def stock(press: Press) -> None:
    """A little of everything."""
    await press.write(
        news("one", tags=("طرابلس", "sea"), authors=(Author(name="سالم"),)),
        news("two", minutes=2 * DAY, sections=["sports"], url="https://elsewhere.example/two"),
        news("three", minutes=3 * DAY, sections=["world", "ثقافة"]),
        news("gone", minutes=4 * DAY),
        news("later", minutes=-60, tags=("coming",)),
    )
    await press.withdraw("gone")


@asynccontextmanager
async def live(press: Press) -> AsyncIterator[ASGIApp]:
    """The live service of the same store."""
    app = application(Desk(press.settings, press.reader(), clock=press.clock))
    async with app.router.lifespan_context(app):
        yield app
