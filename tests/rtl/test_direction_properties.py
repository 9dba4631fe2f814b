"""What holds for the directed form of any body."""

import re
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from feeds.direction import directed
from feeds.direction.boxes import boxes
from feeds.direction.tree import read
from feeds.text.bidi import rtl_dominant, starts_left
from tests.rtl.bodies import bodies, clean, soups

any_body = st.one_of(bodies(), soups())
languages = st.sampled_from(["ar", "ar-LY", "fa", "he", "en", "fr-CA"])
MARKS = re.compile("[\u200f\u2066-\u2069]")


def elements(root: etree._Element) -> Iterator[etree._Element]:
    """All elements but the spans around numbers."""
    yield from (element for element in root.iter() if element.tag != "span")


@given(any_body, languages)
def test_directing_twice_is_directing_once(html: str, language: str) -> None:
    once = directed(html, language)
    assert directed(once, language) == once


@given(any_body, languages)
def test_the_sanitizer_would_change_nothing(html: str, language: str) -> None:
    found = directed(html, language)
    assert clean(found) == found


@given(any_body, languages)
def test_nothing_is_said_that_was_not_there(html: str, language: str) -> None:
    """The text is the same but for marks, and white space before code; the elements but for spans and wrapper."""
    before, after = read(html), read(directed(html, language))
    texts = ["".join(MARKS.sub("", "".join(tree.itertext())).split()) for tree in (before, after)]
    assert texts[0] == texts[1]
    names = ["".join(f" {element.tag!s}" for element in elements(tree)).replace(" div", "") for tree in (before, after)]
    assert names[0] == names[1]


@given(any_body, languages)
def test_isolates_are_balanced_in_every_line(html: str, language: str) -> None:
    for box in boxes(read(directed(html, language)), "rtl"):
        lines: dict[int, str] = {}
        for slot in box.slots:
            lines[slot.line] = lines.get(slot.line, "") + slot.text
        for line in lines.values():
            depth = 0
            for character in MARKS.findall(line):
                depth += {"\u200f": 0, "\u2069": -1}.get(character, 1)
                assert depth >= 0
            assert depth == 0


@given(any_body)
def test_every_block_that_would_be_turned_round_is_marked(html: str) -> None:
    """In an Arabic article no dominant block starts with L or EN, but where the editor has it left to right."""
    for box in boxes(read(directed(html, "ar")), "rtl"):
        if box.element.tag in ("p", "li", "td", "h2") and rtl_dominant(box.text) and starts_left(box.text):
            assert box.element.get("dir", "").lower() == "ltr"


@given(any_body, languages)
def test_nobody_is_left_to_guess(html: str, language: str) -> None:
    found = directed(html, language)
    assert 'dir="auto"' not in found.lower()
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e]", found)


@given(st.text(), languages)
def test_whatever_is_given_nothing_breaks(html: str, language: str) -> None:
    directed(html, language)
    directed(clean(html), language)
