"""Lists for machines at their addresses: the feeds as OPML, the news sitemap with its index."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree

from feeds.addresses import path_of
from feeds.catalogue import every_listing
from feeds.conditional import http_date
from feeds.desk.listings import NEWS_ENTRIES
from feeds.model import Section
from feeds.render.listings import NEWS, SITEMAP
from tests.newsroom import CULTURE, SITE, Answer, Newsroom, WallClock, opened, story
from tests.store.articles import NOW, article, put, withdraw

pytestmark = pytest.mark.anyio

SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parents[1] / "render" / "sitemap.rng"))
MAP = "/news-sitemap.xml"
LISTS = ("/opml.xml", MAP, "/news-sitemap-1.xml")
CACHING = "public, max-age=300, stale-while-revalidate=600, stale-if-error=86400"


def tree(answer: Answer) -> etree._Element:
    assert answer.status == 200
    return etree.fromstring(answer.body)


def valid(answer: Answer) -> etree._Element:
    """The sitemap, which its schemas find faultless."""
    found = tree(answer)
    assert SCHEMA.validate(found), SCHEMA.error_log
    return found


def locs(answer: Answer) -> list[str]:
    return [loc.text or "" for loc in valid(answer).iter(f"{{{SITEMAP}}}loc")]


def urls(*guids: str) -> list[str]:
    return [f"https://elsewhere.example/{guid}" for guid in guids]


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/opml.xml", "text/x-opml; charset=utf-8"), (MAP, "application/xml; charset=utf-8")],
)
async def test_the_headers_of_a_list(newsroom: Newsroom, path: str, kind: str) -> None:
    """Each header of a list, and no other; it is purged with the whole desk."""
    answer = await newsroom.ask(path)
    fields = dict(answer.fields)
    assert fields.pop("etag").startswith('"')
    assert fields == {
        "content-type": kind,
        "content-length": str(len(answer.body)),
        "cache-control": CACHING,
        "vary": "Accept-Encoding",
        "last-modified": "Mon, 23 Nov 2026 12:00:01 GMT",
        "access-control-allow-origin": "*",
        "access-control-expose-headers": "ETag, Link",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; style-src 'self'; sandbox",
        "cache-tag": "desk:all,all",
        "surrogate-key": "desk:all all",
        "cache-status": "khulasat; fwd=miss; stored",
    }


@pytest.mark.parametrize("path", LISTS)
async def test_a_list_is_a_representation_like_a_feed(newsroom: Newsroom, path: str) -> None:
    """Its validators give 304, each coding its own bytes and tag; HEAD is GET without its body."""
    plain = await newsroom.ask(path)
    assert (await newsroom.ask(path))["cache-status"] == "khulasat; hit"
    tags = {plain["etag"]}
    for coding in ("br", "gzip"):
        answer = await newsroom.ask(path, headers={"accept-encoding": coding})
        assert answer["content-encoding"] == coding
        tags.add(answer["etag"])
    assert len(tags) == 3
    for name, value in (("if-none-match", plain["etag"]), ("if-modified-since", plain["last-modified"])):
        answer = await newsroom.ask(path, headers={name: value})
        assert (answer.status, answer.body, answer["etag"]) == (304, b"", plain["etag"])
    head = await newsroom.ask(path, "HEAD")
    assert (head.status, head.body, head.head) == (200, b"", plain.head)
    assert (await newsroom.ask(path, "OPTIONS")).status == 204
    assert (await newsroom.ask(path, "POST")).status == 405
    # Parameters mean nothing here, and make no other representation.
    assert (await newsroom.ask(f"{path}?limit=x&utm_source=y")).head == plain.head


@pytest.mark.parametrize(
    ("asked", "right"),
    [
        ("/OPML.xml", "/opml.xml"),
        ("/opml.xml/", "/opml.xml"),
        ("//opml.xml", "/opml.xml"),
        ("/News-Sitemap.XML", MAP),
        ("/news-sitemap-01.xml", "/news-sitemap-1.xml"),
    ],
)
async def test_another_spelling_leads_to_the_list(newsroom: Newsroom, asked: str, right: str) -> None:
    """301 to the one right address."""
    answer = await newsroom.ask(asked)
    assert (answer.status, answer["location"]) == (301, f"{SITE}{right}")


@pytest.mark.parametrize(
    "path",
    [
        "/opml", "/world/opml.xml", "/news-sitemap-0.xml", "/news-sitemap-2.xml", "/news-sitemap-x.xml",
        "/news-sitemap-20.xml", "/news-sitemap-21.xml", "/news-sitemap-99999.xml", "/world/news-sitemap.xml",
        "/news-sitemap--1.xml",
    ],
)  # fmt: skip
async def test_what_is_no_list_is_not_there(newsroom: Newsroom, path: str) -> None:
    """404, a part that the sitemap does not have among them."""
    assert (await newsroom.ask(path)).status == 404


async def test_opml_lists_every_section_in_the_order_of_the_landing_page(newsroom: Newsroom) -> None:
    """OPML 2.0: in one folder, each feed with its title, its addresses and its language; empty sections too."""
    root = tree(await newsroom.ask("/opml.xml"))
    assert (root.tag, root.get("version"), root.findtext("head/title")) == ("opml", "2.0", "خُلاصات")
    (folder,) = root.findall("body/outline")
    assert dict(folder.attrib) == {"text": "خُلاصات", "title": "خُلاصات"}
    assert [dict(outline.attrib) for outline in folder] == [
        {
            "type": "rss",
            "text": f"{title} - خُلاصات",
            "title": f"{title} - خُلاصات",
            "xmlUrl": f"{SITE}/{slug}/atom.xml",
            "htmlUrl": f"{SITE}/{slug}/",
            "language": "ar",
        }
        for slug, title in (("world", "دولي"), ("sports", "رياضة"), (CULTURE, "ثقافة وفنون"))
    ]
    for outline in folder:
        for name in ("xmlUrl", "htmlUrl"):
            assert (await newsroom.ask(outline.attrib[name].removeprefix(SITE))).status == 200


async def test_a_section_that_articles_bring_is_in_the_opml(newsroom: Newsroom) -> None:
    """What was held is stale once there is another section."""
    before = await newsroom.ask("/opml.xml")
    async with newsroom.store.writing() as writing:
        await writing.make_section(Section(slug="new", title="قسم جديد"))
    await newsroom.write(story("n", sections=("new",)))
    after = await newsroom.ask("/opml.xml")
    assert before["etag"] != after["etag"]
    assert f"{SITE}/new/atom.xml".encode() in after.body


async def test_the_sitemap_tells_of_the_articles_of_two_days(tmp_path: Path) -> None:
    """Newest first, each with its publication, its language without region, its time as it came and its title."""
    async with opened(tmp_path, SITE__LANGUAGE="ar-LY") as newsroom:
        await newsroom.write(
            story("a", minutes=30, title="FIFA تعلن 5 قرارات"),
            story("en", minutes=40, title="Five decisions", language="en-GB"),
            story("old", minutes=48 * 60 + 1),
            story("embargoed", minutes=-5),
        )
        root = valid(await newsroom.ask(MAP))
        assert root.nsmap == {None: SITEMAP, "news": NEWS}
        told = [{str(e.tag).partition("}")[2]: e.text for e in url.iter() if len(e) == 0} for url in root]
        assert told == [
            {
                "loc": f"https://elsewhere.example/{guid}",
                "lastmod": at,
                "name": "خُلاصات",
                "language": language,
                "publication_date": at,
                "title": title,
            }
            for guid, at, language, title in (
                ("a", "2026-11-23T11:30:00+00:00", "ar", "FIFA تعلن 5 قرارات"),
                ("en", "2026-11-23T11:20:00+00:00", "en", "Five decisions"),
            )
        ]


async def test_an_article_leaves_the_sitemap_when_it_is_two_days_old(tmp_path: Path) -> None:
    """The representation ends at that second, like at an embargo's end, and no clock stands in the bytes: it is the
    same until then, and Last-Modified is that second's."""
    async with opened(tmp_path) as newsroom:
        await newsroom.write(story("a", minutes=30), story("b", minutes=47 * 60), story("next", minutes=-90))
        before = await newsroom.ask(MAP)
        newsroom.clock.go(minutes=59, seconds=59)
        assert (await newsroom.ask(MAP)).body == before.body
        newsroom.clock.go(seconds=1)
        after = await newsroom.ask(MAP)
        assert locs(before) == urls("a", "b")
        assert locs(after) == urls("a")
        newsroom.clock.go(seconds=5)
        held = {"if-modified-since": before["last-modified"]}
        assert (await newsroom.ask(MAP, headers=held)).status == 200
        changed = int((NOW + timedelta(hours=1)).timestamp()) + 1
        assert (await newsroom.ask(MAP))["last-modified"] == http_date(changed)
        # The embargo's end comes by itself, too.
        newsroom.clock.go(minutes=30)
        assert locs(await newsroom.ask(MAP)) == urls("next", "a")


