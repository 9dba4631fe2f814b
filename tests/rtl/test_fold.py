"""R14: spellings made equal."""

import sys
from unicodedata import decimal, normalize

import pytest
import regex
from hypothesis import example, given

from feeds.text.clean import clean_text
from feeds.text.fold import fold
from tests.rtl.strings import headlines, strings


@given(strings())
@example("ΐ\u0345ŉ")
@example("e\u06d6\u0301")
@example("ﹱ\ufe80")
def test_folding_twice_is_folding_once(s: str) -> None:
    """fold is idempotent."""
    once = fold(s)
    assert fold(once) == once


@given(strings())
def test_what_is_folded_has_one_spelling(s: str) -> None:
    """No tashkeel, tatweel, hamza, hidden character, foreign digit or capital is left."""
    folded = fold(s)
    assert not regex.search(r"[\u0610-\u061a\u064b-\u065f\u0670ـءأإآٱىیئؤةەہھک\p{DI}]", folded)
    assert not any(c.isdecimal() and not c.isascii() for c in folded)
    assert folded.casefold() == folded
    assert folded == " ".join(folded.split())


@given(strings())
def test_canonically_equal_strings_fold_alike(s: str) -> None:
    """Composed or decomposed, a string folds to the same (UAX #15)."""
    assert fold(normalize("NFD", s)) == fold(normalize("NFC", s)) == fold(s)


@given(headlines())
def test_clean_and_raw_headlines_fold_alike(s: str) -> None:
    """Cleaning does not change how a headline folds."""
    assert fold(clean_text(s)) == fold(s)


@pytest.mark.parametrize(
    ("s", "folded"),
    [
        ("إِنَّ الأُمَّةَ", "ان الامه"),
        ("آمال ٱلقرآن", "امال القران"),
        ("مستشفى", "مستشفي"),
        ("کتابی", "كتابي"),
        ("مسؤول، شيء، قارئ", "مسوول، شي، قاري"),
        ("محـــمد", "محمد"),
        ("می\u200cروم", "مي روم"),
        ("ہے ھے", "هے هے"),
        ("خانۀ خانۀ خانهٔ", "خانه خانه خانه"),
        ("٢٠٣٠ ۱۲ २ １", "2030 12 2 1"),
        ("FIFA Straße É", "fifa strasse é"),
        ("ﷺ", "صلي الله عليه وسلم"),
        ("ﺍﻟﺤﻜﻮﻣﺔ", "الحكومه"),
        ("كِتاب كـ\ufe7aتاب", "كتاب كتاب"),
        ("\u200fقرار\u200f\u200eجديد\u061c", "قرارجديد"),
        ("❤️ خبر", "❤ خبر"),
        ("", ""),
    ],
)
def test_spellings_become_one(s: str, folded: str) -> None:
    """A case for each clause of R14."""
    assert fold(s) == folded


def by_the_letter(s: str) -> str:
    """R14's steps, one after the other, until nothing changes."""
    dropped = regex.compile(
        r"[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u08d3-\u08e1\u08e3-\u08ffـء]"
    )
    alike = str.maketrans("أإآٱىیئؤةەہھکۀۂۓ", "اااايييوههههكههے")
    before = None
    while s != before:
        before = s
        # A tashkeel on its own space is a tashkeel.
        s = regex.sub(r"[\ufc5e-\ufc63\ufe70\ufe72\ufe74\ufe76\ufe78\ufe7a\ufe7c\ufe7e]", "", dropped.sub("", s))
        s = dropped.sub("", normalize("NFKC", s).casefold().replace("\u200c", " "))
        s = regex.sub(r"\p{DI}", "", s).translate(alike)
        s = "".join(str(decimal(c)) if c.isdecimal() else c for c in s)
    return " ".join(s.split())


def test_every_character_folds_by_the_letter() -> None:
    """The quick way to fold gives what the steps give, for each character between two letters."""
    # Of the others (ideographs, syllables, what is not assigned) no step changes one.
    changing = [c for c in map(chr, range(sys.maxunicode + 1)) if c.casefold() != c or normalize("NFKC", c) != c]
    arabic = [chr(number) for number in range(0x600, 0x900)]
    found = [c for c in {*map(chr, range(0x600)), *changing, *arabic} if not "가" <= c <= "힣"]
    assert [c for c in found if fold(f"ب{c}a") != by_the_letter(f"ب{c}a")] == []


@given(strings())
def test_every_string_folds_by_the_letter(s: str) -> None:
    assert fold(s) == by_the_letter(s)
