"""R4's property, in a real browser: where each character of a headline stands on the line."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal
from unicodedata import category

import pytest
import regex
from playwright.sync_api import Browser

from feeds.text.bidi import TitleDirection, feed_text, rtl_dominant
from feeds.text.clean import clean_text
from tests.browser.chromium import Chromium
from tests.rtl.strings import TITLES

# The numbers of a headline's characters (grapheme clusters) from left to right; of those that have a box.
Order = list[int]
# `dir`, and what stands there: the clean string or `feed_text` of it.
Form = tuple[Literal["auto", "ltr", "rtl"], TitleDirection]

GROUPS: dict[str, list[str]] = json.loads(Path(__file__).with_name("headlines.json").read_text(encoding="utf-8"))
HEADLINES = [clean_text(s) for group in GROUPS.values() for s in group] + [title["clean"] for title in TITLES]
DOMINANT = [s for s in HEADLINES if rtl_dominant(s)]

RIGHT: Form = ("rtl", "off")
FORMS: list[Form] = [
    RIGHT,
    ("auto", "off"),
    ("auto", "mark"),
    ("rtl", "mark"),
    ("ltr", "off"),
    ("ltr", "mark"),
    ("ltr", "isolate"),
]
PAGE = Path(__file__).parents[2] / "docs" / "right-to-left.md"

STYLE = """<!doctype html><style>
div { white-space: pre; inline-size: max-content; font: 20px "Noto Sans Arabic", "Noto Naskh Arabic", sans-serif }
</style>"""
MEASURE = """
lines => {
    const blocks = lines.map(({dir, text}) => {
        const block = document.createElement("div");
        block.dir = dir;
        block.textContent = text;
        return block;
    });
    document.body.replaceChildren(...blocks);
    const range = document.createRange();
    return lines.map(({clusters}, n) => clusters.map(([start, end]) => {
        range.setStart(blocks[n].firstChild, start);
        range.setEnd(blocks[n].firstChild, end);
        const box = range.getBoundingClientRect();
        return box.width > 0 ? box.left : null;
    }));
}
"""


def line(headline: str, form: Form) -> dict[str, Any]:
    """What the measure is given: a text, and where in it, in UTF-16, each character of the headline stands."""
    direction, mode = form
    text = feed_text(headline, mode)
    before = text.index(headline)
    clusters = [
        (utf16_length(text[: before + found.start()]), utf16_length(text[: before + found.end()]))
        for found in regex.finditer(r"\X", headline)
    ]
    return {"dir": direction, "text": text, "clusters": clusters}


def utf16_length(s: str) -> int:
    """The length of a string as JavaScript counts."""
    return len(s.encode("utf-16-le")) // 2


def measure(chromium: Chromium, lines: Sequence[dict[str, Any]]) -> list[Order]:
    def work(browser: Browser) -> list[list[float | None]]:
        with browser.new_page() as page:
            page.set_content(STYLE)
            found: list[list[float | None]] = page.evaluate(MEASURE, lines)
            return found

    orders = []
    for lefts in chromium.run(work):
        placed = sorted((left, n) for n, left in enumerate(lefts) if left is not None)
        # Two in one place would stand in no order.
        assert len({left for left, _ in placed}) == len(placed)
        orders.append([n for _, n in placed])
    return orders


@pytest.fixture(scope="module")
def orders(browser: Chromium) -> dict[Form, dict[str, Order]]:
    """Every headline in every form, measured at once."""
    found = measure(browser, [line(s, form) for form in FORMS for s in HEADLINES])
    count = len(HEADLINES)
    return {form: dict(zip(HEADLINES, found[n * count :], strict=False)) for n, form in enumerate(FORMS)}


def broken(orders: dict[Form, dict[str, Order]], form: Form) -> list[str]:
    """The dominant headlines whose order in this form is not the right one."""
    return [s for s in DOMINANT if orders[form][s] != orders[RIGHT][s]]


def test_the_measure_sees_every_character(orders: dict[Form, dict[str, Order]]) -> None:
    """What is no mark and no control has a box, whatever the font: no headline is compared by half."""
    for form in FORMS:
        for s, order in orders[form].items():
            bases = [cluster[0] for cluster in regex.findall(r"\X", s)]
            assert {n for n, base in enumerate(bases) if category(base) not in {"Mn", "Cf"}} <= set(order), s


def test_the_measure_gives_known_orders(browser: Chromium) -> None:
    """UAX #9 by hand: the letters of two words, in either direction."""
    lines = [line("ab אב", (direction, "off")) for direction in ("ltr", "rtl", "auto")]
    assert measure(browser, lines) == [[0, 1, 2, 4, 3], [4, 3, 2, 0, 1], [0, 1, 2, 4, 3]]


@pytest.mark.parametrize("form", [("auto", "mark"), ("rtl", "mark"), ("ltr", "isolate")], ids=" ".join)
def test_marked_headlines_stand_in_the_right_order(form: Form, orders: dict[Form, dict[str, Order]]) -> None:
    """The visual order of each dominant headline is that of the clean string in `dir=rtl`: with the mark, whether
    a reader guesses or knows the direction; with the isolate, where a reader is fixed left to right."""
    assert broken(orders, form) == []


def test_without_the_mark_many_would_turn_round(orders: dict[Form, dict[str, Order]]) -> None:
    """The test above can fail: guessing readers break the headlines that are marked, and only those."""
    turned = broken(orders, ("auto", "off"))
    assert len(turned) >= 10
    assert [s for s in turned if feed_text(s) == s] == []


def test_other_headlines_are_left_alone() -> None:
    """What does not read right to left is written as it is."""
    others = [s for s in HEADLINES if not rtl_dominant(s)]
    assert {clean_text(s) for s in GROUPS["not dominant"]} <= set(others)
    assert [s for s in others if feed_text(s, "mark") != s or feed_text(s, "isolate") != s] == []


def test_there_are_headlines_enough() -> None:
    """The property is tried on some hundreds of different headlines."""
    assert len(set(HEADLINES)) > 300


def test_the_figures_in_the_documents_are_what_is_measured(orders: dict[Form, dict[str, Order]]) -> None:
    def right(direction: Literal["auto", "ltr", "rtl"], mode: TitleDirection) -> str:
        return str(len(DOMINANT) - len(broken(orders, (direction, mode))))

    lines = [
        f"| guesses by the first letter | {right('auto', 'off')} | {right('auto', 'mark')} |",
        f"| knows that it is right to left | {right('rtl', 'off')} | {right('rtl', 'mark')} |",
        f"| is fixed left to right | {right('ltr', 'off')} | {right('ltr', 'mark')} |",
        f'| the same, with `title_direction = "isolate"` | {right("ltr", "off")} | {right("ltr", "isolate")} |',
    ]
    made = "\n".join([f"| a reader that | before, of {len(DOMINANT)} | now |", "| --- | --- | --- |", *lines])
    assert made in PAGE.read_text("utf-8"), f"docs/right-to-left.md is to say:\n{made}"
