"""What an address asks for, and the one right address of everything. Pure: names are looked up by the caller.

An address is read loosely (any percent-encoding, case, spelling, doubled slash, WordPress's forms) and written
in one way. Where what was asked is not written that way, the answer is a redirect to the right address; another
percent-encoding of the same characters is the same address (RFC 3986 §6.2.2) and is served.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl, unquote_to_bytes, urlencode

from feeds.errors import BadParameter
from feeds.model import EVERYTHING, ContentLevel, FeedFormat, Selection
from feeds.text.slug import quote_slug

FILES: Mapping[FeedFormat, str] = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}
_FORMATS: Mapping[str, FeedFormat] = {name: format for format, name in FILES.items()}
# What WordPress calls its formats: /feed/…/ and ?feed=…; RDF is served as RSS.
_WORDPRESS: Mapping[str, FeedFormat] = {
    "": "rss", "feed": "rss", "rss": "rss", "rss2": "rss", "rdf": "rss", "atom": "atom", "json": "json",
}  # fmt: skip

# First segments that mean something else than a section, now or in a later version.
RESERVED = frozenset(
    [
        "about",
        "api",
        "archive",
        "article",
        "articles",
        "atom.xml",
        "author",
        "authors",
        "category",
        "comments",
        "feed",
        "feed.json",
        "healthz",
        "manifest.webmanifest",
        "metrics",
        "news-sitemap.xml",
        "openapi.json",
        "opml.xml",
        "readyz",
        "robots.txt",
        "rss.xml",
        "search",
        "static",
        "tag",
        "tags",
    ]
)

MAX_LIMIT = 100
# The redirects keep these, and only these; a feed's own address has them in this order.
_KEPT = ("q", "limit", "content")

# An article's key (text/guid.py): 26 characters of base32.
_KEY = re.compile("[a-z2-7]{26}")

# A section's slug for any spelling of its name, or None.
Lookup = Callable[[str], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedAddress:
    """A feed in one format; `limit` and `content` are None where they are the configuration's."""

    selection: Selection
    format: FeedFormat
    limit: int | None = None
    content: ContentLevel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAddress:
    """The page of a selection, or of one article (by its key)."""

    selection: Selection = EVERYTHING
    article: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What was asked for stands at this path (with query), below the site's address."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """Something that is not served any more."""


