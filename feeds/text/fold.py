"""Spellings made equal for search, aliases and finding duplicates: folded text is compared, never shown."""

import re
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

# What no step changes, alone or in any order: most text, once its letters and case are folded.
_FOLDED = re.compile(r"[ -@\[-~\u0627\u0628\u062a-\u063a\u0641-\u0648\u064a،؛؟پچژگ«»“”‘’–—]*+")

_ARTICLE = re.compile(r"[وف]?(?:[بك]?ال|لل)(?=...)")
_BARE_ARTICLE = re.compile(r"ال(?=...)")
_TWO_LAMS = re.compile(r"[وف]?لل(?=..)")
_PARTICLES = frozenset("وفبكل")


def fold(s: str) -> str:
    """The string with all spellings of a word made one; folding it again changes nothing.

    Tashkeel, tatweel, hamza, direction marks and zero-width characters go; the forms of alef, yeh, heh and
    kaf are one each, digits are ASCII, letters have no case; words stand one space apart.
    """
    # One pass is rarely too little: casefold can undo NFKC (ΐ), and a mark gone lets its neighbours compose.
    while _FOLDED.fullmatch(s) is None:
        folded = _folded_once(s)
        if folded == s:
            break
        s = folded
    return " ".join(s.split())


def _folded_once(s: str) -> str:
    s = normalize("NFKC", _DROPPED.sub("", s)).casefold()
    # Not str.translate: sixteen scans for one letter each take a twentieth of its time on an article's text.
    for letter, plain in _LETTERS:
        s = s.replace(letter, plain)
    if _FOLDED.fullmatch(s) is None:
        s = _IGNORABLE.sub("", s.replace("\u200c", " "))
        s = _OTHER_DIGIT.sub(lambda found: str(decimal(found[0])), s)
    return " ".join(s.split())


def stripped(word: str) -> tuple[str, ...]:
    """The forms of a folded word without what Arabic writes onto its front, the word itself not among them.

    Without the article (ال, بال, كال, لل, each after و or ف too), where three letters remain. Without one
    particle (و ف ب ك ل), where four remain. With لل as one ل, which may be the word's own (لليبيا: ليبيا,
    للبن: لبن), where three remain.
    """
    forms: list[str] = []
    if article := _ARTICLE.match(word):
        forms.append(word[article.end() :])
    if len(word) > 4 and word[0] in _PARTICLES:
        forms.append(word[1:])
    if lams := _TWO_LAMS.match(word):
        forms.append(word[lams.end() - 1 :])
    return tuple(dict.fromkeys(forms))


def without_article(word: str) -> str:
    """A folded query word without its article ال, where three letters remain; else the word."""
    article = _BARE_ARTICLE.match(word)
    return word[article.end() :] if article else word
