"""What changed is made anew in the background: no request waits for it, and the change is served within a second."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from feeds.addresses import Address, FeedAddress, PageAddress
from feeds.desk.renewal import Renewal
from feeds.errors import StoreUnavailable
from feeds.model import Selection, Topic
from feeds.store.contract import Shelf
from tests.newsroom import Newsroom, opened, story, until
from tests.store.articles import of, put

pytestmark = pytest.mark.anyio

WORLD = FeedAddress(selection=of("world"), format="rss")
SPORTS = FeedAddress(selection=of("sports"), format="rss")
SEARCH = FeedAddress(selection=Selection(search="a"), format="rss")
ARTICLE = PageAddress(article="a" * 26)


class Bench:
    """A renewal of made-up things, under a clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0
        self.stale: list[Address] = []
        self.renewed: list[Address] = []
        self.fault: Exception | None = None
        self.renewal = Renewal(stale=lambda: self.stale, renew=self.renew, clock=lambda: self.now)

    async def renew(self, address: Address) -> None:
        if self.fault:
            raise self.fault
        self.renewed.append(address)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    bench = Bench()
    running = asyncio.create_task(bench.renewal.run())
    yield bench
    running.cancel()


async def test_what_was_asked_for_lately_is_renewed_in_order(bench: Bench) -> None:
    """What was used last comes first; what nobody asked for, or not for ten minutes, is left until somebody does."""
    bench.renewal.ask(SPORTS)
    bench.now = 601
    bench.renewal.ask(WORLD)
    page = PageAddress(selection=of("world"))
    bench.renewal.ask(page)
    bench.stale = [page, SPORTS, FeedAddress(selection=of("nobody"), format="rss"), WORLD]
    bench.renewal.notice()
    await until(lambda: not bench.renewal._pending)
    assert bench.renewed == [page, WORLD]


async def test_searches_and_articles_are_made_when_they_are_asked_for(bench: Bench) -> None:
    """There is no end of them."""
    for address in (SEARCH, ARTICLE):
        bench.renewal.ask(address)
    bench.stale = [SEARCH, ARTICLE]
    bench.renewal.notice()
    assert not bench.renewal._pending


async def test_it_covers_for_half_a_second(bench: Bench) -> None:
    """Then whoever asks waits for the new bytes."""
    bench.renewal.ask(WORLD)
    bench.stale = [WORLD]
    bench.renewal.notice()
    assert bench.renewal.covers(WORLD)
    assert not bench.renewal.covers(SPORTS)
    bench.now = 0.5
    assert not bench.renewal.covers(WORLD)


@pytest.mark.parametrize("fault", [StoreUnavailable("locked"), ZeroDivisionError()])
async def test_what_fails_does_not_end_it(bench: Bench, fault: Exception) -> None:
    bench.renewal.ask(WORLD)
    bench.stale = [WORLD]
    bench.fault = fault
    bench.renewal.notice()
    await until(lambda: not bench.renewal._pending)
    bench.fault = None
    bench.renewal.notice()
    await until(lambda: bench.renewed == [WORLD])


async def test_what_is_remembered_of_requests_is_bounded(bench: Bench) -> None:
    for number in range(20_001):
        bench.renewal.ask(FeedAddress(selection=of("world"), format="rss", limit=number))
    assert len(bench.renewal._asked) <= 10_000


class Slow:
    """Holds what the store reads until it is let go."""

    def __init__(self, newsroom: Newsroom) -> None:
        self.reading = asyncio.Event()
        self.go = asyncio.Event()
        self._shelf = newsroom.store.shelf
        newsroom.store.shelf = self.shelf  # type: ignore[method-assign]

    async def shelf(self, *arguments: object, **more: object) -> Shelf:
        self.reading.set()
        await self.go.wait()
        return await self._shelf(*arguments, **more)  # type: ignore[arg-type]


async def test_no_request_waits_for_a_change(newsroom: Newsroom) -> None:
    """Until the new bytes are there, the ones from before are served."""
    before = await newsroom.ask("/world/rss.xml")
    slow = Slow(newsroom)
    await put(newsroom.store, story("new"))
    await slow.reading.wait()
    meanwhile = await newsroom.ask("/world/rss.xml")
    assert (meanwhile.body, meanwhile["cache-status"]) == (before.body, "khulasat; hit; detail=stale")
    slow.go.set()
    await newsroom.seen()
    after = await newsroom.ask("/world/rss.xml")
    assert after["cache-status"] == "khulasat; hit"
    assert "عنوان new" in after.body.decode()


async def test_the_codings_that_were_asked_for_are_there_again(newsroom: Newsroom) -> None:
    await newsroom.ask("/world/rss.xml", headers={"accept-encoding": "br"})
    await newsroom.write(story("new"))
    held = newsroom.desk.at_hand(WORLD)
    assert held is not None
    assert (held.value.variant("br") is not None, held.value.variant("gzip")) == (True, None)


async def test_a_tag_is_renewed_too(newsroom: Newsroom) -> None:
    target = "/tags/%D8%B7%D8%B1%D8%A7%D8%A8%D9%84%D8%B3/rss.xml"
    await newsroom.ask(target)
    await newsroom.write(story("new"))
    assert newsroom.desk.at_hand(FeedAddress(selection=Selection(topic=Topic("tag", "طرابلس")), format="rss"))
    assert "عنوان new" in (await newsroom.ask(target)).body.decode()


async def test_the_end_of_an_embargo_is_not_put_off(tmp_path: Path) -> None:
    """What has ended by itself is never covered."""
    async with opened(tmp_path) as newsroom:
        await newsroom.write(story("old"), story("later", minutes=-5))
        await newsroom.ask("/world/rss.xml")
        newsroom.clock.go(minutes=5)
        assert "عنوان later" in (await newsroom.ask("/world/rss.xml")).body.decode()
