"""HTTP.md: what the lane remembers is bounded in bytes, and finished answers count in the cache's."""

import sys
from typing import Any

import pytest

from feeds.addresses import FeedAddress
from feeds.model import Section, Selection
from feeds.prepared import Answer
from feeds.web import fastlane
from feeds.web.fastlane import FastLane
from tests.desk.test_renewal import Slow
from tests.newsroom import Newsroom, story
from tests.store.articles import put
from tests.wire import request

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("newsroom", ["application"], indirect=True)]

STANDING = [(b"date", b"Mon, 23 Nov 2026 12:00:00 GMT")]
WORLD = FeedAddress(selection=Selection(sections=("world",)), format="rss")
PLAIN = (None, None, None, False, False)


async def ready(newsroom: Newsroom) -> FastLane:
    await newsroom.ask("/world/rss.xml")
    return FastLane(newsroom.desk)


def held(lane: FastLane) -> int:
    """The bytes of what is remembered, as Python counts them."""
    tables: tuple[dict[Any, Any], ...] = (lane._heads, lane._questions, lane._addresses)
    return sum(sys.getsizeof(key) + 100 for table in tables for key in table) + sum(map(sys.getsizeof, tables))


async def test_heads_are_forgotten_when_they_are_too_many(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Different heads without end, and different targets: memory stays flat, each is answered."""
    lane = await ready(newsroom)
    monkeypatch.setattr(fastlane, "_HEADS", 200_000)
    monkeypatch.setattr(fastlane, "_QUESTIONS", 100_000)
    for number in range(5_000):
        target = b"/world/rss.xml?x=%d" % number
        assert lane.answer(request(target), target, PLAIN, STANDING)
        assert lane.recall(request(target), STANDING)
        assert lane.size <= 300_000
    assert held(lane) < 450_000
    # Nor do those of one target.
    for number in range(2_000):
        head = request("/world/rss.xml", headers=[("X-Other", str(number))])
        assert lane.answer(head, b"/world/rss.xml", PLAIN, STANDING)
        assert lane.recall(head, STANDING)
        assert lane.size <= 300_000
    assert held(lane) < 450_000


async def test_a_long_head_is_not_remembered(newsroom: Newsroom) -> None:
    """Nor the answer to a long question: each is put together anew."""
    lane = await ready(newsroom)
    wants = (None, b'"x", ' * 1000 + b"*", None, False, False)
    for head, wanted in ((b"x" * 5000, PLAIN), (b"x", wants)):
        assert lane.answer(head, b"/world/rss.xml", wanted, STANDING)
        assert lane.recall(head, STANDING) is None


async def test_the_lane_answers_while_a_change_is_made(newsroom: Newsroom) -> None:
    """With the bytes from before, which it says are stale; from the swap on with the new ones."""
    lane = await ready(newsroom)
    target = b"/world/rss.xml"
    head = request(target)
    fresh = lane.answer(head, target, PLAIN, STANDING)
    assert fresh
    body = fresh.first.partition(b"\r\n\r\n")[2]
    slow = Slow(newsroom)
    await put(newsroom.store, story("new"))
    await slow.reading.wait()
    stale = lane.recall(head, STANDING)
    assert stale
    assert b"\r\ncache-status: khulasat; hit; detail=stale\r\n" in stale.first
    assert stale.first.partition(b"\r\n\r\n")[2] == body
    slow.go.set()
    await newsroom.seen()
    fresh = lane.recall(head, STANDING)
    assert fresh
    assert b"\r\ncache-status: khulasat; hit\r\n" in fresh.first
    assert "عنوان new".encode() in fresh.first


async def test_nothing_is_remembered_of_what_is_not_at_hand(newsroom: Newsroom) -> None:
    """Unknown addresses, redirects, wrong parameters, what was never rendered or not encoded."""
    lane = await ready(newsroom)
    for target in (b"/nowhere/", b"/world", b"/world/rss.xml?limit=x", b"/sports/rss.xml", b"*", b"\xff", b""):
        assert lane.answer(request(target), target, PLAIN, STANDING) is None
    assert lane.answer(b"x", b"/world/rss.xml", (b"br", None, None, False, False), STANDING) is None
    assert lane.size == 0


async def test_prepared_answers_count_in_the_cache(newsroom: Newsroom) -> None:
    """Heads, and bodies that are held together with them."""
    lane = await ready(newsroom)
    cache = newsroom.desk._holdings.cache
    before = cache.size
    answer = lane.answer(b"x", b"/world/rss.xml", PLAIN, STANDING)
    assert answer
    assert cache.size >= before + len(answer.first)
    other = lane.answer(b"y", b"/world/rss.xml", (None, b"*", None, False, False), STANDING)
    assert other
    assert cache.size >= before + len(answer.first) + len(other.first)
    newsroom.desk._holdings.cache.drop(WORLD)
    assert cache.size == 0


async def test_what_the_cache_lets_go_the_lane_does_not_hold(newsroom: Newsroom) -> None:
    """Whether it was replaced or crowded out: nobody keeps its bytes."""
    lane = await ready(newsroom)
    answers: list[Answer | None] = [lane.answer(b"x", b"/world/rss.xml", PLAIN, STANDING)]
    await newsroom.write(story("new"))
    await newsroom.ask("/world/rss.xml")
    answers.append(lane.recall(b"x", STANDING))
    assert answers[0] is not answers[1]
    newsroom.desk._holdings.cache.drop(WORLD)
    assert lane.recall(b"x", STANDING) is None
    assert [answer and (answer.first, answer.rest) for answer in answers] == [(b"", b"")] * 2


async def test_what_the_lane_answers_was_used_lately(newsroom: Newsroom) -> None:
    """So the cache drops something else first."""
    lane = await ready(newsroom)
    await newsroom.ask("/sports/rss.xml")
    assert lane.answer(b"x", b"/world/rss.xml", PLAIN, STANDING)
    await newsroom.ask("/sports/feed.json")
    assert lane.recall(b"x", list(STANDING))
    cache = newsroom.desk._holdings.cache
    assert next(reversed(cache._values)) == WORLD


async def test_a_section_that_comes_may_change_what_a_target_means(newsroom: Newsroom) -> None:
    """What was remembered of targets is found anew."""
    lane = await ready(newsroom)
    assert lane.answer(b"x", b"/world/rss.xml", PLAIN, STANDING)
    async with newsroom.store.writing() as writing:
        await writing.make_section(Section(slug="new", title="new"))
    await newsroom.write(story("new", sections=("new",)))
    assert lane.recall(b"x", STANDING) is None
    assert lane.size == 0
