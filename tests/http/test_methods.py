"""HEAD, OPTIONS, and the methods that there are not."""

import pytest

from feeds.text.guid import article_key
from tests.newsroom import Newsroom

pytestmark = pytest.mark.anyio

ANSWERS = {
    "a feed": ("/world/rss.xml", 200),
    "a feed of all": ("/feed.json", 200),
    "the landing page": ("/", 200),
    "a section's page": ("/world/", 200),
    "an article's page": (f"/articles/{article_key('here')}/", 200),
    "a redirect": ("/World/atom.xml?limit=3", 301),
    "a bad parameter": ("/world/rss.xml?limit=0", 400),
    "a feed that is not there": ("/nowhere/rss.xml", 404),
    "a page that is not there": ("/nowhere/", 404),
    "what is gone": ("/comments/feed/", 410),
    "a file": ("/static/icon.png", 200),
    "a file that is not there": ("/static/nothing.png", 404),
    "robots": ("/robots.txt", 200),
    "alive": ("/healthz", 200),
    "able to serve": ("/readyz", 200),
}


@pytest.mark.parametrize(("target", "status"), ANSWERS.values(), ids=list(ANSWERS))
async def test_head_has_the_very_header_set_of_get_and_no_body(newsroom: Newsroom, target: str, status: int) -> None:
    """HEAD is GET without the body, errors and redirects included."""
    # Once before: what is made first says so.
    await newsroom.ask(target)
    get = await newsroom.ask(target)
    head = await newsroom.ask(target, "HEAD")
    assert get.status == head.status == status
    assert head.fields == get.fields
    assert head.body == b""
    assert get["content-length"] == str(len(get.body))


async def test_head_makes_what_it_describes(newsroom: Newsroom) -> None:
    """A HEAD on a cold cache is answered as a GET would be, and the GET after it is a hit."""
    head = await newsroom.ask("/sports/atom.xml", "HEAD")
    assert head["cache-status"] == "khulasat; fwd=miss; stored"
    get = await newsroom.ask("/sports/atom.xml")
    assert get["cache-status"] == "khulasat; hit"
    assert get.head == head.head


@pytest.mark.parametrize("target", [target for target, _ in ANSWERS.values()], ids=list(ANSWERS))
async def test_options_says_what_may_be_done(newsroom: Newsroom, target: str) -> None:
    """204, with what a browser asks before it fetches from another origin."""
    preflight = {"origin": "https://reader.example", "access-control-request-method": "GET"}
    answer = await newsroom.ask(target, "OPTIONS", preflight)
    assert (answer.status, answer.body) == (204, b"")
    assert answer.fields == [
        ("allow", "GET, HEAD, OPTIONS"),
        ("access-control-allow-origin", "*"),
        ("access-control-allow-methods", "GET, HEAD"),
        ("access-control-allow-headers", "If-None-Match, If-Modified-Since"),
        ("access-control-max-age", "86400"),
    ]


OTHER_METHODS = ["POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "PURGE", "get", "NO-SUCH"]


@pytest.mark.parametrize("target", ["/world/rss.xml", "/", "/nowhere/", "/static/icon.png", "/healthz", "/robots.txt"])
async def test_another_method_is_405_with_allow(newsroom: Newsroom, target: str) -> None:
    """Methods are case-sensitive, and there are three."""
    for method in OTHER_METHODS:
        answer = await newsroom.ask(target, method)
        assert answer.status == 405, method
        assert answer["allow"] == "GET, HEAD, OPTIONS"
        assert answer["cache-control"] == "no-store"
        assert f"{method} is not for this address." in answer.body.decode() or "<html" in answer.body.decode()
        assert answer["content-length"] == str(len(answer.body))
    assert newsroom.store.shelves == []


async def test_options_of_the_whole_server(newsroom: Newsroom) -> None:
    """`OPTIONS *` (RFC 9110 §9.3.7) is answered like any; nothing else stands at `*`."""
    assert await newsroom.ask("*", "OPTIONS") == await newsroom.ask("/world/rss.xml", "OPTIONS")
    assert (await newsroom.ask("*")).status == 404
