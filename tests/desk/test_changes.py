"""What a change in the store does to representations, and what leaves them alone."""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from feeds.addresses import FeedAddress, PageAddress
from feeds.cache import Found
from feeds.desk import Desk
from feeds.desk.watcher import TICK
from feeds.model import FeedFormat, Section, Selection
from feeds.representation import Representation
from feeds.settling import settle
from feeds.store.sqlite import SqliteStore
from tests.newsroom import CONFIG, PATIENCE, Newsroom, WallClock, configure, opened, story, until
from tests.store.articles import NOW, of, put, restore, withdraw

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[2]
S = TypeVar("S", bound=SqliteStore)


def at(*sections: str, format: FeedFormat = "atom") -> FeedAddress:
    return FeedAddress(selection=Selection(sections=sections), format=format)


async def found(desk: Desk, address: FeedAddress | PageAddress) -> Found[Representation]:
    answer = await desk.get(address)
    assert isinstance(answer, Found)
    return answer


async def get(newsroom: Newsroom, *sections: str) -> Representation:
    return (await found(newsroom.desk, at(*sections))).value


def shows(representation: Representation, guid: str) -> bool:
    return f"عنوان {guid}<".encode() in representation.body


async def test_a_change_in_one_section_leaves_the_others_alone(newsroom: Newsroom) -> None:
    """The same object, the same tag: nothing was even looked at."""
    world, sports, culture, both, everything = [
        await get(newsroom, *sections) for sections in (("world",), ("sports",), ("ثقافة",), ("sports", "world"), ())
    ]
    page = (await found(newsroom.desk, PageAddress(selection=of("sports")))).value
    newsroom.store.shelves.clear()
    await newsroom.write(story("new"))
    assert await get(newsroom, "sports") is sports
    assert await get(newsroom, "ثقافة") is culture
    assert (await found(newsroom.desk, PageAddress(selection=of("sports")))).value is page
    # What changed was made anew, once, before anybody asked.
    assert set(newsroom.store.shelves) == {of("world"), of("sports", "world"), of()}
    assert len(newsroom.store.shelves) == 3
    for before, sections in ((world, ("world",)), (both, ("sports", "world")), (everything, ())):
        after = await get(newsroom, *sections)
        assert shows(after, "new")
        assert not shows(before, "new")
        assert after.validators.etags["br"] != before.validators.etags["br"]
        assert after.validators.last_modified > before.validators.last_modified


async def test_a_write_during_a_look_leaves_the_others_alone(newsroom: Newsroom) -> None:
    """Two changes in a row, the second while the watcher looks at the first, are two changes and nothing else."""
    sports = await get(newsroom, "sports")
    looks = newsroom.store.looks
    newsroom.store.meanwhile = lambda: put(newsroom.store, story("second"))
    await put(newsroom.store, story("first"))
    await until(lambda: newsroom.store.looks >= looks + 2)
    await newsroom.write(story("third"))
    assert newsroom.desk._watcher.epoch == 0
    assert await get(newsroom, "sports") is sports
    assert shows(await get(newsroom, "world"), "second")


async def test_several_sections_in_one_feed_are_cached(newsroom: Newsroom) -> None:
    """Where their versions differ too: one render, then hits."""
    await newsroom.write(story("only", sections=("sports",)))
    first = await get(newsroom, "sports", "world")
    newsroom.store.shelves.clear()
    assert await get(newsroom, "sports", "world") is first
    assert newsroom.store.shelves == []


@asynccontextmanager
async def unwatched(folder: Path, kind: type[S]) -> AsyncIterator[tuple[Desk, S]]:
    """A desk that looks at its store when it is told to."""
    settings, clock = configure(folder), WallClock()
    store = kind(settings.store_path, clock=clock.seconds)
    desk = Desk(settings, store, clock=clock, tick=3600)
    await desk.open()
    try:
        yield desk, store
    finally:
        await desk.close()


async def test_what_was_made_before_the_watcher_looked_is_fresh(tmp_path: Path) -> None:
    """A representation that is ahead of the watcher is not made again and again until it has looked, nor then."""
    async with unwatched(tmp_path, SqliteStore) as (desk, store):
        await put(store, story("new"))
        first = await found(desk, at("world"))
        assert first.how == "stored"
        assert shows(first.value, "new")
        again = await found(desk, at("world"))
        assert (again.how, again.value) == ("hit", first.value)
        await desk._watcher.look()
        assert (await found(desk, at("world"))).value is first.value


async def test_a_section_that_was_just_made_has_its_name_at_once(tmp_path: Path) -> None:
    """A feed that is made before the watcher has looked shows what a restart would."""
    async with unwatched(tmp_path, SqliteStore) as (desk, store):
        async with store.writing() as writing:
            await writing.make_section(Section(slug="weather", title="الطقس"))
            await writing.put([(story("rain", sections=("weather",)), b"")])
        assert "الطقس".encode() in (await found(desk, at())).value.body
        async with opened(tmp_path) as other:
            assert (await get(other)).body == (await found(desk, at())).value.body


async def test_names_that_were_read_late_do_not_take_the_place_of_newer_ones(tmp_path: Path) -> None:
    async with unwatched(tmp_path, SlowStore) as (desk, store):
        store.hold = asyncio.Event()
        first = asyncio.create_task(desk._watcher.learn_names())
        await until(lambda: store.reading)
        async with store.writing() as writing:
            await writing.make_section(Section(slug="weather", title="الطقس"))
        second = asyncio.create_task(desk._watcher.learn_names())
        await asyncio.sleep(0)
        store.hold.set()
        await asyncio.gather(first, second)
        assert desk.names.get("weather")


