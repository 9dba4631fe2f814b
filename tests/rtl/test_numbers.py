"""R9: numbers of our own in plain text."""

import pytest
from hypothesis import given

from feeds.text.clean import clean_text
from feeds.text.numbers import in_plain_text
from tests.rtl.strings import strings


@pytest.mark.parametrize("number", ["-2.5", "-7", "-1,234.5", "−3", "-٢٫٥", "-١٬٢٣٤"])
def test_a_negative_number_gets_a_mark(number: str) -> None:
    assert in_plain_text(number) == f"\u200e{number}"


@pytest.mark.parametrize("number", ["+218 21 444 5555", "+218214445555", "+218-21-4445555", "+1 (202) 555 0100"])
def test_a_phone_number_gets_a_mark(number: str) -> None:
    assert in_plain_text(number) == f"\u200e{number}"


@pytest.mark.parametrize("date", ["2026-11-23", "2026-11-23T14:30:00+02:00", "2026-11-23 14:30", "٢٠٢٦-١١-٢٣"])
def test_an_iso_date_gets_a_mark(date: str) -> None:
    assert in_plain_text(date) == f"\u200e{date}"


@pytest.mark.parametrize(
    "text",
    [
        *["-2.5%", "50%", "%50", "-٢٫٥٪"],
        *["10-15", "2026-11", "2025-2026", "1990–2000", "15:30"],
        *["0", "2.5", "1,234", "2030", "٢٠٣٠", "+5", "", "-", "+"],
        *["خبر -2.5", "-2.5 درجة", "في 2026-11-23", "23 نوفمبر 2026", "G20", "A-1"],
    ],
)
def test_percentages_ranges_and_editorial_text_stay_as_they_are(text: str) -> None:
    assert in_plain_text(text) == text


@given(strings())
def test_a_mark_is_put_once_and_is_all_that_is_put(s: str) -> None:
    marked = in_plain_text(s)
    assert marked in (s, f"\u200e{s}")
    assert in_plain_text(marked) == marked
    assert clean_text(marked) == clean_text(s)
