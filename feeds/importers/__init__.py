"""Sources to records, each importer a module; what a source is, is told by its content alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from feeds.errors import BadSource
from feeds.importers import copies, encoding, jsonfeed
from feeds.importers.source import Source
from feeds.model import Record, Rejection

if TYPE_CHECKING:
    from feeds.importers.wordpress.export import Export

# Interchange items in JSON; RSS, Atom or RDF; a WordPress export; a saved page; the copied text of one.
Kind = Literal["json", "syndication", "wxr", "page", "copy"]

_COMPRESSED = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
_OTHERS = (
    (b"%PDF", "is a PDF; save the page as HTML, or its text"),
    (b"{\\rtf", "is RTF; save it as plain text"),
    (b"\xd0\xcf\x11\xe0", "is an office document; save it as plain text"),
    (b"SQLite format 3\0", "is a SQLite database; give what it was made from"),
)
_MHTML = re.compile(rb"(?:From: <Saved by|MIME-Version:|Snapshot-Content-Location:)", re.IGNORECASE)
_XML_PROLOG = re.compile(
    r"\s*+(?:<\?[^>]*+>|<!--(?:[^-]|-(?!->))*+-->|<!DOCTYPE[^<>\[]*+(?:\[[^\]]*+\])?[^<>]*+>)", re.IGNORECASE
)
_ROOT = re.compile(r"\s*+<([A-Za-z_][\w.:-]*+)")
_DOCTYPE_HTML = re.compile(r"\s*+(?:<\?[^>]*+>\s*+|<!--(?:[^-]|-(?!->))*+-->\s*+)*+<!DOCTYPE\s+html\b", re.IGNORECASE)
# Somewhere in the beginning: some pages begin with the complaints of their program.
_PAGE = re.compile(r"<(?:html|head|body)[\s>]", re.IGNORECASE)
_FEEDS = frozenset(["rss", "feed", "rdf"])
_WXR = re.compile(r"http://wordpress\.org/export/|<wp:wxr_version>")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffd]")
_LETTER = re.compile(r"[^\W\d_]")
_ARABIC = re.compile(r"[\u0620-\u064a\u0671-\u06d3]")
# Of a copied article: letters among its characters, Arabic ones among its letters; characters of a paragraph.
_LETTERS, _ARABIC_LETTERS, _PARAGRAPH = 0.6, 0.2, 40

_KNOWN = (
    "give JSON Lines, a JSON array, a JSON Feed, RSS, Atom, an export of WordPress, a saved page, or the copied text"
    " of an Arabic one"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How sources are read, where they leave a choice, and what is known beside them.

    `categories`: those of a feed are sections, not tags. `parents`: an article of WordPress stands in the categories
    above its own, too. `sections` are the names of those that are known, `site` the
    lines that many copies of one site share, both by sections.name_key.
    """

    categories: bool = False
    parents: bool = False
    sections: frozenset[str] = field(default=frozenset(), repr=False)
    site: frozenset[str] = field(default=frozenset(), repr=False)


def detect(name: str, head: bytes) -> Kind:
    """What a source is by its beginning (`source.PEEK` bytes); its name only stands in messages.

    Raises BadSource where it is none of ours, or can't be told.
    """
    for magic, what in _OTHERS:
        if head.startswith(magic):
            raise BadSource(f"{name}: {what}")
    if head.startswith(_COMPRESSED):
        raise BadSource(f"{name}: is compressed; unpack it, such as by `gunzip -c FILE | feeds import -`")
    wide = head[:4].count(0) >= 2 or (encoding.marked(head) or "utf-8") != "utf-8"
    text = encoding.decoded(head, [encoding.declared(head)])
    kind = _json(head) if not wide else "json" if text.lstrip()[:1] in ("{", "[") else None
    if wide and (kind or encoding.marked(head) is None):
        raise BadSource(f"{name}: is UTF-16 or UTF-32; save it as UTF-8")
    kind = kind or _markup(name, text) or _copy(text)
    if kind is None:
        if _MHTML.match(head):
            raise BadSource(f"{name}: is a web archive (MHTML); save the page as HTML")
        raise BadSource(f"{name}: is no source of articles that is known; {_KNOWN}")
    return kind


def _json(head: bytes) -> Kind | None:
    bare = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if bare.startswith(b"<") or (bare.startswith(b"[") and bare[1:].lstrip()[:1] not in b'{["]-0123456789tfn'):
        return None
    return "json" if jsonfeed.shape_of(head) else None


def _markup(name: str, text: str) -> Kind | None:
    if _DOCTYPE_HTML.match(text):
        return "page"
    at = 0
    while part := _XML_PROLOG.match(text, at):
        at = part.end()
    root = _ROOT.match(text, at)
    local = root[1].rpartition(":")[2].lower() if root else ""
    if local in _FEEDS:
        return "wxr" if local == "rss" and _WXR.search(text) else "syndication"
    if local == "html" or _PAGE.search(text):
        return "page"
    if root and local == "opml":
        raise BadSource(f"{name}: is a list of feeds (OPML); give the addresses in it")
    if root and text.lstrip().startswith("<?xml"):
        raise BadSource(f"{name}: is XML of another kind, <{root[1]}>; give RSS, Atom or RDF")
    return None


def _copy(text: str) -> Kind | None:
    """Several lines of Arabic prose: of what is none, such as tables or programs, no article is made."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    solid = "".join(text.split())
    letters = len(_LETTER.findall(solid))
    if (
        len(lines) < 2
        or max(map(len, lines)) < _PARAGRAPH
        or _CONTROLS.search(text)
        or letters < _LETTERS * len(solid)
        or len(_ARABIC.findall(solid)) < _ARABIC_LETTERS * letters
    ):
        return None
    return "copy"


def export(source: Source, reading: Reading) -> "Export":
    """A WordPress export, read as far as its first article. Raises BadSource where it can't be read at all."""
    from feeds.importers.wordpress.export import Export

    return Export(source, parents=reading.parents)


def records(kind: Kind, source: Source, reading: Reading) -> Iterator[Record | Rejection]:
    """The records of a source, in order. Raises BadSource where it can't be read at all."""
    # What reads XML and HTML is loaded where it is wanted: most commands read neither.
    if kind == "syndication":
        from feeds.importers import syndication

        return syndication.records(source, categories=reading.categories)
    if kind == "wxr":
        return export(source, reading).records()
    if kind == "copy":
        return copies.records(source, site=reading.site, sections=reading.sections)
    if kind == "page":
        from feeds.importers import pages

        return pages.records(source)
    return jsonfeed.records(source)
