"""R14: what the index holds of a text, and what a word of a query finds in it."""

import pytest
from hypothesis import given

from feeds.text.fold import fold
from feeds.text.words import Forms, index_words, query_forms, without_article, words
from tests.rtl.strings import headlines, strings


def finds(query: str, text: str) -> bool:
    """What the index does with one word of a query: its forms as runs of words, each in its column."""
    forms = query_forms(query)
    columns = ((forms.folded, index_words(text)[0]), (forms.stripped, index_words(text)[1]))
    return any(f" {form} " in f" {' '.join(column.split())} " for sought, column in columns for form in sought)


def plainly_stripped(word: str) -> set[str]:
    """R14's forms of one folded word, by the letter."""
    forms = set()
    joined = word[1:] if word[:1] in ("و", "ف") else word
    for front in (word, joined):
        for article in ("ال", "بال", "كال", "لل"):
            if front.startswith(article) and len(front) - len(article) >= 3:
                forms.add(front.removeprefix(article))
        if front.startswith("لل") and len(front) >= 4:
            forms.add(front[1:])
    if word[:1] in tuple("وفبكل") and len(word) >= 5:
        forms.add(word[1:])
    return forms


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("حكومة", "حكومة"),
        ("حكومة", "والحكومة"),
        ("حكومة", "بالحكومة"),
        ("حكومة", "للحكومة"),
        ("حكومة", "حكومه"),
        ("الحكومة", "حكومة"),
        ("الحكومة", "والحكومة"),
        ("الحكومة", "للحكومة"),
        ("الحكومة", "بحكومة"),
        ("الكتابة", "كتابة"),
        ("ليبيا", "لليبيا"),
        ("ليبيا", "وليبيا"),
        ("ليبيا", "ولليبيا"),
        ("طرابلس", "بطرابلس"),
        ("لغة", "للغة"),
        ("لبن", "للبن"),
        ("أمم", "الأمم"),
        ("حكومة", "قال رئيس «الحكومة»، أمس:"),
        ("حكومة", "الحُكُومَـــة"),
        ("ﺍﻟﺤﻜﻮﻣﺔ", "حكومة"),
        ("2030", "في ٢٠٣٠."),
        ("fifa", "FIFA تعلن"),
        ("snake", "snake_case"),
        ("كوفيد-19", "لقاح كوفيد 19 الجديد"),
        ("أ.ف.ب", "طرابلس (أ ف ب)"),
    ],
)
def test_a_word_is_found_under_what_is_written_onto_it(query: str, text: str) -> None:
    """Neither the article nor one particle nor a sign beside it hides a word; a query's article asks for nothing."""
    assert finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("حكومة", "محكومة"),
        ("حكومة", "حكومات"),
        ("الحكومة", "محكومة"),
        ("له", "الله"),
        ("لد", "ولد"),
        ("ورق", "أوراق"),
        ("رق", "ورق"),
        ("الآن", "آن"),
        ("كوفيد-19", "19 كوفيد"),
        ("كوفيد-19", "الكوفيد 19"),
        ("،", "خبر، وخبر"),
        ("", "خبر"),
    ],
)
def test_other_words_are_not_found(query: str, text: str) -> None:
    """Neither a letter of the word's own front nor a short rest is taken for something written onto it."""
    assert not finds(query, text)


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("والحكومه", "حكومه الحكومه"),
        ("كالحكومه", "حكومه الحكومه"),
        ("فبالحكومه", "حكومه بالحكومه"),
        ("للحكومه", "حكومه لحكومه"),
        ("لليبيا", "يبيا ليبيا"),
        ("الاب", ""),
        ("بيت", ""),
        ("وبيت", ""),
        ("وطرق", ""),
        ("بطرابلس", "طرابلس"),
        ("", ""),
        ("fifa", ""),
        ("الحكومة والحكومة، فالحكومة", "حكومه الحكومه"),
    ],
)
def test_stripped_forms(word: str, forms: str) -> None:
    """Three letters remain after the article, four after a particle; لل counts as one ل too; each form once."""
    assert sorted(index_words(word)[1].split()) == sorted(forms.split())


@given(headlines())
def test_stripped_forms_are_those_of_each_word(s: str) -> None:
    """No word lends its letters to its neighbour."""
    stripped = index_words(s)[1].split()
    assert len(set(stripped)) == len(stripped)
    assert set(stripped) == {form for word in words(s) for form in plainly_stripped(word)}


@given(strings())
def test_any_text_can_be_indexed(s: str) -> None:
    """Its folded words are letters and digits alone, and each finds the text; no string is an error."""
    folded, stripped = index_words(s)
    assert folded.split() == words(s)
    assert all(word.isalnum() for word in [*words(s), *stripped.split()])
    assert all(finds(word, s) for word in words(s))
    assert index_words(s) == index_words(s)


@given(strings())
def test_any_word_can_be_asked_for(s: str) -> None:
    """What is asked for stands as the text would have it, and asks for the same again."""
    forms = query_forms(s)
    assert forms == query_forms(fold(s))
    assert bool(forms.folded) == bool(words(s))
    assert forms.stripped in ((), forms.folded)


def test_a_word_of_several_is_a_phrase_among_the_folded_words_alone() -> None:
    """Stripped forms stand in no order that a phrase could mean."""
    assert query_forms("الحكومة-الليبية") == Forms(folded=("الحكومه الليبيه",), stripped=())
    assert query_forms("الحكومة") == Forms(folded=("الحكومه", "حكومه"), stripped=("الحكومه", "حكومه"))
    assert query_forms("!؟") == Forms(folded=(), stripped=())


def test_an_article_stays_where_too_little_would_remain() -> None:
    assert without_article("الحكومه") == "حكومه"
    assert without_article("الان") == "الان"
    assert without_article("والحكومه") == "والحكومه"
