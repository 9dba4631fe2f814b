"""Languages of feeds and of their entries: RTL.md R6."""

import json
from typing import Any

import pytest
from lxml import etree

from feeds.model import FEED_FORMATS, FeedFormat
from tests.render.articles import article, configured, rendered

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
DC_LANGUAGE = "{http://purl.org/dc/elements/1.1/}language"
ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"
ATOM = "{http://www.w3.org/2005/Atom}"

OTHERS = [
    ("en", "ltr"),
    ("fr-CA", "ltr"),
    ("ar-Latn", "ltr"),
    ("ar-LY", "rtl"),
    ("fa", "rtl"),
    ("he", "rtl"),
    ("ayl", "rtl"),
]


def languages(format: FeedFormat, *, site: str = "ar", **fields: Any) -> tuple[str | None, str | None, str]:
    """What a feed says of its language and of its one entry's, and that entry's HTML."""
    body = rendered([article(**fields)], format, settings=configured(site={"language": site}))
    if format == "json":
        feed = json.loads(body)
        [item] = feed["items"]
        return feed["language"], item.get("language"), item["content_html"]
    root = etree.fromstring(body)
    if format == "rss":
        [entry] = root.iter("item")
        return root[0].findtext("language"), entry.findtext(DC_LANGUAGE), entry.findtext(ENCODED) or ""
    [entry] = root.iter(f"{ATOM}entry")
    return root.get(XML_LANG), entry.get(XML_LANG), entry.findtext(f"{ATOM}content") or ""


@pytest.mark.parametrize("format", FEED_FORMATS)
@pytest.mark.parametrize("site", ["ar", "ar-LY", "en"])
def test_a_feed_has_one_language_with_its_region(format: FeedFormat, site: str) -> None:
    """An article that names none, or the same, is in the feed's: nothing on its entry says so again."""
    assert languages(format, site=site)[:2] == (site, None)
    assert languages(format, site=site, language=site)[:2] == (site, None)


@pytest.mark.parametrize("format", FEED_FORMATS)
@pytest.mark.parametrize(("language", "direction"), OTHERS)
def test_an_article_in_another_language_says_so_on_its_entry(format: FeedFormat, language: str, direction: str) -> None:
    """And its direction follows its language."""
    # Where that is the other way, its Arabic block says so.
    block = '<p dir="rtl">' if direction == "ltr" else "<p>"
    html = f'<div dir="{direction}" lang="{language}">{block}نص الخبر</p></div>'
    assert languages(format, language=language) == ("ar", language, html)


@pytest.mark.parametrize("format", FEED_FORMATS)
def test_an_arabic_article_in_an_english_feed_runs_right_to_left(format: FeedFormat) -> None:
    html = '<div dir="rtl" lang="ar"><p>نص الخبر</p></div>'
    assert languages(format, site="en", language="ar") == ("en", "ar", html)


@pytest.mark.parametrize("format", FEED_FORMATS)
def test_without_its_text_an_entry_says_its_language_too(format: FeedFormat) -> None:
    body = rendered([article(language="en-GB")], format, content="summary").decode()
    assert body.count("en-GB") == 1
