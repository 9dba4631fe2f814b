"""HTML in feeds: what readers take out or can't resolve, and markup where none may be."""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from html.entities import html5

from lxml import etree

from feeds.check.addresses import is_absolute
from feeds.check.characters import characters
from feeds.check.findings import Finding, error, quoted, warning

MAX_TITLE = 300

_REFUSED = "applet base embed form frame frameset iframe input link meta object script select style textarea"
_RISKY = frozenset(_REFUSED.split())
_WITH_ADDRESS = "action background cite classid codebase data formaction href longdesc manifest poster src"
_ADDRESSES = frozenset(_WITH_ADDRESS.split())
_SCRIPT = re.compile(r"(?:java|vb)script:|data:text/html", re.IGNORECASE)
_TAGS = (
    "a|abbr|article|aside|b|bdi|bdo|big|blockquote|br|center|cite|code|dd|del|details|div|dl|dt|em|figcaption|figure"
    "|font|footer|h[1-6]|header|hr|i|iframe|img|ins|kbd|li|mark|ol|p|picture|pre|q|s|script|section|small|span|strike"
    "|strong|style|sub|summary|sup|table|tbody|td|th|thead|time|tr|tt|u|ul|video|wbr"
)
_TAG = re.compile(rf"</?(?:{_TAGS})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_ESCAPED_TAG = re.compile(rf"&lt;/?(?:{_TAGS})(?:\s[^<>]{0, 500}?)?/?&gt;", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:([A-Za-z][A-Za-z0-9]*)|#[0-9]+|#[xX][0-9A-Fa-f]+);")
_NUMERIC = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,6})|([0-9]{1,7}));?")
_DOCUMENT = re.compile(r"<(?:!doctype|html|head|body)\b", re.IGNORECASE)
_NOT_SPACE = re.compile(r"\S+")

# Elements whose end HTML does not let one leave out: unclosed, they run on into the reader's own page.
_PAIRED = (
    "a|abbr|article|aside|b|bdi|bdo|big|blockquote|center|cite|code|del|details|div|dl|em|figcaption|figure|font"
    "|h[1-6]|i|ins|kbd|mark|ol|pre|q|s|section|small|span|strike|strong|sub|summary|sup|table|time|u|ul|video"
)
_BOUND = re.compile(rf"""<(/?)({_PAIRED})((?:\s(?:[^<>"']|"[^"<]*"|'[^'<]*')*)?/?)>""", re.IGNORECASE)

_SAFE = "RFC 4287 §8.1; W3C feed validator, SecurityRisk"


def title(where: str, name: str, value: str, source: str) -> Iterator[Finding]:
    """A headline in plain text: there, not endless, no markup."""
    yield from length(where, name, value, source)
    yield from plain(where, name, value, source)


def length(where: str, name: str, value: str, source: str) -> Iterator[Finding]:
    """A text that is there, and, of a title, not endless."""
    if not value.strip():
        yield warning(where, f"{name} is empty", "a text, or no such element", source)
    if name == "title" and len(value) > MAX_TITLE:
        right = f"{MAX_TITLE} characters at most: it is one line of a list"
        yield warning(where, f"{name} has {len(value)} characters", right, "advice: readers cut it")


def plain(where: str, name: str, value: str, source: str) -> Iterator[Finding]:
    """Plain text: what looks like HTML in it is shown as it stands, or taken out."""
    if found := _TAG.search(value):
        yield warning(where, f"{name} holds markup: {quoted(found[0])}", "plain text", source)
    elif found := next((ref for ref in _REFERENCE.finditer(value) if _is_known(ref)), None):
        right = "the character itself, escaped once"
        yield warning(where, f"{name} holds an HTML reference: {quoted(found[0])}", right, source)


def _is_known(reference: re.Match[str]) -> bool:
    return not reference[1] or f"{reference[1]};" in html5


