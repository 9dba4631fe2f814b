"""R2: what comes in is made clean. The model here is the rule to the letter, by other means than ours."""

import re
import unicodedata
from unicodedata import category, normalize

import pytest
import regex
from hypothesis import example, given
from lxml import etree

from feeds.text.clean import clean_text, strip_illegal, xml_illegal
from tests.rtl.strings import TITLES, Title, headlines, strings

HIDDEN = {0x00AD, 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x200B, 0x3164, 0xFEFF, 0xFFA0}
HIDDEN |= {*range(0x2060, 0x2065), *range(0x206A, 0x2070), *range(0xFFF9, 0xFFFC)}
DIRECTION = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
EXEMPT = {0xFD3E, 0xFD3F, *range(0xFDFA, 0xFDFE), *range(0xFBB2, 0xFBC3)}
MARKS = "\u200e\u200f\u061c"
ZWNJ = "\u200c"
FLAG = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


def unfit(c: str) -> bool:
    """Whether step 1 takes the character, by Unicode's properties."""
    return c not in "\t\n\r" and (category(c) in {"Cc", "Cs"} or bool(regex.match(r"\p{NChar}", c)))


def presentation_form(c: str) -> bool:
    return (0xFB50 <= ord(c) <= 0xFDFF or 0xFE70 <= ord(c) <= 0xFEFE) and ord(c) not in EXEMPT


def model(s: str) -> str:
    """R2 read aloud: seven steps, and the last until nothing changes."""
    s = "".join(" " if c in "\x0b\x0c\x85" else "" if unfit(c) else c for c in s)
    s = "".join(c for c in s if ord(c) not in DIRECTION)
    s = "".join(c for c in s if ord(c) not in HIDDEN)
    parts = regex.split(r"(🏴[\U000E0020-\U000E007E]+\U000E007F)", s)
    s = "".join(p if i % 2 else regex.sub(r"[\U000E0000-\U000E007F]", "", p) for i, p in enumerate(parts))
    s = "".join(normalize("NFKC", c).lstrip(" ") if presentation_form(c) else c for c in s)
    s = normalize("NFC", s)
    s = regex.sub(r"\p{White_Space}+", " ", s)
    before = None
    while s != before:
        before = s
        s = regex.sub(r"([\u200e\u200f\u061c])[\u200e\u200f\u061c]", r"\1", s)
        s = s.strip(MARKS + ZWNJ + " ").replace(ZWNJ * 2, ZWNJ)
        s = s.replace(ZWNJ + " ", " ").replace(" " + ZWNJ, " ").replace("  ", " ")
    return s


@pytest.mark.parametrize("title", TITLES, ids=lambda title: str(title["n"]))
def test_headlines_come_out_as_agreed(title: Title) -> None:
    """Each of the 27 headlines is stored as the contract has it."""
    assert clean_text(title["input"]) == title["clean"]


@given(strings())
@example("a\u200c\u200f\u200c \u200c\u200f b")
@example("🏴\U000e0067\u200b\U000e007f")
@example("e\u034f\u0301")
def test_cleaning_twice_is_cleaning_once(s: str) -> None:
    """clean_text is idempotent."""
    once = clean_text(s)
    assert clean_text(once) == once


@given(strings())
def test_clean_text_follows_the_rule_to_the_letter(s: str) -> None:
    """The fast path and the joined steps give what the seven steps give one by one."""
    assert clean_text(s) == model(s)


@given(headlines())
def test_clean_text_follows_the_rule_on_headlines_too(s: str) -> None:
    """So it does where there is little to do."""
    assert clean_text(s) == model(s)


def test_every_character_is_seen_by_the_first_look() -> None:
    """No character of the BMP, and none of the tags, slips past the fast path."""
    for code in (*range(0x10000), *range(0x1FFFE, 0x20000), *range(0xE0000, 0xE0100), 0x10FFFE, 0x10FFFF):
        s = f"ا{chr(code)}ا"
        assert clean_text(s) == model(s), f"U+{code:04X}"


