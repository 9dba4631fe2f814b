"""The cache: one production at a time, bounded by bytes, stale while production fails."""

import asyncio
import gc
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from feeds.cache import Cache, Flights, Found
from tests.newsroom import until

pytestmark = pytest.mark.anyio


@dataclass(eq=False)
class Thing:
    """What a cache can hold."""

    size: int = 1
    fresh: bool = True


class Maker:
    """Produces when it is told to, and counts how often it was asked to."""

    def __init__(self, thing: Thing | Exception) -> None:
        self.thing = thing
        self.begun = self.ended = 0
        self.gate = asyncio.Event()

    async def __call__(self) -> Thing:
        self.begun += 1
        await self.gate.wait()
        self.ended += 1
        if isinstance(self.thing, Exception):
            raise self.thing
        return self.thing


def made(thing: Thing | Exception) -> Maker:
    maker = Maker(thing)
    maker.gate.set()
    return maker


async def get(
    cache: Cache[str, Thing], key: str, maker: Maker, spare: Callable[[Exception], bool] = lambda _: True
) -> Found[Thing]:
    return await cache.get(key, fresh=lambda thing: thing.fresh, produce=maker, spare=spare)


@pytest.fixture
def cache() -> Cache[str, Thing]:
    return Cache(max_bytes=100)


async def test_five_thousand_at_once_are_one_production(cache: Cache[str, Thing]) -> None:
    """Exactly 1; the first says `stored`, all others `collapsed`, and whoever comes later `hit`."""
    maker = Maker(Thing())
    asking = [asyncio.ensure_future(get(cache, "a", maker)) for _ in range(5000)]
    await until(lambda: maker.begun)
    maker.gate.set()
    found = await asyncio.gather(*asking)
    assert (maker.begun, maker.ended) == (1, 1)
    assert [each.how for each in found].count("stored") == 1
    assert [each.how for each in found].count("collapsed") == 4999
    assert {each.value for each in found} == {maker.thing}
    assert (await get(cache, "a", maker)).how == "hit"
    assert maker.begun == 1


async def test_keys_do_not_wait_for_each_other(cache: Cache[str, Thing]) -> None:
    """One production for each key, at the same time."""
    slow, quick = Maker(Thing()), made(Thing())
    waiting = asyncio.ensure_future(get(cache, "slow", slow))
    assert (await get(cache, "quick", quick)).value is quick.thing
    slow.gate.set()
    assert (await waiting).value is slow.thing


async def test_an_error_reaches_all_who_waited_and_is_not_kept(cache: Cache[str, Thing]) -> None:
    """The next one who asks has it tried again."""
    failing = Maker(ValueError("no"))
    asking = [asyncio.ensure_future(get(cache, "a", failing)) for _ in range(20)]
    await until(lambda: failing.begun)
    failing.gate.set()
    faults = await asyncio.gather(*asking, return_exceptions=True)
    assert [str(fault) for fault in faults if isinstance(fault, ValueError)] == ["no"] * 20
    assert failing.begun == 1
    assert len(cache) == 0
    assert (await get(cache, "a", made(Thing()))).how == "stored"


async def test_a_failing_production_serves_the_last_good_value(cache: Cache[str, Thing]) -> None:
    """`stale`, for everyone who waited, and again at the next failure; then anew."""
    old = Thing()
    await get(cache, "a", made(old))
    old.fresh = False
    failing = Maker(ValueError("no"))
    asking = [asyncio.ensure_future(get(cache, "a", failing)) for _ in range(5)]
    await until(lambda: failing.begun)
    failing.gate.set()
    assert {(each.value, each.how) for each in await asyncio.gather(*asking)} == {(old, "stale")}
    assert (await get(cache, "a", failing)).how == "stale"
    new = Thing()
    assert await get(cache, "a", made(new)) == Found(value=new, how="stored")


