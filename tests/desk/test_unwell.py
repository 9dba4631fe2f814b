"""The store locked, gone, replaced, or noise: the last good bytes, always."""

import asyncio
import json
import logging
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path

import pytest

from feeds.desk import Desk
from feeds.errors import StoreRefused
from feeds.model import Selection
from feeds.store.sqlite import SqliteStore
from tests.newsroom import CONFIG, Answer, Newsroom, WallClock, configure, opened, story, until
from tests.store.articles import put
from tests.store.conftest import Child

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def held(path: Path, *statements: str) -> AsyncIterator[None]:
    """Another process has the store."""
    child = Child("hold", path, *statements)
    try:
        assert await asyncio.to_thread(child.hear) == "held"
        yield
    finally:
        await asyncio.to_thread(child.rest)


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The events that were logged about the store, in order."""
    return [record.message.split()[0] for record in caplog.records if "event=store_" in record.message]


async def status(newsroom: Newsroom) -> str:
    answer = await newsroom.ask("/readyz")
    found = json.loads(answer.body)["status"]
    assert answer.status == (503 if found == "unavailable" else 200)
    return str(found)


async def served(newsroom: Newsroom, target: str, good: Answer, how: str = "hit") -> None:
    """The bytes of before, with the head of before."""
    answer = await newsroom.ask(target)
    assert (answer.status, answer.body, answer.head) == (200, good.body, good.head)
    assert answer["cache-status"] == f"khulasat; {how}"


async def test_a_store_that_goes_and_comes_back(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    """Gone: last good bytes, 503 for what was never rendered, one line in the log; back: one more, and all is well."""
    caplog.set_level(logging.INFO, "feeds")
    await newsroom.write(story("later", minutes=-5))
    newsroom.clock.go(minutes=1)
    good = await newsroom.ask("/world/rss.xml")
    path = newsroom.settings.store_path
    path.rename(path.with_name("away.db"))
    await until(lambda: newsroom.desk.trouble)
    for _ in range(20):
        await served(newsroom, "/world/rss.xml", good)
        answer = await newsroom.ask("/sports/rss.xml")
        assert (answer.status, answer["retry-after"]) == (503, "30")
    assert await status(newsroom) == "degraded"
    newsroom.clock.go(minutes=10)
    await served(newsroom, "/world/rss.xml", good, "hit; detail=stale")
    assert said(caplog) == ["event=store_unwell"]
    path.with_name("away.db").rename(path)
    await newsroom.well()
    assert said(caplog) == ["event=store_unwell", "event=store_well"]
    assert "عنوان later".encode() in (await newsroom.ask("/world/rss.xml")).body
    assert (await newsroom.ask("/sports/rss.xml")).status == 200
    await newsroom.write(story("after"))
    assert "عنوان after".encode() in (await newsroom.ask("/world/rss.xml")).body


async def test_a_store_that_is_locked_for_writing_is_read(newsroom: Newsroom) -> None:
    """An import that takes its time troubles nobody."""
    async with held(newsroom.settings.store_path, "BEGIN IMMEDIATE"):
        for target in ("/world/rss.xml", "/sports/atom.xml", "/"):
            assert (await newsroom.ask(target)).status == 200
        assert await status(newsroom) == "ok"


async def test_a_start_while_the_store_is_locked_for_writing(
    newsroom: Newsroom, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What is there is served; that the sections could not be settled is said, until they are."""
    caplog.set_level(logging.INFO, "feeds")
    await newsroom.ask("/world/rss.xml")
    more = CONFIG + '[[sections]]\nslug = "economy"\ntitle = "اقتصاد"\n'
    async with held(newsroom.settings.store_path, "BEGIN IMMEDIATE"), opened(tmp_path, text=more) as other:
        assert (await other.ask("/world/rss.xml")).status == 200
        assert await status(other) == "degraded"
        assert "is locked" in other.desk.trouble
    async with opened(tmp_path, text=more) as other:
        await until(lambda: not other.desk.trouble)
        assert await status(other) == "ok"
    assert said(caplog) == ["event=store_unwell"]


async def test_a_start_with_nothing_to_settle_writes_nothing(newsroom: Newsroom, tmp_path: Path) -> None:
    """So a node whose store may not be written serves what is there."""
    good = await newsroom.ask("/world/rss.xml")
    async with held(newsroom.settings.store_path, "BEGIN IMMEDIATE"), opened(tmp_path) as other:
        assert (await other.ask("/world/rss.xml")).body == good.body
        assert await status(other) == "ok"


