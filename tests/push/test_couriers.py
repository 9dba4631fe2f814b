"""Couriers of several processes: who is waited for, who calls, and what outlives the one that did."""

import pytest

from tests.push.conftest import Post
from tests.push.receiver import Receiver, topics
from tests.store.articles import article

pytestmark = pytest.mark.anyio


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
