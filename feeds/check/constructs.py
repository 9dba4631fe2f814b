"""What Atom's elements are made of: texts, persons, categories, content (RFC 4287 §3, §4.1.3, §4.2)."""

import base64
import binascii
from collections.abc import Iterator

from lxml import etree

from feeds.check import markup
from feeds.check.addresses import identifier, iri, resolved
from feeds.check.dates import rfc3339
from feeds.check.elements import (
    ATOM,
    XHTML,
    attribute,
    base,
    elements,
    label,
    named,
    own_text,
    split_name,
    text,
)
from feeds.check.fields import Fault, Rule, field, filled, mail_address, media_type
from feeds.check.findings import Finding, error, quoted, warning

_KEYWORDS = ("text", "html", "xhtml")
_FIELDS: dict[str, Rule] = {"id": identifier, "updated": rfc3339, "published": rfc3339}
_TEXTS = {
    "title": "§4.2.14",
    "subtitle": "§4.2.12",
    "summary": "§4.2.13",
    "rights": "§4.2.10",
}


def constructs(where: str, parent: etree._Element) -> Iterator[Finding]:
    """Every Atom element of a feed, an entry or a source, by itself; links and content are others' work."""
    for element in elements(parent):
        namespace, name = split_name(element)
        if namespace != ATOM:
            continue
        if rule := _FIELDS.get(name):
            # Not stripped: RFC 4287 §3.3 and §4.2.6 allow no white space.
            yield from field(where, name, own_text(element), rule)
        elif section := _TEXTS.get(name):
            yield from text_construct(where, name, element, f"RFC 4287 {section}")
        elif name in ("author", "contributor"):
            yield from person(where, name, element)
        elif name == "category":
            yield from _category(where, element)
        elif name in ("icon", "logo"):
            source = "RFC 4287 §4.2.5" if name == "icon" else "RFC 4287 §4.2.8"
            value = own_text(element)
            yield from field(where, name, value, resolved(base(element)) if value.strip() else filled(source))
        elif name == "generator":
            yield from field(where, name, text(element), filled("RFC 4287 §4.2.4"))
            yield from attribute(where, element, "uri", resolved(base(element)), ATOM)


def text_construct(where: str, name: str, element: etree._Element, source: str) -> Iterator[Finding]:
    """A text of type text, html or xhtml (RFC 4287 §3.1)."""
    kind = element.get("type", "text")
    if kind not in _KEYWORDS:
        yield error(where, f"type of {name} is {quoted(kind)}", "text, html or xhtml", "RFC 4287 §3.1.1")
    elif kind == "xhtml":
        yield from _xhtml(where, name, element, "RFC 4287 §3.1.1.3")
    elif kind == "html":
        yield from _html(where, name, element, "RFC 4287 §3.1.1.2")
    else:
        yield from markup.unescaped(where, name, element, "RFC 4287 §3.1.1.1")
        yield from markup.plain(where, name, text(element), f"{source}; RFC 4287 §3.1.1.1")
    yield from markup.length(where, name, text(element), source)


def _html(where: str, name: str, element: etree._Element, source: str) -> Iterator[Finding]:
    yield from markup.unescaped(where, name, element, source)
    yield from markup.content(where, name, text(element), relative=None if base(element) else "RFC 4287 §2")


def _xhtml(where: str, name: str, element: etree._Element, source: str) -> Iterator[Finding]:
    children = list(elements(element))
    if own_text(element).strip() or [split_name(child) for child in children] != [(XHTML, "div")]:
        right = "one div of XHTML, everything in it"
        yield error(where, f"{name} is xhtml and not one div", right, source)
    else:
        yield from markup.tree(where, name, children[0], relative=None if base(element) else "RFC 4287 §2")
        yield from markup.plain(where, name, text(element), source)
        for stray in children[0].iterdescendants():
            if isinstance(stray.tag, str) and split_name(stray)[0] in ("", ATOM):
                yield error(where, f"{name} holds {label(stray)} outside XHTML", "elements of XHTML", source)
                break


