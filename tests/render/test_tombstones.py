"""Withdrawals, as the store tells of them and Atom shows them: DESIGN section 3, RFC 6721."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree

from tests.newsroom import Newsroom, opened, story
from tests.store.articles import NOW, restore, withdraw

pytestmark = pytest.mark.anyio
NAMES = {"a": "http://www.w3.org/2005/Atom", "at": "http://purl.org/atompub/tombstones/1.0"}


@pytest.fixture
async def newsroom(tmp_path: Path) -> AsyncIterator[Newsroom]:
    """25 articles, all but the first of them withdrawn, the last one latest."""
    async with opened(tmp_path) as newsroom:
        await newsroom.write(*(story(f"x:{number}", minutes=number) for number in range(25)))
        for number in range(1, 25):
            await withdraw(newsroom.store, f"x:{number}", NOW + timedelta(seconds=number), "خطأ")
        await newsroom.seen()
        yield newsroom


async def atom(newsroom: Newsroom, target: str = "/world/atom.xml") -> etree._Element:
    answer = await newsroom.ask(target)
    assert answer.status == 200
    return etree.fromstring(answer.body)


def buried(feed: etree._Element) -> list[str | None]:
    return [stone.get("ref") for stone in feed.findall("at:deleted-entry", NAMES)]


@pytest.mark.parametrize("target", ["/atom.xml", "/world/atom.xml", "/world/atom.xml?limit=1"])
async def test_a_feed_shows_its_20_latest_withdrawals(newsroom: Newsroom, target: str) -> None:
    feed = await atom(newsroom, target)
    assert buried(feed) == [f"x:{number}" for number in range(24, 4, -1)]
    assert [element.text for element in feed.findall("a:entry/a:id", NAMES)] == ["x:0"]


async def test_another_sections_feed_shows_none(newsroom: Newsroom) -> None:
    assert buried(await atom(newsroom, "/sports/atom.xml")) == []


@pytest.mark.parametrize("target", ["/rss.xml", "/feed.json"])
async def test_other_formats_show_none(newsroom: Newsroom, target: str) -> None:
    body = (await newsroom.ask(target)).body
    assert b"x:0" in body
    assert b"x:24" not in body


async def test_published_again_the_tombstone_goes_and_updated_is_later_than_its_when(newsroom: Newsroom) -> None:
    [when] = [stone.get("when") for stone in (await atom(newsroom)).findall("at:deleted-entry[@ref='x:24']", NAMES)]
    await restore(newsroom.store, "x:24", NOW)
    await newsroom.seen()
    feed = await atom(newsroom)
    assert "x:24" not in buried(feed)
    updated = feed.xpath("string(a:entry[a:id = 'x:24']/a:updated)", namespaces=NAMES)
    assert datetime.fromisoformat(str(updated)) > datetime.fromisoformat(str(when))
