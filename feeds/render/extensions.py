"""What feedgen lacks, as extensions of its own kind: they receive its lxml elements and mend them.

feedgen's Atom elements have no namespace of lxml's (it writes `xmlns` as an attribute), so ours have none either.
"""

from collections.abc import Iterator
from email.utils import format_datetime
from urllib.parse import urlsplit

from feedgen.ext.base import BaseEntryExtension, BaseExtension
from lxml import etree

from feeds.model import REGISTERED_TYPES, Document, Entry, FeedFormat, Image
from feeds.render.media import Enclosure, enclosures, image_type

_ATOM = "http://www.w3.org/2005/Atom"
_DC = "http://purl.org/dc/elements/1.1/"
_MEDIA = "http://search.yahoo.com/mrss/"
_HISTORY = "http://purl.org/syndication/history/1.0"
_TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ATOM_LINK = f"{{{_ATOM}}}link"
_ATOM_UPDATED = f"{{{_ATOM}}}updated"
_CREATOR = f"{{{_DC}}}creator"
_LANGUAGE = f"{{{_DC}}}language"
_DELETED_ENTRY = f"{{{_TOMBSTONES}}}deleted-entry"
_ARCHIVE = f"{{{_HISTORY}}}archive"
_COMMENT = f"{{{_TOMBSTONES}}}comment"
_CONTENT = f"{{{_MEDIA}}}content"
_TITLE = f"{{{_MEDIA}}}title"
_DESCRIPTION = f"{{{_MEDIA}}}description"
_CREDIT = f"{{{_MEDIA}}}credit"

Element = etree._Element


def _add(parent: Element, name: str, text: str | None = None, /, **attributes: str) -> Element:
    element = etree.SubElement(parent, name, attributes)
    element.text = text
    return element


def history_links(document: Document, format: FeedFormat) -> Iterator[tuple[str, str]]:
    """The links of a feed to its archives and of an archive to its neighbours, by relation (RFC 5005 §4)."""
    history = document.history
    relations = (("current", history.current), ("prev-archive", history.previous), ("next-archive", history.next))
    for relation, addresses in relations:
        if addresses:
            yield relation, addresses[format]


class RssExtension(BaseExtension):  # type: ignore[misc]
    """The channel's author, hubs and archives: RSS's own element for the one wants an e-mail address, and has none for
    the others."""

    document: Document

    def extend_ns(self) -> dict[str, str]:
        names = {"media": _MEDIA, "dc": _DC}
        return names | {"fh": _HISTORY} if self.document.history.current else names

    def extend_rss(self, root: Element) -> Element:
        channel = root[0]
        _add(channel, _CREATOR, self.document.publisher)
        for hub in self.document.hubs:
            _add(channel, _ATOM_LINK, href=hub, rel="hub")
        for relation, address in history_links(self.document, "rss"):
            _add(channel, _ATOM_LINK, href=address, rel=relation, type=REGISTERED_TYPES["rss"])
        if self.document.history.current:
            _add(channel, _ARCHIVE)
        return root


class RssEntryExtension(BaseEntryExtension):  # type: ignore[misc]
    """Times, authors without an e-mail address, languages, pictures and all files but the first."""

    entry: Entry
    document: Document

    def extend_rss(self, item: Element) -> Element:
        entry = self.entry
        # Not by feedgen: its formatter switches the locale of the whole process for each date.
        _add(item, "pubDate", format_datetime(entry.published))
        if entry.updated != entry.published:
            # RSS has no element for a modification.
            _add(item, _ATOM_UPDATED, entry.updated.isoformat())
        for author in entry.authors:
            _add(item, _CREATOR, author.name)
        if entry.language != self.document.language:
            _add(item, _LANGUAGE, entry.language)
        for file in enclosures(entry)[1:]:
            _add_file(item, file)
        if entry.image:
            _add_image(item, entry.image)
        return item


class AtomExtension(BaseExtension):  # type: ignore[misc]
    """Tombstones (RFC 6721), and what marks an archive (RFC 5005)."""

    document: Document

    def extend_ns(self) -> dict[str, str]:
        names = {"media": _MEDIA}
        if self.document.graves:
            names["at"] = _TOMBSTONES
        if self.document.history.current:
            names["fh"] = _HISTORY
        return names

    def extend_atom(self, feed: Element) -> Element:
        if self.document.history.current:
            _add(feed, _ARCHIVE)
        for grave in self.document.graves:
            element = _add(feed, _DELETED_ENTRY, ref=grave.uri, when=grave.withdrawn.isoformat())
            if grave.reason:
                _add(element, _COMMENT, grave.reason)
        return feed


class AtomEntryExtension(BaseEntryExtension):  # type: ignore[misc]
    """Languages, pictures, the whole source, and what feedgen's own links lose."""

    entry: Entry
    document: Document

    def extend_atom(self, element: Element) -> Element:
        entry = self.entry
        if entry.language != self.document.language:
            element.set(_XML_LANG, entry.language)
        # feedgen writes an entry's links without rel, type and length: an enclosure would be an alternate.
        for link in element.iterchildren("link"):
            link.set("rel", "alternate")
            link.set("type", "text/html")
        for file in enclosures(entry):
            link = _add(element, "link", href=file.url, rel="enclosure", type=file.type)
            if file.length != "0":
                link.set("length", file.length)
            if file.title:
                link.set("title", file.title)
        if entry.origin:
            source = _add(element, "source")
            _add(source, "id", _identity(entry.origin.url))
            _add(source, "title", entry.origin.title)
            _add(source, "updated", entry.updated.isoformat())
            _add(source, "link", href=entry.origin.url, rel="self")
        if entry.image:
            _add_image(element, entry.image)
        return element


def _identity(url: str) -> str:
    """A feed's address as its id: with a path and without a fragment (RFC 4287 §4.2.6.1)."""
    parts = urlsplit(url)
    return parts._replace(path=parts.path or "/", fragment="").geturl()


def _add_file(parent: Element, file: Enclosure) -> None:
    """Media RSS 1.5.1, `media:content`."""
    content = _add(parent, _CONTENT, url=file.url, type=file.type)
    if file.length != "0":
        content.set("fileSize", file.length)
    medium = file.type.partition("/")[0]
    if medium in ("image", "audio", "video"):
        content.set("medium", medium)
    if file.duration is not None:
        content.set("duration", str(file.duration))
    if file.title:
        _add(content, _TITLE, file.title, type="plain")


def _add_image(parent: Element, image: Image) -> None:
    content = _add(parent, _CONTENT, url=image.url, type=image_type(image), medium="image")
    for name, number in (("fileSize", image.size), ("width", image.width), ("height", image.height)):
        if number:
            content.set(name, str(number))
    if image.description:
        _add(content, _DESCRIPTION, image.description, type="plain")
    if image.credit:
        _add(content, _CREDIT, image.credit, role="photographer", scheme="urn:ebu")
