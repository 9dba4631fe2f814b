"""A `[site] url` with a path: everything lies under it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from feeds.text.guid import article_key
from tests.newsroom import Newsroom, opened, story

pytestmark = pytest.mark.anyio

BASES = {"plain": "/media/news", "arabic": "/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1"}


@pytest.fixture(params=BASES.values(), ids=list(BASES))
async def based(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[Newsroom, str]]:
    base = request.param
    async with opened(tmp_path, SITE__URL=f"https://site.example{base}/") as newsroom:
        await newsroom.write(story("here", url=None))
        yield newsroom, base


async def test_everything_lies_under_it(based: tuple[Newsroom, str]) -> None:
    """Feeds, pages, files, health; and what they link to lies there too."""
    newsroom, base = based
    article = f"/articles/{article_key('here')}/"
    for path in (
        "/",
        "/world/",
        "/world/rss.xml",
        "/feed.json",
        article,
        "/static/page.css",
        "/robots.txt",
        "/healthz",
    ):
        assert (await newsroom.ask(base + path)).status == 200, path
    feed = await newsroom.ask(f"{base}/world/atom.xml")
    site = f"https://site.example{base}"
    assert f'<{site}/world/atom.xml>; rel="self"' in feed["link"]
    for address in (f"<id>{site}/world/atom.xml</id>", f'"{site}/world/"', f'href="{base}/static/', site + article):
        assert address.encode() in feed.body
    assert f'href="{site}/rss.xml"'.encode() in (await newsroom.ask(f"{base}/nowhere/")).body


async def test_outside_it_there_is_nothing(based: tuple[Newsroom, str]) -> None:
    """404, and nothing of another address is guessed."""
    newsroom, base = based
    for target in ("/", "/rss.xml", "/world/rss.xml", "/healthz", "/static/page.css", f"{base}x/rss.xml", "/media/"):
        assert (await newsroom.ask(target)).status == 404, target
    for target in (f"/x{base}/rss.xml", f"{base[:-1]}/rss.xml"):
        assert (await newsroom.ask(target)).status == 404, target


async def test_redirects_stay_under_it(based: tuple[Newsroom, str]) -> None:
    """The base without its slash, doubled slashes before and behind it, WordPress's forms."""
    newsroom, base = based
    for target, path in {
        base: "/",
        f"/{base}/": "/",
        f"/{base}": "/",
        f"/{base}/world/rss.xml": "/world/rss.xml",
        f"/./{base}/world/": "/world/",
        f"{base}//world/": "/world/",
        f"{base}/feed/": "/rss.xml",
        f"{base}/?feed=atom": "/atom.xml",
        f"{base}/International/rss.xml?limit=3": "/world/rss.xml?limit=3",
    }.items():
        answer = await newsroom.ask(target)
        assert (answer.status, answer["location"]) == (301, f"https://site.example{base}{path}"), target


async def test_another_encoding_of_it_is_the_same_path(based: tuple[Newsroom, str]) -> None:
    """RFC 3986 §6.2.2: what is equivalent is served."""
    newsroom, base = based
    for other in (base.lower(), base.replace("m", "%6d").replace("A", "a")):
        assert (await newsroom.ask(f"{other}/world/rss.xml")).status == 200
        assert (await newsroom.ask(f"{other}/healthz")).status == 200
