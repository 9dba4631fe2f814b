"""R12: summaries of articles that have none."""

from itertools import accumulate

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from feeds.text.clean import clean_text
from feeds.text.summary import summarize
from tests.rtl.strings import headlines, paragraphs

SENTENCE = "أعلنت الحكومة اليوم خطة جديدة لإعادة إعمار المدينة القديمة"
PAIRS = ["«»", "“”", "()", "[]", "﴿﴾"]
limits = st.one_of(st.just(280), st.integers(min_value=-1, max_value=60))


def boundaries(text: str) -> set[int]:
    """Where a text may be cut: before, between and after its grapheme clusters."""
    return {0, *accumulate(len(cluster) for cluster in regex.findall(r"\X", text))}


@given(paragraphs(), limits)
def test_a_summary_keeps_its_limit(text: str, limit: int) -> None:
    """A summary is never longer than the limit."""
    assert len(summarize(text, limit)) <= max(limit, 0)


@given(paragraphs(), limits)
def test_a_summary_never_cuts_a_grapheme_cluster(text: str, limit: int) -> None:
    """It is the text up to the end of a cluster, and then at most an ellipsis and closing signs."""
    whole = " ".join(text.split())
    summary = summarize(text, limit)
    heads = (end for end in boundaries(whole) if summary.startswith(whole[:end]))
    assert any(regex.fullmatch(r"…?[»”)\]﴾]*", summary[end:]) for end in heads)


@given(paragraphs(), limits)
def test_a_summary_is_its_own_summary(text: str, limit: int) -> None:
    """Summarizing again changes nothing."""
    summary = summarize(text, limit)
    assert summarize(summary, limit) == summary


@given(paragraphs(), limits)
def test_the_summary_of_a_clean_text_is_clean(text: str, limit: int) -> None:
    """What was clean before it was cut is clean after."""
    summary = summarize(clean_text(text), limit)
    assert clean_text(summary) == summary


@given(headlines().map(clean_text))
def test_what_fits_stays_as_it_is(text: str) -> None:
    """A text within the limit is its own summary, open brackets and all."""
    assert summarize(text, len(text)) == text


@pytest.mark.parametrize("end", [".", "!", "?", "؟", "۔", "…", "...", "؟!", ".»", "!”", ".)"])
def test_it_ends_after_the_last_sentence(end: str) -> None:
    """The cut comes after the mark that ends a sentence, with its closing quotes; no ellipsis is added."""
    text = f"{SENTENCE}{end} {SENTENCE}"
    assert summarize(text, 80) == f"{SENTENCE}{end}"


def test_the_last_of_several_sentences_counts() -> None:
    """As many sentences as fit are kept, one that just fits among them."""
    assert summarize("أولا كذا. ثانيا كذا. ثالثا كذا.", 20) == "أولا كذا. ثانيا كذا."
    assert summarize("أولا كذا. ثانيا كذا. ثالثا كذا.", 19) == "أولا كذا. ثانيا…"


def test_a_sentence_that_ends_early_is_not_enough() -> None:
    """Only the last 40% of the limit are looked at: 60 of 100 is too early, 61 is not."""
    assert summarize("ا" * 59 + ". " + "كلمة " * 20, 100).endswith("كلمة…")
    assert summarize("ا" * 60 + ". " + "كلمة " * 20, 100) == "ا" * 60 + "."


@pytest.mark.parametrize("word", ["د.", "دِ.", "أ. ف. ب.", "أ.ف.ب.", "Dr.", "U.S.", "(م.", "لا؟"])
def test_it_does_not_end_after_a_short_word(word: str) -> None:
    """After a word of one or two letters a full stop is an abbreviation's."""
    text = f"{SENTENCE} {word} أحمد علي رئيس اللجنة العليا"
    summary = summarize(text, len(SENTENCE) + len(word) + 8)
    assert summary.startswith(f"{SENTENCE} {word} أحمد…")


