"""Direction marks stand in plain-text fields and nowhere else: RTL.md R1, R4, R7."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from lxml import etree

from feeds.model import FEED_FORMATS, Article, FeedFormat, Tombstone
from feeds.text.bidi import feed_text
from tests.render.articles import NOW, SOME, article, configured, document, rendered, several

RLM = "\u200f"
ISOLATES = "\u2066\u2067\u2068\u2069"
ATOM = "{http://www.w3.org/2005/Atom}"
# RTL.md R1, by format.
PLAIN = {
    "rss": {"title", "description"},
    "atom": {f"{ATOM}title", f"{ATOM}subtitle", f"{ATOM}summary"},
    "json": {"title", "description", "summary", "content_text"},
}
MODES = ["mark", "isolate", "off"]


def fields(body: bytes) -> Iterator[tuple[str, str]]:
    """Every text of a feed with the name of its field; attributes go by names of their own."""
    if body.startswith(b"{"):
        yield from members("", json.loads(body))
        return
    for element in etree.fromstring(body).iter(etree.Element):
        yield str(element.tag), element.text or ""
        for name, value in element.attrib.items():
            yield f"@{name}", str(value)


def members(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, part in value.items():
            # Attachments and authors have titles and names, which are no fields of the feed's text.
            yield from members(key if name in ("", "items") else f"{name}.{key}", part)
    elif isinstance(value, list):
        for part in value:
            yield from members(name, part)
    else:
        yield name, str(value)


@given(several(max_size=3))
@SOME
def test_no_direction_mark_of_ours_outside_plain_text_fields(articles: list[Article]) -> None:
    graves = [Tombstone(guid="FIFA", withdrawn=NOW, reason="5 قتلى")]
    for format in FEED_FORMATS:
        for mode in MODES:
            settings = configured(feeds={"title_direction": mode}, site={"copyright": "2026 صحيفة المثال"})
            for name, text in fields(rendered(articles, format, settings=settings, tombstones=graves)):
                if name not in PLAIN[format]:
                    assert not text.startswith(RLM)
                    assert not set(ISOLATES) & set(text)


@pytest.mark.parametrize("format", FEED_FORMATS)
@pytest.mark.parametrize("mode", MODES)
def test_titles_and_summaries_are_marked_as_configured(format: FeedFormat, mode: Any) -> None:
    settings = configured(feeds={"title_direction": mode}, site={"title": "G20 أخبار", "description": "5 أخبار"})
    mixed = article(title="FIFA تعلن مواعيد كأس العالم", summary="5 قتلى في انفجار بطرابلس")
    found = [text for name, text in fields(rendered([mixed], format, settings=settings)) if name in PLAIN[format]]
    for text in ("G20 أخبار", "5 أخبار", mixed.title, mixed.summary):
        assert feed_text(text, mode) in found


@pytest.mark.parametrize("format", ["rss", "atom"])
def test_no_dir_attribute_on_elements_of_the_feed(format: FeedFormat) -> None:
    """RTL.md R7: the validator reports an error."""
    assert "@dir" not in {name for name, _ in fields(rendered([article()], format))}


def test_the_document_holds_no_marks() -> None:
    """They are the renderers'."""
    made = document([article(title="FIFA تعلن مواعيد كأس العالم")])
    assert made.entries[0].title == "FIFA تعلن مواعيد كأس العالم"


def test_the_image_of_a_channel_is_called_like_the_channel_marks_and_all() -> None:
    root = etree.fromstring(rendered(settings=configured(site={"title": "G20 أخبار"})))
    assert root.findtext("channel/image/title") == root.findtext("channel/title") == f"{RLM}G20 أخبار"
