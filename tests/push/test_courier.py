"""From announcements in the store to calls that were taken: when, and of what."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest

from tests.newsroom import configure
from tests.push.conftest import Post
from tests.push.receiver import Receiver, topics
from tests.store.articles import NOW, article, withdraw

pytestmark = pytest.mark.anyio


async def test_a_change_is_pinged_for_its_section_and_the_whole_desk(post: Post, hub: Receiver) -> None:
    """In the three formats, as a form; then nothing is left."""
    courier = await post.courier()
    await post.turn(courier)
    assert hub.take() == []
    await post.publish(article("a"))
    await post.tell(courier)
    first = hub.calls[0]
    assert first.method == "POST"
    assert first.target == "/"
    assert first.headers["content-type"] == "application/x-www-form-urlencoded"
    assert first.headers["user-agent"] == "Khulasat/test"
    assert set(first.form) == {"hub.mode", "hub.url", "hub.topic"}
    assert first.form["hub.mode"] == "publish"
    assert first.form["hub.url"] == first.form["hub.topic"]
    assert hub.topics() == topics("", "world")
    assert await post.waiting() == (0, 0, 0)
    await post.turn(courier, minutes=10)
    assert hub.take() == []
    assert post.metrics.values()["pings", "taken"] == 6


async def test_changes_within_a_second_are_one(post: Post, hub: Receiver) -> None:
    """However many; and what changes again is told again a second later, not before."""
    courier = await post.courier()
    for number in range(20):
        await post.publish(article(f"{number}"))
        await post.turn(courier, milliseconds=10)
    await post.turn(courier, milliseconds=300)
    assert hub.topics() == topics("", "world")
    await post.publish(article("soon"))
    await post.turn(courier)
    await post.turn(courier, milliseconds=600)
    assert hub.topics() == []
    await post.turn(courier, milliseconds=500)
    assert hub.topics() == topics("", "world")


async def test_changes_without_a_pause_are_told_all_the_same(post: Post, hub: Receiver) -> None:
    """A change is not waited for longer because another comes: once a second, and the last one too."""
    courier = await post.courier()
    told = 0
    for number in range(50):
        post.versions["one"] = await post.publish(article(f"{number}"))
        await post.turn(courier, milliseconds=200)
        told += len(hub.topics())
    assert 8 * 6 <= told <= 10 * 6
    for _ in range(2):
        await post.tell(courier)
    assert await post.waiting() == (0, 0, 0)


async def test_ends_of_embargoes_and_withdrawals_are_pinged(post: Post, hub: Receiver) -> None:
    """The former at their second, without a write; also of what came in before the desk ran."""
    await post.publish(article("later", at=NOW + timedelta(minutes=5), sections=("sports",)))
    courier = await post.courier()
    await post.tell(courier)
    assert hub.calls == []
    post.clock.now = NOW + timedelta(minutes=5)
    await post.tell(courier)
    assert hub.topics() == topics("", "sports")
    assert await withdraw(post.store, "later", post.clock())
    await post.tell(courier)
    assert hub.topics() == topics("", "sports")


async def test_an_import_of_a_history_tells_nobody(post: Post, hub: Receiver) -> None:
    courier = await post.courier()
    async with post.store.writing() as writing:
        old = [article(f"{n}", at=NOW - timedelta(days=2 + n)) for n in range(50)]
        await writing.put([(each, b"") for each in old], news_since=NOW - timedelta(hours=24))
    await post.tell(courier)
    assert hub.calls == []


async def test_a_store_that_is_gone_stops_nothing_for_good(
    post: Post, hub: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    """What a courier could not read or note is done when it can."""
    caplog.set_level(logging.INFO, "feeds")
    courier = await post.courier()
    await post.publish(article("a"))
    path = post.settings.store_path
    path.rename(path.with_name("away.db"))
    await courier._try_turn()
    path.with_name("away.db").rename(path)
    await post.tell(courier)
    assert set(hub.topics()) == set(topics("", "world"))
    assert caplog.messages[0].startswith("event=announced ")


async def test_a_bug_is_said_once(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    """And the next look may go well."""
    courier = await post.courier()
    del post.versions["one"]
    for _ in range(3):
        await courier._try_turn()
    assert caplog.text.count("event=courier_failed") == 1
    post.versions["one"] = 5
    await courier._try_turn()
    assert (await post.store.outbox.attendances())["one"].version == 5


async def test_with_nobody_to_tell_the_outbox_is_emptied(post: Post, tmp_path: Path) -> None:
    """It would grow for ever."""
    courier = await post.courier(settings=configure(tmp_path))
    await post.publish(article("a", tags=("x",)))
    await courier._try_turn()
    assert await post.waiting() == (0, 0, 0)
    await courier._try_turn()
    assert await post.store.outbox.attendances() == {}
