"""Feeds of tags, authors and searches: as a section's, in three formats, with a page."""

import json
from urllib.parse import quote

import pytest

from feeds.model import Author
from tests.newsroom import SITE, Newsroom, story

pytestmark = pytest.mark.anyio

TAG = f"/tags/{quote('طرابلس')}/"
AUTHOR = f"/authors/{quote('سالم-الورفلي')}/"
SEARCH = "/search/{}?q=%D8%A7%D9%84%D9%85%D8%B1%D8%A7%D8%B3%D9%84"


async def ids(newsroom: Newsroom, target: str) -> list[str]:
    answer = await newsroom.ask(target)
    assert answer.status == 200, answer
    return [item["id"] for item in json.loads(answer.body)["items"]]


@pytest.mark.parametrize("address", [f"{TAG}{{}}", f"{AUTHOR}{{}}", SEARCH])
async def test_they_are_feeds_in_three_formats_with_a_page(newsroom: Newsroom, address: str) -> None:
    kinds = {"rss.xml": "application/xml", "atom.xml": "application/xml", "feed.json": "application/feed+json"}
    for file, kind in {**kinds, "": "text/html"}.items():
        target = address.format(file)
        answer = await newsroom.ask(target)
        assert answer.status == 200
        assert answer["content-type"].startswith(kind)
        assert answer["cache-status"] == "khulasat; fwd=miss; stored"
        assert (await newsroom.ask(target))["cache-status"] == "khulasat; hit"
        again = await newsroom.ask(target, headers={"if-none-match": answer["etag"]})
        assert again.status == 304
        head = await newsroom.ask(target, "HEAD")
        assert (head.head, head.body) == (answer.head, b"")
    assert await ids(newsroom, address.format("feed.json")) == ["here", "c", "b", "a"]
    feed = json.loads((await newsroom.ask(address.format("feed.json"))).body)
    assert feed["feed_url"] == SITE + address.format("feed.json")
    assert feed["home_page_url"] == SITE + address.format("")
    assert "hubs" not in feed


async def test_a_change_elsewhere_leaves_a_tag_alone(newsroom: Newsroom) -> None:
    """One in it does not: the same caching as sections."""
    other = f"/tags/{quote('بنغازي')}/rss.xml"
    await newsroom.write(story("x", tags=("بنغازي",), sections=("sports",)))
    before = {target: await newsroom.ask(target) for target in (f"{TAG}rss.xml", other)}
    newsroom.clock.go(minutes=1)
    newsroom.store.shelves.clear()
    await newsroom.write(story("y", tags=("بنغازي",), sections=("sports",)))
    after = {target: await newsroom.ask(target) for target in before}
    assert after[f"{TAG}rss.xml"].head == before[f"{TAG}rss.xml"].head
    assert after[f"{TAG}rss.xml"]["cache-status"] == "khulasat; hit"
    assert after[other]["etag"] != before[other]["etag"]
    assert after[other]["last-modified"] > before[other]["last-modified"]
    assert len(newsroom.store.shelves) == 1


async def test_a_search_shows_what_was_written_since(newsroom: Newsroom) -> None:
    before = await ids(newsroom, SEARCH.format("feed.json"))
    await newsroom.write(story("new", minutes=1, sections=("sports",)))
    assert await ids(newsroom, SEARCH.format("feed.json")) == ["new", *before]


@pytest.mark.parametrize("target", ["/tags/nobody/", "/authors/nobody/rss.xml", "/tags/", "/authors/", "/tags/a/b/"])
async def test_what_nobody_ever_had_is_404(newsroom: Newsroom, target: str) -> None:
    answer = await newsroom.ask(target)
    assert answer.status == 404
    assert newsroom.store.shelves == []


async def test_an_embargoed_articles_tag_is_404_until_its_time(newsroom: Newsroom) -> None:
    await newsroom.write(story("secret", minutes=-30, tags=("embargoed",), authors=(Author(name="Embargoed"),)))
    for target in ("/tags/embargoed/rss.xml", "/authors/embargoed/rss.xml"):
        assert (await newsroom.ask(target)).status == 404
    newsroom.clock.go(minutes=30)
    for target in ("/tags/embargoed/rss.xml", "/authors/embargoed/rss.xml"):
        assert b"secret" in (await newsroom.ask(target)).body


async def test_a_search_takes_limit_and_content(newsroom: Newsroom) -> None:
    """Behind `q`, which comes first in its address."""
    answer = await newsroom.ask(
        "/search/feed.json?content=summary&utm_source=x&limit=2&q=%D8%B7%D8%B1%D8%A7%D8%A8%D9%84%D8%B3"
    )
    feed = json.loads(answer.body)
    assert len(feed["items"]) == 2
    assert feed["feed_url"] == f"{SITE}/search/feed.json?q={quote('طرابلس')}&limit=2&content=summary"


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("/search/rss.xml", b"q is missing"),
        # Once it is cleaned, there is nothing left of it.
        ("/search/rss.xml?q=%00", b"q is missing"),
        ("/Search/rss.xml/?q=%20", b"q is missing"),
        (f"/search/rss.xml?q={'a' * 201}", b"q has 201 characters; give 200 at most"),
    ],
)
async def test_a_search_that_can_not_be_is_400(newsroom: Newsroom, target: str, says: bytes) -> None:
    answer = await newsroom.ask(target)
    assert answer.status == 400
    assert says in answer.body


async def test_the_search_page_asks(newsroom: Newsroom) -> None:
    """Without a query it is a form; what was asked stands in it again, as text."""
    page = (await newsroom.ask("/search/")).body.decode()
    assert 'action="../search/"' in page
    page = (await newsroom.ask('/search/?q="><script>')).body.decode()
    assert "<script>" not in page
    assert "لا نتائج" in page


async def test_searches_that_find_nothing_are_not_kept(newsroom: Newsroom) -> None:
    """There are any number of them."""
    held = newsroom.desk._holdings.cache._total
    for number in range(50):
        assert (await newsroom.ask(f"/search/rss.xml?q=nothing{number}")).status == 200
    assert newsroom.desk._holdings.cache._total == held
