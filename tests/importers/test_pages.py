"""Saved pages: whatever stands in one, it is one article or one refusal, soon."""

import io
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds.errors import BadSource
from feeds.importers import discovery, pages
from feeds.importers.source import Source
from feeds.model import Record, Rejection

TEXT = "<p>أعلنت البلدية اليوم افتتاح الطريق الساحلي بعد أعمال صيانة استمرت عامين كاملين.</p>"


def read(page: str | bytes) -> Record | Rejection:
    raw = page.encode("utf-8", "surrogatepass") if isinstance(page, str) else page
    (found,) = pages.records(Source.of("in", io.BytesIO(raw)))
    return found


def page(head: str = "", body: str = TEXT * 3) -> str:
    head = f"<head><title>خبر الطريق</title>{head}</head>"
    return f"<!doctype html><html>{head}<body><article>{body}</article></body></html>"


def item(head: str) -> dict[str, Any]:
    found = read(page(head))
    assert isinstance(found, Record)
    return dict(found.item)


def linked(data: Any) -> dict[str, Any]:
    return item(f'<script type="application/ld+json">{json.dumps(data)}</script>')


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 100_000, "<b>" * 100_000, "<table><tr><td>" * 50_000, "<p>نص</p>" * 50_000,
        "<a href=x>نص</a>" * 50_000, "<ul><li>" * 50_000, "نص<br>" * 50_000, "<svg><g>" * 50_000,
        "<p " + "a=b " * 100_000 + ">",
    ],
)  # fmt: skip
def test_what_would_take_long_is_refused_soon(body: str) -> None:
    found = read(page(body=body + TEXT))
    assert isinstance(found, Record) or str(found).startswith(("in: has more than 12000 elements", "in: holds no "))


def test_a_page_that_never_ends_is_refused() -> None:
    with pytest.raises(BadSource, match="is longer than 16777216 bytes"):
        read("<html>" + "x" * pages.MAX_PAGE)


@pytest.mark.parametrize(
    "data",
    [
        None, [], {}, 5, "x", [[[[]]]], {"@type": None}, {"@type": ["NewsArticle", 5]}, {"@graph": 7},
        {"@type": "NewsArticle", "headline": ["x"], "author": [5, None, {"name": {}}], "image": [None, {"url": 5}]},
        {"@type": "NewsArticle", "author": {"@id": []}, "keywords": [{}], "articleSection": {}, "articleBody": {}},
        {"@type": "NewsArticle", "image": {"url": "x", "width": {"value": "1e9"}, "height": -1}, "url": {"@id": 1}},
        {"@type": "BreadcrumbList", "itemListElement": [{"item": 5}, {"item": {}}, {"name": []}]},
        {"@type": "NewsArticle", "datePublished": "never", "mainEntityOfPage": True, "url": "javascript:x"},
    ],
)  # fmt: skip
def test_linked_data_may_be_anything(data: Any) -> None:
    assert linked(data)["title"]


def test_linked_data_may_be_deep_or_large() -> None:
    deep = "[" * 100_000 + "]" * 100_000
    assert item(f'<script type="application/ld+json">{deep}</script>')["title"] == "خبر الطريق"
    wide = json.dumps([{"@type": "Thing"}] * 6000 + [{"@type": "NewsArticle", "headline": "x"}])
    assert item(f'<script type="application/ld+json">{wide}</script>')["title"] == "خبر الطريق"


@pytest.mark.parametrize(
    ("said", "published"),
    [
        ("2026-11-23T10:30:00+02:00", "2026-11-23T10:30:00+02:00"),
        ("2026-11-23T10:30:00.123Z", "2026-11-23T10:30:00.123000+00:00"),
        ("2026-11-23 10:30", "2026-11-23T10:30:00"),
        ("Mon, 23 Nov 2026 10:30:00 +0200", "2026-11-23T10:30:00+02:00"),
        ("أمس", None),
        ("9999-99-99", None),
    ],
)
def test_a_date_is_read_in_the_forms_that_pages_have(said: str, published: str | None) -> None:
    assert linked({"@type": "Article", "datePublished": said}).get("date_published") == published


PIECES = st.sampled_from(
    '<p> </p> <article> </article> <title> </title> <h1> </h1> <meta property="og:title" content="x"> <table> <td>'
    ' <base href="http://["> <link rel="canonical" href="//["> <script type="application/ld+json"> </script>'
    ' {"@type":"NewsArticle"'
    " <math><mtext> <svg> <!-- --> <![CDATA[ ]]> <?xml &#0; &#x110000; &amp \0 \ufffe <time datetime=x> <html> </html>"
    " <frameset> <template> <noscript> <select> <plaintext> <a href=javascript:x> ".split(" ")
)


@given(st.lists(st.tuples(st.integers(0, 400), PIECES, st.integers(0, 20)), max_size=8))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_put_into_a_page_it_is_an_article_or_refused(spoiling: list[tuple[int, str, int]]) -> None:
    text = page('<meta property="og:title" content="عنوان"><link rel="canonical" href="https://news.example/1/">')
    for at, piece, gone in spoiling:
        text = text[:at] + piece + text[at + gone :]
    found = read(text)
    assert isinstance(found, Rejection) or found.item["content_html"]


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_any_bytes_are_an_article_or_refused(raw: bytes) -> None:
    read(raw)
    discovery.feed_of(raw, "https://news.example/", None)


def test_a_page_that_is_an_article_is_not_left_for_its_sites_feed() -> None:
    feed = '<link rel="alternate" type="application/rss+xml" href="/feed/">'
    url = "https://news.example/1/"
    assert discovery.feed_of(page(feed).encode(), url, None) == "https://news.example/feed/"
    assert discovery.feed_of(page(feed.replace("/feed/", "/comments/feed/")).encode(), url, None) is None
    for said in ('<meta property="article:published_time" content="x">', '<script>{"@type":"NewsArticle"}</script>'):
        assert discovery.feed_of(page(feed + said).encode(), url, None) is None
