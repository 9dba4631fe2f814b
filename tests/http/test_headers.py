"""The headers of feeds, pages and files, exactly."""

import re
from pathlib import Path

import pytest

from feeds.text.guid import article_key
from tests.newsroom import CULTURE, SITE, Newsroom, opened, story

pytestmark = pytest.mark.anyio

CACHING = "public, max-age=300, stale-while-revalidate=600, stale-if-error=86400"
FEED_POLICY = "default-src 'none'; style-src 'self'; sandbox"
# The second after the articles were written.
CHANGED = "Mon, 23 Nov 2026 12:00:01 GMT"


def links(path: str, page: str) -> str:
    return f'<{SITE}{path}>; rel="self", <{SITE}{page}>; rel="alternate"; type="text/html"'


@pytest.mark.parametrize(
    ("path", "page", "tags"),
    [
        ("/world/", "/world/", "world,all"),
        ("/", "/", "desk:all,all"),
        (f"/{CULTURE}/", f"/{CULTURE}/", f"{CULTURE},all"),
        ("/sports+world/", "/sports+world/", "sports,world,all"),
    ],
)
@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("rss.xml", "application/xml; charset=utf-8"),
        ("atom.xml", "application/xml; charset=utf-8"),
        ("feed.json", "application/feed+json"),
    ],
)
async def test_the_headers_of_a_feed(newsroom: Newsroom, path: str, page: str, tags: str, file: str, kind: str) -> None:
    """Each header of a feed, and no other."""
    answer = await newsroom.ask(path + file)
    assert answer.status == 200
    fields = dict(answer.fields)
    assert len(fields) == len(answer.fields)
    etag = fields.pop("etag")
    assert etag[0] == etag[-1] == '"'
    expected = {
        "content-type": kind,
        "content-length": str(len(answer.body)),
        "cache-control": CACHING,
        "vary": "Accept-Encoding",
        "last-modified": CHANGED,
        "link": links(path + file, page),
        "access-control-allow-origin": "*",
        "access-control-expose-headers": "ETag, Link",
        "x-content-type-options": "nosniff",
        "content-language": "ar",
        "cache-tag": tags,
        "surrogate-key": tags.replace(",", " "),
        "cache-status": "khulasat; fwd=miss; stored",
    }
    if file != "feed.json":
        expected["content-security-policy"] = FEED_POLICY
    assert fields == expected


async def test_a_self_link_has_what_is_not_default(newsroom: Newsroom) -> None:
    """`limit` stands before `content`; defaults are dropped."""
    answer = await newsroom.ask("/world/rss.xml?content=summary&utm_source=x&limit=2")
    assert answer["link"] == links("/world/rss.xml?limit=2&content=summary", "/world/")
    answer = await newsroom.ask("/world/rss.xml?content=full&limit=50")
    assert answer["link"] == links("/world/rss.xml", "/world/")


async def test_hubs_are_announced_in_the_head(tmp_path: Path) -> None:
    """Each `rel="hub"`, and exactly one `rel="self"`; none with `limit` or `content`."""
    hubs = ["https://hub.example/", "https://other.example/hub"]
    async with opened(tmp_path, WEBSUB__HUBS=f'["{hubs[0]}", "{hubs[1]}"]') as newsroom:
        for file in ("rss.xml", "atom.xml", "feed.json"):
            link = (await newsroom.ask(f"/world/{file}"))["link"]
            assert [hub for hub in hubs if f'<{hub}>; rel="hub"' in link] == hubs
            assert link.count('rel="self"') == 1
            for query in ("limit=3", "content=summary"):
                assert 'rel="hub"' not in (await newsroom.ask(f"/world/{file}?{query}"))["link"]


async def test_registered_media_types(tmp_path: Path) -> None:
    """`media_type = "registered"` gives each format the type that is registered for it."""
    async with opened(tmp_path, FEEDS__MEDIA_TYPE="registered") as newsroom:
        for file, kind in {
            "rss.xml": "application/rss+xml; charset=utf-8",
            "atom.xml": "application/atom+xml; charset=utf-8",
            "feed.json": "application/feed+json",
        }.items():
            assert (await newsroom.ask(f"/world/{file}"))["content-type"] == kind


