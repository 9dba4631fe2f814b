"""The tree of an XML feed: its elements without comments, their names as people write them, their text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from feeds.check.addresses import joined, reference
from feeds.check.characters import characters
from feeds.check.fields import Rule, field, language_tag
from feeds.check.findings import Finding, error, quoted, warning

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
DCTERMS = "http://purl.org/dc/terms/"
HISTORY = "http://purl.org/syndication/history/1.0"
MEDIA = "http://search.yahoo.com/mrss/"
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
XHTML = "http://www.w3.org/1999/xhtml"
XML = "http://www.w3.org/XML/1998/namespace"

_PREFIXES = {
    ATOM: "atom",
    CONTENT: "content",
    DC: "dc",
    DCTERMS: "dcterms",
    HISTORY: "fh",
    MEDIA: "media",
    TOMBSTONES: "at",
    XHTML: "xhtml",
    XML: "xml",
}
# Namespaces that were meant to be another one.
_MISTYPED = {
    "http://search.yahoo.com/mrss": MEDIA,
    "https://search.yahoo.com/mrss/": MEDIA,
    "http://purl.org/dc/elements/1.1": DC,
    "http://purl.org/rss/1.0/modules/content": CONTENT,
    "http://purl.org/atom/ns#": ATOM,
    "https://www.w3.org/2005/Atom": ATOM,
    "http://www.w3.org/2005/Atom/": ATOM,
}
_CORE = (
    "title creator subject description publisher contributor date type format identifier source language"
    " relation coverage rights"
)
# The whole of those vocabularies that feeds borrow one element from.
_KNOWN = {
    CONTENT: frozenset(("encoded", "items")),
    DC: frozenset(_CORE.split()),
    HISTORY: frozenset(("archive", "complete")),
    TOMBSTONES: frozenset(("deleted-entry", "by", "comment")),
}
_EMPTY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Which elements and attributes stand where; an element that is no key of `children` is a leaf."""

    namespace: str
    children: Mapping[str, frozenset[str]]
    attributes: Mapping[str, frozenset[str]]
    scopes: frozenset[str]
    """Elements that are checked by themselves, as places of their own."""
    source: str
    opaque: frozenset[str] = _EMPTY
    """Elements that may hold any other, those of the format too."""


def elements(parent: etree._Element) -> Iterator[etree._Element]:
    """The child elements, without what else lxml keeps between them."""
    return (child for child in parent if isinstance(child.tag, str))


def named(parent: etree._Element, namespace: str, name: str) -> list[etree._Element]:
    """The child elements of one name, in order."""
    return parent.findall(f"{{{namespace}}}{name}" if namespace else name)


def split_name(element: etree._Element) -> tuple[str, str]:
    """Namespace and local name."""
    name = etree.QName(element)
    return name.namespace or "", name.localname


def label(element: etree._Element, home: str = "") -> str:
    """The name as people write it: `media:content`; bare in the format's own namespace."""
    namespace, local = split_name(element)
    prefix = "" if namespace == home else _PREFIXES.get(namespace, element.prefix or "")
    return f"{prefix}:{local}" if prefix else local


def text(element: etree._Element | None) -> str:
    """All text in an element, without white space around it."""
    return "" if element is None else "".join(element.itertext()).strip()


def own_text(element: etree._Element) -> str:
    """The text that stands directly in an element, between its children."""
    return (element.text or "") + "".join(child.tail or "" for child in element)


def base(element: etree._Element) -> str:
    """The xml:base in force for an element; empty where there is none (XML Base §4.1)."""
    above = [node.get(f"{{{XML}}}base", "") for node in element.iterancestors()]
    found = ""
    for own in [*reversed(above), element.get(f"{{{XML}}}base", "")]:
        found = joined(found, own) if own else found
    return found


def attribute(where: str, element: etree._Element, name: str, rule: Rule, home: str = "") -> Iterator[Finding]:
    """The finding about an attribute, if the element has it."""
    if (value := element.get(name)) is not None:
        yield from field(where, f"{name} of {label(element, home)}", value, rule)


