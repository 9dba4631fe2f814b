"""What changes while very much is published goes before the rest of it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from feeds.publish import publisher as publishers
from feeds.publish.folder import Folder
from feeds.publish.outlet import File
from feeds.publish.publisher import Publisher
from feeds.publish.running import publishing
from feeds.text.guid import article_key
from tests.newsroom import until
from tests.publish.conftest import DAY, Press, news

pytestmark = pytest.mark.anyio

# Pages that are made at the beginning: of the oldest article last.
MANY = 40


class SlowFolder(Folder):
    """On a disk that takes long for articles' pages, until it is mended."""

    slow = True

    async def put(self, folder: str, files: Sequence[File], *, keep: Collection[str], marks: Collection[str]) -> None:
        if self.slow and folder.startswith("articles/"):
            await asyncio.sleep(0.25)
        await super().put(folder, files, keep=keep, marks=marks)


@asynccontextmanager
async def long_run(press: Press) -> AsyncIterator[tuple[Publisher, SlowFolder, "asyncio.Task[None]"]]:
    """A run that is at the pages of many articles of other hours, and has most of them to do."""
    await press.write(*(news(f"article-{number}", minutes=DAY + 20 * number) for number in range(MANY)))
    press.ahead += timedelta(seconds=2)
    outlet = SlowFolder(press.out, grace=0)
    async with publishing(press.settings, press.reader(), outlet, clock=press.clock) as publisher:
        await publisher.later()
        turn = asyncio.create_task(publisher.turn())
        await until((press.out / "articles").exists)
        yield publisher, outlet, turn
        await turn


def page(press: Press, guid: str) -> bool:
    return (press.out / "articles" / article_key(guid) / "index.html").exists()


async def shown(turn: "asyncio.Task[None]", condition: Callable[[], bool]) -> None:
    """Waits for a condition, which comes true before the run ends."""
    await until(lambda: condition() or turn.done())
    assert condition()
    assert not turn.done()


async def test_nobody_waits_for_a_million_pages_to_see_a_change(press: Press) -> None:
    """Neither a withdrawal, nor a new article and its page, nor the end of an embargo; and hubs are told then."""
    async with long_run(press) as (publisher, outlet, turn):
        await press.withdraw("article-1")
        await press.write(news("fresh"), news("soon", press.clock, minutes=-60))
        await shown(turn, lambda: "fresh" in press.text("world/rss.xml") and page(press, "fresh"))
        assert "<p>article-1</p>" not in press.text("world/rss.xml")
        assert not page(press, "article-1")
        await shown(turn, lambda: publisher.shows > 0)
        assert not page(press, f"article-{MANY - 1}")
        press.ahead += timedelta(hours=2)
        await shown(turn, lambda: "soon" in press.text("world/rss.xml"))
        outlet.slow = False
    assert all(page(press, f"article-{number}") for number in range(MANY) if number != 1)
    assert not page(press, "article-1")
    tally = await press.publish()
    assert (tally.written, tally.removed) == (0, 0)


@pytest.mark.parametrize("long", [0.0, 30.0], ids=["the rest waits", "begun anew"])
async def test_however_often_it_is_overtaken_all_is_published(
    press: Press, monkeypatch: pytest.MonkeyPatch, long: float
) -> None:
    """Also where what overtakes is overtaken."""
    monkeypatch.setattr(publishers, "_LONG", long)
    monkeypatch.setattr(publishers, "_STRETCH", 0)
    async with long_run(press) as (_, outlet, turn):
        for number in range(3):
            await press.write(*(news(f"more-{number}-{each}", minutes=5) for each in range(3)))
            await shown(turn, lambda number=number: f"more-{number}-2" in press.text("world/rss.xml"))  # type: ignore[misc]
        outlet.slow = False
    assert all(page(press, f"article-{number}") for number in range(MANY))
    assert all(page(press, f"more-{number}-{each}") for number in range(3) for each in range(3))


async def test_another_store_in_the_middle_of_it_is_published_whole(press: Press) -> None:
    """A backup that is put back: what the run was at is of no use any more."""
    await press.write(news("kept"))
    await press.store.close()
    backup = press.settings.store_path.read_bytes()
    await press.store.open()
    async with long_run(press) as (_, outlet, _):
        beside = press.folder / "restored.db"
        beside.write_bytes(backup)
        beside.replace(press.settings.store_path)
        await until(lambda: "article-1" not in press.text("world/rss.xml"))
        outlet.slow = False
    assert page(press, "kept")
    assert not [number for number in range(MANY) if page(press, f"article-{number}")]