async def test_max_age_is_configured(tmp_path: Path) -> None:
    """`max-age` and the `ttl` in minutes are one lifetime."""
    async with opened(tmp_path, FEEDS__MAX_AGE="90") as newsroom:
        answer = await newsroom.ask("/world/rss.xml")
        assert answer["cache-control"] == "public, max-age=90, stale-while-revalidate=600, stale-if-error=86400"
        assert b"<ttl>2</ttl>" in answer.body


@pytest.mark.parametrize(
    ("path", "tags"),
    [
        ("/", "desk:all all"),
        ("/world/", "world all"),
        ("/about/", "desk:all all"),
        (f"/articles/{article_key('here')}/", "world all"),
    ],
)
async def test_the_headers_of_a_page(newsroom: Newsroom, path: str, tags: str) -> None:
    """Pages are HTML with just what they use allowed, one script that is a file, and nobody may frame them."""
    answer = await newsroom.ask(path)
    assert answer.status == 200
    policy = answer.head.pop("content-security-policy").split("; ")
    assert policy[0] == "default-src 'none'"
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self'" in policy
    assert not any("unsafe" in part for part in policy)
    head = {name: value for name, value in answer.head.items() if name not in ("etag", "content-security-policy")}
    assert head == {
        "content-type": "text/html; charset=utf-8",
        "content-length": str(len(answer.body)),
        "cache-control": CACHING,
        "vary": "Accept-Encoding",
        "link": f'<{SITE}{path}>; rel="canonical"',
        "x-content-type-options": "nosniff",
        "content-language": "ar",
        "cache-tag": tags.replace(" ", ","),
        "surrogate-key": tags,
        "referrer-policy": "strict-origin-when-cross-origin",
        "last-modified": CHANGED,
    }
    assert re.findall(rb"<script(?! type=.application/ld.json.>)[^>]*>", answer.body) == [
        re.findall(rb'<script src="[./]*static/page.js[?]v=[0-9a-f]+" defer>', answer.body)[0]
    ]
    assert b'dir="rtl"' in answer.body


async def test_nothing_is_shared_for_longer_than_it_may_be_stale(newsroom: Newsroom) -> None:
    """Never `s-maxage`: it forbids stale use."""
    for path in ("/", "/world/", "/world/rss.xml", "/atom.xml", "/static/page.css", "/International/rss.xml"):
        assert "s-maxage" not in (await newsroom.ask(path))["cache-control"]


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("page.css", "text/css; charset=utf-8"),
        ("page.js", "text/javascript; charset=utf-8"),
        ("rss.css", "text/css; charset=utf-8"),
        ("icon.png", "image/png"),
        ("icon.svg", "image/svg+xml"),
        ("samples/bulletin.mp3", "audio/mpeg"),
    ],
)
async def test_files_have_types(newsroom: Newsroom, file: str, kind: str) -> None:
    """Files say what they are, and no browser guesses; readers on other origins may show them."""
    answer = await newsroom.ask(f"/static/{file}")
    assert answer.status == 200
    assert answer["content-type"] == kind
    assert answer["content-length"] == str(len(answer.body))
    assert answer["x-content-type-options"] == "nosniff"
    assert answer["cache-control"] == "public, max-age=3600"
    assert answer["access-control-allow-origin"] == "*"
    again = await newsroom.ask(f"/static/{file}", headers={"if-none-match": answer["etag"]})
    assert (again.status, again.body) == (304, b"")


async def test_robots_may_read_everything(newsroom: Newsroom) -> None:
    """`robots.txt` is text."""
    answer = await newsroom.ask("/robots.txt")
    assert (answer.status, answer["content-type"]) == (200, "text/plain; charset=utf-8")
    assert answer.body.startswith(b"User-agent: *\nDisallow:\n")


async def test_a_last_modified_is_never_later_than_date(newsroom: Newsroom) -> None:
    """In the second of a change `Last-Modified` is not yet the second after it: the server's `Date` may lag by one."""
    await newsroom.write(story("now", minutes=0))
    written = newsroom.clock.now
    assert (await newsroom.ask("/world/rss.xml"))["last-modified"] == "Mon, 23 Nov 2026 12:00:59 GMT"
    newsroom.clock.go(seconds=2)
    assert written.minute == 1
    assert (await newsroom.ask("/world/rss.xml"))["last-modified"] == "Mon, 23 Nov 2026 12:01:01 GMT"