def person(where: str, name: str, element: etree._Element) -> Iterator[Finding]:
    """A name, and at most one address of a page and of a mailbox (RFC 4287 §3.2)."""
    source = "RFC 4287 §3.2"
    names = named(element, ATOM, "name")
    if len(names) != 1:
        yield error(where, f"{name} has {len(names) or 'no'} name", "one name", f"{source}.1")
    for found in names:
        yield from field(where, f"name of {name}", text(found), _person_name)
    rules: tuple[tuple[str, str, Rule], ...] = (
        ("uri", f"{source}.2", resolved(base(element))),
        ("email", f"{source}.3", mail_address),
    )
    for part, section, rule in rules:
        found_parts = named(element, ATOM, part)
        if len(found_parts) > 1:
            yield error(where, f"{name} has {len(found_parts)} {part} elements", "one at most", section)
        for found in found_parts:
            yield from field(where, f"{part} of {name}", own_text(found), rule)


def _person_name(value: str) -> Fault | None:
    source = "RFC 4287 §3.2.1"
    if "@" in value and any(not mail_address(word.strip("<>()")) for word in value.split()):
        return Fault("holds an e-mail address", "the address in email, if anywhere", source, "warning")
    return filled(source)(value)


def _category(where: str, element: etree._Element) -> Iterator[Finding]:
    if (term := element.get("term")) is None:
        yield error(where, "category has no term", "a term attribute", "RFC 4287 §4.2.2.1")
    else:
        yield from field(where, "term of category", term, filled("RFC 4287 §4.2.2.1"))
    yield from attribute(where, element, "scheme", iri, ATOM)
    if shown := element.get("label"):
        yield from markup.plain(where, "label of category", shown, "RFC 4287 §4.2.2.3")


def content(where: str, element: etree._Element) -> Iterator[Finding]:
    """An entry's content: inline, or elsewhere (RFC 4287 §4.1.3)."""
    kind = element.get("type")
    if kind is not None and kind not in _KEYWORDS:
        yield from attribute(where, element, "type", media_type, ATOM)
        if kind.lower().startswith(("multipart/", "message/")):
            what = f"type of content is composite: {quoted(kind)}"
            yield error(where, what, "a type of one part", "RFC 4287 §4.1.3.1")
    if element.get("src") is not None:
        yield from _elsewhere(where, element, kind)
    elif kind in (None, "text"):
        yield from markup.unescaped(where, "content", element, "RFC 4287 §4.1.3.3")
        yield from markup.plain(where, "content", text(element), "RFC 4287 §4.1.3.3")
    elif kind == "html":
        yield from _html(where, "content", element, "RFC 4287 §4.1.3.3")
    elif kind == "xhtml":
        yield from _xhtml(where, "content", element, "RFC 4287 §4.1.3.3")
    elif kind is not None and not media_type(kind):
        yield from _other(where, element, kind.partition(";")[0].strip().lower())


def _elsewhere(where: str, element: etree._Element, kind: str | None) -> Iterator[Finding]:
    yield from attribute(where, element, "src", resolved(base(element)), ATOM)
    if len(element) or own_text(element).strip():
        right = "an empty element: the content is at its src"
        yield error(where, "content has a src and is not empty", right, "RFC 4287 §4.1.3.2")
    if kind is None:
        yield warning(where, "content has a src and no type", "its media type", "RFC 4287 §4.1.3.2")
    elif kind in _KEYWORDS:
        right = "its media type, such as text/html"
        yield error(where, f"content has a src and the type {kind}", right, "RFC 4287 §4.1.3.2")


def _other(where: str, element: etree._Element, kind: str) -> Iterator[Finding]:
    source = "RFC 4287 §4.1.3.3"
    if kind.endswith(("+xml", "/xml")):
        if len(list(elements(element))) != 1 or own_text(element).strip():
            yield error(where, f"content of type {kind} is not one XML document", "one root element", source)
    elif kind.startswith("text/"):
        yield from markup.unescaped(where, "content", element, source)
    elif not _is_base64("".join(text(element).split())):
        yield error(where, f"content of type {kind} is not base64", "base64", source)


def _is_base64(value: str) -> bool:
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def needs_summary(element: etree._Element) -> bool:
    """Whether a reader without the content's own program has nothing to show (RFC 4287 §4.1.1)."""
    kind = element.get("type", "text").partition(";")[0].strip().lower()
    textual = kind in _KEYWORDS or kind.startswith("text/") or kind.endswith(("+xml", "/xml"))
    return element.get("src") is not None or not textual
