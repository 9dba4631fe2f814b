"""Document + profile -> a partner's feed: RSS 2.0 by feedgen, with the profile's own elements.

No direction mark stands in it (RTL.md R1), and no style sheet: machines read it.
"""

import html
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from feedgen.ext.base import BaseEntryExtension, BaseExtension
from lxml import etree

from feeds.direction import wrapped
from feeds.locales import catalogues
from feeds.model import Document, Entry, Grave
from feeds.render.marks import unmarked
from feeds.render.media import image_type
from feeds.render.partners.fitting import fitted, link
from feeds.render.partners.objections import Objection, objections, objections_to_all
from feeds.render.partners.profile import CONTENT, DC, Profile, Tag
from feeds.render.xml import new_feed, written_rss
from feeds.text.summary import summarize

Element = etree._Element


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """An entry as a partner gets it, and what would be said against it."""

    entry: Entry
    objections: tuple[Objection, ...]

    @property
    def taken(self) -> bool:
        """Whether it stands in the partner's feed, and is not too old for it."""
        return all(objection.level != "rejected" for objection in self.objections)


def judged(document: Document, profile: Profile, now: datetime) -> tuple[list[Judged], list[Objection]]:
    """What the partner would say at a time, entry by entry, and of the feed as a whole."""
    found = [_judged(entry, document, profile, now) for entry in document.entries]
    return found, objections_to_all(profile, document, len(_shown(document, profile)))


def partner_feed(document: Document, profile: Profile) -> bytes:
    """The feed, with every entry that nothing forbids, and with as many of them as its size allows."""
    entries = _shown(document, profile)
    body = _written(document, profile, entries)
    while profile.size is not None and len(body) > profile.size and entries:
        # What is left out is the oldest; their sizes differ, so it is a guess, made again.
        entries = entries[: min(len(entries) - 1, len(entries) * profile.size // len(body))]
        body = _written(document, profile, entries)
    return body


def _shown(document: Document, profile: Profile) -> list[Entry]:
    found = (_judged(entry, document, profile, None) for entry in document.entries)
    return [each.entry for each in found if each.taken]


def _judged(entry: Entry, document: Document, profile: Profile, now: datetime | None) -> Judged:
    made = fitted(entry, profile)
    said = objections(profile, made, document, now)
    if made.image and profile.types is not None and image_type(made.image) not in profile.types:
        made = replace(made, image=None)
    return Judged(entry=made, objections=tuple(said))


class _Channel(BaseExtension):  # type: ignore[misc]
    """The profile's namespaces and the channel's elements."""

    profile: Profile
    document: Document

    def extend_ns(self) -> dict[str, str]:
        return dict(self.profile.namespaces)

    def extend_rss(self, root: Element) -> Element:
        _extend(root[0], self.profile.channel(self.document), self.profile.namespaces)
        return root


class _Item(BaseEntryExtension):  # type: ignore[misc]
    """Text, time, authors and the elements of the profile."""

    content: str
    published: datetime
    authors: tuple[str, ...]
    tags: Iterable[Tag]
    namespaces: Mapping[str, str]

    def extend_rss(self, item: Element) -> Element:
        if self.content:
            # Not by feedgen: where there is no description, it makes the text one.
            etree.SubElement(item, f"{{{CONTENT}}}encoded").text = self.content
        # Nor this: its formatter switches the locale of the whole process.
        etree.SubElement(item, "pubDate").text = format_datetime(self.published)
        for author in self.authors:
            etree.SubElement(item, f"{{{DC}}}creator").text = author
        _extend(item, self.tags, self.namespaces)
        return item


def _extend(parent: Element, tags: Iterable[Tag], namespaces: Mapping[str, str]) -> None:
    for tag in tags:
        prefix, _, name = tag.name.rpartition(":")
        attributes = {key: unmarked(value) for key, value in tag.attributes.items()}
        element = etree.SubElement(parent, f"{{{namespaces[prefix]}}}{name}" if prefix else name, attributes)
        element.text = None if tag.text is None else unmarked(tag.text)
        _extend(element, tag.children, namespaces)


def _written(document: Document, profile: Profile, entries: list[Entry]) -> bytes:
    described = unmarked(document.description)
    graves = document.graves if profile.removal else ()
    # As of every feed: what is not shown changes nothing.
    shown = [entry.updated for entry in entries] + [grave.withdrawn for grave in graves]
    plain = replace(
        document,
        title=unmarked(document.title),
        description=summarize(described, profile.described) if profile.described else described,
        copyright=unmarked(document.copyright),
        title_direction="off",
        updated=max(shown, default=document.updated),
    )
    feed = new_feed(plain, _Channel, _Item)
    feed.khulasat.profile = replace(profile, namespaces={"dc": DC, "content": CONTENT, **profile.namespaces})
    for entry in entries:
        _add_entry(feed, entry, profile, document)
    for grave in graves:
        _add_removal(feed, replace(grave, permalink=link(grave.permalink, profile)), profile, document)
    return written_rss(feed, plain)


def _add_entry(feed: Any, entry: Entry, profile: Profile, document: Document) -> None:
    item = feed.add_entry(order="append")
    item.title(entry.title)
    item.link(href=entry.permalink)
    item.guid(entry.guid, permalink=entry.guid == entry.permalink)
    if entry.summary:
        # RSS's description is HTML, unless the partner says otherwise.
        plain = "description" in profile.plain
        item.description(entry.summary if plain else html.escape(entry.summary, quote=False))
    # A tag may be called like a section.
    names = dict.fromkeys([*(section.title for section in entry.sections), *entry.tags])
    item.category([{"term": name} for name in names])
    if profile.enclosure and entry.image:
        item.enclosure(entry.image.url, str(entry.image.size or 0), image_type(entry.image))
    own = item.khulasat
    own.published = entry.updated if profile.again else entry.published
    own.content = wrapped(entry.content_html, entry.language) if entry.content_html else ""
    own.authors = tuple(author.name for author in entry.authors)
    own.tags, own.namespaces = profile.item(entry), feed.khulasat.profile.namespaces


def _add_removal(feed: Any, grave: Grave, profile: Profile, document: Document) -> None:
    # Partners want a title and a text, and the article's have gone.
    _ = catalogues.translations(catalogues.spoken(document.language)).gettext
    text = _("The newsroom has withdrawn this article")
    item = feed.add_entry(order="append")
    item.title(text)
    item.link(href=grave.permalink)
    item.guid(grave.guid, permalink=grave.guid == grave.permalink)
    item.description(text)
    own = item.khulasat
    own.content = wrapped(f"<p>{text}</p>", document.language)
    own.published, own.authors = grave.withdrawn, ()
    own.tags = profile.removal(grave) if profile.removal else ()
    own.namespaces = feed.khulasat.profile.namespaces
