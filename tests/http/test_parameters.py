"""Query parameters: those that mean something, and all the others."""

import json

import feedparser
import pytest

from tests.newsroom import Newsroom

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("path", ["/world/rss.xml", "/atom.xml", "/sports/feed.json", "/", "/world/"])
async def test_unknown_parameters_are_ignored(newsroom: Newsroom, path: str) -> None:
    """The same bytes, the same validators, the same cache entry: one render."""
    plain = await newsroom.ask(path)
    for query in ("", "utm_source=x", "_=1", "a=b&a=c", "=", "&&&", "%ff=%00", "x" * 4000, "q=words", "cat=3"):
        answer = await newsroom.ask(f"{path}?{query}")
        assert (answer.status, answer.body, answer.head) == (200, plain.body, plain.head)
        assert answer["cache-status"] == "khulasat; hit"
    assert len(newsroom.store.shelves) == 1


async def test_defaults_are_the_same_entry(newsroom: Newsroom) -> None:
    """What says the default, says nothing; the first of a doubled parameter counts."""
    plain = await newsroom.ask("/world/rss.xml")
    for query in ("limit=50", "content=full", "content=full&limit=50&x=y", "limit=050", "limit=50&limit=3"):
        answer = await newsroom.ask(f"/world/rss.xml?{query}")
        assert (answer.body, answer.head) == (plain.body, plain.head)
    assert len(newsroom.store.shelves) == 1


async def test_limit_bounds_the_entries(newsroom: Newsroom) -> None:
    """The newest `limit` of them, 1 to 100, in every format."""
    for limit, count in ((1, 1), (2, 2), (100, 3)):
        for file in ("rss.xml", "atom.xml"):
            answer = await newsroom.ask(f"/world/{file}?limit={limit}")
            assert len(feedparser.parse(answer.body).entries) == count
        found = json.loads((await newsroom.ask(f"/world/feed.json?limit={limit}")).body)
        assert [item["id"] for item in found["items"]] == ["here", "b", "a"][:count]


async def test_content_says_how_much_of_the_text(newsroom: Newsroom) -> None:
    """`summary` leaves the text out; JSON Feed has the summary as `content_text`."""
    full = await newsroom.ask("/world/atom.xml")
    short = await newsroom.ask("/world/atom.xml?content=summary")
    assert b"<content" in full.body
    assert b"<content" not in short.body
    assert short["etag"] != full["etag"]
    items = json.loads((await newsroom.ask("/world/feed.json?content=summary")).body)["items"]
    assert all("content_html" not in item and item["content_text"] for item in items)


@pytest.mark.parametrize(
    ("query", "right"),
    [
        *((f"limit={value}", "from 1 to 100") for value in ("0", "101", "-1", "abc", "", "1.5", "%D9%A3", "9" * 5000)),
        *((f"content={value}", '"full" or "summary"') for value in ("", "all", "FULL", "full%00")),
        ("limit=0&content=x", "from 1 to 100"),
    ],
)
async def test_a_bad_parameter_is_a_400_that_says_what_is_allowed(newsroom: Newsroom, query: str, right: str) -> None:
    """problem+json, which nobody stores."""
    answer = await newsroom.ask(f"/world/rss.xml?{query}")
    assert answer.status == 400
    assert answer["content-type"] == "application/problem+json"
    assert answer["cache-control"] == "no-store"
    problem = json.loads(answer.body)
    assert problem["status"] == 400
    assert right in problem["detail"]
    assert newsroom.store.shelves == []


async def test_pages_have_no_parameters(newsroom: Newsroom) -> None:
    """A bad `limit` is nothing to a page."""
    plain = await newsroom.ask("/world/")
    answer = await newsroom.ask("/world/?limit=abc&content=x")
    assert (answer.status, answer.body) == (200, plain.body)