async def test_a_sitemap_of_nothing_new_is_empty(tmp_path: Path) -> None:
    """No error for a newsroom that rests: an empty sitemap, which is valid; and one article fills it."""
    async with opened(tmp_path) as newsroom:
        assert locs(await newsroom.ask(MAP)) == []
        await newsroom.write(story("old", minutes=60 * 24 * 3))
        assert locs(await newsroom.ask(MAP)) == []
        await newsroom.write(story("a"))
        assert locs(await newsroom.ask(MAP)) == urls("a")
        await withdraw(newsroom.store, "a")
        await newsroom.seen()
        assert locs(await newsroom.ask(MAP)) == []


async def test_a_correction_of_an_old_article_is_no_news(tmp_path: Path) -> None:
    """What counts is the publication; a correction within two days of it stands with its modification."""
    async with opened(tmp_path) as newsroom:
        old, new = NOW - timedelta(days=5), NOW - timedelta(hours=5)
        corrected = NOW - timedelta(hours=1)
        await newsroom.write(
            article("old", at=old, url=urls("old")[0], modified=corrected, correction=True),
            article("new", at=new, url=urls("new")[0], modified=corrected, correction=True),
        )
        (url,) = valid(await newsroom.ask(MAP))
        assert url.findtext(f"{{{SITEMAP}}}loc") == urls("new")[0]
        assert url.findtext(f"{{{SITEMAP}}}lastmod") == "2026-11-23T11:00:00+00:00"
        assert url.findtext(f"{{{NEWS}}}news/{{{NEWS}}}publication_date") == "2026-11-23T07:00:00+00:00"


