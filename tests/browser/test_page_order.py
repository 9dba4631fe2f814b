"""Mixed headlines on pages: every character where it stands in a line that runs right to left (RTL.md)."""

import re
from typing import Any

from playwright.sync_api import Browser

from tests.browser.chromium import Chromium
from tests.browser.test_headline_order import DOMINANT, RIGHT, Order, line, measure
from tests.render.articles import article
from tests.render.pages import page

# So that a headline stands on one line, in the font of the reference.
PLAIN = """bdi, h1 { display: inline-block !important; white-space: pre !important; inline-size: max-content !important;
    font: 20px "Noto Sans Arabic", "Noto Naskh Arabic", sans-serif !important }"""
MEASURE = """
([selector, lines]) => {
    const texts = new Map([...document.querySelectorAll(selector)].map(e => [e.textContent, e.firstChild]));
    const range = document.createRange();
    return lines.map(({text, clusters}) => clusters.map(([start, end]) => {
        range.setStart(texts.get(text), start);
        range.setEnd(texts.get(text), end);
        const box = range.getBoundingClientRect();
        return box.width > 0 ? box.left : null;
    }));
}
"""


def orders(chromium: Chromium, html: str, selector: str, lines: list[dict[str, Any]]) -> list[Order]:
    """The order of each line's characters on a page, from left to right."""

    def work(browser: Browser) -> list[list[float | None]]:
        with browser.new_page() as shown:
            # Its sheet and its script stand on no server here.
            shown.set_content(re.sub(r"<link [^>]*>|<script src[^>]*></script>|<img [^>]*>", "", html))
            shown.add_style_tag(content=PLAIN)
            found: list[list[float | None]] = shown.evaluate(MEASURE, [selector, lines])
            return found

    return [
        [n for _, n in sorted((left, n) for n, left in enumerate(lefts) if left is not None)]
        for lefts in chromium.run(work)
    ]


def test_headlines_on_pages_read_as_in_a_line_that_runs_right_to_left(browser: Chromium) -> None:
    """In lists of a section, on cards of the landing page, and above an article."""
    headlines = list(dict.fromkeys(DOMINANT))
    assert len(headlines) > 60
    lines = [line(headline, RIGHT) for headline in headlines]
    expected = measure(browser, lines)
    articles = [article(id=str(n), title=headline, url=None) for n, headline in enumerate(headlines)]
    listed = page("selection", articles)
    assert orders(browser, listed, "h3 bdi", lines) == expected
    some = slice(0, 3)
    front = page("landing", articles[some])
    assert orders(browser, front, ".cards .latest bdi", lines[some]) == expected[some]
    for n in (0, len(headlines) // 2):
        assert orders(browser, page("article", [articles[n]]), "h1", [lines[n]]) == [expected[n]]
