"""The text of bytes that say their encoding rightly, wrongly or not at all; made for Arabic."""

import codecs
import re
from collections.abc import Iterable

# In the order of their marks' length: UTF-32's begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Enough to know an encoding by.
_SAMPLE = 200_000
# What Arabic newsrooms have written in, tried where nothing is said and where what is said is wrong.
_USUAL = ("cp1256", "iso8859-6")
# These are said by servers and templates that know of no other.
_SAID_WITHOUT_THOUGHT = frozenset(["cp1252", "utf-8"])
# Browsers read the first two as Windows has them (WHATWG Encoding §4.2).
_BY_PYTHON = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254"}
# Others of Python's are no encodings of text, or fail on bytes that they don't know.
_OF_TEXT = re.compile(r"cp125\d|cp720|iso8859-\d+|utf-8|utf-16(-[lb]e)?|koi8-[ru]|mac-arabic|ascii")

_ARABIC = re.compile(r"[\u0621-\u064a]")
# A letter of another script beside one, replacement and control characters: read with the wrong encoding.
_SPOILT = re.compile(
    r"[\u0621-\u064a](?=[A-Za-zÀ-ɏ])|[A-Za-zÀ-ɏ](?=[\u0621-\u064a])|[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ufffd]"
)
_SPOILT_COSTS = 3
# XML 1.0 §4.3.3, and HTML's own ways.
_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,200}?\sencoding\s*=\s*["']\s*([A-Za-z][A-Za-z0-9._:-]{0,40})"""
    rb"""|<meta[^>]{0,300}?charset\s*=\s*["']?\s*([A-Za-z][A-Za-z0-9._:-]{0,40})""",
    re.IGNORECASE,
)
_HEAD = 4096


def marked(raw: bytes) -> str | None:
    """The encoding that a byte order mark says."""
    return next((name for mark, name in _MARKS if raw.startswith(mark)), None)


def declared(raw: bytes) -> str | None:
    """The encoding that a document of XML or HTML says in its beginning."""
    found = _DECLARED.search(raw[:_HEAD])
    return (found[1] or found[2]).decode("ascii") if found else None


def decoded(raw: bytes, said: Iterable[str | None] = ()) -> str:
    """The text. `said` are encodings that somebody claims, the most trusted first; None is nobody.

    What is valid UTF-8 is UTF-8, whatever is said. Never fails: what is left over becomes U+FFFD.
    """
    mark = marked(raw)
    if mark is not None:
        return raw.decode(mark, "replace").removeprefix("\ufeff")
    try:
        # Arabic in any encoding of one byte is no UTF-8, but for a few letters (RFC 3629 §1).
        return raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        # Cut in the middle of a character, as the beginning of a file is.
        if fault.start >= len(raw) - 3 and fault.reason == "unexpected end of data":
            return raw.decode("utf-8", "ignore")
    sample = raw[:_SAMPLE]
    names = [name for name in map(_known, said) if name]
    for name in names:
        if name not in _SAID_WITHOUT_THOUGHT and not _SPOILT.search(sample.decode(name, "replace")):
            return raw.decode(name, "replace")
    # Of two that read alike, the first.
    return raw.decode(max((*names, *_USUAL), key=lambda name: _likelihood(sample.decode(name, "replace"))), "replace")


def _known(name: str | None) -> str | None:
    """An encoding by Python's name, or None where it is no encoding of text."""
    try:
        known = codecs.lookup((name or "").strip()).name
    except (LookupError, ValueError):
        return None
    return _BY_PYTHON.get(known, known) if _OF_TEXT.fullmatch(known) else None


def _likelihood(text: str) -> int:
    return len(_ARABIC.findall(text)) - _SPOILT_COSTS * len(_SPOILT.findall(text))
