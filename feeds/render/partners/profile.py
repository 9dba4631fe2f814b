"""A partner's profile: what it takes, as data. Each file in profiles/ holds one.

Every rule names the published sentence that it obeys. What is `rejected` stands in no feed for that partner; what is
`advice` does, and `feeds check --profile` tells of both.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from feeds.model import Document, Entry, Grave

Level = Literal["rejected", "advice"]
Field = Literal["title", "description", "content", "author"]

CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
DCTERMS = "http://purl.org/dc/terms/"
MEDIA = "http://search.yahoo.com/mrss/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """An element beyond those of plain RSS; the prefix of its name is one of the profile's namespaces."""

    name: str
    text: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: tuple["Tag", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """How many characters a field has at least and at most; of the content, those of its text; of the authors, those of
    all names.

    A description that is too short is made longer from the article's text.
    """

    field: Field
    source: str
    at_least: int = 0
    at_most: int | None = None
    level: Level = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unwanted:
    """What a field had better not hold, as a regular expression; of the content, in its HTML."""

    field: Field
    pattern: str
    what: str
    right: str
    source: str
    level: Level = "advice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictures:
    """What an article's picture is to be: its media types, pixels of its shorter and its longer side at least, bytes
    at most, width to height from and to. A picture of another type is left out of the feed; of those that are
    `taken_only`, it is told."""

    source: str
    level: Level = "rejected"
    required: bool = False
    types: frozenset[str] | None = None
    taken_only: frozenset[str] = frozenset()
    shorter: int = 0
    longer: int = 0
    size: int | None = None
    ratio: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """The elements that a text may hold, how deep in each other, and the `schemes` of its addresses. Of other elements,
    some are called as `instead` says, those in `without` go with all they hold, and of the rest that stays."""

    source: str
    elements: frozenset[str]
    instead: Mapping[str, str] = field(default_factory=dict)
    without: frozenset[str] = frozenset()
    depth: int | None = None
    schemes: frozenset[str] = frozenset(("http", "https", "mailto", "tel"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a partner takes, and in what form.

    `partner` is its name, `sources` are the addresses of what it published. A feed has so many `entries` at most
    and, for the partner, `enough` at least; no more than `size` bytes. `plain` fields hold nothing that looks like
    markup; a description that may is escaped as RSS has it. `one_language` (an article in another language is
    rejected), `https` (so is a feed at another address), `own_host` (articles had better be at the feed's host) and
    `untracked` (of links, the parameters that campaigns are measured by go) are where that stands. Articles have to
    be under the age of `youngest`, which only the check can say: feeds do not depend on the clock. `described` is the
    length of the channel's description. With `enclosure` the picture is one, too. `again`: an article that changed
    has its modification as its time of publication.

    `channel`, `item` and `removal` give the elements beyond plain RSS, the last of an article that was withdrawn,
    which stands in the feed without its text; without `removal` it just leaves.
    """

    partner: str
    sources: tuple[str, ...]
    entries: int
    enough: int = 0
    size: int | None = None
    namespaces: Mapping[str, str] = field(default_factory=dict)
    lengths: tuple[Length, ...] = ()
    unwanted: tuple[Unwanted, ...] = ()
    pictures: tuple[Pictures, ...] = ()
    markup: Markup | None = None
    plain: frozenset[Field | Literal["category"]] = frozenset()
    one_language: str | None = None
    https: str | None = None
    own_host: str | None = None
    untracked: str | None = None
    youngest: timedelta | None = None
    described: int | None = None
    enclosure: bool = False
    again: bool = False
    channel: Callable[[Document], Iterable[Tag]] = lambda _: ()
    item: Callable[[Entry], Iterable[Tag]] = lambda _: ()
    removal: Callable[[Grave], Iterable[Tag]] | None = None

    @property
    def types(self) -> frozenset[str] | None:
        """The media types that pictures may have; None: any."""
        named = [rule.types for rule in self.pictures if rule.types is not None]
        return frozenset.intersection(*named) if named else None
