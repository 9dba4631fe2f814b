"""Sitemaps and their indexes (https://www.sitemaps.org/protocol.html), with Google's extension for news."""

import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml import etree

from feeds.check.addresses import web_uri
from feeds.check.dates import w3c
from feeds.check.elements import hygiene, named, split_name, text
from feeds.check.fields import Fault, Rule, field
from feeds.check.findings import Finding, error, numbered, warning

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"
_PROTOCOL = "Sitemaps protocol"
_NEWS = "Google, news sitemaps"
# sitemap-news.xsd: no region, but for Chinese.
_LANGUAGE = re.compile("zh-cn|zh-tw|[a-z]{2,3}")
_LONGEST = 2047
_MOST_NEWS = 1000
_MOST = 50_000


def sitemap(root: etree._Element, *, self_url: str | None) -> Iterator[Finding]:
    """Everything about a sitemap or an index of sitemaps."""
    kind = split_name(root)[1]
    entry = "url" if kind == "urlset" else "sitemap"
    entries = named(root, SITEMAP, entry)
    if len(entries) > _MOST:
        yield error(kind, f"has {len(entries)} entries", f"{_MOST} at most, and an index", _PROTOCOL)
    if kind == "sitemapindex" and not entries:
        yield error(kind, "has no sitemap", "one sitemap at least", _PROTOCOL)
    news = 0
    locations = []
    for number, element in enumerate(entries, 1):
        location = "".join(text(loc) for loc in named(element, SITEMAP, "loc")[:1])
        locations.append(location)
        where = numbered(entry, number, "loc", location)
        yield from _entry(where, element)
        found = named(element, NEWS, "news")
        news += len(found)
        for part in found[:1]:
            yield from _news(where, part)
    if news > _MOST_NEWS:
        yield error(kind, f"has {news} news elements", f"{_MOST_NEWS} at most, and an index", _NEWS)
    yield from _twice(kind, locations)
    yield from _hosts(kind, locations, self_url)
    yield from hygiene(kind, root, SITEMAP, frozenset())


def _entry(where: str, element: etree._Element) -> Iterator[Finding]:
    yield from _once(where, element, SITEMAP, "loc", _location, _PROTOCOL)
    for lastmod in named(element, SITEMAP, "lastmod")[:1]:
        yield from field(where, "lastmod", text(lastmod), w3c)


def _location(value: str) -> Fault | None:
    if len(value) > _LONGEST:
        return Fault("is too long", f"{_LONGEST} characters at most", _PROTOCOL)
    return web_uri(value)


def _news(where: str, news: etree._Element) -> Iterator[Finding]:
    publications = named(news, NEWS, "publication")
    if len(publications) != 1:
        yield error(where, f"has {len(publications)} news:publication elements", "one", _NEWS)
    for publication in publications[:1]:
        yield from _once(where, publication, NEWS, "name", _filled, _NEWS)
        yield from _once(where, publication, NEWS, "language", _language, _NEWS)
    yield from _once(where, news, NEWS, "publication_date", w3c, _NEWS)
    yield from _once(where, news, NEWS, "title", _filled, _NEWS)


def _filled(value: str) -> Fault | None:
    return None if value else Fault("is empty", "a text", _NEWS)


def _language(value: str) -> Fault | None:
    if _LANGUAGE.fullmatch(value):
        return None
    return Fault("is no language without its region", "two or three letters, such as ar", _NEWS)


def _once(where: str, parent: etree._Element, namespace: str, name: str, rule: Rule, source: str) -> Iterator[Finding]:
    shown = f"news:{name}" if namespace == NEWS else name
    found = named(parent, namespace, name)
    if len(found) != 1:
        yield error(where, f"has {len(found)} {shown} elements", "one", source)
    for element in found[:1]:
        yield from field(where, shown, text(element), rule)


def _twice(kind: str, locations: list[str]) -> Iterator[Finding]:
    again = sum(count > 1 for count in Counter(locations).values())
    if again:
        yield warning(kind, f"lists {again} addresses more than once", "each once", _PROTOCOL)


def _hosts(kind: str, locations: list[str], self_url: str | None) -> Iterator[Finding]:
    """Other hosts than the sitemap's have to say that it speaks for them."""
    own = urlsplit(self_url or "").netloc
    # What is no address was said.
    others = {
        host for location in locations if web_uri(location) is None and (host := urlsplit(location).netloc) != own
    }
    if own and others:
        what = f"lists addresses on {', '.join(sorted(others))}"
        right = f"robots.txt of that host with the line Sitemap: {self_url}"
        yield warning(kind, what, right, f"{_PROTOCOL}, Sitemaps & Cross Submits")
