"""R14: spellings made equal, and the forms under which a word is found."""

from unicodedata import normalize

import pytest
import regex
from hypothesis import example, given

from feeds.text.clean import clean_text
from feeds.text.fold import fold, stripped, without_article
from tests.rtl.strings import headlines, strings


def finds(query: str, word: str) -> bool:
    """R14's rule for one query word and one word of the text."""
    asked, found = fold(query), fold(word)
    return asked == found or bool({asked, without_article(asked)} & set(stripped(found)))


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


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("حكومة", "والحكومة"),
        ("حكومة", "بالحكومة"),
        ("حكومة", "للحكومة"),
        ("حكومة", "حكومه"),
        ("الحكومة", "والحكومة"),
        ("الحكومة", "للحكومة"),
        ("ليبيا", "لليبيا"),
        ("ليبيا", "وليبيا"),
        ("ليبيا", "ولليبيا"),
        ("طرابلس", "بطرابلس"),
        ("لغة", "للغة"),
        ("لبن", "للبن"),
        ("أمم", "الأمم"),
    ],
)
def test_a_word_is_found_under_what_is_written_onto_it(query: str, word: str) -> None:
    """The article and one particle do not hide a word."""
    assert finds(query, word)


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("حكومة", "محكومة"),
        ("حكومة", "حكومات"),
        ("له", "الله"),
        ("لد", "ولد"),
        ("ورق", "أوراق"),
        ("رق", "ورق"),
    ],
)
def test_other_words_are_not_found(query: str, word: str) -> None:
    """Neither a letter of the word's own front nor a short rest is taken for something written onto it."""
    assert not finds(query, word)


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("والحكومه", {"حكومه", "الحكومه"}),
        ("كالحكومه", {"حكومه", "الحكومه"}),
        ("فبالحكومه", {"حكومه", "بالحكومه"}),
        ("للحكومه", {"حكومه", "لحكومه"}),
        ("لليبيا", {"يبيا", "ليبيا"}),
        ("الاب", set()),
        ("بيت", set()),
        ("وبيت", set()),
        ("وطرق", set()),
        ("بطرابلس", {"طرابلس"}),
        ("", set()),
        ("fifa", set()),
    ],
)
def test_stripped_forms(word: str, forms: set[str]) -> None:
    """Three letters remain after the article, four after a particle; لل counts as one ل too."""
    assert set(stripped(word)) == forms


@given(headlines())
def test_stripped_forms_are_folded_ends_of_the_word(s: str) -> None:
    """Each is shorter than the word, ends as it ends, has three letters at least, occurs once."""
    for word in fold(s).split():
        forms = stripped(word)
        assert len(set(forms)) == len(forms)
        assert all(len(form) >= 3 and len(form) < len(word) and word.endswith(form) for form in forms)
