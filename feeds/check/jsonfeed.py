"""JSON Feed 1.1: the document."""

from collections.abc import Iterator

from feeds.check import markup
from feeds.check.addresses import iri
from feeds.check.fields import language_tag
from feeds.check.findings import Finding, error, quoted, warning
from feeds.check.jsonfeed_items import items
from feeds.check.members import (
    Kind,
    Member,
    authors,
    hygiene,
    members,
    required,
    table,
)

_TOP = "JSON Feed 1.1, Top-level"
_VERSION = "https://jsonfeed.org/version/1.1"
_OLD = "https://jsonfeed.org/version/1"
# "A 1MB feed places a burden on feed readers."
_HEAVY = 1_000_000

_MEMBERS = {
    "version": Member(Kind.STRING),
    "title": Member(Kind.STRING),
    "home_page_url": Member(Kind.STRING, iri),
    "feed_url": Member(Kind.STRING, iri),
    "description": Member(Kind.STRING),
    "user_comment": Member(Kind.STRING),
    "next_url": Member(Kind.STRING, iri),
    "icon": Member(Kind.STRING, iri),
    "favicon": Member(Kind.STRING, iri),
    "authors": Member(Kind.ARRAY),
    "author": Member(Kind.OBJECT),
    "language": Member(Kind.STRING, language_tag),
    "expired": Member(Kind.BOOLEAN),
    "hubs": Member(Kind.ARRAY),
    "items": Member(Kind.ARRAY),
}
_HUB = {"type": Member(Kind.STRING), "url": Member(Kind.STRING, iri)}


def jsonfeed(document: object, *, size: int, self_url: str | None) -> Iterator[Finding]:
    """Everything about a JSON Feed, itself first, then its items. `size` is the body's, in bytes."""
    where = "feed"
    if not isinstance(document, dict):
        yield error(where, "is not an object", "an object with version, title and items", _TOP)
        return
    if size > _HEAVY:
        right = "1 MB at most, older items behind next_url"
        yield warning(where, f"has {size} bytes", right, "JSON Feed 1.1, Suggestions for Publishers")
    yield from members(where, "", document, _MEMBERS, _TOP)
    yield from _version(where, document)
    yield from required(where, "", document, ("title", "items"), _TOP)
    yield from _recommended(where, document)
    yield from _addresses(where, document, self_url)
    if isinstance(title := document.get("title"), str):
        yield from markup.title(where, "title", title, _TOP)
    if isinstance(description := document.get("description"), str):
        yield from markup.plain(where, "description", description, _TOP)
    yield from authors(where, document)
    yield from table(where, document, "hubs", _HUB, tuple(_HUB), _TOP)
    yield from hygiene(where, {name: value for name, value in document.items() if name != "items"})
    yield from items(document.get("items"))


def _version(where: str, document: dict[str, object]) -> Iterator[Finding]:
    match document.get("version"):
        case None if "version" not in document:
            yield error(where, "has no version", _VERSION, _TOP)
        case str(version) if version == _OLD:
            yield warning(where, "version is that of JSON Feed 1.0", _VERSION, "JSON Feed 1.1, Deprecations")
        case str(version) if version != _VERSION:
            yield error(where, f"version is {quoted(version)}", _VERSION, _TOP)


def _recommended(where: str, document: dict[str, object]) -> Iterator[Finding]:
    for name in ("home_page_url", "feed_url"):
        if name not in document:
            right = f"a {name}: on the public web it is as good as required"
            yield warning(where, f"has no {name}", right, _TOP)
    if "language" not in document:
        right = "a language: some readers choose the direction by it"
        yield warning(where, "has no language", right, _TOP)


def _addresses(where: str, document: dict[str, object], self_url: str | None) -> Iterator[Finding]:
    own, following = document.get("feed_url"), document.get("next_url")
    if self_url is not None and isinstance(own, str) and own != self_url:
        what = f"feed_url is not the document's address: {quoted(own)}"
        yield error(where, what, self_url, f"{_TOP}; WebSub §4")
    if isinstance(following, str) and following in (own, self_url):
        yield error(where, "next_url is the feed itself", "the address of the next page", _TOP)