async def test_a_start_while_nothing_can_be_read(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Not ready, 503 for everything; served as soon as the lock is gone."""
    caplog.set_level(logging.INFO, "feeds")
    settings = configure(tmp_path)
    async with opened(tmp_path) as newsroom:
        await put(newsroom.store, story("a"))
    async with AsyncExitStack() as stack:
        async with held(settings.store_path, "BEGIN EXCLUSIVE", "PRAGMA locking_mode = EXCLUSIVE"):
            newsroom = await stack.enter_async_context(opened(tmp_path))
            assert await status(newsroom) == "unavailable"
            answer = await newsroom.ask("/world/rss.xml")
            assert (answer.status, answer["retry-after"]) == (503, "30")
        await until(lambda: newsroom.desk.ready)
        await newsroom.well()
        assert (await newsroom.ask("/world/rss.xml")).status == 200
        assert await status(newsroom) == "ok"
        assert said(caplog) == ["event=store_unwell", "event=store_well"]


NOISE = """
import os, sys
with open(sys.argv[1], "r+b") as file:
    file.write(os.urandom(os.path.getsize(sys.argv[1])))
"""


async def test_noise_in_the_stores_place(newsroom: Newsroom, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A file that is no store: the last good bytes, a reason, one line; a whole store put there is served anew."""
    caplog.set_level(logging.INFO, "feeds")
    good = await newsroom.ask("/world/rss.xml")
    path = newsroom.settings.store_path
    (tmp_path / "noise").write_bytes(os.urandom(100_000))
    (tmp_path / "copies").mkdir()
    async with opened(tmp_path / "copies") as other:
        await put(other.store, story("other"))
    (tmp_path / "noise").replace(path)
    await until(lambda: newsroom.desk.trouble)
    assert "is no SQLite database" in newsroom.desk.trouble
    await served(newsroom, "/world/rss.xml", good)
    assert (await newsroom.ask("/sports/feed.json")).status in (200, 503)
    assert await status(newsroom) == "degraded"
    shutil.copy(tmp_path / "copies" / path.name, path.with_name("whole.db"))
    path.with_name("whole.db").replace(path)
    await newsroom.well()
    answer = await newsroom.ask("/world/rss.xml")
    assert "عنوان other".encode() in answer.body
    assert said(caplog) == ["event=store_unwell", "event=store_well"]


async def test_noise_written_over_the_store(newsroom: Newsroom) -> None:
    """Another process writes over its pages: nothing that was rendered is lost, and nothing is worse than 503."""
    good = await newsroom.ask("/world/rss.xml")
    path = newsroom.settings.store_path
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    command = [sys.executable, "-c", NOISE, str(path)]
    await asyncio.to_thread(subprocess.run, command, check=True)
    newsroom.clock.go(minutes=30)
    answers = [await newsroom.ask(target) for target in ("/sports/rss.xml", "/atom.xml", "/", "/feed.json?limit=3")]
    assert {answer.status for answer in answers} <= {200, 503}
    answer = await newsroom.ask("/world/rss.xml")
    assert (answer.status, answer.body) == (200, good.body)


@pytest.mark.parametrize("twin", [True, False])
async def test_a_replaced_store_is_noticed(newsroom: Newsroom, tmp_path: Path, twin: bool) -> None:
    """Where its versions are the same, too; where they are older, no date goes backwards."""
    before = await newsroom.ask("/world/rss.xml")
    (tmp_path / "other").mkdir()
    async with opened(tmp_path / "other") as other:
        if twin:
            await put(other.store, story("x", sections=("world", "sports")))
        assert (await other.store.states() == await newsroom.store.states()) == twin
    newsroom.clock.go(minutes=5)
    watcher = newsroom.desk._watcher
    epoch = watcher.epoch
    (tmp_path / "other" / "articles.db").replace(newsroom.settings.store_path)
    await until(lambda: watcher.epoch > epoch and not newsroom.desk._holdings.renewal._pending)
    newsroom.clock.go(minutes=5)
    after = await newsroom.ask("/world/rss.xml")
    assert ("عنوان x".encode() in after.body) == twin
    assert after["etag"] != before["etag"]
    if not twin:
        assert after["last-modified"] == "Mon, 23 Nov 2026 12:06:01 GMT"
        answer = await newsroom.ask("/world/rss.xml", headers={"if-modified-since": before["last-modified"]})
        assert answer.status == 200


async def test_a_new_store_in_the_place_is_settled(newsroom: Newsroom, tmp_path: Path) -> None:
    """One that was never prepared: the configured sections are made in it, and found by whoever imports."""
    (tmp_path / "bare").mkdir()
    bare_store = SqliteStore(tmp_path / "bare" / "articles.db", clock=newsroom.clock.seconds)
    await bare_store.open()
    await bare_store.close()
    newsroom.clock.go(minutes=5)
    (tmp_path / "bare" / "articles.db").replace(newsroom.settings.store_path)
    await until(lambda: newsroom.desk._watcher.epoch)
    await until(lambda: newsroom.desk._watcher.state(Selection(sections=("world",))).version)
    assert set(await newsroom.store.states()) == {"", "world", "sports", "ثقافة"}
    assert (await newsroom.ask("/world/rss.xml")).status == 200


async def test_a_store_that_can_not_be_used_is_refused_at_the_start(tmp_path: Path) -> None:
    """Nothing is left open behind it."""
    settings = configure(tmp_path)
    settings.store_path.write_bytes(b"noise " * 1000)
    desk = Desk(settings, SqliteStore(settings.store_path, clock=WallClock().seconds), clock=WallClock())
    with pytest.raises(StoreRefused, match="is no SQLite database"):
        await desk.open()
    assert not desk.ready


@pytest.mark.parametrize("target", ["/world/rss.xml", "/tags/water/rss.xml"])
async def test_a_store_that_stands_still_for_a_moment(newsroom: Newsroom, target: str) -> None:
    """As on a machine that does: what was never made is waited for, and served; only if it goes on it is 503."""
    await newsroom.write(story("tagged", tags=("water",)))
    newsroom.store.hangs = 1
    assert (await newsroom.ask(target)).status == 200
    newsroom.store.hangs = 2
    # (A name in another spelling is to be learned, too.)
    answer = await newsroom.ask(target.replace("rss", "atom").replace("water", "Water"))
    assert (answer.status, answer["retry-after"]) == (503, "30")
    assert (newsroom.store.hangs, newsroom.desk.trouble) == (0, "")


async def test_a_look_that_takes_too_long_is_taken_again(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is said and nothing refused, and the change that it was for shows; only if it goes on is it unwell."""
    caplog.set_level(logging.INFO, "feeds")
    await newsroom.ask("/world/rss.xml")
    newsroom.store.hangs = 1
    await put(newsroom.store, story("first"))
    await newsroom.shows("/world/rss.xml", "first")
    assert newsroom.store.hangs == 0
    assert said(caplog) == []
    newsroom.store.hangs = 2
    await put(newsroom.store, story("second"))
    await newsroom.shows("/world/rss.xml", "second")
    await newsroom.well()
    assert said(caplog) == ["event=store_unwell", "event=store_well"]


async def test_the_watcher_never_dies(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever is raised: it says so once, and looks again."""
    newsroom.store.blindness = ZeroDivisionError("a bug")
    await put(newsroom.store, story("new"))
    await until(lambda: "ZeroDivisionError" in newsroom.desk.trouble)
    looks = newsroom.store.looks
    await until(lambda: newsroom.store.looks > looks + 5)
    assert caplog.text.count("event=watcher_failed") == 1
    newsroom.store.blindness = None
    await newsroom.well()
    assert "عنوان new".encode() in (await newsroom.ask("/world/rss.xml")).body


async def test_made_up_addresses_are_never_kept(newsroom: Newsroom) -> None:
    """A thousand of them leave the cache as it was."""
    await newsroom.ask("/world/rss.xml")
    before = (len(newsroom.desk._holdings.cache), newsroom.desk._holdings.cache.size)
    newsroom.store.shelves.clear()
    for number in range(1000):
        target = (f"/made-up-{number}/rss.xml", f"/made-up-{number}/", f"/articles/{number:026}/")[number % 3]
        assert (await newsroom.ask(target)).status == 404
    assert (len(newsroom.desk._holdings.cache), newsroom.desk._holdings.cache.size) == before
    assert newsroom.store.shelves == []


async def test_the_cache_is_bounded_by_bytes(tmp_path: Path) -> None:
    """Every variant counts: what is kept never exceeds `[cache] max_bytes`."""
    async with opened(tmp_path, CACHE__MAX_BYTES="1000000") as newsroom:
        await newsroom.write(*(story(f"{n}", content_html=f"<p>{os.urandom(5000).hex()}</p>") for n in range(30)))
        for limit in range(1, 31):
            for coding in ("br", "gzip"):
                headers = {"accept-encoding": coding}
                assert (await newsroom.ask(f"/world/rss.xml?limit={limit}", headers=headers)).status == 200
            held = [made.size for made in newsroom.desk._holdings.cache._values.values()]
            assert sum(held) == newsroom.desk._holdings.cache.size <= 1_000_000
        assert len(newsroom.desk._holdings.cache) < 30


async def test_a_cold_start_under_load_is_no_error(tmp_path: Path) -> None:
    """Every feed asked for at once, cold: each waits its turn, and none is refused."""
    async with opened(tmp_path) as newsroom:
        await newsroom.write(*(story(f"{n}", sections=("world", "sports")) for n in range(50)))
        targets = [
            f"/{s}/{f}?limit={n}" for s in ("world", "sports") for f in ("rss.xml", "feed.json") for n in range(1, 26)
        ]
        answers = await asyncio.gather(*(newsroom.ask(target) for target in targets))
        assert {answer.status for answer in answers} == {200}
        assert len(newsroom.store.shelves) == len(targets)
