"""The names that articles and sections have in addresses: ASCII or Arabic, words joined by `-`."""

import re
from unicodedata import decimal, normalize
from urllib.parse import quote

import regex

MAX_LENGTH = 80

_LATIN = regex.compile(r"\p{Script=Latin}+")
# Letters that Unicode does not decompose into an ASCII letter and an accent.
_UNDECOMPOSED = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ħ": "h",
        "ı": "i",
        "ə": "e",
    }
)
_OTHER_DIGIT = re.compile(r"[^\D0-9]")
_KEPT = r"a-z0-9[\p{Script=Arabic}&&\p{Lo}]"
# What stands within a word and goes without parting it: apostrophes, marks, modifier letters (tatweel is
# one), bidi and zero-width characters, letters of other scripts. ZWNJ is not here: it parts words, as in
# `fold`.
_WITHIN = regex.compile(rf"(?V1)['’‘]|[[\p{{M}}\p{{Cf}}\p{{L}}]--[{_KEPT}\u200c]]")
_WORD = regex.compile(f"(?V1)[{_KEPT}]+")


def slugify(title: str) -> str:
    """The slug of a title, at most 80 characters, in NFC; '' where it has no ASCII or Arabic letter or digit.

    Latin letters lose accents and case; Arabic letters stay as spelt, without tashkeel; digits are ASCII. A
    slug is its own slug.
    """
    s = normalize("NFKC", title).lower()
    # Latin letters alone: with the marks of Arabic ones gone, أ would be ا.
    s = _LATIN.sub(lambda found: normalize("NFD", found[0]).translate(_UNDECOMPOSED), s)
    s = _OTHER_DIGIT.sub(lambda found: str(decimal(found[0])), s)
    return _cut("-".join(_WORD.findall(_WITHIN.sub("", s))))


def is_slug(s: str) -> bool:
    """Whether the string can stand as a slug as it is."""
    return s != "" and slugify(s) == s


def quote_slug(slug: str) -> str:
    """The slug as it stands in an address: percent-encoded UTF-8 with capitals (RFC 3986 §2.1, §2.5)."""
    return quote(slug, safe="")


def _cut(slug: str) -> str:
    if len(slug) <= MAX_LENGTH:
        return slug
    # One more than may stay: a `-` in that place ends a word that just fits.
    words, joint, _ = slug[: MAX_LENGTH + 1].rpartition("-")
    return words if joint else slug[:MAX_LENGTH]
