"""From announcements in the store to calls that were taken: when, by whom, how often."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from feeds.store.outbox import Scope
from tests.newsroom import PATIENCE, SITE, configure, until
from tests.push.conftest import Post, opened_post
from tests.push.receiver import Call, Receiver
from tests.store.articles import NOW, article, withdraw

pytestmark = pytest.mark.anyio

FILES = ("atom.xml", "feed.json", "rss.xml")


def topics(*slugs: str) -> list[str]:
    """The topics of sections and, by the empty string, of the whole desk, in order."""
    return sorted(f"{SITE}/{slug}/{file}" if slug else f"{SITE}/{file}" for slug in slugs for file in FILES)


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


async def test_every_process_that_lives_is_waited_for(post: Post, hub: Receiver) -> None:
    """Until it serves the change; whoever asks after the ping gets the new bytes, whichever answers."""
    courier, other = await post.courier(), await post.courier("two")
    post.versions["one"] = post.versions["two"] = 0
    await post.turn(other)
    version = await post.publish(article("a"))
    await post.turn(courier)
    post.versions["one"] = version
    await post.turn(courier, seconds=2)
    post.versions["two"] = version - 1
    await post.turn(other)
    await post.turn(courier, seconds=1)
    assert hub.calls == []
    post.versions["two"] = version
    await post.turn(other)
    await post.turn(courier)
    assert hub.topics() == topics("", "world")


async def test_nobody_is_waited_for_longer_than_five_seconds(post: Post, hub: Receiver) -> None:
    """One that hangs, or whose store is gone."""
    courier, other = await post.courier(), await post.courier("two")
    post.versions["two"] = 0
    await post.turn(other)
    await post.publish(article("a"))
    await post.turn(courier)
    await post.turn(courier, seconds=4.9)
    assert hub.calls == []
    await post.turn(courier, seconds=0.2)
    assert hub.topics() == topics("", "world")


@pytest.mark.parametrize("how", ["known to be gone", "silent"])
async def test_the_dead_are_not_waited_for(post: Post, hub: Receiver, how: str) -> None:
    """Told by the system on this machine, by their silence on another."""
    courier, other = await post.courier(), await post.courier("two")
    post.versions["two"] = 0
    await post.turn(other)
    if how == "silent":
        post.clock.go(seconds=16)
    else:
        post.gone.add("two")
    await post.publish(article("a"))
    await post.tell(courier)
    assert hub.topics() == topics("", "world")


async def test_one_calls_though_many_serve(post: Post, hub: Receiver) -> None:
    """Each call is made once; when that one dies, another goes on with what it left."""
    couriers = [await post.courier(name) for name in ("one", "two", "three")]
    for number in range(3):
        await post.publish(article(f"{number}"))
        for courier in couriers:
            await post.turn(courier)
        for courier in couriers:
            await post.turn(courier, seconds=1)
        assert hub.topics() == topics("", "world")
    leader = await post.store.outbox.leader()
    assert leader == "one"
    await post.publish(article("after"))
    post.gone.add("one")
    await post.tell(couriers[1])
    assert hub.topics() == topics("", "world")
    assert await post.store.outbox.leader() == "two"
    assert "one" not in await post.store.outbox.attendances()


async def test_a_leader_that_falls_silent_is_followed(post: Post, hub: Receiver) -> None:
    """On another machine, of whom nothing is known: half a minute later."""
    one, two = await post.courier("one"), await post.courier("two")
    await post.publish(article("a"))
    await post.turn(one, calls=False)
    await post.turn(two, seconds=20)
    assert hub.calls == []
    await post.turn(two, seconds=11)
    await post.turn(two, seconds=1)
    assert hub.topics() == topics("", "world")
    # And the first sees that it leads no more.
    await post.publish(article("b"))
    await post.tell(one)
    assert hub.calls == []


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


async def test_what_was_announced_outlives_its_process(post: Post, hub: Receiver) -> None:
    """Killed between the write and the ping, at any point of the way: the next one tells."""
    one = await post.courier("one")
    await post.publish(article("a"))
    post.gone.add("one")
    two = await post.courier("two")
    await post.tell(two)
    assert hub.topics() == topics("", "world")
    await post.publish(article("b"))
    post.gone = {"two"}
    # As far as the calls being decided on.
    await post.turn(one)
    hub.status = 503
    await post.turn(one, seconds=1)
    assert len(hub.take()) == 6
    hub.status = 202
    post.gone = {"one"}
    three = await post.courier("three")
    await post.turn(three, seconds=5)
    assert hub.topics() == topics("", "world")


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


def caching(folder: Path, hub: Receiver, cache: Receiver) -> opened_post:
    return opened_post(
        folder,
        WEBSUB__HUBS=f'["{hub.url}"]',
        CDN__PURGE_URL=f"{cache.url}purge/{{tag}}",
        CDN__HEADERS='{"X-Key": "secret"}',
    )


async def test_caches_are_purged_before_hubs_are_pinged(tmp_path: Path, hub: Receiver, cache: Receiver) -> None:
    """A request for each tag that changed, with the configured headers; when the first ping comes, all are through."""
    purged_at_first_ping: list[int] = []
    async with caching(tmp_path, hub, cache) as post:
        hub.meanwhile = lambda call: purged_at_first_ping.append(len(cache.calls))
        courier = await post.courier()
        await post.publish(article("a", tags=("طاقة",)))
        await post.tell(courier)
        assert sorted((call.method, call.target, call.headers["x-key"]) for call in cache.calls) == [
            ("PURGE", "/purge/desk:all", "secret"),
            ("PURGE", "/purge/tag:%D8%B7%D8%A7%D9%82%D8%A9", "secret"),
            ("PURGE", "/purge/world", "secret"),
        ]
        assert hub.topics() == topics("", "world")
        assert set(purged_at_first_ping) == {3}
        assert post.metrics.values()["purges", "taken"] == 3


async def test_a_cache_that_is_down_holds_up_no_ping(tmp_path: Path, hub: Receiver, cache: Receiver) -> None:
    """It is tried again; once it is purged, hubs are told again: they may have been given what it had."""
    async with caching(tmp_path, hub, cache) as post:
        cache.status = 500
        courier = await post.courier()
        await post.publish(article("a"))
        await post.tell(courier)
        assert hub.topics() == topics("", "world")
        assert await post.waiting() == (0, 2, 0)
        cache.status = 200
        await post.turn(courier, seconds=5)
        assert hub.topics() == topics("", "world")
        assert await post.waiting() == (0, 0, 0)


@pytest.mark.parametrize(
    ("settings", "method", "header", "body"),
    [
        ({"METHOD": "POST"}, "POST", ("content-type", "application/json"), b'{"tags":["world"]}'),
        ({"METHOD": "POST", "HEADERS": '{"Surrogate-Key": "{tag}"}'}, "POST", ("surrogate-key", "world"), b""),
        ({"HEADERS": '{"Authorization": "Bearer x"}'}, "PURGE", ("authorization", "Bearer x"), b'{"tags":["world"]}'),
    ],
)
async def test_the_tag_stands_where_the_cache_wants_it(
    tmp_path: Path, cache: Receiver, settings: dict[str, str], method: str, header: tuple[str, str], body: bytes
) -> None:
    """In the address, in a header or, where neither has a place for it, in a body."""
    environment = {f"CDN__{name}": value for name, value in settings.items()}
    async with opened_post(tmp_path, CDN__PURGE_URL=f"{cache.url}x", **environment) as post:
        courier = await post.courier()
        await post.publish(article("a"))
        await post.tell(courier)
        call = next(call for call in cache.calls if b"world" in call.body or "world" in call.headers.values())
        assert (call.method, call.target, call.body.replace(b" ", b"")) == (method, "/x", body)
        assert call.headers[header[0]] == header[1]


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
