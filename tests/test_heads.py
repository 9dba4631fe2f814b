"""The headers of feeds and pages: HTTP.md, "Headers of a feed"."""

import pytest

from feeds.addresses import FeedAddress, PageAddress, path_of
from feeds.heads import content_type, feed_headers, page_headers, purged_with
from feeds.model import EVERYTHING, FEED_FORMATS, FeedFormat, Selection, Topic
from tests.render.articles import HUBS, SITE, configured, document

XML = "application/xml; charset=utf-8"


def headers(format: FeedFormat = "rss", *, sections: tuple[str, ...] = (), limit: int | None = None) -> dict[str, str]:
    settings = configured(websub={"hubs": HUBS})
    address = FeedAddress(selection=Selection(sections=sections), format=format, limit=limit)
    made = document((), format, settings=settings, sections=sections, limit=limit)
    found = feed_headers(address, made, settings)
    assert len(dict(found)) == len(found), "each header once"
    return dict(found)


@pytest.mark.parametrize("format", FEED_FORMATS)
@pytest.mark.parametrize("sections", [(), ("محلي",), ("sports", "محلي")])
def test_headers_are_ascii(format: FeedFormat, sections: tuple[str, ...]) -> None:
    for name, value in headers(format, sections=sections).items():
        assert name == name.lower()
        assert value.isascii()


@pytest.mark.parametrize(
    ("media_type", "format", "expected"),
    [
        ("display", "rss", XML),
        ("display", "atom", XML),
        ("display", "json", "application/feed+json"),
        ("registered", "rss", "application/rss+xml; charset=utf-8"),
        ("registered", "atom", "application/atom+xml; charset=utf-8"),
        ("registered", "json", "application/feed+json"),
    ],
)
def test_the_media_type_is_as_configured(media_type: str, format: FeedFormat, expected: str) -> None:
    settings = configured(feeds={"media_type": media_type})
    assert content_type(FeedAddress(selection=EVERYTHING, format=format), settings) == expected


@pytest.mark.parametrize("format", FEED_FORMATS)
def test_link_has_exactly_one_self_each_hub_and_the_page(format: FeedFormat) -> None:
    links = headers(format, sections=("world",))["link"].split(", ")
    file = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}[format]
    assert links == [
        f'<{SITE}/world/{file}>; rel="self"',
        *(f'<{hub}>; rel="hub"' for hub in HUBS),
        f'<{SITE}/world/>; rel="alternate"; type="text/html"',
    ]


def test_hubs_are_not_in_link_with_limit() -> None:
    assert 'rel="hub"' not in headers(limit=5)["link"]


def test_caching_is_allowed_to_serve_stale_and_never_forbids_it() -> None:
    """RFC 9111 §5.2.2.10: s-maxage would."""
    assert headers()["cache-control"] == "public, max-age=300, stale-while-revalidate=600, stale-if-error=86400"
    assert headers()["vary"] == "Accept-Encoding"


def test_purge_tags_are_the_sections_percent_encoded_and_all() -> None:
    found = headers(sections=("sports", "محلي"))
    assert found["cache-tag"] == "sports,%D9%85%D8%AD%D9%84%D9%8A,all"
    assert found["surrogate-key"] == "sports %D9%85%D8%AD%D9%84%D9%8A all"


@pytest.mark.parametrize(
    ("selection", "tags"),
    [
        (EVERYTHING, ["desk:all", "all"]),
        (Selection(search="خبر"), ["desk:all", "all"]),
        (Selection(topic=Topic("tag", "a b")), ["tag:a%20b", "all"]),
        (Selection(topic=Topic("author", "x")), ["author:x", "all"]),
    ],
)
def test_what_is_no_sections_has_a_tag_of_its_own(selection: Selection, tags: list[str]) -> None:
    """So that a change in one section need not let everything go; no slug can be the same."""
    assert list(purged_with(selection)) == tags


@pytest.mark.parametrize("format", FEED_FORMATS)
def test_scripts_elsewhere_may_read_feeds_and_browsers_run_none_in_them(format: FeedFormat) -> None:
    found = headers(format)
    assert found["access-control-allow-origin"] == "*"
    assert found["access-control-expose-headers"] == "ETag, Link"
    assert found["x-content-type-options"] == "nosniff"
    policy = None if format == "json" else "default-src 'none'; style-src 'self'; sandbox"
    assert found.get("content-security-policy") == policy


def test_the_language_is_the_feeds() -> None:
    assert headers()["content-language"] == "ar"


def test_pages_say_their_canonical_address_and_run_no_inline_script() -> None:
    address = PageAddress(selection=Selection(sections=("محلي",)))
    found = dict(page_headers(path_of(address), configured(), tags=["x", "all"]))
    assert found["content-type"] == "text/html; charset=utf-8"
    assert found["link"] == f'<{SITE}/%D9%85%D8%AD%D9%84%D9%8A/>; rel="canonical"'
    policy = found["content-security-policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe-inline" not in policy
    assert "frame-ancestors 'none'" in policy
    assert found["x-content-type-options"] == "nosniff"
    assert found["referrer-policy"]