@given(strings())
def test_what_is_forbidden_is_gone(s: str) -> None:
    """Nothing that R2 forbids is in what it returns."""
    clean = clean_text(s)
    assert not any(unfit(c) or ord(c) in DIRECTION | HIDDEN for c in clean)
    assert not any(0xE0000 <= ord(c) <= 0xE007F for c in re.sub("🏴[\U000e0020-\U000e007e]+\U000e007f", "", clean))
    assert not any(presentation_form(c) and normalize("NFKC", c) != c for c in clean)
    assert unicodedata.is_normalized("NFC", clean)
    assert not any(c.isspace() and c != " " for c in clean)
    assert "  " not in clean
    assert clean == clean.strip(" " + MARKS + ZWNJ)
    assert not regex.search(r"[\u200e\u200f\u061c]{2}|\u200c\u200c|\u200c | \u200c", clean)


@given(strings())
def test_clean_text_never_breaks_a_feed(s: str) -> None:
    """lxml takes every clean string (R16)."""
    etree.Element("title").text = clean_text(s)


@pytest.mark.parametrize(
    "s",
    [
        "",
        "نصف ½ و… و² وﬁ و①",
        "می\u200cروم",
        "👨\u200d👩\u200d👧 ❤️",
        "قرار\u200f جديد",
        "C++\u200e لغة",
        "محـــمد مُحَمَّدٌ",
        "قُلۡ هُوَ ٱللَّهُ أَحَدٌۖ",
        "ﷺ ﷻ ﷼ ﷽ ﴿اقرأ﴾ \ufbb2\ufbc1",
        FLAG,
        "🇱🇾",
        "\ufe73",
    ],
)
def test_what_the_rule_keeps_is_kept(s: str) -> None:
    """ZWNJ, ZWJ, single inner marks, tatweel, tashkeel, Quranic marks, flags and exempt ligatures stay."""
    assert clean_text(s) == s


@pytest.mark.parametrize(
    ("s", "clean"),
    [
        ("a\x0bb\x0cc\x85d", "a b c d"),
        ("a\x1cb\x1fc", "abc"),
        ("a\u2028b\u2029c\u3000d", "a b c d"),
        ("كتاب\ufe7a", "كتاب\u0650"),
        ("كتاب \ufc5e", "كتاب \u064c\u0651"),
        ("ﻼ", "لا"),
        ("e\u200b\u0301", "é"),
        ("a\ufffeb\ud800c\U0001fffed", "abcd"),
        (f"{FLAG[:-1]} {FLAG[1:]}", "🏴"),
        (f"{FLAG[:3]}\u2060{FLAG[3:]}", FLAG),
        ("🏴\U000e0001\U000e0067\U000e007f", "🏴"),
        ("\u200f \u200c\u200e خبر \u200c \u200f", "خبر"),
        ("a\u200e\u200f\u061cb", "a\u200eb"),
        ("a \u200c\u200c b\u200c\u200cc", "a b\u200cc"),
        ("a\u200f\u202a\u200fb", "a\u200fb"),
        ("\u2067\u2069", ""),
    ],
)
def test_each_step_does_its_work(s: str, clean: str) -> None:
    """A case for each step of R2, and for steps that meet."""
    assert clean_text(s) == clean


@given(strings())
def test_xml_illegal_names_the_first_that_lxml_refuses(s: str) -> None:
    """xml_illegal is None exactly where lxml takes the string, else the first character it refuses."""

    def refused(text: str) -> bool:
        try:
            etree.Element("guid").text = text
        except (ValueError, UnicodeEncodeError):
            return True
        return False

    assert xml_illegal(s) == next((c for c in s if refused(c)), None)


@given(strings())
def test_strip_illegal_takes_nothing_else(s: str) -> None:
    """From HTML go the characters of step 1 and U+202A–202E; white space, isolates and the rest stay."""
    kept = (" " if c in "\x0b\x0c\x85" else c for c in s)
    assert strip_illegal(s) == "".join(c for c in kept if not unfit(c) and not "\u202a" <= c <= "\u202e")
