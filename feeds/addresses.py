"""What an address asks for, and the one right address of everything. Pure: names are looked up by the caller.

An address is read loosely (any percent-encoding, case, spelling, doubled slash, WordPress's forms) and written
in one way. Where what was asked is not written that way, the answer is a redirect to the right address; another
percent-encoding of the same characters is the same address (RFC 3986 §6.2.2) and is served.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal
from urllib.parse import parse_qsl, unquote_to_bytes, urlencode

from feeds.errors import BadParameter
from feeds.model import EVERYTHING, ContentLevel, FeedFormat, Selection, Topic, TopicKind
from feeds.text.clean import clean_text
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

# A day of the history, as its addresses have it.
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")

# An article's key (text/guid.py): 26 characters of base32.
_KEY = re.compile("[a-z2-7]{26}")

# A search that is longer is nobody's.
MAX_QUERY = 200

# First segments of the addresses of tags and authors; WordPress's have no s.
_TOPICS: Mapping[str, TopicKind] = {"tags": "tag", "tag": "tag", "authors": "author", "author": "author"}
_TOPIC_FOLDERS: Mapping[TopicKind, str] = {"tag": "tags", "author": "authors"}

# The slug of a section, a tag or an author for any spelling of its name, or None.
Lookup = Callable[[Literal["section"] | TopicKind, str], str | None]


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
    query: dict[str, str | int | None] = {"q": address.selection.search or None}
    file = ""
    if isinstance(address, FeedAddress):
        file = FILES[address.format]
        query |= {"limit": address.limit, "content": address.content}
    elif address.article is not None:
        return f"/articles/{address.article}/"
    tail = urlencode({name: value for name, value in query.items() if value is not None})
    return f"{_folder(address.selection)}{file}" + (f"?{tail}" if tail else "")


def _folder(selection: Selection) -> str:
    segments = "/".join(quote_slug(segment).replace("%2B", "+") for segment in _segments_of(selection))
    return f"/{segments}/" if segments else "/"


def _segments_of(selection: Selection) -> list[str]:
    if selection.topic:
        return [_TOPIC_FOLDERS[selection.topic.kind], selection.topic.slug]
    if selection.search is not None:
        return ["search"]
    # No slug holds a plus sign.
    names = ["+".join(selection.sections)] if selection.sections else []
    return [*names, "archive", selection.day.isoformat()] if selection.day else names


def topic_named(path: str) -> tuple[TopicKind, str] | None:
    """The tag or the author that a path asks for, as it is spelled there, if it asks for one."""
    segments = _segments(path)
    names = [segment for segment in segments[0] if segment] if segments else []
    kind = _TOPICS.get(names[0].lower()) if len(names) > 1 else None
    return (kind, names[1]) if kind else None


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
    asked = found.selection.search
    if clean and _spelling(found) == kept and asked in (None, parameters.get("q", "")):
        return _with_parameters(found, parameters, defaults)
    if asked:
        parameters["q"] = asked
    elif asked is not None:
        parameters.pop("q", None)
    target = path_of(found).partition("?")[0]
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


def _read(segments: list[str], parameters: Mapping[str, str], lookup: Lookup) -> Address | Gone | None:
    """The address that the segments mean, however they are spelled."""
    names = [segment for segment in segments if segment]
    lower = [name.lower() for name in names]
    if lower[:2] == ["comments", "feed"]:
        return Gone()
    if "feed" in lower:
        return _read_wordpress(names, lower.index("feed"), lookup)
    if lower and lower[-1] in _FORMATS:
        folder = _read_day(names[:-1], lookup) or _read_page(names[:-1], parameters, lookup)
        if folder is None or folder.article is not None:
            return None
        return FeedAddress(selection=folder.selection, format=_FORMATS[lower[-1]])
    page = _read_page(names, parameters, lookup)
    asked = parameters.get("feed", "").lower()
    if page == PageAddress() and "cat" in parameters:
        # WordPress's ?cat=3; without ?feed=rss2, an unknown one means nothing.
        category = _read_page([category_name(parameters["cat"])], {}, lookup)
        page = category if category or asked else page
    if page is None or page.article is not None or not asked:
        return page
    if asked.startswith("comments"):
        return Gone()
    if asked not in _WORDPRESS:
        return None
    return FeedAddress(selection=page.selection, format=_WORDPRESS[asked])


def _read_day(names: list[str], lookup: Lookup) -> PageAddress | None:
    """One day of a section's history, or of the whole desk's."""
    if len(names) not in (2, 3) or names[-2].lower() != "archive" or not _DAY.fullmatch(names[-1]):
        return None
    try:
        day = date.fromisoformat(names[-1])
    except ValueError:
        return None
    page = _read_page(names[:-2], {}, lookup)
    if (
        page is None
        or page.article
        or page.selection not in (EVERYTHING, Selection(sections=page.selection.sections[:1]))
    ):
        return None
    return PageAddress(selection=replace(page.selection, day=day))


def category_name(number: int | str) -> str:
    """What a section is called by the number that its category has in WordPress: an alias of it."""
    return f"wp-category-{number}"


def _read_page(names: list[str], parameters: Mapping[str, str], lookup: Lookup) -> PageAddress | None:
    if not names:
        return PageAddress()
    first = names[0].lower()
    if first == "articles" and len(names) == 2:
        key = names[1].lower()
        return PageAddress(article=key) if _KEY.fullmatch(key) else None
    if first == "search" and len(names) == 1:
        return PageAddress(selection=Selection(search=_query(parameters)))
    if first in _TOPICS and len(names) == 2:
        kind = _TOPICS[first]
        known = lookup(kind, names[1])
        return PageAddress(selection=Selection(topic=Topic(kind, known))) if known else None
    if first == "category" and len(names) > 1:
        # A nested category's own name is its last.
        names = names[-1:]
    if len(names) != 1:
        return None
    slugs = [lookup("section", name) for name in names[0].split("+")]
    if any(slug is None for slug in slugs):
        return None
    return PageAddress(selection=Selection(sections=tuple(sorted({slug for slug in slugs if slug is not None}))))


def _query(parameters: Mapping[str, str]) -> str:
    """What a search asks for, cleaned."""
    asked = clean_text(parameters.get("q", ""))
    if len(asked) > MAX_QUERY:
        raise BadParameter(f"q has {len(asked)} characters; give {MAX_QUERY} at most")
    return asked


def _read_wordpress(names: list[str], at: int, lookup: Lookup) -> Address | None:
    """WordPress's feed addresses: …/feed/, …/feed/atom/."""
    format = _WORDPRESS.get("".join(names[at + 1 : at + 2]).lower())
    if format is None or len(names) > at + 2:
        return None
    folder = names[:at]
    page = _read_page(folder, {}, lookup)
    if page is None or page.article is not None or page.selection.search is not None:
        return None
    return FeedAddress(selection=page.selection, format=format)


def _spelling(address: Address) -> list[str]:
    """The decoded segments of an address that is written right."""
    if isinstance(address, PageAddress) and address.article is not None:
        return ["articles", address.article, ""]
    return [*_segments_of(address.selection), FILES[address.format] if isinstance(address, FeedAddress) else ""]


def _with_parameters(address: Address, parameters: Mapping[str, str], defaults: Defaults) -> Address:
    if isinstance(address, PageAddress):
        return address
    if address.selection.search == "":
        raise BadParameter("q is missing; give what to search for, such as q=طرابلس")
    limit, content = _limit(parameters), _content(parameters)
    if address.selection.day:
        # All of a day stands in its archive.
        limit = None
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
