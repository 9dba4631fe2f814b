"""Links: Atom's link element, in Atom and in RSS, and the relations between documents (RFC 5005)."""

from collections import Counter
from collections.abc import Iterator, Sequence

from lxml import etree

from feeds.check import markup
from feeds.check.addresses import joined, resolved
from feeds.check.elements import HISTORY, base, label, named, own_text
from feeds.check.fields import Fault, Rule, field, language_tag, media_type, non_negative_integer
from feeds.check.findings import Finding, error, printable, quoted, warning

_IANA = "http://www.iana.org/assignments/relation/"
# Of the registry (RFC 8288 §4.2) those that make sense in a feed.
_REGISTERED = (
    "alternate amphtml appendix archives author bookmark canonical collection contents copyright current"
    " describedby edit edit-media enclosure first help hub icon index item last latest-version license"
    " monitor next next-archive payment prev prev-archive preview previous privacy-policy related replies"
    " search section self service shortlink source start subsection tag terms-of-service up via webmention"
)
_RELATIONS = frozenset(_REGISTERED.split())
_PAGING = ("first", "last", "next", "previous", "current", "prev-archive", "next-archive")
_FEED_TYPES = ("application/atom+xml", "application/rss+xml", "application/rdf+xml")


def relation(link: etree._Element) -> str:
    """The relation of a link; `alternate` where it names none (RFC 4287 §4.2.7.2)."""
    return link.get("rel", "alternate").removeprefix(_IANA)


def target(link: etree._Element) -> str:
    """The address of a link under the xml:base in force."""
    return joined(base(link), link.get("href", ""))


def link(where: str, element: etree._Element) -> Iterator[Finding]:
    """One link by itself."""
    name = f"link {printable(relation(element))}"
    if element.get("href") is None:
        yield error(where, f"{name} has no href", "an href attribute", "RFC 4287 §4.2.7.1")
    rules: dict[str, Rule] = {
        "href": resolved(base(element)),
        "rel": _relation,
        "type": media_type,
        "hreflang": language_tag,
        "length": non_negative_integer,
    }
    for attr, rule in rules.items():
        if (value := element.get(attr)) is not None:
            yield from field(where, f"{attr} of {name}", value, rule)
    if shown := element.get("title"):
        yield from markup.plain(where, f"title of {name}", shown, "RFC 4287 §4.2.7.5")
    if own_text(element).strip():
        yield warning(where, f"{name} holds text", "an empty element: attributes say all", "RFC 4287 §4.2.7")


def _relation(value: str) -> Fault | None:
    if value.removeprefix(_IANA) in _RELATIONS or ":" in value:
        return None
    return Fault("is not a registered relation", "a registered one, or an address", "RFC 4287 §4.2.7.2", "warning")


def alternates(where: str, links: Sequence[etree._Element]) -> Iterator[Finding]:
    """No two alternates of one type in one language."""
    found = Counter((e.get("type", ""), e.get("hreflang", "")) for e in links if relation(e) == "alternate")
    for (kind, language), count in found.items():
        if count > 1:
            what = f"has {count} alternate links of type {quoted(kind)} and language {quoted(language)}"
            yield error(where, what, "one for each type and language", "RFC 4287 §4.1.1")


def self_link(where: str, links: Sequence[etree._Element], self_url: str | None, source: str) -> Iterator[Finding]:
    """One link that says where the document itself is found, and says it truly."""
    own = [element for element in links if relation(element) == "self"]
    if not own:
        yield warning(where, "has no self link", 'an atom:link with rel="self" and the document\'s address', source)
    if len(own) > 1:
        yield error(where, f"has {len(own)} self links", "one: subscribers take it for the topic", "RFC 4287 §4.2.7.2")
    for element in own[:1]:
        if self_url is not None and element.get("href") is not None and target(element) != self_url:
            what = f"self link is not the document's address: {quoted(target(element))}"
            yield error(where, what, self_url, "RFC 4287 §4.2.7.2; WebSub §4")
        kind = element.get("type")
        if kind and not media_type(kind) and kind.partition(";")[0] not in _FEED_TYPES:
            what = f"self link has the type {quoted(kind)}"
            yield warning(where, what, "the registered type of a feed", "W3C feed validator, SelfNotAtom")


def entry_links(where: str, links: Sequence[etree._Element]) -> Iterator[Finding]:
    """Relations that only a feed has."""
    for rel in (relation(element) for element in links):
        if rel in _PAGING:
            right = "such links on the feed"
            yield warning(where, f"has a {rel} link", right, "RFC 5005 §1; W3C feed validator, FeedHistoryRelInEntry")


def history(
    where: str, feed: etree._Element, links: Sequence[etree._Element], self_url: str | None
) -> Iterator[Finding]:
    """Pages and archives: marks that stand alone, relations that occur once and lead elsewhere (RFC 5005)."""
    archive, complete = named(feed, HISTORY, "archive"), named(feed, HISTORY, "complete")
    for mark in (*archive, *complete):
        if len(mark) or own_text(mark).strip():
            yield error(where, f"{label(mark)} is not empty", "an empty element", "RFC 5005 §2, §4")
    for marks in (archive, complete):
        if len(marks) > 1:
            yield error(where, f"has {len(marks)} {label(marks[0])} elements", "one at most", "RFC 5005 §2, §4")
    found: dict[str, list[str]] = {}
    for element in links:
        if (rel := relation(element)) in (*_PAGING, "self"):
            found.setdefault(rel, []).append(target(element))
    yield from _relations(where, found, self_url)
    if archive and not complete and "current" not in found:
        right = "a link current to the feed that subscribers poll"
        yield warning(where, "is an archive without a current link", right, "RFC 5005 §4")
    for rel in found if complete else ():
        if rel not in ("self", "current"):
            yield error(where, f"is complete and has a {rel} link", "no other pages", "RFC 5005 §2")


def _relations(where: str, found: dict[str, list[str]], self_url: str | None) -> Iterator[Finding]:
    own = {*found.get("self", ()), *([self_url] if self_url else ())}
    for rel, targets in found.items():
        if rel == "self":
            continue
        if len(targets) > 1:
            yield error(where, f"has {len(targets)} {rel} links", "one: a reader follows one", "RFC 5005 §3, §4")
        if rel in ("next", "previous", "prev-archive", "next-archive") and own & set(targets):
            yield error(where, f"has a {rel} link to itself", "the address of another page", "RFC 5005 §3, §4")
