"""A finished document: told by its content, read without trust, handed to the rules of its format.

Pure: bytes and an address in, findings out. Nothing is fetched, no clock is read, no entity is resolved.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Never

from lxml import etree

from feeds.check.atom import atom
from feeds.check.elements import ATOM, split_name
from feeds.check.findings import Finding, error, printable, quoted, warning
from feeds.check.jsonfeed import jsonfeed
from feeds.check.opml import opml
from feeds.check.rss import rss
from feeds.check.sitemaps import SITEMAP, sitemap

_WHERE = "document"
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_SNIFFED = 512
# What every XML processor, and every Arabic newsroom's reader, decodes.
_ENCODINGS = ("utf-8", "utf-16", "us-ascii", "ascii")
_FORMATS = "RSS 2.0, Atom 1.0 or JSON Feed 1.1"


def check_feed(body: bytes, *, self_url: str | None = None) -> list[Finding]:
    """What a validator would say of a feed, in the order of the document; nothing for a faultless one. OPML documents
    and sitemaps are checked, too.

    `self_url` is the address that the feed was made for or fetched from: its self link has to be that. Never
    raises, whatever the bytes.
    """
    return list(_findings(body, self_url))


def _findings(body: bytes, self_url: str | None) -> Iterator[Finding]:
    start = body.removeprefix(_UTF8_MARK).lstrip()
    if start.startswith((b"{", b"[")):
        yield from _json(body, self_url)
    elif start.startswith((b"<", *_UTF16_MARKS)):
        yield from _xml(body, self_url)
    else:
        what = "is neither XML nor JSON" if start else "is empty"
        yield error(_WHERE, what, _FORMATS, "RSS 2.0; RFC 4287; JSON Feed 1.1")


class _NotJson(ValueError):
    """A constant that Python reads and JSON does not have."""


def _constant(name: str) -> Never:
    raise _NotJson(name)


def _json(body: bytes, self_url: str | None) -> Iterator[Finding]:
    if body.startswith(_UTF8_MARK):
        yield error(_WHERE, "begins with a byte order mark", "JSON without one", "RFC 8259 §8.1")
    repeated: list[str] = []

    def pairs(found: list[tuple[str, object]]) -> dict[str, object]:
        made = dict(found)
        if len(made) != len(found):
            counts = Counter(name for name, _ in found)
            repeated.extend(name for name, count in counts.items() if count > 1)
        return made

    right = "JSON in UTF-8"
    try:
        text = body.removeprefix(_UTF8_MARK).decode()
        document = json.loads(text, object_pairs_hook=pairs, parse_constant=_constant)
    except UnicodeDecodeError as fault:
        line = body.count(b"\n", 0, fault.start) + 1
        yield error(f"line {line}", "is not UTF-8", right, "RFC 8259 §8.1")
    except json.JSONDecodeError as fault:
        yield error(f"line {fault.lineno}", f"is not JSON: {fault.msg}", right, "RFC 8259 §2")
    except _NotJson as fault:
        yield error(_WHERE, f"holds {fault}", "finite numbers", "RFC 8259 §6")
    except RecursionError:
        yield error(_WHERE, "is nested too deeply", "a few levels", "RFC 8259 §9")
    except ValueError:  # Python reads integers of 4,300 digits and no longer ones
        yield error(_WHERE, "holds a number of thousands of digits", "a number", "RFC 8259 §9")
    else:
        for name in dict.fromkeys(repeated):
            yield warning(_WHERE, f"names {quoted(name)} twice in one object", "each name once", "RFC 8259 §4")
        yield from jsonfeed(document, size=len(body), self_url=self_url)


def _xml(body: bytes, self_url: str | None) -> Iterator[Finding]:
    # Comments and instructions are nobody's content; without them text is in one piece.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as fault:
        line = fault.lineno or 1
        said = printable((fault.msg or "").partition(", line ")[0].strip())
        yield error(f"line {line}", f"is not well-formed XML: {said}", "well-formed XML", "XML 1.0 §2.1")
        return
    yield from _prolog(body, root)
    match split_name(root):
        case ("", "rss"):
            yield from rss(root, self_url=self_url)
        case (namespace, "feed") if namespace == ATOM:
            yield from atom(root, self_url=self_url)
        case ("", "opml"):
            yield from opml(root)
        case (namespace, "urlset" | "sitemapindex") if namespace == SITEMAP:
            yield from sitemap(root, self_url=self_url)
        case (namespace, name):
            what = f"begins with {name} in the namespace {quoted(namespace)}"
            yield error(_WHERE, what, f"{_FORMATS}: rss, or feed in {ATOM}", "RSS 2.0; RFC 4287 §2")


def _prolog(body: bytes, root: etree._Element) -> Iterator[Finding]:
    info = root.getroottree().docinfo
    if info.internalDTD is not None:
        entities = bool(list(info.internalDTD.iterentities()))
        right = "no DOCTYPE: careful readers refuse it, and HTML's named entities don't exist in XML"
        what = "declares entities" if entities else "has a DOCTYPE"
        yield (error if entities else warning)(_WHERE, what, right, "XML 1.0 §4.4.3")
    encoding = (info.encoding or "UTF-8").lower()
    if encoding not in _ENCODINGS:
        yield warning(_WHERE, f"is encoded in {encoding}", "UTF-8", "XML 1.0 §4.3.3")
    if info.xml_version != "1.0":
        yield error(_WHERE, f"is XML {info.xml_version}", "XML 1.0", "XML 1.0 §2.8")
    found = re.search(rb"<(?:[\w.-]+:)?(?:rss|feed)[\s>]", body)
    if found and found.start() >= _SNIFFED:
        right = f"rss or feed within the first {_SNIFFED} bytes: comments, if any, after it"
        yield warning(_WHERE, f"begins its feed at byte {found.start()}", right, "Firefox and Windows, feed sniffing")
