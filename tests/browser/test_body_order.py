"""R5 in a real browser: where each character of an article stands, after what readers do to it."""

from collections import Counter
from pathlib import Path
from typing import Any
from unicodedata import category

import pytest
import regex
from playwright.sync_api import Browser

from feeds.direction.tree import read
from tests.browser.bodies import ENGLISH, MARKED, NUMBERS, OTHERS, STAGES, STEPS, Stage, bodies
from tests.browser.chromium import Chromium
from tests.browser.test_headline_order import HEADLINES

# Block for block, the numbers of the characters from left to right.
Orders = list[list[int]]
Form = tuple[str, str]
Measured = dict[Form, list[Orders]]

PAGE = Path(__file__).parents[2] / "docs" / "right-to-left.md"
BODIES = bodies(HEADLINES)
KINDS = [*MARKED, *OTHERS, NUMBERS, ENGLISH]
COUNTS = Counter(body.kind for body in BODIES)
FIGCAPTION, WITH_BDI, WITH_CODE, AFTER_PRE, IN_ENGLISH, IN_DIV = OTHERS
# What a stage takes away that some kinds need: an element of theirs, the wrapper, `dir`.
LOST = {
    "unknown elements dropped": {WITH_BDI},
    "the same, with their text": {WITH_BDI, FIGCAPTION},
    "`div` unwrapped, page guesses": {IN_DIV},
    "`dir` dropped, page guesses": {WITH_CODE, AFTER_PRE, IN_ENGLISH, IN_DIV, NUMBERS},
    "`dir` dropped, page knows": {WITH_CODE, AFTER_PRE, IN_ENGLISH, NUMBERS, ENGLISH},
    "`dir` dropped, page is `ltr`": {*KINDS} - {ENGLISH},
}
KNOWS = next(stage for stage in STAGES if stage.step == "dir" and stage.page == "rtl")
# What ought to be seen: in a page that runs right to left, nothing lost, and no mark there for those who guess.
RIGHT = Stage(name="right", step="nothing", page="rtl")

STYLE = """<!doctype html><style>
body, td { padding: 0 }
main { font: 20px "Noto Sans Arabic", "Noto Naskh Arabic", sans-serif; white-space: nowrap }
</style><body>"""
MEASURE = f"""
({{htmls, step, page}}) => {{
    {STEPS}
    const BLOCKS = "p, li, h2, blockquote, td, dt, dd, figcaption, pre, div, main";
    const segmenter = new Intl.Segmenter("ar", {{granularity: "grapheme"}});
    const mains = htmls.map(html => {{
        const main = document.createElement("main");
        main.dir = page;
        main.innerHTML = html;
        STEPS[step](main);
        return main;
    }});
    document.body.replaceChildren(...mains);
    const range = document.createRange();
    return mains.map(main => {{
        const blocks = new Map();
        const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {{
            const node = walker.currentNode;
            const block = node.parentElement.closest(BLOCKS);
            for (const {{segment, index}} of segmenter.segment(node.data)) {{
                range.setStart(node, index);
                range.setEnd(node, index + segment.length);
                const box = range.getBoundingClientRect();
                if (box.width > 0) {{
                    if (!blocks.has(block)) blocks.set(block, []);
                    blocks.get(block).push([segment, box.left]);
                }}
            }}
        }}
        return [...blocks.values()];
    }});
}}
"""


def measure(chromium: Chromium, htmls: list[str], stage: Stage) -> list[Orders]:
    def work(browser: Browser) -> Any:
        with browser.new_page() as page:
            page.set_content(STYLE)
            return page.evaluate(MEASURE, {"htmls": htmls, "step": stage.step, "page": stage.page})

    found: list[list[list[tuple[str, float]]]] = chromium.run(work)
    return [[order(block) for block in blocks] for blocks in found]


def order(block: list[tuple[str, float]]) -> list[int]:
    placed = sorted((left, n) for n, (_, left) in enumerate(block))
    # Two in one place would stand in no order.
    assert len({left for left, _ in placed}) == len(placed)
    return [n for _, n in placed]


@pytest.fixture(scope="module")
def right(browser: Chromium) -> list[Orders]:
    """How each body ought to be seen."""
    return measure(browser, [body.unmarked for body in BODIES], RIGHT)


