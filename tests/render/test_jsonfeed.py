"""JSON Feed against its specification (https://www.jsonfeed.org/version/1.1/), field by field."""

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given

from feeds.model import Article, Attachment, Entry, Image
from feeds.text.bidi import bare
from tests.render.articles import HUBS, SITE, SOME, article, configured, document, rendered, several

TOP = {"version", "title", "home_page_url", "feed_url", "description", "icon", "authors", "language", "items"}
REQUIRED = {"id", "url", "title", "date_published", "date_modified", "tags"}


def read(articles: list[Article], **rest: Any) -> dict[str, Any]:
    feed: dict[str, Any] = json.loads(rendered(articles, "json", **rest))
    return feed


def filled(**keys: Any) -> dict[str, Any]:
    """Those keys that say something."""
    return {key: value for key, value in keys.items() if value is not None and value != "" and value != {}}


def attachment(file: Attachment) -> dict[str, Any]:
    return filled(
        url=file.url,
        mime_type=file.mime_type,
        title=file.title,
        size_in_bytes=file.size,
        duration_in_seconds=file.duration,
    )


def extension(entry: Entry) -> dict[str, Any]:
    """What the interchange form has beyond the specification, in its own words."""
    image = entry.image or Image(url="")
    details = filled(
        mime_type=image.mime_type,
        size_in_bytes=image.size,
        width=image.width,
        height=image.height,
        description=image.description,
        credit=image.credit,
    )
    source = filled(title=entry.origin.title, url=entry.origin.url) if entry.origin else {}
    return filled(image=details, source=source)


def optional(entry: Entry, language: str) -> dict[str, Any]:
    """The keys that an item has only where there is something to say."""
    return filled(
        image=entry.image.url if entry.image else None,
        language=None if entry.language == language else entry.language,
        authors=[filled(name=author.name, url=author.url) for author in entry.authors] or None,
        attachments=[attachment(file) for file in entry.attachments] or None,
        _feeds=extension(entry),
    )


@given(several())
@SOME
def test_items_hold_what_went_in(articles: list[Article]) -> None:
    made = document(articles, "json")
    feed = read(articles)
    assert set(feed) == TOP
    for item, entry in zip(feed["items"], made.entries, strict=True):
        assert (item["id"], item["url"]) == (entry.guid, entry.permalink)
        assert (bare(item["title"]), bare(item.get("summary", ""))) == (entry.title, entry.summary)
        assert datetime.fromisoformat(item["date_published"]) == entry.published
        assert datetime.fromisoformat(item["date_modified"]) == entry.updated
        assert item.get("content_html") == entry.content_html
        assert ("content_text" in item) != ("content_html" in item)
        assert item["tags"] == list(dict.fromkeys([*(part.title for part in entry.sections), *entry.tags]))
        expected = optional(entry, made.language)
        assert {key: item[key] for key in expected} == expected
        assert set(item) - REQUIRED - {"summary", "content_html", "content_text"} == set(expected)


@given(several(max_size=2))
@SOME
def test_with_content_summary_the_summary_is_the_content_text(articles: list[Article]) -> None:
    made = document(articles, "json", content="summary")
    for item, entry in zip(read(articles, content="summary")["items"], made.entries, strict=True):
        assert "content_html" not in item
        assert bare(item["content_text"]) == (entry.summary or entry.title)


def test_the_feed_itself() -> None:
    settings = configured(websub={"hubs": HUBS})
    feed = read([], settings=settings, sections=("world",))
    assert feed == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "دولي - صحيفة المثال",
        "home_page_url": f"{SITE}/world/",
        "feed_url": f"{SITE}/world/feed.json",
        "description": "أخبار ليبيا والعالم",
        "icon": f"{SITE}/static/icon.png",
        "authors": [{"name": "غرفة الأخبار", "url": f"{SITE}/"}],
        "language": "ar",
        "hubs": [{"type": "WebSub", "url": hub} for hub in HUBS],
        "items": [],
    }


def test_several_sections_in_one_feed_announce_no_hub() -> None:
    """Nobody pings them, and a reader that trusts a hub stops polling."""
    assert "hubs" not in read([], settings=configured(websub={"hubs": HUBS}), sections=("sports", "world"))


def test_items_is_there_though_it_is_empty() -> None:
    """JSON Feed 1.1, Top-level: items is required."""
    assert read([])["items"] == []


def test_marks_stand_in_plain_text_fields_alone() -> None:
    """RTL.md R1: title, summary, content_text."""
    marked = article(title="FIFA تعلن", summary="5 قتلى", tags=["FIFA تعلن"], authors=[{"name": "FIFA تعلن"}])
    item = read([marked], content="summary")["items"][0]
    assert [key for key, value in item.items() if "\u200f" in str(value)] == ["title", "content_text", "summary"]


@pytest.mark.parametrize("key", ["size_in_bytes", "duration_in_seconds"])
def test_numbers_are_numbers(key: str) -> None:
    files = [{"url": f"{SITE}/1.mp3", "mime_type": "audio/mpeg", key: 12}]
    assert read([article(attachments=files)])["items"][0]["attachments"][0][key] == 12


def test_arabic_is_written_as_itself() -> None:
    """Escapes would double the size."""
    assert "خبر أول".encode() in rendered([article()], "json")
