"""Document -> RSS 2.0 and Atom 1.0, by feedgen.

feedgen's date formatter switches the locale of the whole process to and fro: one thread at a time may let it, and
the dates of items are ours.
"""

import html
import threading
from typing import Any

# Before feedgen.util, which uses lxml.etree without importing it.
from lxml import etree

from feedgen.entry import FeedEntry  # isort: skip
from feedgen.feed import FeedGenerator  # isort: skip

from feeds import __version__
from feeds.model import REGISTERED_TYPES, Document, Entry
from feeds.render.extensions import (
    AtomEntryExtension,
    AtomExtension,
    RssEntryExtension,
    RssExtension,
    history_links,
)
from feeds.render.marks import marked
from feeds.render.media import enclosures

_GENERATOR = "Khulasat"
_RSS_DOCS = "https://www.rssboard.org/rss-specification"
_DECLARATION_END = b"?>\n"
# The locale is the process's, and so is what guards it.
_LOCALE = threading.Lock()


def rss(document: Document) -> bytes:
    """RSS 2.0 as the RSS Advisory Board's profile has it."""
    feed = new_feed(document, RssExtension, RssEntryExtension)
    for entry in document.entries:
        _rss_item(_entry(feed, document, entry), entry, document)
    return _styled(written_rss(feed, document), document.stylesheets.get("rss"))


def written_rss(feed: Any, document: Document) -> bytes:
    """A feed that has its items, as RSS; with what the channel of each has."""
    feed.generator(f"{_GENERATOR} {__version__}")
    feed.docs(_RSS_DOCS)
    feed.ttl(document.ttl)
    feed.link(href=document.self_urls["rss"], rel="self", type="application/rss+xml")
    # The channel's link is the last that was added.
    feed.link(href=document.page_url, rel="alternate", type="text/html")
    if document.logo:
        feed.image(url=document.logo, title=feed.title(), link=document.page_url)
    with _LOCALE:
        return bytes(feed.rss_str())


def atom(document: Document) -> bytes:
    """Atom 1.0 (RFC 4287), with tombstones (RFC 6721)."""
    feed = new_feed(document, AtomExtension, AtomEntryExtension)
    feed.id(document.id)
    feed.generator(generator=_GENERATOR, version=__version__)
    feed.author({"name": document.publisher, "uri": document.publisher_url})
    feed.link(href=document.self_urls["atom"], rel="self", type="application/atom+xml")
    feed.link(href=document.page_url, rel="alternate", type="text/html")
    for hub in document.hubs:
        feed.link(href=hub, rel="hub")
    for rel, href in history_links(document, "atom"):
        feed.link(href=href, rel=rel, type=REGISTERED_TYPES["atom"])
    if document.icon:
        feed.icon(document.icon)
    if document.logo:
        feed.logo(document.logo)
    for entry in document.entries:
        _atom_entry(_entry(feed, document, entry), entry, document)
    return _styled(feed.atom_str(), document.stylesheets.get("atom"))


def new_feed(document: Document, extension: type, entry_extension: type) -> Any:
    """A feed of feedgen with these extensions, and what RSS and Atom have alike."""
    feed = FeedGenerator()
    feed.register_extension("khulasat", extension, entry_extension)
    feed.khulasat.document = document
    mode = document.title_direction
    feed.title(marked(document.title, mode))
    # Atom's subtitle too.
    feed.description(marked(document.description, mode))
    feed.language(document.language)
    # RSS's lastBuildDate too. Unset, it would be the clock's.
    feed.updated(document.updated)
    if document.copyright:
        feed.rights(document.copyright)
    return feed


def _entry(feed: Any, document: Document, entry: Entry) -> FeedEntry:
    made = feed.add_entry(order="append")
    made.khulasat.document, made.khulasat.entry = document, entry
    made.title(marked(entry.title, document.title_direction))
    made.link(href=entry.permalink, rel="alternate")
    return made


def _rss_item(item: FeedEntry, entry: Entry, document: Document) -> None:
    item.guid(entry.guid, permalink=entry.guid == entry.permalink)
    if entry.summary:
        # RSS's description is HTML: escaped as HTML here, and as XML when it is written.
        item.description(html.escape(marked(entry.summary, document.title_direction), quote=False))
    if entry.content_html:
        item.content(entry.content_html)
    sections = [{"term": section.title, "scheme": document.publisher_url} for section in entry.sections]
    item.category([*sections, *({"term": tag} for tag in entry.tags)])
    for file in enclosures(entry)[:1]:
        item.enclosure(file.url, file.length, file.type)
    if entry.origin:
        item.source(url=entry.origin.url, title=entry.origin.title)


def _atom_entry(made: FeedEntry, entry: Entry, document: Document) -> None:
    made.id(entry.uri)
    made.published(entry.published)
    # Unset, it would be the clock's.
    made.updated(entry.updated)
    if entry.content_html:
        made.content(entry.content_html, type="html")
    # RFC 4287 §4.1.1.1: one of the two is to hold some text.
    if summary := entry.summary or ("" if entry.content_html else entry.title):
        made.summary(marked(summary, document.title_direction))
    made.author([{"name": author.name, "uri": author.url} for author in entry.authors])
    scheme = document.publisher_url
    sections = [{"term": section.slug, "scheme": scheme, "label": section.title} for section in entry.sections]
    made.category([*sections, *({"term": tag} for tag in entry.tags)])


def _styled(xml: bytes, stylesheet: str | None) -> bytes:
    """The feed with its style sheet named behind the XML declaration, the one place feedgen does not reach."""
    if stylesheet is None:
        return xml
    declaration, end, rest = xml.partition(_DECLARATION_END)
    instruction = etree.ProcessingInstruction("xml-stylesheet", f'type="text/css" href="{html.escape(stylesheet)}"')
    return declaration + end + etree.tostring(instruction) + b"\n" + rest
