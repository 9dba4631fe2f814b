"""Spellings made equal for search, aliases and finding duplicates: folded text is compared, never shown."""

import re
from collections.abc import Iterable
from unicodedata import decimal, normalize

import regex

_TASHKEEL = r"\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u08d3-\u08e1\u08e3-\u08ff"
# NFKC makes a space and a tashkeel of these: in the middle of a word that space would break it.
_SPACING_TASHKEEL = r"\ufc5e-\ufc63\ufe70\ufe72\ufe74\ufe76\ufe78\ufe7a\ufe7c\ufe7e"
_DROPPED = re.compile(f"[{_TASHKEEL}{_SPACING_TASHKEEL}ـء]")
_LETTERS = (
    ("أ", "ا"),
    ("إ", "ا"),
    ("آ", "ا"),
    ("ٱ", "ا"),
    ("ى", "ي"),
    ("ی", "ي"),
    ("ئ", "ي"),
    ("ؤ", "و"),
    ("ة", "ه"),
    ("ە", "ه"),
    ("ہ", "ه"),
    ("ھ", "ه"),
    ("ک", "ك"),
    # ە ہ ے with a hamza above, as one character: the hamza goes, as it does from the two.
    ("ۀ", "ه"),
    ("ۂ", "ه"),
    ("ۓ", "ے"),
)
# Bidi controls, zero-width characters, variation selectors, tags: NFKC_Casefold drops the same (UAX #44).
_IGNORABLE = regex.compile(r"\p{Default_Ignorable_Code_Point}")
_OTHER_DIGIT = re.compile(r"[^\D0-9]")

# All that plain text holds besides the letters above; replace finds each of them in a twentieth of a regex's time.
_PLAIN = (*_LETTERS, *((mark, "") for mark in "ءـ\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"))
# What no step changes, alone or in any order: most text, once its letters and case are folded.
_FOLDED = re.compile(r"[\t-\r -@\[-~\u0627\u0628\u062a-\u063a\u0641-\u0648\u064a،؛؟پچژگ«»“”‘’–—]*+")


def fold(s: str) -> str:
    """The string with all spellings of a word made one; folding it again changes nothing.

    Tashkeel, tatweel, hamza, direction marks and zero-width characters go; the forms of alef, yeh, heh and
    kaf are one each, digits are ASCII, letters have no case; words stand one space apart.
    """
    plain = _replaced(s, _PLAIN)
    if _FOLDED.fullmatch(plain) or _FOLDED.fullmatch(plain := plain.casefold()):
        return _one_space_apart(plain)
    # One pass is rarely too little: casefold can undo NFKC (ΐ), and a mark gone lets its neighbours compose.
    while (folded := _folded_once(s)) != s and _FOLDED.fullmatch(folded) is None:
        s = folded
    return _one_space_apart(folded)


def _folded_once(s: str) -> str:
    s = _replaced(normalize("NFKC", _DROPPED.sub("", s)).casefold(), _LETTERS)
    if _FOLDED.fullmatch(s) is None:
        s = _IGNORABLE.sub("", s.replace("\u200c", " "))
        s = _OTHER_DIGIT.sub(lambda found: str(decimal(found[0])), s)
    return s


def _replaced(s: str, pairs: Iterable[tuple[str, str]]) -> str:
    # Not str.translate: a scan for each letter takes a twentieth of its time on an article's text.
    for letter, plain in pairs:
        s = s.replace(letter, plain)
    return s


def _one_space_apart(s: str) -> str:
    return " ".join(s.split())