async def test_an_address_stands_once_and_a_long_one_not_at_all(tmp_path: Path) -> None:
    """Two articles at one address are one; the protocol allows addresses of less than 2,048 characters."""
    async with opened(tmp_path) as newsroom:
        longest = "https://elsewhere.example/".ljust(2047, "x")
        await newsroom.write(
            story("first", minutes=1, url="https://elsewhere.example/1"),
            story("again", minutes=2, url="https://elsewhere.example/1"),
            story("long", minutes=3, url=longest),
            story("longer", minutes=4, url=longest + "x"),
        )
        assert locs(await newsroom.ask(MAP)) == ["https://elsewhere.example/1", longest]


async def test_more_than_a_thousand_articles_have_an_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So many entries a part, the newest first, and no article twice; below that the sitemap is one document again."""
    assert NEWS_ENTRIES == 1000
    most, clock = 100, WallClock()
    monkeypatch.setattr("feeds.desk.listings.NEWS_ENTRIES", most)
    async with opened(tmp_path, clock=clock) as newsroom:
        count = 2 * most + 1
        made = [
            article(f"{n:04}", at=NOW - timedelta(minutes=1, seconds=n), url=urls(f"{n:04}")[0]) for n in range(count)
        ]
        await put(newsroom.store, *made)
        await newsroom.seen()
        index = await newsroom.ask(MAP)
        parts = [f"/news-sitemap-{n}.xml" for n in (1, 2, 3)]
        assert locs(index) == [f"{SITE}{part}" for part in parts]
        newest = [element.text for element in valid(index).iter(f"{{{SITEMAP}}}lastmod")]
        assert newest == [made[at].published.isoformat() for at in (0, most, 2 * most)]
        told = [locs(await newsroom.ask(part)) for part in parts]
        assert [len(part) for part in told] == [most, most, 1]
        assert _all(told) == urls(*(f"{n:04}" for n in range(count)))
        assert (await newsroom.ask("/news-sitemap-4.xml")).status == 404
        # Read once for all of them, the one that there is not as well.
        assert newsroom.store.recents == 1
        listed = [path_of(address) async for address, _ in every_listing(newsroom.desk)]
        assert listed == ["/opml.xml", MAP, *parts]
        clock.go(hours=47, minutes=58)
        assert 0 < len(locs(await newsroom.ask(MAP))) < most
        # Whoever has an old index finds the first part still.
        assert (await newsroom.ask("/news-sitemap-1.xml")).body == (await newsroom.ask(MAP)).body
        assert (await newsroom.ask("/news-sitemap-2.xml")).status == 404


def _all(lists: Iterable[list[str]]) -> list[str]:
    return [each for found in lists for each in found]


async def test_robots_are_told_of_the_sitemap(newsroom: Newsroom) -> None:
    """https://www.sitemaps.org/protocol.html#submit_robots: a line with the whole address."""
    answer = await newsroom.ask("/robots.txt")
    assert answer.body.decode().splitlines() == ["User-agent: *", "Disallow:", "", f"Sitemap: {SITE}{MAP}"]


async def test_lists_are_counted(newsroom: Newsroom) -> None:
    """They have a kind of their own among the numbers, of answers and of renders."""
    before = newsroom.desk.metrics.values()
    for _ in range(3):
        await newsroom.ask("/opml.xml")
    after = newsroom.desk.metrics.values()
    grown = {key for key, number in after.items() if number > before[key]}
    assert {key[1] for key in grown if key[0] in ("requests", "renders")} == {"listing"}
    # What is at hand never reaches the application where there is a lane.
    assert (("requests", "listing", "200", "lane") in grown) == (newsroom.asked is not None)
