"""`Cache-Status` (RFC 9211): how an answer was come by."""

import asyncio

import pytest

from feeds.model import Selection
from tests.newsroom import Newsroom, story, until

pytestmark = pytest.mark.anyio


async def test_the_one_that_rendered_says_stored_and_the_next_hit(newsroom: Newsroom) -> None:
    """A GET or HEAD after it, in whatever coding, with whatever condition, is a hit."""
    assert (await newsroom.ask("/world/rss.xml"))["cache-status"] == "khulasat; fwd=miss; stored"
    for method, headers in (
        ("GET", {}),
        ("HEAD", {}),
        ("GET", {"accept-encoding": "br"}),
        ("GET", {"if-none-match": "*"}),
    ):
        answer = await newsroom.ask("/world/rss.xml", method, headers)
        assert answer["cache-status"] == "khulasat; hit"


@pytest.mark.parametrize("newsroom", ["application"], indirect=True)
async def test_those_that_waited_say_collapsed(newsroom: Newsroom) -> None:
    """However many requests miss at once: one render, one `stored`, all with the same bytes."""
    answers = await asyncio.gather(
        *(newsroom.ask("/world/rss.xml", headers={"accept-encoding": "br"}) for _ in range(200))
    )
    said = [answer["cache-status"] for answer in answers]
    assert said.count("khulasat; fwd=miss; stored") == 1
    assert said.count("khulasat; fwd=miss; collapsed") == 199
    assert len({answer.body for answer in answers}) == 1
    assert newsroom.store.shelves == [Selection(sections=("world",))]


async def test_what_can_not_be_made_anew_is_stale(newsroom: Newsroom) -> None:
    """Last good bytes, with their own validators, and 304s too."""
    await newsroom.write(story("later", minutes=-5))
    newsroom.clock.go(minutes=1)
    good = await newsroom.ask("/world/rss.xml")
    newsroom.settings.store_path.unlink()
    await until(lambda: newsroom.desk.trouble)
    assert (await newsroom.ask("/world/rss.xml"))["cache-status"] == "khulasat; hit"
    # An embargo has ended: what is held is not what would be made now.
    newsroom.clock.go(minutes=10)
    answer = await newsroom.ask("/world/rss.xml")
    assert (answer.status, answer.body, answer.head) == (200, good.body, good.head)
    assert answer["cache-status"] == "khulasat; hit; detail=stale"
    answer = await newsroom.ask("/world/rss.xml", headers={"if-none-match": good["etag"]})
    assert (answer.status, answer["cache-status"]) == (304, "khulasat; hit; detail=stale")


@pytest.mark.parametrize("target", ["/nowhere/", "/nowhere/rss.xml", "/World/rss.xml", "/world/rss.xml?limit=0"])
async def test_what_is_no_representation_says_nothing(newsroom: Newsroom, target: str) -> None:
    """Errors and redirects are never cached here."""
    assert (await newsroom.ask(target)).get("cache-status") is None


async def test_a_change_costs_no_request_a_miss(newsroom: Newsroom) -> None:
    """What was asked for lately has its new bytes before anybody asks; what did not change is a hit."""
    await newsroom.ask("/world/rss.xml")
    await newsroom.ask("/sports/rss.xml")
    await newsroom.write(story("new"))
    answer = await newsroom.ask("/world/rss.xml")
    assert answer["cache-status"] == "khulasat; hit"
    assert "عنوان new" in answer.body.decode()
    assert (await newsroom.ask("/sports/rss.xml"))["cache-status"] == "khulasat; hit"
