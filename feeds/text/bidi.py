"""Which way a string reads, and the marks that make a plain feed field read that way (UAX #9)."""

import re
from typing import Literal
from unicodedata import bidirectional

import regex

TitleDirection = Literal["mark", "isolate", "off"]

_RLM = "\u200f"
_RLI = "\u2067"
_PDI = "\u2069"

_STRONG = frozenset({"L", "R", "AL"})
# AN is not here: to `dir="auto"` Arabic-Indic digits are no letters, so the letter after them decides.
_LEADING = frozenset({"L", "EN", "R", "AL"})
_LEFT_TO_RIGHT = frozenset({"L", "EN"})

# Characters that came after Python's own tables (3.11 has those of 2021): browsers and readers know them.
_LATER = regex.compile("(?V1)" + "|".join(rf"(?P<{name}>[\p{{Bidi_Class={name}}}--\p{{Cn}}])" for name in _LEADING))

# All but what newsrooms write in Arabic: what is left out here is not of class L.
_PERHAPS_LEFT = re.compile(r"[^\x00-@\[-`{-\x7f\xa0«»\u0600-\u06ff\u200c\u200f\u2010-\u2027\u2030-\u205e]")
_LATIN = re.compile("[A-Za-z]")
_ARABIC = re.compile("[\u0627-\u063a\u0641-\u064a]")

_NO_WORDS = ("http://", "https://", "www.", "@")


def rtl_dominant(s: str) -> bool:
    """Whether the string reads right to left: one word does, and at least two in five of those that say.

    A word says by its first strong character (UAX #9, table 4: L, R, AL). Addresses and @names say nothing:
    they are Latin in any language.
    """
    if "@" not in s and not holds_left(s):
        # Most texts: nothing in them reads left to right, so one letter is enough.
        return _ARABIC.search(s) is not None or first_strong(s) in ("R", "AL")
    right = counted = 0
    for word in s.split():
        if word[0] in "@hHwW" and word[:8].lower().startswith(_NO_WORDS):
            continue
        for character in word:
            direction = bidirectional(character) or _later(character)
            if direction in _STRONG:
                counted += 1
                right += direction != "L"
                break
    return right > 0 and right * 5 >= counted * 2


def starts_left(s: str) -> bool:
    """Whether the first character of class L, EN, R or AL is L or EN: many readers then turn the line round.

    Regional indicators, and so most flags, are of class L.
    """
    for character in s:
        direction = bidirectional(character) or _later(character)
        if direction in _LEADING:
            return direction in _LEFT_TO_RIGHT
    return False


def holds_left(s: str) -> bool:
    """Whether a character of class L stands anywhere in the string."""
    if _PERHAPS_LEFT.search(s) is None:
        return False
    return _LATIN.search(s) is not None or any(
        (bidirectional(character) or _later(character)) == "L" for character in _PERHAPS_LEFT.findall(s)
    )


def first_strong(s: str) -> str:
    """The class of the first strong character (L, R or AL), which is what `dir="auto"` goes by; or empty."""
    classes = (bidirectional(character) or _later(character) for character in s)
    return next((direction for direction in classes if direction in _STRONG), "")


def feed_text(s: str, mode: TitleDirection = "mark") -> str:
    """A clean string as a plain-text feed field holds it; marking it twice is marking it once.

    `mark` puts one RLM before a right-to-left string that starts with a Latin letter or a digit, and nothing
    anywhere else. `isolate` wraps every right-to-left string, for readers that are fixed left to right. `off`
    leaves the string alone.
    """
    if mode == "mark":
        # RLM and not ALM: after ALM (class AL) digits become Arabic numbers (UAX #9, W2) and change places.
        # A string that has our mark starts with R, so it gets no second one.
        return _RLM + s if rtl_dominant(s) and starts_left(s) else s
    if mode == "isolate":
        plain = bare(s)
        return f"{_RLM}{_RLI}{plain}{_PDI}" if rtl_dominant(plain) else s
    return s


def bare(s: str) -> str:
    """The string without the marks that `feed_text` put at its edges."""
    if s.startswith(_RLM + _RLI) and s.endswith(_PDI):
        return s[2:-1]
    return s.removeprefix(_RLM)


def _later(character: str) -> str:
    """The class of a character that Python's tables do not have, where it is one that counts here; else empty."""
    found = _LATER.match(character)
    return (found.lastgroup or "") if found else ""
