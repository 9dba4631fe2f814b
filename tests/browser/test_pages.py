"""The pages in a real browser: they fit, keep quiet, are small, and can be read and worked by everybody."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.chromium import Chromium
from tests.browser.looking import PAGES, Noise, look

WIDTHS = [360, 768, 1280]
SCHEMES: list[Literal["light", "dark"]] = ["light", "dark"]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

TOO_WIDE = """() => {
    const width = document.documentElement.clientWidth;
    // Whatever scrolls within itself, and what is only for those who listen, may be wider.
    const free = "pre, table, .unseen, .skip, .address *, .chips *, .name *, .latest *, .headlines *, h3 *";
    const wide = [...document.querySelectorAll("body *")].filter(e => {
        const box = e.getBoundingClientRect();
        return box.width && (box.left < -1 || box.right > width + 1) && !e.closest(free);
    });
    return [document.documentElement.scrollWidth - width, wide.map(e => e.outerHTML.slice(0, 80))];
}"""


def violations(page: Page) -> list[str]:
    # What stands in an imported article is its author's.
    found = Axe().run(page, {"exclude": [[".text"]]}, RULES).response["violations"]
    return [f"{each['id']}: {node['html'][:200]} {node['failureSummary']}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_fits_and_keeps_quiet_and_is_for_everybody(kind: str, browser: Chromium, site: str) -> None:
    """At 360, 768 and 1280 pixels, light and dark: nothing sticks out, nothing is said on the console, asked of
    another origin or refused by the policy, and axe finds nothing that WCAG 2.2 AA or good practice forbids."""

    def work(page: Page, noise: Noise) -> None:
        response = page.goto(f"{site}/{PAGES[kind]}")
        assert response
        assert response.status == (404 if kind == "nothing" else 200)
        page.wait_for_load_state("networkidle")
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 800})
                assert page.evaluate(TOO_WIDE) == [0, []], (scheme, width)
            assert violations(page) == []
            # Then with all that opens.
            page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
        page.set_viewport_size({"width": 360, "height": 740})
        assert page.evaluate(TOO_WIDE) == [0, []]
        assert page.evaluate("[document.documentElement, document.body].map(e => getComputedStyle(e).direction)") == [
            "rtl",
            "rtl",
        ]
        assert page.evaluate("new Set([...document.querySelectorAll('code')].map(e => getComputedStyle(e).direction))"
                             ".has('rtl')") is False  # fmt: skip
        # A word of machines stands in one line.
        assert page.evaluate(
            "[...document.querySelectorAll('.prose code')].every(e => e.getClientRects().length === 1)"
        )
        # What runs otherwise than the page begins at its edge all the same.
        assert page.evaluate("""[...document.querySelectorAll('.lede[dir], .soft[dir], .headlines p[dir]')]
            .every(e => { e.dir = 'ltr'; return getComputedStyle(e).textAlign === 'right'; })""")
        assert page.evaluate("window.ran") is None
        assert page.evaluate("window.reports") == []
        assert noise.elsewhere == []
        # The browser itself says so of an answer that is no 200.
        assert [said for said in noise.messages if "status of 404" not in said] == []

    look(browser, site, work)


@pytest.mark.parametrize("kind", ["landing", "section", "search", "about", "nothing"])
def test_the_keyboard_reaches_everything_and_shows_where_it_is(kind: str, browser: Chromium, site: str) -> None:
    """By Tab alone, in the order of the page, each with an outline that can be seen."""

    def work(page: Page, noise: Noise) -> None:
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(f"{site}/{PAGES[kind]}")
        names = page.evaluate(
            """() => [...document.querySelectorAll("a[href], button, input, summary")]
                .filter(e => e.checkVisibility({visibilityProperty: true}))
                .map((e, n) => (e.dataset.n = n))"""
        )
        reached = []
        for _ in names:
            page.keyboard.press("Tab")
            reached.append(page.evaluate("Number(document.activeElement.dataset.n)"))
            width, style = page.evaluate(
                "(s => [parseFloat(s.outlineWidth), s.outlineStyle])(getComputedStyle(document.activeElement))"
            )
            assert width >= 2 and style == "solid"
            x, y, right, bottom = page.evaluate(
                "(b => [b.left, b.top, b.right, b.bottom])(document.activeElement.getBoundingClientRect())"
            )
            assert right > 0 and bottom > 0 and x < 1280 and y < 800
        assert reached == names

    look(browser, site, work)


def test_the_first_view_is_small(browser: Chromium, site: str) -> None:
    """The landing page with more than twelve sections: under 60 KB over the wire without pictures, one style sheet,
    one script."""

    def work(page: Page, noise: Noise) -> dict[str, int]:
        sizes: dict[str, int] = {}
        page.on("requestfinished", lambda r: sizes.update({r.url: r.sizes()["responseBodySize"]}))
        page.goto(f"{site}/")
        page.wait_for_load_state("networkidle")
        assert page.locator(".cards .card").count() >= 12
        return sizes

    sizes = {url.partition("?")[0]: size for url, size in look(browser, site, work).items()}
    text = {url: size for url, size in sizes.items() if not url.endswith((".png", ".svg"))}
    assert set(text) == {f"{site}/", f"{site}/static/page.css", f"{site}/static/page.js"}
    assert sum(text.values()) < 60_000
    # Not of one article that is 10,000 characters long, in the bytes of before compression either.
    assert text[f"{site}/static/page.css"] < 15_000
    assert text[f"{site}/static/page.js"] < 4_000


def test_a_printed_article_is_the_article(browser: Chromium, site: str) -> None:
    """No search, no buttons, no ways on."""

    def work(page: Page, noise: Noise) -> None:
        page.emulate_media(media="print")
        page.goto(f"{site}/{PAGES['article']}")
        assert page.locator("nav:visible, form:visible, summary:visible, .after:visible").count() == 0
        assert page.locator("article h1").is_visible()
        assert page.locator("article .text p").count() > 3

    look(browser, site, work)