async def test_what_may_not_be_spared_is_raised(cache: Cache[str, Thing]) -> None:
    """An error that says that there is nothing any more is no reason to serve what was."""
    old = Thing()
    await get(cache, "a", made(old))
    old.fresh = False
    with pytest.raises(LookupError):
        await get(cache, "a", made(LookupError()), spare=lambda fault: not isinstance(fault, LookupError))
    assert cache.last("a") is old
    cache.drop("a")
    assert (cache.last("a"), cache.size) == (None, 0)
    cache.drop("a")


async def test_whoever_goes_away_takes_only_itself_away(cache: Cache[str, Thing]) -> None:
    """A cancelled request, the first one too, cancels neither the others nor the production."""
    maker = Maker(Thing())
    asking = [asyncio.ensure_future(get(cache, "a", maker)) for _ in range(3)]
    await until(lambda: maker.begun)
    asking[0].cancel()
    asking[1].cancel()
    maker.gate.set()
    found = await asyncio.gather(*asking, return_exceptions=True)
    assert [type(each) for each in found] == [asyncio.CancelledError, asyncio.CancelledError, Found]
    assert (maker.begun, maker.ended) == (1, 1)


async def test_what_nobody_waits_for_is_kept(cache: Cache[str, Thing]) -> None:
    """When all have gone the production goes on; its error, if it has one, troubles nobody."""
    for key, thing in (("good", Thing()), ("bad", ValueError("no"))):
        maker = Maker(thing)
        asking = asyncio.ensure_future(get(cache, key, maker))
        await until(lambda maker=maker: maker.begun)  # type: ignore[misc]
        asking.cancel()
        await asyncio.wait([asking])
        maker.gate.set()
        await until(lambda maker=maker: maker.ended)  # type: ignore[misc]
    await until(lambda: len(cache) == 1)
    del maker, asking
    # An exception that nobody has seen would be reported now, and warnings are errors here.
    gc.collect()
    assert (await get(cache, "good", made(Thing()))).how == "hit"


async def test_least_recently_used_goes_first(cache: Cache[str, Thing]) -> None:
    """Once all together are larger than `max_bytes`."""
    for key in "abcd":
        await get(cache, key, made(Thing(25)))
    assert (len(cache), cache.size) == (4, 100)
    await get(cache, "a", made(Thing()))
    await get(cache, "e", made(Thing(30)))
    assert [key for key in "abcde" if cache.last(key)] == ["a", "d", "e"]
    assert cache.size == 80


async def test_what_grows_is_weighed(cache: Cache[str, Thing]) -> None:
    """A variant that is made on demand counts from then on."""
    grown = Thing(10)
    for key, thing in (("a", Thing(40)), ("b", grown), ("c", Thing(50))):
        await get(cache, key, made(thing))
    grown.size = 30
    cache.weigh("b")
    assert [key for key in "abc" if cache.last(key)] == ["b", "c"]
    assert cache.size == 80
    cache.weigh("nothing")


async def test_what_is_larger_than_all_is_kept_alone(cache: Cache[str, Thing]) -> None:
    """It is asked for: a bound that is too small must not make a render of each request."""
    await get(cache, "small", made(Thing(10)))
    await get(cache, "large", made(Thing(1000)))
    assert (len(cache), cache.size) == (1, 1000)
    assert (await get(cache, "large", made(Thing()))).how == "hit"
    await get(cache, "small", made(Thing(10)))
    assert (len(cache), cache.size) == (1, 10)


async def test_a_new_value_takes_the_place_of_the_old(cache: Cache[str, Thing]) -> None:
    """Sizes are those of what is there, however often it changes."""
    for size in (10, 90, 20):
        thing = Thing(size)
        await get(cache, "a", made(thing))
        assert (len(cache), cache.size) == (1, size)
        thing.fresh = False


async def test_what_was_made_lands_before_anyone_has_it() -> None:
    """Whoever is given a value finds it kept."""
    flights: Flights[str] = Flights()
    landed: list[str] = []

    async def produce() -> str:
        await asyncio.sleep(0)
        return "made"

    async def ask() -> None:
        assert (await flights.join("key", produce, landed.append)).value == "made"
        assert landed == ["made"]

    await asyncio.gather(*(ask() for _ in range(10)))
