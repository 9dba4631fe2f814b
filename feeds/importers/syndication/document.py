"""A feed's bytes -> what feedparser finds in them; entities are refused before anything reads them."""

import contextlib
import html.entities
import io
import re
import xml.sax
import xml.sax.handler
import xml.sax.xmlreader
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from feedparser import api

from feeds.errors import BadSource
from feeds.importers.encoding import declared, decoded

_DECLARATION = re.compile(r"\s*+<\?xml[^>]*+\?>", re.IGNORECASE)
_CDATA = r"<!\[CDATA\[.*?(?:\]\]>|\Z)"
# Nothing of an article stands like this outside CDATA: `<` is escaped there.
_ENTITY = re.compile(rf"{_CDATA}|(<!ENTITY)", re.DOTALL | re.IGNORECASE)
_NAMED = re.compile(rf"{_CDATA}|&([A-Za-z][A-Za-z0-9]*+);", re.DOTALL)
_XML_NAMES = frozenset(["amp", "lt", "gt", "quot", "apos"])
_REFERENCE = re.compile(r"&#(?:x([0-9a-fA-F]{1,8})|([0-9]{1,9}));")
# XML 1.0 §2.2, production [2] Char, turned round.
_ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENTRY_END = re.compile(r"</(?:[\w-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
# The loose parser's work grows faster than what it reads.
_MAX_BROKEN = 8 * 1024 * 1024
# Deeper than anything that somebody wrote.
MAX_DEPTH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a feed holds. `fault` is why its XML could not be read to the end, `line` where."""

    version: str
    entries: Sequence[Any]
    feed: Any
    address: str | None
    fault: str | None = None
    line: int = 0


class _TooDeepError(Exception):
    """Elements are nested too deep."""


class _Identities:
    """A guid is an identity, byte for byte: feedparser would resolve it, and mend what it takes for mistakes."""

    # feedparser's own.
    elementstack: list[Any]
    entries: list[Any]
    inentry: int
    insource: int

    def pop(self, element: str, strip_whitespace: int = 1) -> Any:
        top = self.elementstack[-1] if self.elementstack else None
        raw = "".join(map(str, top[2])).strip() if top and top[0] == element == "id" else ""
        output = super().pop(element, strip_whitespace)  # type: ignore[misc]
        if raw and self.inentry and not self.insource and self.entries:
            self.entries[-1]["id"] = raw
        return output


class _Strict(_Identities, api.StrictFeedParser):  # type: ignore[misc]
    depth = 0

    def startElementNS(self, name: Any, qname: Any, attributes: Any) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _TooDeepError
        super().startElementNS(name, qname, attributes)

    def endElementNS(self, name: Any, qname: Any) -> None:
        self.depth -= 1
        super().endElementNS(name, qname)


class _Loose(_Identities, api.LooseFeedParser):  # type: ignore[misc]
    pass


def read(name: str, raw: bytes, *, address: str | None, charset: str | None) -> Document:
    """Reads a feed as well as can be; `charset` is what HTTP says. Raises BadSource."""
    # RFC 7303 §3.2: HTTP's word counts more than the document's.
    text = _DECLARATION.sub("", decoded(raw, [charset, declared(raw)]), count=1)
    if any(found[1] for found in _ENTITY.finditer(text)):
        raise BadSource(f"{name}: declares entities, which no feed needs; take the document type away")
    text = _REFERENCE.sub(_sound, _NAMED.sub(_spelled, _ILLEGAL.sub("", text))).lstrip()
    try:
        return _strictly(text, address)
    except _TooDeepError:
        raise BadSource(f"{name}: nests elements deeper than {MAX_DEPTH}; close each element") from None
    except xml.sax.SAXParseException as fault:
        message, line = fault.getMessage(), fault.getLineNumber() or 1
    except xml.sax.SAXException as fault:
        message, line = str(fault), 1
    if len(text) > _MAX_BROKEN:
        raise BadSource(f"{name}: line {line} is no XML: {message}; mend it")
    return _loosely(text, address, message, line)


def _strictly(text: str, address: str | None) -> Document:
    parser = _Strict(address, None, "utf-8")
    _without_rewriting(parser)
    reader = xml.sax.make_parser()
    reader.setFeature(xml.sax.handler.feature_namespaces, True)
    reader.setFeature(xml.sax.handler.feature_external_ges, False)
    reader.setContentHandler(parser)
    reader.setErrorHandler(parser)
    source = xml.sax.xmlreader.InputSource()
    source.setByteStream(io.BytesIO(text.encode("utf-8", "ignore")))
    source.setEncoding("utf-8")
    reader.parse(source)
    return Document(version=parser.version, entries=parser.entries, feed=parser.feeddata, address=address)


def _loosely(text: str, address: str | None, fault: str, line: int) -> Document:
    """What can be had of a feed that is no XML."""
    parser = _Loose(address, None, "utf-8", {})
    _without_rewriting(parser)
    # It was not written for noise; what it found until then is sound.
    with contextlib.suppress(AssertionError, LookupError, ValueError, AttributeError, TypeError, RecursionError):
        parser.feed(text[: _whole(text)])
    return Document(
        version=parser.version,
        entries=parser.entries,
        feed=parser.feeddata,
        address=address,
        fault=" ".join(fault.split()),
        line=line,
    )


def _whole(text: str) -> int:
    """Where the last entry that is whole ends: half an article is none."""
    ends = [found.end() for found in _ENTRY_END.finditer(text)]
    return ends[-1] if ends else len(text)


def _without_rewriting(parser: Any) -> None:
    # The one door in does both, for every source alike.
    parser.resolve_relative_uris = False
    parser.sanitize_html = False


def _spelled(found: re.Match[str]) -> str:
    """HTML's names for characters, which XML does not know, as these characters."""
    name = found[1]
    if name is None or name in _XML_NAMES:
        return found[0]
    return html.entities.html5.get(f"{name};", f"&amp;{name};")


def _sound(found: re.Match[str]) -> str:
    """Nothing for a reference to a character that XML forbids."""
    number = int(found[1], 16) if found[1] else int(found[2])
    return found[0] if number <= 0x10FFFF and not _ILLEGAL.search(chr(number)) else ""