class SlowStore(SqliteStore):
    """The real store, which keeps what it read of its sections until it is let go, once."""

    hold: asyncio.Event | None = None
    reading = False

    async def sections(self) -> Sequence[Section]:
        found = await super().sections()
        if self.hold and not self.reading:
            self.reading = True
            await self.hold.wait()
        return found


CHILD = """
import asyncio, sys, time
from datetime import datetime
from pathlib import Path
from feeds.store.sqlite import SqliteStore
from tests.newsroom import story
from tests.store.articles import put

async def main():
    store = SqliteStore(Path(sys.argv[1]), clock=time.time)
    await store.open()
    print("ready", flush=True)
    sys.stdin.readline()
    await put(store, story("child"))
    print("written", flush=True)
    await store.close()

asyncio.run(main())
"""


async def test_another_processs_write_is_served_within_a_second(tmp_path: Path) -> None:
    """The watcher looks often enough for that; how long the rest takes is the machine's matter."""
    assert TICK < 0.5
    settings, clock = configure(tmp_path), WallClock()
    desk = Desk(settings, SqliteStore(settings.store_path, clock=clock.seconds), clock=clock)
    await desk.open()
    command = [sys.executable, "-c", CHILD, str(settings.store_path)]
    child = subprocess.Popen(  # noqa: ASYNC220 — it is waited for in threads
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert child.stdin
    assert child.stdout
    try:
        assert await asyncio.to_thread(child.stdout.readline) == "ready\n"
        assert not shows((await found(desk, at("world"))).value, "child")
        child.stdin.write("\n")
        child.stdin.flush()
        assert await asyncio.to_thread(child.stdout.readline) == "written\n"
        end = time.monotonic() + PATIENCE
        while not shows((await found(desk, at("world"))).value, "child"):
            assert time.monotonic() < end
            await asyncio.sleep(0.01)
    finally:
        await asyncio.to_thread(child.communicate, timeout=30)
        await desk.close()
    assert child.returncode == 0


async def test_an_embargo_ends_by_itself(newsroom: Newsroom) -> None:
    """At its second, without a write; only what it changes is made anew."""
    await newsroom.write(story("later", minutes=-10))
    before, sports = await get(newsroom, "world"), await get(newsroom, "sports")
    newsroom.clock.now = NOW.replace(minute=9, second=59)
    assert await get(newsroom, "world") is before
    newsroom.clock.now = NOW.replace(minute=10)
    after = await get(newsroom, "world")
    assert not shows(before, "later")
    assert shows(after, "later")
    assert await get(newsroom, "world") is after
    assert await get(newsroom, "sports") is sports


async def test_last_modified_moves_whenever_the_bytes_do(newsroom: Newsroom, tmp_path: Path) -> None:
    """Publication, change, withdrawal, restoration, an embargo's end, a change of configuration: never backwards."""
    states: list[tuple[int, str]] = []

    async def moved(desk: Desk) -> None:
        validators = (await found(desk, at("world"))).value.validators
        if states:
            assert validators.last_modified > states[-1][0]
            assert validators.etags["identity"] != states[-1][1]
        states.append((validators.last_modified, validators.etags["identity"]))

    await moved(newsroom.desk)
    newsroom.clock.go(minutes=1)
    await newsroom.write(story("new"), story("later", minutes=-10), story("last", minutes=-20))
    await moved(newsroom.desk)
    newsroom.clock.go(minutes=1)
    await newsroom.write(story("new", title="عنوان آخر"))
    await moved(newsroom.desk)
    for act in (withdraw, restore):
        newsroom.clock.go(minutes=1)
        await act(newsroom.store, "new", newsroom.clock.now)
        await newsroom.seen()
        await moved(newsroom.desk)
    newsroom.clock.now = NOW.replace(minute=10)
    await moved(newsroom.desk)
    newsroom.clock.go(minutes=1)
    text = CONFIG.replace('title = "خُلاصات"', 'title = "أخبار"')
    async with opened(tmp_path, text=text, clock=newsroom.clock) as other:
        await moved(other.desk)
        other.clock.now = NOW.replace(minute=20)
        await moved(other.desk)
        other.clock.go(minutes=1)
        await withdraw(other.store, "last", other.clock.now)
        await other.seen()
        await moved(other.desk)


async def test_what_changes_nothing_moves_nothing(newsroom: Newsroom, tmp_path: Path) -> None:
    """A restart, another node, a command: the same bytes, the same validators."""
    before = [await get(newsroom, "world"), await get(newsroom), await get(newsroom, "sports", "world")]
    newsroom.clock.go(minutes=5)
    await settle(newsroom.store, configure(tmp_path, SITE__URL="http://127.0.0.1:8000"))
    assert await get(newsroom, "world") is before[0]
    async with opened(tmp_path, clock=newsroom.clock) as other:
        after = [await get(other, "world"), await get(other), await get(other, "sports", "world")]
    for one, two in zip(before, after, strict=True):
        assert (one.body, one.validators, one.headers) == (two.body, two.validators, two.headers)


async def test_two_nodes_give_the_same_bytes_and_tags(newsroom: Newsroom, tmp_path: Path) -> None:
    """Whichever of them saw the change, and however it came to be."""
    async with opened(tmp_path, clock=newsroom.clock) as other:
        for number in range(3):
            writer = (newsroom, other)[number % 2]
            await put(writer.store, story(f"n{number}", sections=("world", "sports")))
            await newsroom.seen()
            await other.seen()
            for address in (at("world"), at("world", format="json"), at(format="rss"), PageAddress()):
                one, two = (await found(newsroom.desk, address)).value, (await found(other.desk, address)).value
                assert (one.body, one.headers, one.validators) == (two.body, two.headers, two.validators)
