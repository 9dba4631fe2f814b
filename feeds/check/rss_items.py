"""The items of an RSS channel."""

from collections import Counter
from collections.abc import Iterator
from functools import partial

from lxml import etree

from feeds.check import markup
from feeds.check.addresses import uri, web_uri
from feeds.check.dates import rfc822, rfc3339, w3c
from feeds.check.elements import (
    ATOM,
    CONTENT,
    DC,
    DCTERMS,
    Vocabulary,
    attribute,
    elements,
    hygiene,
    inherited,
    label,
    multiplicity,
    named,
    split_name,
    structure,
    text,
)
from feeds.check.fields import (
    Rule,
    field,
    filled,
    language_tag,
    mail_address_with_name,
    media_type,
    non_negative_integer,
    one_of,
)
from feeds.check.findings import Finding, error, numbered, quoted, warning
from feeds.check.links import alternates, entry_links, link
from feeds.check.media import media

_SPEC = "RSS 2.0"
_PROFILE = "RSS Profile"
_RELATIVE = "RSS Profile, element-channel-item-description"
_AT_MOST = ("title", "link", "description", "author", "comments", "guid", "pubDate", "source")

_FIELDS: dict[tuple[str, str], Rule] = {
    ("", "link"): uri,
    ("", "comments"): uri,
    ("", "author"): mail_address_with_name,
    ("", "pubDate"): rfc822,
    ("", "category"): filled(f"{_SPEC}, category"),
    (DC, "creator"): filled(f"{_PROFILE}, namespace-elements-dublin-creator"),
    (DC, "date"): w3c,
    (DC, "language"): language_tag,
    (DCTERMS, "modified"): w3c,
    (DCTERMS, "created"): w3c,
    (ATOM, "updated"): rfc3339,
    (ATOM, "published"): rfc3339,
}
# One meaning, two elements (W3C feed validator, DuplicateItemSemantics).
_SAME = (
    ("author", DC, "creator"),
    ("pubDate", DC, "date"),
    ("category", DC, "subject"),
    ("source", DC, "source"),
    ("guid", ATOM, "id"),
    ("pubDate", ATOM, "published"),
)


