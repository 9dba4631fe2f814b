"""The access log: off, unless `[server] access_log` says how much of it there is to be."""

import logging
from pathlib import Path

import pytest

from tests.newsroom import opened, story
from tests.wire import wired

pytestmark = pytest.mark.anyio


async def lines(folder: Path, caplog: pytest.LogCaptureFixture, every: str, polls: int) -> list[str]:
    """What is logged of so many polls over a wire, after a first visit."""
    caplog.set_level(logging.INFO, "feeds.access")
    async with opened(folder, SERVER__ACCESS_LOG=every) as newsroom:
        await newsroom.write(story("a"))
        newsroom.clock.go(minutes=1)
        async with wired(newsroom) as wire:
            for _ in range(polls + 1):
                assert (
                    await wire.ask(b"/world/rss.xml", "GET", [("host", "x"), ("user-agent", "reader")])
                ).status == 200
            assert (await wire.ask(b"/%d8%a7/?x=1", "GET", [("host", "x")])).status == 404
    return [record.message for record in caplog.records if record.name == "feeds.access"]


async def test_off(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is logged of a request unless it is asked for."""
    assert await lines(tmp_path, caplog, "0", 10) == []


async def test_every_request(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Who asked for what, and what became of it."""
    found = await lines(tmp_path, caplog, "1", 10)
    assert len(found) == 12
    assert found[0].startswith("event=request method=GET target=/world/rss.xml status=200 bytes=")
    assert 'cache="khulasat; fwd=miss; stored" client=127.0.0.1 agent=reader' in found[0]
    assert found[-1].startswith('event=request method=GET target="/ا/?x=1" status=404 bytes=')


async def test_one_in_so_many(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Of what is answered out of memory; everything else is logged whole."""
    found = await lines(tmp_path, caplog, "10", 100)
    hits = [line for line in found if 'cache="khulasat; hit"' in line]
    assert len(hits) == 10
    assert len(found) - len(hits) == 2
