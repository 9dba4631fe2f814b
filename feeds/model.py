"""What the desk speaks of: sections, articles, selections, documents. Plain frozen values.

Every time is aware and keeps the offset of its source. Every address is absolute and ASCII (RFC 3986).
Plain text is clean (no markup, no direction marks of ours); HTML has been through the sanitizer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from feeds.text.bidi import TitleDirection

FeedFormat = Literal["rss", "atom", "json"]
FEED_FORMATS: tuple[FeedFormat, ...] = ("rss", "atom", "json")
ContentLevel = Literal["full", "summary"]
TopicKind = Literal["tag", "author"]

# The registered media types (RFC 4287 §7, the RSS Advisory Board, JSON Feed 1.1): what links to a feed name.
REGISTERED_TYPES: Mapping[FeedFormat, str] = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the newsroom's output, with a feed of its own."""

    slug: str
    title: str
    description: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    name: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that comes with an article: audio, video, a document. Size in bytes, duration in seconds."""

    url: str
    mime_type: str
    title: str = ""
    size: int | None = None
    duration: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An article's leading picture. Size in bytes, width and height in pixels."""

    url: str
    mime_type: str | None = None
    size: int | None = None
    width: int | None = None
    height: int | None = None
    description: str = ""
    credit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The feed that a republished article was taken from."""

    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A story as the newsroom gave it, cleaned.

    `sections` holds slugs. `language` is a BCP 47 tag, or None for the site's. Two are derived at intake: `excerpt`,
    the beginning of the text, for articles that bring no summary, and `directed_html`, the content with its direction
    spelled out for readers that drop half of it (direction), None where that adds nothing. `correction` marks an
    important correction, which stands in the feeds by its modification.
    """

    guid: str
    url: str | None = None
    title: str = ""
    summary: str = ""
    excerpt: str = ""
    content_html: str = ""
    directed_html: str | None = None
    published: datetime
    modified: datetime
    authors: tuple[Author, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None
    image: Image | None = None
    attachments: tuple[Attachment, ...] = ()
    origin: Origin | None = None
    correction: bool = False
    sections: tuple[str, ...] = ()

    @property
    def listed_at(self) -> datetime:
        """The time that the article stands at in a feed, and before which it is under embargo."""
        return max(self.published, self.modified) if self.correction else self.published


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """The record that an article was withdrawn (RFC 6721). `url` is the article's."""

    guid: str
    withdrawn: datetime
    reason: str = ""
    url: str | None = None


class Topic(NamedTuple):
    """A tag or an author that has a feed, by its slug."""

    kind: TopicKind
    slug: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a feed shows: everything, what stands in any of some sections (slugs in ascending order), a tag's or an
    author's articles, or what a search finds. `search` is what was asked for, cleaned; empty, it finds nothing.

    With `day`, one day of a section's or of the whole desk's history, in the site's time zone.
    """

    sections: tuple[str, ...] = ()
    topic: Topic | None = None
    search: str | None = None
    day: date | None = None

    @property
    def is_everything(self) -> bool:
        return self == EVERYTHING

    @property
    def current(self) -> "Selection":
        """What it is a day of; itself, where it is none."""
        return replace(self, day=None) if self.day else self


EVERYTHING = Selection()


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How far a selection has come: its version, and the Unix second that its bytes last changed in.

    Versions of one selection only grow; those of different selections don't compare.
    """

    version: int
    changed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An article as it stands in a feed: nothing is left to decide."""

    guid: str
    uri: str
    permalink: str
    title: str
    summary: str
    content_html: str | None
    published: datetime
    updated: datetime
    authors: tuple[Author, ...]
    sections: tuple[Section, ...]
    tags: tuple[str, ...]
    language: str
    image: Image | None
    attachments: tuple[Attachment, ...]
    origin: Origin | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grave:
    """A tombstone as it stands in a feed; `uri` is the entry's Atom id."""

    guid: str
    uri: str
    permalink: str
    withdrawn: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A feed's place among the archives of its selection (RFC 5005 §4): addresses by format.

    `current` is None in the current feed itself. `over`: nothing new will come to stand in this archive.
    """

    current: Mapping[FeedFormat, str] | None = None
    previous: Mapping[FeedFormat, str] | None = None
    next: Mapping[FeedFormat, str] | None = None
    over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A feed before it is bytes: all that any format shows of it.

    Its texts are clean; direction marks are the renderers' (RTL.md R1). `ttl` in whole minutes. `stylesheets`
    are on the same origin, without scheme and host.
    """

    id: str
    title: str
    description: str
    language: str
    page_url: str
    self_urls: Mapping[FeedFormat, str]
    publisher: str
    publisher_url: str
    title_direction: TitleDirection
    updated: datetime
    ttl: int
    entries: tuple[Entry, ...]
    graves: tuple[Grave, ...] = ()
    hubs: tuple[str, ...] = ()
    history: History = field(default_factory=History)
    icon: str | None = None
    logo: str | None = None
    copyright: str = ""
    stylesheets: Mapping[FeedFormat, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a record stands: its source, and its line or the like in it."""

    source: str
    position: str = ""

    def __str__(self) -> str:
        return f"{self.source}:{self.position}" if self.position else self.source


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One raw import unit, in the interchange form but unchecked.

    `base` resolves its relative addresses where its own address does not. `unnamed`: it brings no id, and one is made
    of its site, section and title. `undated`: its date stands in for one that nobody gave; the first import's stays.
    `understood` tells in a dry run what an importer made of what was no record.
    """

    place: Place
    item: Mapping[str, Any]
    base: str | None = None
    unnamed: bool = False
    undated: bool = False
    understood: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A record that can't be taken, and why. `forbidden`: from whoever brings it."""

    place: Place
    reason: str
    forbidden: bool = False

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}"
