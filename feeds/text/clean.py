"""Plain strings made fit for every reader: nothing that XML refuses, nothing hidden."""

import re
from unicodedata import is_normalized, normalize

# XML 1.0 §2.2, production [2] Char, turned round.
_XML_ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# Step 1. What breaks a line in old systems divides words; it must not join them.
_BREAKS = r"\x0b\x0c\x85"
# Step 1. Control characters (DEL and C1 too), surrogates and non-characters. Unicode promises never to change
# these three sets, so they stand here as ranges; `re` reads them much faster than `regex` its properties.
_UNFIT_BMP = r"\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
_UNFIT = _UNFIT_BMP + "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(1, 17))
# Step 2. CVE-2021-42574 ("Trojan Source"): what is read is not what is written.
_EMBEDDINGS = r"\u202a-\u202e"
_ISOLATES = r"\u2066-\u2069"
# Step 3. Invisible, or blank letters.
_INVISIBLE = r"\xad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2064\u206a-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
_TAGS = r"\U000e0000-\U000e007f"
# Step 4, with the exemptions left out: ﮲–﯂ (dots that teach letters), ﴾ ﴿, ﷺ ﷻ ﷼ ﷽.
_PRESENTATION = r"\ufb50-\ufbb1\ufbc3-\ufd3d\ufd40-\ufdf9\ufdfe\ufdff\ufe70-\ufefe"
# Step 7.
_MARKS = r"\u200e\u200f\u061c"
_ZWNJ = "\u200c"

_BREAK = re.compile(f"[{_BREAKS}]")
_UNFIT_OR_HIDDEN = re.compile(f"[{_UNFIT}{_EMBEDDINGS}{_ISOLATES}{_INVISIBLE}]")
# UTS #51, ED-14a: a flag of a region, such as Scotland's, is a black flag, tags, and the cancel tag.
_FLAG_OR_TAG = re.compile(rf"(\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f)|[{_TAGS}]")
_PRESENTATION_FORM = re.compile(f"[{_PRESENTATION}]")
_GAP = re.compile(f"[ {_ZWNJ}]{{2,}}")
_MARK_RUN = re.compile(f"([{_MARKS}])[{_MARKS}]+")
_EDGES = f" {_ZWNJ}\u200e\u200f\u061c"

# One look decides for most strings that no step has work: all white space but the space is here too. `re` looks
# a character up at once in a set of the basic plane alone; what is beyond it is rare, and looked at closely.
_SUSPECT = re.compile(
    rf"[{_BREAKS}{_UNFIT_BMP}{_EMBEDDINGS}{_ISOLATES}{_INVISIBLE}{_PRESENTATION}{_MARKS}{_ZWNJ}"
    r"\t\n\r\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
)
_BEYOND = re.compile(r"[\U00010000-\U0010ffff]")

_HTML_UNFIT = re.compile(f"[{_UNFIT}{_EMBEDDINGS}]")


def clean_text(s: str) -> str:
    """The string as we store and show it; cleaning it again changes nothing.

    Goes: what XML 1.0 refuses, control and non-characters, embeddings, overrides, isolates, hidden
    characters, white space and direction marks at the ends. Changes: presentation forms into letters, the
    whole into NFC, any white space into one space. Stays: ZWNJ and ZWJ, single inner direction marks,
    tatweel, tashkeel, flags, ligatures like ﷺ.
    """
    if (
        _SUSPECT.search(s) is None
        and _BEYOND.search(s) is None
        and "  " not in s
        and s == s.strip(" ")
        and is_normalized("NFC", s)
    ):
        return s
    s = _BREAK.sub(" ", s)
    s = _UNFIT_OR_HIDDEN.sub("", s)
    # After the hidden characters: a flag with one inside it is still a flag.
    s = _FLAG_OR_TAG.sub(lambda found: found[1] or "", s)
    s = _PRESENTATION_FORM.sub(_letters, s)
    # After all that goes from between a letter and its marks. Never NFKC: it would turn … into ..., ½ into
    # 1⁄2 and ﷺ into eighteen letters.
    s = normalize("NFC", s)
    s = " ".join(s.split())
    return _one_of_each(s)


def xml_illegal(s: str) -> str | None:
    """The first character that XML 1.0 forbids (§2.2, production [2]), or None."""
    found = _XML_ILLEGAL.search(s)
    return found[0] if found else None


def strip_illegal(s: str) -> str:
    """HTML without the characters that break XML or override direction; all else stays as it is."""
    # What goes is of categories that Python does not print (Cc, Cf, Cs, Cn); of these most HTML has line feeds alone.
    if s.replace("\n", "").isprintable():
        return s
    return _HTML_UNFIT.sub("", _BREAK.sub(" ", s))


def _letters(found: re.Match[str]) -> str:
    """The letters of a presentation form; a mark that stood on its own space joins the letter before it."""
    return normalize("NFKC", found[0]).removeprefix(" ")


def _one_of_each(s: str) -> str:
    """No run of direction marks, no ZWNJ doubled or beside a space, none of them or of spaces at the ends.

    Once is enough. A run of spaces and ZWNJ leaves one character, never none, so it brings no marks together;
    and a run of marks leaves its first, so it brings no spaces together. The first, since a mark is mostly
    typed to bind the punctuation before it: C++, then LRM.
    """
    s = _GAP.sub(lambda found: " " if " " in found[0] else _ZWNJ, s)
    return _MARK_RUN.sub(r"\1", s).strip(_EDGES)
