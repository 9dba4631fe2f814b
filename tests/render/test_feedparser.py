"""RSS and Atom as feedparser reads them: without complaint, and what went in comes out, field by field."""

import calendar
import html
import io
import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import feedparser
import pytest
from hypothesis import given

from feeds.model import Article, Document, Entry, FeedFormat
from feeds.render.media import enclosures, image_type
from feeds.text.bidi import bare
from tests.render.articles import HUBS, SOME, configured, document, rendered, several


def read(body: bytes) -> Any:
    """The feed as feedparser has it, which changes nothing in it."""
    feed = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    assert feed.bozo == 0, feed.bozo_exception
    return feed


def pairs(feed: Any, made: Document) -> Sequence[tuple[Any, Entry]]:
    return list(zip(feed.entries, made.entries, strict=True))


def same_time(parsed: Any, moment: datetime) -> bool:
    """feedparser counts whole seconds."""
    return calendar.timegm(parsed) == math.floor(moment.timestamp())


def categories(entry: Entry) -> list[tuple[str, str | None]]:
    sections = [(section.title, "https://news.example/") for section in entry.sections]
    return [*sections, *((tag, None) for tag in entry.tags)]


def image_as_read(entry: Entry) -> dict[str, str]:
    """The attributes of the picture's media:content, as feedparser names them."""
    image = entry.image
    assert image is not None
    numbers = {"filesize": image.size, "width": image.width, "height": image.height}
    return {
        "url": image.url,
        "type": image_type(image),
        "medium": "image",
        **{name: str(number) for name, number in numbers.items() if number},
    }


@given(several())
@SOME
def test_rss_gives_back_what_went_in(articles: list[Article]) -> None:
    made = document(articles, "rss")
    feed = read(rendered(articles, "rss"))
    assert feed.version == "rss20"
    for item, entry in pairs(feed, made):
        assert bare(item.title) == repaired(entry.title)
        assert item.link == entry.permalink
        assert (item.id, item.guidislink) == (entry.guid, entry.guid == entry.permalink)
        assert same_time(item.published_parsed, entry.published)
        assert same_time(item.updated_parsed if "updated_parsed" in item else item.published_parsed, entry.updated)
        assert [author.name for author in item.get("authors", [])] == [author.name for author in entry.authors]
        assert [(tag.term, tag.scheme) for tag in item.get("tags", [])] == categories(entry)
        assert_texts(item, entry)
        assert_files(item, entry)
        if entry.origin:
            assert (item.source.title, item.source.href) == (repaired(entry.origin.title), entry.origin.url)
        assert item.get("language", made.language) == entry.language


def repaired(text: str) -> str:
    """As feedparser gives it: what could be UTF-8 that was read as Latin-1 (Â¡), it takes for that."""
    try:
        return text.encode("iso-8859-1").decode("utf-8")
    except UnicodeError:
        return text


def assert_texts(item: Any, entry: Entry) -> None:
    if entry.summary:
        assert bare(html.unescape(item.summary)) == entry.summary
    if entry.content_html and entry.summary:
        assert item.content[0].value == entry.content_html.strip()
    elif entry.content_html:
        assert item.summary == entry.content_html.strip()


def assert_files(item: Any, entry: Entry) -> None:
    files = enclosures(entry)
    assert [(file.href, file.length, file.type) for file in item.enclosures] == [
        (file.url, file.length, file.type) for file in files[:1]
    ]
    media = [dict(found) for found in item.get("media_content", [])]
    rest = [(file.url, file.type, None if file.length == "0" else file.length) for file in files[1:]]
    assert [(found["url"], found["type"], found.get("filesize")) for found in media[: len(rest)]] == rest
    assert media[len(rest) :] == ([image_as_read(entry)] if entry.image else [])
    credit = entry.image.credit if entry.image else ""
    assert [found["content"] for found in item.get("media_credit", [])] == ([credit] if credit else [])


@given(several())
@SOME
def test_atom_gives_back_what_went_in(articles: list[Article]) -> None:
    made = document(articles, "atom")
    feed = read(rendered(articles, "atom"))
    assert feed.version == "atom10"
    for item, entry in pairs(feed, made):
        assert (bare(item.title), item.title_detail.type) == (entry.title, "text/plain")
        assert (item.link, item.id) == (entry.permalink, entry.uri)
        assert same_time(item.published_parsed, entry.published)
        assert same_time(item.updated_parsed, entry.updated)
        assert [(author.name, author.get("href")) for author in item.get("authors", [])] == [
            (author.name, author.url) for author in entry.authors
        ]
        assert [(tag.label or tag.term, tag.scheme) for tag in item.get("tags", [])] == categories(entry)
        assert {tag.term for tag in item.tags if tag.scheme} == {section.slug for section in entry.sections}
        assert_atom_texts(item, entry)
        assert_atom_files(item, entry)
        if entry.origin:
            assert (item.source.title, item.source.links[0].href) == (repaired(entry.origin.title), entry.origin.url)
        assert item.title_detail.language == entry.language


def assert_atom_texts(item: Any, entry: Entry) -> None:
    if entry.summary:
        assert (bare(item.summary), item.summary_detail.type) == (entry.summary, "text/plain")
    if entry.content_html:
        assert (item.content[0].value, item.content[0].type) == (entry.content_html.strip(), "text/html")


def assert_atom_files(item: Any, entry: Entry) -> None:
    assert [(file.href, file.get("length", "0"), file.type, file.get("title", "")) for file in item.enclosures] == [
        (file.url, file.length, file.type, file.title) for file in enclosures(entry)
    ]
    assert [dict(found) for found in item.get("media_content", [])] == ([image_as_read(entry)] if entry.image else [])


@pytest.mark.parametrize("format", ["rss", "atom"])
@pytest.mark.parametrize("sections", [(), ("world",), ("sports", "محلي")])
def test_the_feed_itself_is_read_with_entries_or_without(format: FeedFormat, sections: tuple[str, ...]) -> None:
    settings = configured(websub={"hubs": HUBS})
    made = document((), format, settings=settings, sections=sections)
    feed = read(rendered((), format, settings=settings, sections=sections)).feed
    assert (feed.title, feed.subtitle, feed.link) == (made.title, made.description, made.page_url)
    assert feed.language == "ar"
    assert feed.rights == made.copyright
    assert feed.author == made.publisher
    assert feed.generator.startswith("Khulasat")
    assert same_time(feed.updated_parsed, made.updated)
    links = [(link.rel, link.href) for link in feed.links if link.rel != "alternate"]
    # Several sections together are pinged by nobody.
    hubs = HUBS if len(sections) < 2 else ()
    assert links == [("self", made.self_urls[format]), *(("hub", hub) for hub in hubs)]
    if format == "rss":
        assert (feed.ttl, feed.image.href) == ("5", made.logo)
        assert (feed.image.title, feed.image.link) == (feed.title, feed.link)
    else:
        assert (feed.id, feed.icon, feed.logo) == (made.id, made.icon, made.logo)
