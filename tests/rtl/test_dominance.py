"""R3 and R4: which strings read right to left, and which of them a feed has to mark."""

from unicodedata import bidirectional, category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.text.bidi import TitleDirection, bare, feed_text, first_strong, holds_left, rtl_dominant, starts_left
from feeds.text.clean import clean_text
from tests.rtl.strings import TITLES, Title, headlines, strings

RLM = "\u200f"
MODES: list[TitleDirection] = ["mark", "isolate", "off"]


def known(s: str) -> str:
    """The characters that Python's tables have: the oracles here ask no others."""
    return "".join(c for c in s if category(c) != "Cn")


clean_strings = st.one_of(headlines(), strings()).map(known).map(clean_text)


def auto_direction(s: str) -> str | None:
    """What `dir="auto"` finds: the first strong character outside isolates (UAX #9, P2, P3)."""
    depth = 0
    for c in s:
        direction = bidirectional(c)
        if direction in {"LRI", "RLI", "FSI"}:
            depth += 1
        elif direction == "PDI":
            depth = max(depth - 1, 0)
        elif not depth and direction in {"L", "R", "AL"}:
            return "ltr" if direction == "L" else "rtl"
    return None


@pytest.mark.parametrize("title", TITLES, ids=lambda title: str(title["n"]))
def test_headlines_are_marked_as_agreed(title: Title) -> None:
    """Each of the 27 headlines stands in a feed as the contract has it."""
    assert feed_text(title["clean"], "mark") == title["feed_text"]


@pytest.mark.parametrize(
    "s",
    [
        "ليبيا",
        "one two three ليبيا ليبيا",
        "FIFA تعلن",
        "שלום world",
        "https://x.ly/a HTTP://x www.x.ly WWW.X @POTUS خبر",
        "2030 100% — 🔥 ٥ خبر",
        "«Sony»ستايل خبر",
    ],
)
def test_two_right_to_left_words_in_five_are_enough(s: str) -> None:
    """Words without a strong character, addresses and @names are not counted; 40% of the others decide."""
    assert rtl_dominant(s)


@pytest.mark.parametrize(
    "s",
    [
        "",
        "2030",
        "٢٠٣٠",
        "FIFA",
        "one two ليبيا",
        "a b c d e f ليبيا ليبيا ليبيا",
        "@ليبيا",
        "https://x.ly/ليبيا",
    ],
)
def test_fewer_are_not(s: str) -> None:
    """Without one right-to-left word, or with fewer than 40%, the string is not dominant."""
    assert not rtl_dominant(s)


@pytest.mark.parametrize(
    ("s", "left"),
    [
        ("FIFA تعلن", True),
        ("5 قتلى", True),
        ("٥ قتلى", False),
        ("٢٠٣٠ FIFA تعلن", True),
        ("«ليبيا» FIFA", False),
        ("🇱🇾 ليبيا", True),
        ("🔥 ليبيا", False),
        (RLM + "FIFA تعلن", False),
        ("—", False),
    ],
)
def test_the_first_character_that_leads_is_found(s: str, left: bool) -> None:
    """Of L, EN, R and AL the first decides; Arabic-Indic digits are skipped, flags are Latin."""
    assert starts_left(s) is left


@pytest.mark.parametrize(
    ("s", "left"),
    [
        ("\U000323b0 خبر", True),  # a Chinese letter of Unicode 17, class L
        ("\U00016d43 خبر", True),  # a letter of Nepal, Unicode 16, class L
        ("\U00010d4a FIFA خبر", False),  # a letter of Senegal, Unicode 16, class R
        ("\U0001fae9 خبر", False),  # an emoji of Unicode 16, class ON
        ("\U0001fae9 FIFA خبر", True),
        ("\U0003fff0 خبر", False),  # no character yet
    ],
)
def test_characters_younger_than_python_count_too(s: str, left: bool) -> None:
    """A browser knows them, and turns the line by them: the mark is there where it is needed."""
    assert starts_left(s) is left
    assert feed_text(s) == (RLM + s if left else s)


def test_words_younger_than_python_count_too() -> None:
    """A script that is written right to left is one, however new."""
    assert rtl_dominant("FIFA \U00010d4a\U00010d4b")
    assert not rtl_dominant("خبر \U000323b0 \U000323b1")


@given(st.text().map(known) | strings().map(known))
def test_a_left_to_right_letter_is_found_wherever_it_stands(s: str) -> None:
    """Whatever stands around it; and the first strong character is the one that a browser guesses by."""
    assert holds_left(s) is any(bidirectional(character) == "L" for character in s)
    assert first_strong(s) == next((d for d in map(bidirectional, s) if d in {"L", "R", "AL"}), "")


def test_letters_younger_than_python_are_found_too() -> None:
    assert holds_left("خبر \U000323b0")
    assert not holds_left("خبر \U00010d4a 🔥")
    assert first_strong("5 \U000323b0 خبر") == "L"
    assert first_strong("5 \U00010d4a FIFA") == "R"


@given(clean_strings)
def test_a_mark_stands_only_where_it_is_needed(s: str) -> None:
    """One RLM in front if and only if the string is dominant and its first of L, EN, R, AL is L or EN."""
    leading = next((d for d in map(bidirectional, s) if d in {"L", "EN", "R", "AL"}), None)
    needed = rtl_dominant(s) and leading in {"L", "EN"}
    assert feed_text(s, "mark") == (RLM + s if needed else s)


@given(clean_strings, st.sampled_from(["mark", "isolate"]))
def test_dominant_strings_read_right_to_left(s: str, mode: TitleDirection) -> None:
    """For dominant strings the effective first strong direction is right to left."""
    if rtl_dominant(s):
        assert auto_direction(feed_text(s, mode)) == "rtl"


@given(clean_strings)
def test_isolate_wraps_every_dominant_string(s: str) -> None:
    """RLM, RLI, the string, PDI; and nothing around the others."""
    assert feed_text(s, "isolate") == (f"\u200f\u2067{s}\u2069" if rtl_dominant(s) else s)


@given(clean_strings)
def test_off_is_off(s: str) -> None:
    """`off` leaves every string as it is."""
    assert feed_text(s, "off") == s


@given(clean_strings, st.sampled_from(MODES), st.sampled_from(MODES))
def test_marks_are_never_doubled(s: str, first: TitleDirection, second: TitleDirection) -> None:
    """Marking again, in any mode, adds no second mark to the first."""
    marked = feed_text(s, first)
    assert feed_text(marked, first) == marked
    assert feed_text(marked, second) in {marked, feed_text(s, second)}


@given(clean_strings, st.sampled_from(MODES))
def test_marks_come_off_again(s: str, mode: TitleDirection) -> None:
    """The store's form is found again under our marks, by `bare` and by `clean_text`."""
    assert bare(feed_text(s, mode)) == s
    assert clean_text(feed_text(s, mode)) == s