@pytest.fixture(scope="module")
def seen(browser: Chromium) -> Measured:
    """How each body is seen at each stage, as feeds hold it and as it was before."""
    return {
        (stage.name, form): measure(browser, [getattr(body, form) for body in BODIES], stage)
        for stage in STAGES
        for form in ("clean", "directed")
    }


def survivors(seen: Measured, right: list[Orders], stage: Stage, form: str) -> Counter[str]:
    """How many bodies of each kind are seen as they ought to be."""
    found: Counter[str] = Counter()
    for body, orders, ought in zip(BODIES, seen[stage.name, form], right, strict=True):
        found[body.kind] += orders == ought
    return found


def table(seen: Measured, right: list[Orders]) -> str:
    """Kinds of blocks by stages, in Markdown: how many are right, before and now."""
    counts = {form: [survivors(seen, right, stage, form) for stage in STAGES] for form in ("clean", "directed")}
    lines = [f"| {' | '.join(['what', *(stage.name for stage in STAGES)])} |", f"|{' --- |' * (len(STAGES) + 1)}"]
    for kind in KINDS:
        cells = [f"{kind}, of {COUNTS[kind]}"]
        for before, now in zip(counts["clean"], counts["directed"], strict=True):
            cells.append(f"{before[kind]} → " + (f"**{now[kind]}**" if now[kind] == COUNTS[kind] else f"{now[kind]}"))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def test_the_measure_gives_known_orders(browser: Chromium) -> None:
    """UAX #9 by hand, through elements and blocks."""
    html = "<p>ab <b>אב</b></p><ul><li>א<b>1-</b></li></ul>"
    orders = [measure(browser, [html], Stage(name="", step="nothing", page=page))[0] for page in ("ltr", "rtl", "auto")]
    assert orders == [[[0, 1, 2, 4, 3], [1, 0, 2]], [[4, 3, 2, 0, 1], [2, 1, 0]], [[0, 1, 2, 4, 3], [1, 0, 2]]]


def test_the_measure_sees_every_character(right: list[Orders]) -> None:
    """What is no white space, no mark and no control has a box: no body is compared by half."""
    for body, orders in zip(BODIES, right, strict=True):
        text = "".join(read(body.unmarked).itertext())
        bases = [cluster[0] for cluster in regex.findall(r"\X", text) if not cluster.isspace()]
        assert sum(category(base) not in {"Mn", "Cf"} for base in bases) <= sum(map(len, orders)), body


def test_marks_change_nothing_in_a_page_that_runs_right_to_left(browser: Chromium, right: list[Orders]) -> None:
    """There the directed form is seen as without its marks; and where it has only marks, as the clean form is."""
    assert measure(browser, [body.directed for body in BODIES], RIGHT) == right
    clean = measure(browser, [body.clean for body in BODIES], RIGHT)
    only_marks = [n for n, body in enumerate(BODIES) if body.kind in {*MARKED, FIGCAPTION, WITH_BDI, IN_DIV}]
    assert len(only_marks) > 200
    assert [BODIES[n] for n in only_marks if clean[n] != right[n]] == []


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_all_kinds_survive_a_reader_but_those_that_are_named(stage: Stage, seen: Measured, right: list[Orders]) -> None:
    """Every body of a kind is seen as it ought to be; of the named kinds, at least one is not."""
    found = survivors(seen, right, stage, "directed")
    assert {kind for kind in KINDS if found[kind] < COUNTS[kind]} == LOST.get(stage.name, set())


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_nothing_is_worse_than_before(stage: Stage, seen: Measured, right: list[Orders]) -> None:
    """No body that a reader showed right is turned round by what we write; many that it turned round are not."""
    for n, body in enumerate(BODIES):
        assert seen[stage.name, "clean"][n] != right[n] or seen[stage.name, "directed"][n] == right[n], body
    before, now = (survivors(seen, right, stage, form).total() for form in ("clean", "directed"))
    assert now >= before + (0 if stage == KNOWS else 50)


def test_there_are_bodies_enough() -> None:
    """Some hundreds, each with a text of its own; of each kind a few, of all sorts of headlines."""
    assert len({body.clean for body in BODIES}) > 300
    assert min(COUNTS.values()) > 10 and set(COUNTS) == set(KINDS)


def test_the_table_in_the_documents_is_what_is_measured(seen: Measured, right: list[Orders]) -> None:
    made = table(seen, right)
    assert made in PAGE.read_text("utf-8"), f"docs/right-to-left.md is to say:\n{made}"