Address = FeedAddress | PageAddress
Found = Address | Moved | Gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What a feed has where the request does not say."""

    limit: int
    content: ContentLevel


def path_of(address: Address) -> str:
    """The one right path of an address, percent-encoded, with its query."""
    if isinstance(address, PageAddress):
        if address.article is not None:
            return f"/articles/{address.article}/"
        return _folder(address.selection)
    query = {"limit": address.limit, "content": address.content}
    tail = urlencode({name: value for name, value in query.items() if value is not None})
    return f"{_folder(address.selection)}{FILES[address.format]}" + (f"?{tail}" if tail else "")


def _folder(selection: Selection) -> str:
    if selection.is_everything:
        return "/"
    return f"/{'+'.join(quote_slug(slug) for slug in selection.sections)}/"


def find(path: str, query: str, *, lookup: Lookup, defaults: Defaults) -> Found | None:
    """What stands at a path below the site's address (percent-encoded, from the slash on), if anything does.

    Raises BadParameter where `limit` or `content` is not what is allowed.
    """
    segments = _segments(path)
    if segments is None:
        return None
    kept, clean = segments
    parameters = _parameters(query)
    found = _read(kept, parameters, lookup)
    if found is None or isinstance(found, Gone):
        return found
    if isinstance(found, Moved):
        target = found.path
    elif clean and _spelling(found) == kept:
        return _with_parameters(found, parameters, defaults)
    else:
        target = path_of(found)
    tail = urlencode([(name, parameters[name]) for name in _KEPT if name in parameters], errors="replace")
    return Moved(path=target + (f"?{tail}" if tail else ""))


def _segments(path: str) -> tuple[list[str], bool] | None:
    """A path's segments, decoded, with empty and dot segments resolved (RFC 3986 §5.2.4); a last, empty one
    stands for a slash at the end. And whether nothing had to be resolved. None for what is no UTF-8 or holds NUL.
    """
    if path and not path.startswith("/"):
        return None
    kept: list[str] = []
    clean = True
    raw = path.split("/")[1:]
    for number, part in enumerate(raw):
        try:
            segment = unquote_to_bytes(part).decode("utf-8")
        except UnicodeError:
            return None
        if "\0" in segment or "/" in segment:
            return None
        last = number == len(raw) - 1
        if segment in ("", ".", "..") and not (segment == "" and last):
            clean = False
            if segment == ".." and kept:
                kept.pop()
            if not last:
                continue
            segment = ""
        kept.append(segment)
    return kept, clean


def _parameters(query: str) -> dict[str, str]:
    """The first value of each parameter that means something here."""
    found: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True, errors="replace"):
        if name in (*_KEPT, "feed", "cat"):
            found.setdefault(name, value)
    return found


def _read(segments: list[str], parameters: Mapping[str, str], lookup: Lookup) -> Address | Moved | Gone | None:
    """The address that the segments mean, however they are spelled."""
    names = [segment for segment in segments if segment]
    lower = [name.lower() for name in names]
    if lower[:2] == ["comments", "feed"]:
        return Gone()
    if "feed" in lower:
        return _read_wordpress(names, lower.index("feed"), lookup)
    if lower and lower[-1] in _FORMATS:
        folder = _read_page(names[:-1], lookup)
        if folder is None or folder.article is not None:
            return None
        return FeedAddress(selection=folder.selection, format=_FORMATS[lower[-1]])
    page = _read_page(names, lookup)
    asked = parameters.get("feed", "").lower()
    if page is None or page.article is not None or not asked:
        return page
    if asked.startswith("comments"):
        return Gone()
    # What WordPress numbers its categories by is not known here.
    if asked not in _WORDPRESS or "cat" in parameters:
        return None
    return FeedAddress(selection=page.selection, format=_WORDPRESS[asked])


def _read_page(names: list[str], lookup: Lookup) -> PageAddress | None:
    if not names:
        return PageAddress()
    if names[0].lower() == "articles" and len(names) == 2:
        key = names[1].lower()
        return PageAddress(article=key) if _KEY.fullmatch(key) else None
    if names[0].lower() == "category" and len(names) > 1:
        # A nested category's own name is its last.
        names = names[-1:]
    if len(names) != 1:
        return None
    slugs = [lookup(name) for name in names[0].split("+")]
    if any(slug is None for slug in slugs):
        return None
    return PageAddress(selection=Selection(sections=tuple(sorted({slug for slug in slugs if slug is not None}))))


def _read_wordpress(names: list[str], at: int, lookup: Lookup) -> Address | Moved | None:
    """WordPress's feed addresses: …/feed/, …/feed/atom/."""
    format = _WORDPRESS.get("".join(names[at + 1 : at + 2]).lower())
    if format is None or len(names) > at + 2:
        return None
    folder = names[:at]
    if len(folder) == 2 and folder[0].lower() in ("tag", "author"):
        return Moved(path=f"/{folder[0].lower()}s/{quote_slug(folder[1])}/{FILES[format]}")
    page = _read_page(folder, lookup)
    if page is None or page.article is not None:
        return None
    return FeedAddress(selection=page.selection, format=format)


def _spelling(address: Address) -> list[str]:
    """The decoded segments of an address that is written right."""
    if isinstance(address, PageAddress) and address.article is not None:
        return ["articles", address.article, ""]
    folder = [] if address.selection.is_everything else ["+".join(address.selection.sections)]
    return [*folder, FILES[address.format] if isinstance(address, FeedAddress) else ""]


def _with_parameters(address: Address, parameters: Mapping[str, str], defaults: Defaults) -> Address:
    if isinstance(address, PageAddress):
        return address
    limit, content = _limit(parameters), _content(parameters)
    return FeedAddress(
        selection=address.selection,
        format=address.format,
        limit=None if limit == defaults.limit else limit,
        content=None if content == defaults.content else content,
    )


def _limit(parameters: Mapping[str, str]) -> int | None:
    text = parameters.get("limit")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= MAX_LIMIT):
        raise BadParameter(f"limit must be a whole number from 1 to {MAX_LIMIT}")
    return int(text)


def _content(parameters: Mapping[str, str]) -> Literal["full", "summary"] | None:
    text = parameters.get("content")
    if text is None:
        return None
    if text == "full":
        return "full"
    if text == "summary":
        return "summary"
    raise BadParameter('content must be "full" or "summary"')