def multiplicity(
    where: str,
    parent: etree._Element,
    once: tuple[str, ...],
    at_most: tuple[str, ...],
    vocabulary: Vocabulary,
) -> Iterator[Finding]:
    """Elements that must be there, and elements that may not be there twice."""
    for name in (*once, *at_most):
        count = len(named(parent, vocabulary.namespace, name))
        if name in once and not count:
            yield error(where, f"has no {name}", f"one {name} element", vocabulary.source)
        if count > 1:
            yield error(where, f"has {count} {name} elements", f"one {name} element at most", vocabulary.source)


def structure(where: str, element: etree._Element, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Elements and attributes that a format does not know, text where none may be, and everything below."""
    local = split_name(element)[1]
    yield from _attributes(where, element, vocabulary)
    if local in vocabulary.opaque:
        return
    if (allowed := vocabulary.children.get(local)) is not None and own_text(element).strip():
        yield error(where, f"{local} holds text beside its elements", "elements alone", vocabulary.source)
    for child in elements(element):
        namespace, name = split_name(child)
        if namespace != vocabulary.namespace:
            yield from _foreign(where, child, local, vocabulary)
        elif name not in (allowed or _EMPTY):
            right = "an element that the format knows there, or one in a namespace of its own; HTML is escaped"
            yield error(where, f"{name} does not belong in {local}", right, vocabulary.source)
        elif name not in vocabulary.scopes:
            yield from structure(where, child, vocabulary)


def _attributes(where: str, element: etree._Element, vocabulary: Vocabulary) -> Iterator[Finding]:
    name = label(element, vocabulary.namespace)
    allowed = vocabulary.attributes.get(name, _EMPTY)
    for attr in (str(key) for key in element.attrib):
        if attr == "dir":
            yield _turned(where, name)
        elif not attr.startswith("{") and attr not in allowed:
            yield error(where, f"{name} has an unknown attribute {attr}", "no such attribute", vocabulary.source)


def _foreign(where: str, child: etree._Element, parent: str, vocabulary: Vocabulary) -> Iterator[Finding]:
    namespace, name = split_name(child)
    if meant := _MISTYPED.get(namespace):
        yield error(where, f"{name} is in the namespace {quoted(namespace)}", meant, "Namespaces in XML §2.3")
    elif name.partition(".")[0] not in _KNOWN.get(namespace, {name.partition(".")[0]}):
        right = "an element that its namespace defines"
        yield error(where, f"{label(child)} does not exist", right, namespace)
    elif not namespace:
        right = "a namespace of its own for every element that Atom does not define"
        yield warning(where, f"{name} in {parent} has no namespace", right, "RFC 4287 §6.4")
    if namespace == ATOM and child.get("dir") is not None:
        yield _turned(where, label(child))


def _turned(where: str, name: str) -> Finding:
    # The draft that would have allowed it (draft-snell-atompub-bidi) expired in 2009.
    right = "no dir: the language says it, and a mark in the text; dir stands in HTML content"
    return error(where, f"{name} has a dir attribute", right, "W3C feed validator, UnexpectedAttribute")


def inherited(where: str, scope: etree._Element, scopes: frozenset[str] = _EMPTY) -> Iterator[Finding]:
    """Every xml:lang and xml:base in a place; an empty xml:lang says that the language is unknown."""
    for element in within(scope, scopes):
        if value := element.get(f"{{{XML}}}lang"):
            yield from field(where, f"xml:lang of {label(element)}", value, language_tag)
        if value := element.get(f"{{{XML}}}base"):
            yield from field(where, f"xml:base of {label(element)}", value, reference)


def hygiene(where: str, scope: etree._Element, home: str, scopes: frozenset[str]) -> Iterator[Finding]:
    """Harmful characters in all text and all attributes of a place."""
    for element in within(scope, scopes):
        name = label(element, home)
        yield from characters(where, name, own_text(element))
        for key, value in element.attrib.items():
            yield from characters(where, f"{etree.QName(str(key)).localname} of {name}", str(value))


def within(scope: etree._Element, scopes: frozenset[str]) -> Iterator[etree._Element]:
    """An element and all below it, without the places that are checked by themselves."""
    yield scope
    for child in elements(scope):
        if split_name(child)[1] not in scopes:
            yield from within(child, scopes)
