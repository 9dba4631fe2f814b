"""What an address asks for, as values."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from feeds.model import EVERYTHING, ContentLevel, FeedFormat, Selection, TopicKind

# The slug of a section, a tag or an author, or the name of a partner's profile, for any spelling of it; or None.
Lookup = Callable[[Literal["section", "profile", "file"] | TopicKind, str], str | None]
ListingKind = Literal["opml", "news"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedAddress:
    """A feed in one format; `limit` and `content` are None where they are the configuration's."""

    selection: Selection
    format: FeedFormat
    limit: int | None = None
    content: ContentLevel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAddress:
    """The page of a selection, of one article (by its key), or the one that explains what this is."""

    selection: Selection = EVERYTHING
    article: str | None = None
    about: bool = False

    @property
    def has_feed(self) -> bool:
        return self.article is None and not self.about


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingAddress:
    """A list for machines of the whole desk: its feeds as OPML, or its news sitemap.

    Of a sitemap that is too long for one document, `part` is one of its parts, the first being 1.
    """

    kind: ListingKind
    part: int | None = None

    @property
    def selection(self) -> Selection:
        """What it changes with."""
        return EVERYTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerAddress:
    """A section's feed in a partner's profile."""

    section: str
    profile: str

    @property
    def selection(self) -> Selection:
        return Selection(sections=(self.section,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What was asked for stands at this path (with query), below the site's address."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """Something that is not served any more."""


Address = FeedAddress | PageAddress | ListingAddress | PartnerAddress
Located = Address | Moved | Gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What a feed has where the request does not say."""

    limit: int
    content: ContentLevel
