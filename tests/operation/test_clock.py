"""Time zones of machines, and clocks that are set: what is served stays what it was."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from feeds.conditional import parse_http_date
from tests.newsroom import opened, story
from tests.store.articles import NOW, put

pytestmark = pytest.mark.anyio

TARGETS = ("/rss.xml", "/world/atom.xml", "/feed.json", "/world/", "/archive/2026-11-23/atom.xml")
# East and west of the date line, and one with three quarters of an hour.
ZONES = ("UTC", "Pacific/Apia", "Pacific/Pago_Pago", "Asia/Kathmandu")


@pytest.fixture
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield
    monkeypatch.undo()
    time.tzset()


async def test_the_time_zone_of_the_machine_is_of_no_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: None
) -> None:
    """The same bytes and the same tags on every node, whatever its zone; [site] timezone says what a day is."""
    seen = set()
    for name in ZONES:
        monkeypatch.setenv("TZ", name)
        time.tzset()
        async with opened(tmp_path) as newsroom:
            if name == ZONES[0]:
                await put(newsroom.store, story("a"), story("b", minutes=90))
            await newsroom.seen()
            answers = [await newsroom.ask(target) for target in TARGETS]
        assert [answer.status for answer in answers] == [200] * len(TARGETS)
        seen.add(tuple((answer.body, answer["etag"]) for answer in answers))
    assert len(seen) == 1


async def test_a_clock_that_is_set_back_changes_no_feed(tmp_path: Path) -> None:
    """By an hour: no date of the future is sent, who asks with a tag gets a 304, what is written shows."""
    async with opened(tmp_path) as newsroom:
        await newsroom.write(story("a"))
        newsroom.clock.go(minutes=5)
        before = {target: await newsroom.ask(target) for target in TARGETS[:4]}
        newsroom.clock.go(hours=-1)
        for target, answer in before.items():
            again = await newsroom.ask(target)
            assert (again.status, again.body, again["etag"]) == (200, answer.body, answer["etag"])
            now = int(newsroom.clock().timestamp())
            assert (parse_http_date(again["last-modified"], now) or 0) <= now
            same = await newsroom.ask(target, headers={"if-none-match": answer["etag"]})
            assert same.status == 304
        state = (await newsroom.store.states())["world"]
        await newsroom.write(story("later", minutes=120))
        assert b"later" in (await newsroom.ask("/world/atom.xml")).body
        # Versions grow, and the time of a change is never earlier than that of the one before.
        after = (await newsroom.store.states())["world"]
        assert (after.version > state.version, after.changed >= state.changed) == (True, True)


async def test_a_clock_that_is_set_forward_ends_embargoes(tmp_path: Path) -> None:
    """And nothing of what was served then is wrong once it is set right again."""
    async with opened(tmp_path) as newsroom:
        await newsroom.write(story("a"), story("held", minutes=-30))
        assert b"held" not in (await newsroom.ask("/world/atom.xml")).body
        newsroom.clock.go(hours=1)
        shown = await newsroom.ask("/world/atom.xml")
        assert b"held" in shown.body
        newsroom.clock.go(hours=-1)
        again = await newsroom.ask("/world/atom.xml")
        assert again.status == 200
        assert newsroom.clock() == NOW + timedelta(0)
        newsroom.clock.go(hours=1)
        assert (await newsroom.ask("/world/atom.xml"))["etag"] == shown["etag"]