@pytest.mark.parametrize("word", ["2.5", "www.example.ly", "10.000"])
def test_it_does_not_end_within_a_word(word: str) -> None:
    """A full stop with no space after it ends no sentence."""
    assert summarize(f"{SENTENCE} {word} أحمد علي رئيس", len(SENTENCE) + len(word) + 3) == f"{SENTENCE} {word}…"


@pytest.mark.parametrize("end", ["2030.", "5G.", "كذا.", "don't."])
def test_it_ends_after_numbers_and_longer_words(end: str) -> None:
    """Digits are no short word."""
    assert summarize(f"{SENTENCE} {end} {SENTENCE}", len(SENTENCE) + 12) == f"{SENTENCE} {end}"


@pytest.mark.parametrize("trailing", ["،", "؛", ":", " -", " –", " «", " (", "ـ", " : «", " —", ","])
def test_what_leads_nowhere_is_trimmed(trailing: str) -> None:
    """At a space trailing commas, colons, dashes and opening signs go before the ellipsis."""
    text = f"قال الرئيس{trailing} {'كلمةطويلة' * 9}"
    assert summarize(text, 25) == "قال الرئيس…"


@pytest.mark.parametrize("pair", PAIRS)
def test_what_is_opened_is_closed(pair: str) -> None:
    """An open quote or bracket is closed after the ellipsis, within the limit; a closed one is let be."""
    opening, closing = pair[0], pair[1]
    assert summarize(f"قال {opening}كلمة أخرى ثم كلمة{closing}", 18) == f"قال {opening}كلمة أخرى…{closing}"
    assert summarize(f"قال {opening}كلمة أخرى ثم كلمة{closing}", 16) == f"قال {opening}كلمة أخرى…{closing}"
    assert summarize(f"قال {opening}كلمة أخرى ثم كلمة{closing}", 15) == f"قال {opening}كلمة…{closing}"
    assert summarize(f"قال {opening}كلمة{closing} أخرى ثم كلمة", 19) == f"قال {opening}كلمة{closing} أخرى ثم…"


def test_signs_are_closed_from_within() -> None:
    """Nested signs close in their order; a closing sign that nothing opened is no matter."""
    assert summarize("1) قال «كلمة (أخرى [ثم كلمة طويلة]", 27) == "1) قال «كلمة (أخرى [ثم…])»"
    assert summarize("قال «كلمة (أخرى» ثم كلمة طويلة", 23) == "قال «كلمة (أخرى» ثم…"
    assert summarize(f"قال «{SENTENCE}. {SENTENCE}»", 80) == f"قال «{SENTENCE}.»"


def test_a_sentence_that_cannot_be_closed_within_the_limit_is_not_kept() -> None:
    """The closing sign counts: with no room for it the cut comes a word earlier."""
    text = f"قال «{SENTENCE}. {SENTENCE}»"
    just_short = len(f"قال «{SENTENCE}.")
    assert summarize(text, just_short) == f"قال «{SENTENCE.rpartition(' ')[0]}…»"


def test_a_text_without_spaces_is_cut_between_clusters() -> None:
    """Where there is no space, letters stay with their marks and families together."""
    assert summarize("مُحَمَّدٌ" * 9, 6) == "مُحَ…"
    assert summarize("👨\u200d👩\u200d👧" * 9, 12) == "👨\u200d👩\u200d👧👨\u200d👩\u200d👧…"
    assert summarize("e" + "\u0301" * 400, 280) == "…"


def test_there_is_always_an_answer() -> None:
    """Nothing gives nothing; a limit too small for a letter gives an ellipsis, none gives nothing."""
    assert summarize("") == ""
    assert summarize("كلمة أخرى", 1) == "…"
    assert summarize("كلمة أخرى", 0) == ""
    assert summarize("« ( [ " * 100, 20) == "…"


def test_white_space_is_one_space() -> None:
    """Paragraphs run on."""
    assert summarize("خبر\n\nعاجل\u00a0 اليوم") == "خبر عاجل اليوم"
