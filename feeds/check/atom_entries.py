"""The entries of an Atom feed, and the sources that they were taken from."""

from collections.abc import Iterator

from lxml import etree

from feeds.check.constructs import constructs, content, needs_summary
from feeds.check.dates import rfc3339_moment
from feeds.check.elements import ATOM, Vocabulary, hygiene, inherited, multiplicity, named, structure, text
from feeds.check.findings import Finding, error, numbered, warning
from feeds.check.links import alternates, entry_links, link, relation
from feeds.check.media import media

_ONCE = ("id", "title", "updated")
_AT_MOST = ("content", "published", "rights", "source", "summary")
_SOURCE_AT_MOST = ("generator", "icon", "id", "logo", "rights", "subtitle", "title", "updated")
_SPEC = "RFC 4287 §4.1.2"


def entries(feed: etree._Element, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Every entry, then what is wrong with them together."""
    signed = bool(named(feed, ATOM, "author"))
    seen: dict[str, set[str]] = {}
    for number, entry in enumerate(named(feed, ATOM, "entry"), 1):
        identity = first(entry, "id")
        where = numbered("entry", number, "id", identity)
        yield from _entry(where, entry, vocabulary)
        if not signed and not _signed(entry):
            right = "an author on the feed, or on each entry"
            yield error(where, "has no author", right, "RFC 4287 §4.1.1")
        if identity:
            yield from _unique(where, first(entry, "updated"), seen.setdefault(identity, set()))


def first(parent: etree._Element, name: str) -> str:
    """The text of the first element of a name; empty where there is none."""
    return "".join(text(element) for element in named(parent, ATOM, name)[:1])


def _unique(where: str, updated: str, seen: set[str]) -> Iterator[Finding]:
    source = "RFC 4287 §4.1.1"
    if updated in seen:
        yield error(where, "id and updated are another entry's too", "an id of its own", source)
    elif seen:
        right = "an id of its own: readers keep one of the two"
        yield warning(where, "id is another entry's too", right, source)
    seen.add(updated)


def _signed(entry: etree._Element) -> bool:
    sources = named(entry, ATOM, "source")
    return any(named(parent, ATOM, "author") for parent in (entry, *sources))


def _entry(where: str, entry: etree._Element, vocabulary: Vocabulary) -> Iterator[Finding]:
    yield from multiplicity(where, entry, _ONCE, _AT_MOST, vocabulary)
    yield from structure(where, entry, vocabulary)
    yield from constructs(where, entry)
    links = named(entry, ATOM, "link")
    yield from _body(where, entry, links)
    yield from _times(where, entry)
    for source in named(entry, ATOM, "source"):
        yield from _source(where, source, vocabulary)
    for element in links:
        yield from link(where, element)
    yield from alternates(where, links)
    yield from entry_links(where, links)
    yield from media(where, entry)
    yield from inherited(where, entry)
    yield from hygiene(where, entry, ATOM, frozenset())


def _body(where: str, entry: etree._Element, links: list[etree._Element]) -> Iterator[Finding]:
    bodies = named(entry, ATOM, "content")
    summary = bool(named(entry, ATOM, "summary"))
    for body in bodies:
        yield from content(where, body)
        if body.get("src") is None and not len(body) and not text(body):
            yield warning(where, "content is empty", "the content, or no such element", "RFC 4287 §4.1.1.1")
        if not summary and needs_summary(body):
            right = "a summary: not every reader can show the content"
            yield error(where, "has no summary", right, _SPEC)
    if not bodies and not any(relation(element) == "alternate" for element in links):
        right = "content, or a link alternate"
        yield error(where, "has neither content nor an alternate link", right, _SPEC)
    if not bodies and not summary:
        right = "a summary, or content"
        yield warning(where, "has neither content nor a summary", right, "RFC 4287 §4.1.1.1")


def _times(where: str, entry: etree._Element) -> Iterator[Finding]:
    published = rfc3339_moment(first(entry, "published"))
    updated = rfc3339_moment(first(entry, "updated"))
    if published and updated and updated < published:
        right = "the time of publication, or a later one"
        yield warning(where, "updated is before published", right, "RFC 4287 §4.2.9, §4.2.15")


def _source(where: str, source: etree._Element, vocabulary: Vocabulary) -> Iterator[Finding]:
    place = f"{where}, source"
    yield from multiplicity(place, source, (), _SOURCE_AT_MOST, vocabulary)
    for name in _ONCE:
        if not named(source, ATOM, name):
            yield warning(place, f"has no {name}", f"the {name} of the feed it came from", "RFC 4287 §4.2.11")
    yield from constructs(place, source)
    links = named(source, ATOM, "link")
    for element in links:
        yield from link(place, element)
    yield from alternates(place, links)