def content(where: str, name: str, value: str, *, relative: str | None) -> Iterator[Finding]:
    """HTML in a feed. `relative` says why relative addresses are wrong there; None: they are not."""
    if not _TAG.search(value) and (found := _ESCAPED_TAG.search(value)):
        right = "HTML that is escaped once in XML, not at all in JSON"
        yield warning(
            where,
            f"{name} is escaped twice: {quoted(found[0])}",
            right,
            "RSS Profile, data-types-characterdata",
        )
    if _DOCUMENT.search(value):
        right = "a fragment, such as stands in a div: no doctype, html, head or body"
        yield warning(where, f"{name} is a whole HTML document", right, "RFC 4287 §3.1.1.2")
    if "&#" in value:
        # Raw characters are seen where the field is; those behind a reference only here.
        referred = "".join(_character(found) for found in _NUMERIC.finditer(value))
        yield from characters(where, f"{name} in a reference", referred)
    yield from _balance(where, name, value)
    root, whole = _parsed(value)
    if not whole:
        right = "some levels: readers flatten HTML that is deep, Chromium from 512 on"
        yield warning(where, f"{name} is nested too deeply to be checked", right, "advice: readers cut it")
    if root is not None:
        yield from tree(where, name, root, relative=relative)


def _balance(where: str, name: str, value: str) -> Iterator[Finding]:
    depth: Counter[str] = Counter()
    for closing, tag, _rest in _BOUND.findall(value):
        depth[tag.lower()] += -1 if closing else 1
    if uneven := [tag for tag, count in depth.items() if count]:
        right = "an end tag for every start tag"
        yield warning(where, f"{name} opens and closes {uneven[0]} unevenly", right, "HTML §13.1.2")


def _character(reference: re.Match[str]) -> str:
    # Not html.unescape: that drops the very characters that are looked for.
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    return chr(code) if code <= sys.maxunicode else ""


def _parsed(value: str) -> tuple[etree._Element | None, bool]:
    """The tree, and whether all of the text is in it: libxml2 goes 256 elements deep."""
    # A lone surrogate from JSON has no UTF-8; libxml2 stops at a NUL.
    body = value.replace("\x00", "").encode("utf-8", "replace")
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True)
    try:
        root = etree.fromstring(b"<div>" + body + b"</div>", parser)
    except etree.LxmlError:  # none is known: HTML has no syntax errors, only limits
        return None, False
    return root, not any("depth" in entry.message for entry in parser.error_log)


def tree(where: str, name: str, root: etree._Element, *, relative: str | None) -> Iterator[Finding]:
    """HTML or XHTML, parsed: elements, attributes and addresses that readers refuse."""
    risky: list[str] = []
    handlers: list[str] = []
    scripts: list[str] = []
    relatives: list[str] = []
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        local = element.tag.rpartition("}")[2].lower()
        risky += [local] if local in _RISKY else []
        for key, value in ((str(k).lower(), str(v)) for k, v in element.attrib.items()):
            handlers += [key] if key == "style" or key.startswith("on") or key == "srcdoc" else []
            for address in _addresses(key, value):
                scripts += [address] if _SCRIPT.match(address) else []
                relatives += [address] if not is_absolute(address) else []
    yield from _told(where, f"{name} holds the element", risky, "no such element: readers take it out", _SAFE)
    yield from _told(where, f"{name} holds the attribute", handlers, "no style, no on…: readers take them out", _SAFE)
    yield from _told(where, f"{name} holds an address that is a script", scripts, "an address of a page", _SAFE)
    if relative is not None:
        right = "absolute addresses: a feed is read away from its site"
        yield from _told(where, f"{name} holds a relative address", relatives, right, relative)


def _addresses(key: str, value: str) -> list[str]:
    if key in ("srcset", "imagesrcset"):
        return [found[0] for part in re.split(r",\s+|,$", value) if (found := _NOT_SPACE.search(part))]
    return [value.strip()] if key in _ADDRESSES else []


def _told(where: str, what: str, found: list[str], right: str, source: str) -> Iterator[Finding]:
    if found:
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        yield warning(where, f"{what} {quoted(found[0])}{more}", right, source)


def unescaped(where: str, name: str, element: etree._Element, source: str) -> Iterator[Finding]:
    """Child elements where only text may be: HTML that was not escaped."""
    if any(isinstance(child.tag, str) for child in element):
        yield error(where, f"{name} holds elements", "text; HTML in it escaped", source)
