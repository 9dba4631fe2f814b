"""Lists for machines -> OPML 2.0 and news sitemaps. There is no direction mark in them (RTL.md R1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from feeds.render.marks import unmarked

OPML_TYPE = "text/x-opml; charset=utf-8"
SITEMAP_TYPE = "application/xml; charset=utf-8"
_OPML_DOCS = "http://opml.org/spec2.opml"
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"

Element = etree._Element


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A feed as somebody may subscribe to it."""

    title: str
    description: str
    language: str
    feed_url: str
    page_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriptions:
    """Feeds of one publisher, which readers keep together under `title`."""

    title: str
    owner: str
    contact: str
    feeds: Sequence[Subscription]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsEntry:
    """An article as search engines are told of it; `language` without its region."""

    url: str
    title: str
    language: str
    published: datetime
    updated: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapPart:
    """A part of a sitemap, and when what it lists last changed."""

    url: str
    updated: datetime


def opml(subscriptions: Subscriptions) -> bytes:
    """OPML 2.0 (http://opml.org/spec2.opml, "Subscription lists"): one folder, one outline a feed."""
    root = etree.Element("opml", version="2.0")
    head = _add(root, "head")
    _add(head, "title", subscriptions.title)
    _add(head, "ownerName", subscriptions.owner)
    if "@" in subscriptions.contact:
        _add(head, "ownerEmail", subscriptions.contact)
    _add(head, "docs", _OPML_DOCS)
    title = unmarked(subscriptions.title)
    folder = etree.SubElement(_add(root, "body"), "outline", text=title, title=title)
    for feed in subscriptions.feeds:
        # `type` is rss whatever the format: "rss" is what the specification calls a subscription.
        outline = {
            "type": "rss",
            "text": feed.title,
            "title": feed.title,
            "description": feed.description,
            "xmlUrl": feed.feed_url,
            "htmlUrl": feed.page_url,
            "language": feed.language,
        }
        etree.SubElement(folder, "outline", {name: unmarked(value) for name, value in outline.items() if value})
    return _written(root)


def news_sitemap(entries: Sequence[NewsEntry], publication: str) -> bytes:
    """A sitemap with the extension for news (https://developers.google.com/search/docs/crawling-indexing/sitemaps/
    news-sitemap)."""
    root = etree.Element(f"{{{SITEMAP}}}urlset", nsmap={None: SITEMAP, "news": NEWS})
    for entry in entries:
        url = _add(root, f"{{{SITEMAP}}}url")
        _add(url, f"{{{SITEMAP}}}loc", entry.url)
        _add(url, f"{{{SITEMAP}}}lastmod", entry.updated.isoformat())
        # In the order of its schema.
        news = _add(url, f"{{{NEWS}}}news")
        paper = _add(news, f"{{{NEWS}}}publication")
        _add(paper, f"{{{NEWS}}}name", publication)
        _add(paper, f"{{{NEWS}}}language", entry.language)
        _add(news, f"{{{NEWS}}}publication_date", entry.published.isoformat())
        _add(news, f"{{{NEWS}}}title", entry.title)
    return _written(root)


def sitemap_index(parts: Sequence[SitemapPart]) -> bytes:
    """The index of a sitemap that has several parts (https://www.sitemaps.org/protocol.html#index)."""
    root = etree.Element(f"{{{SITEMAP}}}sitemapindex", nsmap={None: SITEMAP})
    for part in parts:
        sitemap = _add(root, f"{{{SITEMAP}}}sitemap")
        _add(sitemap, f"{{{SITEMAP}}}loc", part.url)
        _add(sitemap, f"{{{SITEMAP}}}lastmod", part.updated.isoformat())
    return _written(root)


def _add(parent: Element, name: str, text: str | None = None) -> Element:
    element = etree.SubElement(parent, name)
    element.text = None if text is None else unmarked(text)
    return element


def _written(root: Element) -> bytes:
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
