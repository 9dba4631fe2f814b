"""Calls that are not taken: tried again, until they are or a day has gone by."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from feeds.store.outbox import Scope
from tests.newsroom import PATIENCE, until
from tests.push.conftest import Post, opened_post
from tests.push.receiver import Call, Receiver, topics
from tests.store.articles import article

pytestmark = pytest.mark.anyio


async def test_a_hub_that_is_down_for_an_hour(post: Post, hub: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    """Everything is delivered after, each topic once, within five minutes."""
    courier = await post.courier()
    hub.status = 503
    await post.publish(article("a"))
    await post.tell(courier)
    for minute in range(60):
        if minute == 30:
            await post.publish(article("s", sections=("sports",)))
        await post.turn(courier, minutes=1)
    assert 6 * 10 < len(hub.take()) < 9 * 25
    assert await post.waiting() == (0, 0, 9)
    hub.status = 204
    for _ in range(5):
        await post.turn(courier, minutes=1)
    assert hub.topics() == topics("", "sports", "world")
    assert await post.waiting() == (0, 0, 0)
    line = next(line for line in caplog.messages if line.startswith("event=pings_failed"))
    assert f'target={hub.url} failed=6 reason="503 Service Unavailable"' in line


async def test_a_hub_that_can_not_be_reached(tmp_path: Path, receivers: Callable[[], Receiver]) -> None:
    """Nobody listens: it is tried again, and other hubs are told meanwhile."""
    hub = receivers()
    environment = {"WEBSUB__HUBS": f'["http://127.0.0.1:9/", "{hub.url}", "http://no-such-host.invalid/"]'}
    async with opened_post(tmp_path, **environment) as post:
        courier = await post.courier()
        await post.publish(article("a"))
        await post.tell(courier)
        assert hub.topics() == topics("", "world")
        assert await post.waiting() == (0, 0, 12)


async def test_a_hub_that_hangs_holds_up_nobody(tmp_path: Path, receivers: Callable[[], Receiver]) -> None:
    """The others are told, also of what comes after."""
    hanging, hub = receivers(), receivers()
    go = threading.Event()
    hanging.meanwhile = lambda call: go.wait(PATIENCE)
    async with opened_post(tmp_path, WEBSUB__HUBS=f'["{hanging.url}", "{hub.url}"]') as post:
        courier = await post.courier()
        for guid in "ab":
            await post.publish(article(guid))
            await post.turn(courier, calls=False)
            await post.turn(courier, calls=False, seconds=1)
            await until(lambda: len(hub.calls) == 6)
            await until(lambda: len(courier._calls) == 1)
            assert hub.topics() == topics("", "world")
        go.set()
        await post.answered(courier)
        # What had been called for before was called for again meanwhile.
        assert len(hanging.calls) == 12
        assert await post.waiting() == (0, 0, 0)


async def test_what_is_tried_for_a_day_is_given_up(post: Post, hub: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    """And counted, and said."""
    courier = await post.courier()
    hub.status = 500
    await post.publish(article("a"))
    await post.tell(courier)
    await post.turn(courier, hours=23)
    assert await post.waiting() == (0, 0, 6)
    await post.turn(courier, hours=1)
    assert await post.waiting() == (0, 0, 0)
    assert post.metrics.values()["pings", "given_up"] == 6
    assert post.metrics.values()["pings", "failed"] == 18
    assert caplog.messages[-1].endswith("next=never")


async def test_redirects_are_no_answer(post: Post, hub: Receiver) -> None:
    """A form that is sent on would lose what is in it."""
    hub.status, hub.headers = 302, {"Location": hub.url}
    courier = await post.courier()
    await post.publish(article("a"))
    await post.tell(courier)
    assert len(hub.calls) == 6
    assert await post.waiting() == (0, 0, 6)


async def test_who_asks_us_to_wait_is_waited_for(post: Post, hub: Receiver) -> None:
    hub.status, hub.headers = 429, {"Retry-After": "100"}
    courier = await post.courier()
    await post.publish(article("a"))
    await post.tell(courier)
    hub.take()
    await post.turn(courier, seconds=99)
    assert hub.calls == []
    await post.turn(courier, seconds=2)
    assert len(hub.calls) == 6


async def test_hubs_that_answer_at_length_are_not_heard_out(post: Post, hub: Receiver) -> None:
    """The status is enough; a call of a path that a hub has is made to that path."""

    def long(call: Call) -> None:
        hub.headers = {"X-Long": "x" * 1000}

    hub.meanwhile = long
    courier = await post.courier()
    await post.publish(article("a"))
    await post.tell(courier)
    assert await post.waiting() == (0, 0, 0)
    assert Scope("all", "") not in courier._awaited
