"""Strings that newsrooms have, and strings that break things: strategies for the promises of this room."""

import json
from pathlib import Path
from typing import TypedDict

from hypothesis import strategies as st


class Title(TypedDict):
    """A headline as it comes in, as it is stored, and as a feed's plain-text field holds it."""

    n: int
    input: str
    clean: str
    feed_text: str


TITLES: list[Title] = json.loads(Path(__file__).with_name("titles.json").read_text(encoding="utf-8"))

ARABIC = [
    "ليبيا",
    "والحكومة",
    "للحكومة",
    "أحمد",
    "مُحَمَّدٌ",
    "محـــمد",
    "شيء",
    "د.",
    "أ. ف. ب.",
    "ﻼ",
    "ﺍﻟ",
    "﴿اقرأ﴾",
    "ﷺ",
    "ﷲ",
    "﷼",
    "ۖ",
    "ٱلله",
    "ا\u0653",
    "ي\u0654",
    "\ufe7a",
    "\ufc5e",
    "\ufe73",
    "\ufbb3",
    "\u0600",
    "\u06dd",
]
PERSIAN_URDU_KURDISH = ["می\u200cروم", "کتاب", "خانۀ", "ہے", "نے", "گەیشتە", "ۓ", "پچژ"]
HEBREW = ["שלום", "בּ", "\ufb1d", "\ufb4f", "״"]
LATIN = [
    "FIFA",
    "news",
    "G20",
    "5G",
    "Ça",
    "e\u0301",
    "İ",
    "ß",
    "ŉ",
    "ŀ",
    "Łódź",
    "C++",
    "A",
    "ﬁ",
    "\u212a",
    "ΐ",
    "Жж",
    "中",
]
DIGITS = ["5", "2030", "-2.5%", "٥", "٢٠٣٠", "۱۲", "½", "²", "২", "１", "1,000.5", "١٬٠٠٠", "2-1"]
PUNCTUATION = [*".,:;!?؟،؛۔…-–—_/'\"«»“”‘’()[]{}@#&%+", "...", "ـ", "ـ ", "?!", "».", "!)"]
ADDRESSES = ["http://x.ly/a", "HTTPS://X.LY", "www.x.ly", "WWW.X", "@POTUS", "@ليبيا", "a@b.ly", "(www.x.ly"]
EMOJI = [
    "🔥",
    "❤️",
    "👨\u200d👩\u200d👧",
    "👍🏽",
    "🇱🇾",
    "🇱",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "🏴\U000e0067",
    "🏴\U000e007f",
    "🏴",
    "\U000e0067",
    "\U000e0001",
    "\U000e007f",
]
MARKS = [
    "\u200e",
    "\u200f",
    "\u061c",
    "\u202a",
    "\u202b",
    "\u202c",
    "\u202d",
    "\u202e",
    "\u2066",
    "\u2067",
    "\u2068",
]
MARKS += ["\u2069"]
JOINERS = [
    "\u200c",
    "\u200c\u200c",
    "\u200d",
    " \u200c",
    "\u200c ",
    "\u200b",
    "\u2060",
    "\ufeff",
    "\u00ad",
    "\u034f",
]
BLANKS = [
    "\u115f",
    "\u1160",
    "\u17b4",
    "\u17b5",
    "\u180e",
    "\u3164",
    "\uffa0",
    "\u2064",
    "\u206a",
    "\ufff9",
    "\u2065",
]
SPACES = [" ", "  ", "\t", "\n", "\r\n", "\u00a0", "\u1680", "\u2009", "\u2028", "\u2029", "\u202f", "\u3000"]
CONTROLS = ["\0", "\x08", "\x0b", "\x0c", "\x1c", "\x1f", "\x7f", "\x80", "\x85", "\x9f"]
UNFIT = [
    "\ud800",
    "\udc00",
    "\ud83d\ude00",
    "\ufdd0",
    "\ufffe",
    "\uffff",
    "\U0001ffff",
    "\U0010fffe",
    "\ufffd",
    "\ufffc",
]
COMBINING = [
    "\u0301",
    "\u0308",
    "\u0323",
    "\u064b",
    "\u0651",
    "\u0654",
    "\u0670",
    "\u20dd",
    "\ufe0f",
    "\u1ab0",
]

_WORDS = [*ARABIC, *PERSIAN_URDU_KURDISH, *HEBREW, *LATIN, *DIGITS, *ADDRESSES, *EMOJI]
_TROUBLE = [*MARKS, *JOINERS, *BLANKS, *CONTROLS, *UNFIT, *COMBINING]

_pieces = st.one_of(
    st.sampled_from(_WORDS),
    st.sampled_from(SPACES),
    st.sampled_from(PUNCTUATION),
    st.sampled_from(_TROUBLE),
    st.characters(),
)


def strings(max_size: int = 12) -> st.SearchStrategy[str]:
    """Any string, rich in what the rules speak of; `max_size` counts pieces."""
    return st.lists(_pieces, max_size=max_size).map("".join)


def headlines() -> st.SearchStrategy[str]:
    """Strings of whole words in several languages, with some punctuation, as editors type them."""
    words = st.sampled_from([*_WORDS, *PUNCTUATION])
    return st.lists(words, min_size=1, max_size=10).map(" ".join)


def paragraphs() -> st.SearchStrategy[str]:
    """Text that is longer than a summary may be."""
    return st.lists(st.one_of(headlines(), strings(6)), min_size=4, max_size=16).map(" ".join)
