"""R9, in a real browser: where each sign of a number of our own stands in a line that runs right to left."""

from typing import Any

import pytest

from feeds.text.numbers import in_plain_text
from tests.browser.chromium import Chromium
from tests.browser.test_headline_order import measure

NUMBERS = ["-2.5", "-1,234", "+218 21 444 5555", "+218-21-4445555", "2026-11-23", "2026-11-23T14:30:00+02:00"]


def line(number: str) -> dict[str, Any]:
    """The number behind an Arabic word, which turns it, and before another."""
    text = f"بلغ {number} أمس"
    start = text.index(number.lstrip("\u200e"))
    return {"dir": "rtl", "text": text, "clusters": [(at, at + 1) for at in range(start, text.rindex(" "))]}


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_of_our_own_reads_from_left_to_right(number: str, browser: Chromium) -> None:
    """With its mark, and not without: the sign would stand behind it, its parts in the order of words."""
    marked, bare = measure(browser, [line(in_plain_text(number)), line(number)])
    assert marked == list(range(len(number)))
    assert bare != marked
