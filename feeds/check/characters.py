"""Characters that do harm in any text of a feed: what XML forbids, what turns the lines of others."""

import re
from collections.abc import Iterator

from feeds.check.findings import Finding, warning

# XML 1.0 §2.2: in no XML document, even escaped. They reach a feed through JSON or through HTML's references.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# C1 controls but U+0085, noncharacters, the sign of a lost character.
_DISCOURAGED = re.compile(
    "[\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffd"
    + "".join(f"{chr(p + 0xFFFE)}{chr(p + 0xFFFF)}" for p in range(0x10000, 0x110000, 0x10000))
    + "]"
)
_EMBEDDING = re.compile("[\u202a-\u202e]")
_ISOLATE = re.compile("[\u2066-\u2069]")
_POP = "\u2069"


def characters(where: str, name: str, text: str) -> Iterator[Finding]:
    """What a text holds that no text should hold; `name` is the field's."""
    if found := _ILLEGAL.search(text):
        right = "text without it: XML has no way to write it"
        yield warning(where, f"{name} holds {_named(found)}, which XML forbids", right, "XML 1.0 §2.2")
    if found := _DISCOURAGED.search(text):
        right = "the character that was meant; look at how the text was decoded"
        yield warning(
            where, f"{name} holds {_named(found)}, a control or a lost character", right, "XML 1.0 §2.2, note"
        )
    if found := _EMBEDDING.search(text):
        right = "text without U+202A to U+202E; markup with dir, or isolates that end"
        yield warning(
            where,
            f"{name} holds {_named(found)}, which turns what follows",
            right,
            "Unicode TR 20, bidi controls",
        )
    if not balanced(text):
        right = "each of U+2066 to U+2068 with its own U+2069 after it"
        yield warning(where, f"{name} opens and closes isolates unevenly", right, "UAX 9 §3.1.2, BD9")


def balanced(text: str) -> bool:
    """Whether every isolate that begins in a text ends in it, and none ends that did not begin."""
    depth = 0
    for found in _ISOLATE.finditer(text):
        depth += -1 if found[0] == _POP else 1
        if depth < 0:
            return False
    return depth == 0


def _named(found: re.Match[str]) -> str:
    return f"U+{ord(found[0]):04X}"