def items(channel: etree._Element, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Every item, then what is wrong with them together."""
    found = named(channel, "", "item")
    places = [_place(number, item) for number, item in enumerate(found, 1)]
    guids = [text(guid) for item in found for guid in named(item, "", "guid")[:1]]
    repeated = {guid for guid, count in Counter(guids).items() if guid and count > 1}
    seen: set[str] = set()
    for where, item in zip(places, found, strict=True):
        yield from _item(where, item, vocabulary)
        for guid in (text(element) for element in named(item, "", "guid")[:1]):
            if guid in repeated and guid in seen:
                yield error(where, "guid is another item's too", "a guid of its own", f"{_SPEC}, guid")
            seen.add(guid)


def _place(number: int, item: etree._Element) -> str:
    for name in ("guid", "link", "title"):
        for element in named(item, "", name)[:1]:
            if value := text(element):
                return numbered("item", number, name, value)
    return f"item {number}"


def _item(where: str, item: etree._Element, vocabulary: Vocabulary) -> Iterator[Finding]:
    yield from multiplicity(where, item, (), _AT_MOST, vocabulary)
    yield from structure(where, item, vocabulary)
    if not named(item, "", "title") and not named(item, "", "description"):
        right = "one of the two at least"
        yield error(where, "has neither title nor description", right, f"{_SPEC}, Elements of item")
    for element in elements(item):
        if rule := _FIELDS.get(split_name(element)):
            yield from field(where, label(element), text(element), rule)
    for element in named(item, "", "title"):
        yield from markup.title(where, "title", text(element), f"{_PROFILE}, data-types-characterdata")
    yield from _identity(where, item)
    yield from _enclosures(where, item)
    yield from _sources(where, item)
    yield from _bodies(where, item)
    yield from _said(where, item)
    links = named(item, ATOM, "link")
    for element in links:
        yield from link(where, element)
    yield from alternates(where, links)
    yield from entry_links(where, links)
    yield from media(where, item)
    yield from inherited(where, item)
    yield from hygiene(where, item, "", frozenset())


def _identity(where: str, item: etree._Element) -> Iterator[Finding]:
    source = f"{_SPEC}, guid"
    guids = named(item, "", "guid")
    if not guids:
        right = "a guid: without it readers take a changed item for a new one"
        yield warning(where, "has no guid", right, f"{_PROFILE}, element-channel-item-guid")
    for guid in guids:
        value = text(guid)
        yield from attribute(where, guid, "isPermaLink", one_of(("true", "false"), source))
        if not value:
            yield error(where, "guid is empty", "a permanent identity", source)
        elif guid.get("isPermaLink", "true") == "true":
            if fault := web_uri(value):
                right = 'an absolute web address, or isPermaLink="false"'
                yield error(where, f"guid is a permalink and {fault.what}: {quoted(value)}", right, source)
        elif len(value) < 9 and value.isdigit():
            right = "an address or a urn:uuid:, since a number may be another site's too"
            yield warning(where, f"guid is only {quoted(value)}", right, "W3C feed validator, NotSufficientlyUnique")
        if (raw := "".join(guid.itertext())) != raw.strip():
            right = "the identity alone: readers compare it as it stands"
            yield warning(where, "guid has white space around it", right, source)
    if not named(item, "", "pubDate") and not named(item, DC, "date"):
        right = "a pubDate: without it readers take the time of their visit"
        yield warning(where, "has no pubDate", right, f"{_PROFILE}, element-channel-item-pubdate")


def _enclosures(where: str, item: etree._Element) -> Iterator[Finding]:
    found = named(item, "", "enclosure")
    profile = f"{_PROFILE}, element-channel-item-enclosure"
    if len(found) > 1:
        right = "one; the others as media:content"
        yield warning(where, f"has {len(found)} enclosures", right, profile)
    rules: dict[str, Rule] = {"url": web_uri, "length": non_negative_integer, "type": media_type}
    for enclosure in found:
        for name, rule in rules.items():
            if (value := enclosure.get(name)) is None:
                right = f"a {name} attribute" + (", 0 where it is unknown" if name == "length" else "")
                yield error(where, f"enclosure has no {name}", right, f"{_SPEC}, enclosure")
            else:
                yield from field(where, f"{name} of enclosure", value, rule)


def _sources(where: str, item: etree._Element) -> Iterator[Finding]:
    for source in named(item, "", "source"):
        if source.get("url") is None:
            right = "a url attribute: the address of the feed it came from"
            yield error(where, "source has no url", right, f"{_SPEC}, source")
        yield from attribute(where, source, "url", uri)
        if not text(source):
            yield warning(where, "source is empty", "the name of the feed it came from", f"{_SPEC}, source")


def _bodies(where: str, item: etree._Element) -> Iterator[Finding]:
    bodies = named(item, CONTENT, "encoded")
    if len(bodies) > 1:
        yield error(where, f"has {len(bodies)} content:encoded elements", "one at most", "RSS 1.0 content module")
    check = partial(markup.content, where, relative=_RELATIVE)
    for element in named(item, "", "description"):
        yield from check("description", text(element))
    for element in bodies:
        yield from markup.unescaped(where, "content:encoded", element, "RSS 1.0 content module")
        yield from check("content:encoded", text(element))
    names = [split_name(element) for element in elements(item)]
    if bodies and ("", "description") not in names[: names.index((CONTENT, "encoded"))]:
        right = "a description, the summary, before it: some readers take the last of the two"
        what = "has a content:encoded and no description before it"
        yield warning(where, what, right, f"{_PROFILE}, namespace-elements-content-encoded")


def _said(where: str, item: etree._Element) -> Iterator[Finding]:
    for core, namespace, other in _SAME:
        if named(item, "", core) and (others := named(item, namespace, other)):
            what = f"has {core} and {label(others[0])}"
            yield warning(where, what, "one of the two", "W3C feed validator, DuplicateItemSemantics")
