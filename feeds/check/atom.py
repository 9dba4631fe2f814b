"""Atom 1.0 (RFC 4287): the feed; with RFC 5005's pages and RFC 6721's tombstones."""

from collections.abc import Iterator

from lxml import etree

from feeds.check.atom_entries import entries
from feeds.check.constructs import constructs
from feeds.check.dates import rfc3339_moment
from feeds.check.elements import (
    ATOM,
    XML,
    Vocabulary,
    elements,
    hygiene,
    inherited,
    multiplicity,
    named,
    split_name,
    structure,
    text,
)
from feeds.check.findings import Finding, error, warning
from feeds.check.links import alternates, history, link, self_link
from feeds.check.media import media
from feeds.check.tombstones import tombstones

_METADATA = "author category contributor generator icon id link logo rights subtitle title updated"
_ENTRY = "author category content contributor id link published rights source summary title updated"
_TEXT = frozenset(("type",))
_PERSON = frozenset(("name", "uri", "email"))

ATOM_1 = Vocabulary(
    namespace=ATOM,
    children={
        "feed": frozenset((*_METADATA.split(), "entry")),
        "entry": frozenset(_ENTRY.split()),
        "source": frozenset(_METADATA.split()),
        "author": _PERSON,
        "contributor": _PERSON,
    },
    attributes={
        "title": _TEXT,
        "subtitle": _TEXT,
        "summary": _TEXT,
        "rights": _TEXT,
        "content": frozenset(("type", "src")),
        "category": frozenset(("term", "scheme", "label")),
        "generator": frozenset(("uri", "version")),
        "link": frozenset(("href", "rel", "type", "hreflang", "title", "length")),
    },
    opaque=frozenset(("content",)),
    scopes=frozenset(("entry", "deleted-entry")),
    source="RFC 4287, Appendix B",
)
_ONCE = ("id", "title", "updated")
_AT_MOST = ("generator", "icon", "logo", "rights", "subtitle")


def atom(root: etree._Element, *, self_url: str | None) -> Iterator[Finding]:
    """Everything about an Atom feed, its metadata first, then its entries, then its tombstones."""
    yield from _feed(root, self_url)
    yield from entries(root, ATOM_1)
    yield from tombstones(root)


def _feed(feed: etree._Element, self_url: str | None) -> Iterator[Finding]:
    where = "feed"
    yield from multiplicity(where, feed, _ONCE, _AT_MOST, ATOM_1)
    yield from structure(where, feed, ATOM_1)
    yield from constructs(where, feed)
    yield from _order(where, feed)
    yield from _times(where, feed)
    if not feed.get(f"{{{XML}}}lang"):
        right = "an xml:lang: some readers choose the direction by it"
        yield warning(where, "has no language", right, "RFC 4287 §2")
    links = named(feed, ATOM, "link")
    for element in links:
        yield from link(where, element)
    yield from alternates(where, links)
    yield from self_link(where, links, self_url, "RFC 4287 §4.1.1")
    yield from history(where, feed, links, self_url)
    yield from media(where, feed)
    yield from inherited(where, feed, ATOM_1.scopes)
    yield from hygiene(where, feed, ATOM, ATOM_1.scopes)


def _order(where: str, feed: etree._Element) -> Iterator[Finding]:
    names = [split_name(element) for element in elements(feed)]
    first = names.index((ATOM, "entry")) if (ATOM, "entry") in names else len(names)
    late = [name for namespace, name in names[first:] if namespace == ATOM and name != "entry"]
    if late:
        right = "the feed's own elements before its entries"
        yield error(where, f"{late[0]} stands after an entry", right, "RFC 4287, Appendix B")


def _times(where: str, feed: etree._Element) -> Iterator[Finding]:
    own = [rfc3339_moment(text(element)) for element in named(feed, ATOM, "updated")[:1]]
    theirs = [
        moment
        for entry in named(feed, ATOM, "entry")
        for element in named(entry, ATOM, "updated")
        if (moment := rfc3339_moment(text(element)))
    ]
    if own and own[0] and theirs and own[0] < max(theirs):
        right = "the last change of the feed, the newest entry among them"
        yield warning(where, "updated is before the newest entry's", right, "RFC 4287 §4.2.15")
