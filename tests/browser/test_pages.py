"""The pages in a real browser: they fit, keep quiet, can be read and worked by everybody, and lead to feeds."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeVar
from urllib.parse import quote
from urllib.request import urlopen

import feedparser
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from feeds.text.guid import article_key
from feeds.text.slug import slugify
from tests.browser.chromium import Chromium
from tests.browser.served import HOSTILE, LONG, UGLY

T = TypeVar("T")

SCRIPT = HOSTILE["tags"][0]
HOSTILE_QUERY = '"><script>window.ran=1</script> \u202e😀 ليبيا'
PAGES = {
    "landing": "",
    "section": "economy/",
    "hostile section": f"{quote(slugify(UGLY['sections'][1]))}/",
    "sections together": "economy+world/",
    "tag": f"tags/{quote('التقنية')}/",
    "hostile tag": f"tags/{quote(slugify(SCRIPT))}/",
    "author": f"authors/{quote('سالم-الورفلي')}/",
    "hostile author": f"authors/{quote(slugify(LONG[:300]))}/",
    "search": "search/",
    "search that finds": f"search/?q={quote('ليبيا')}",
    "search that finds nothing": "search/?q=qqqq",
    "hostile search": f"search/?q={quote(HOSTILE_QUERY)}",
    "article": f"articles/{article_key('tag:khulasat.example,2026:world-g20-summit')}/",
    "hostile article": f"articles/{article_key(HOSTILE['id'])}/",
    "long article": f"articles/{article_key(UGLY['id'])}/",
    "about": "about/",
    "nothing": "econmy/",
}
WIDTHS = [360, 768, 1280]
SCHEMES: list[Literal["light", "dark"]] = ["light", "dark"]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}

WATCH = """
window.reports = [];
document.addEventListener("securitypolicyviolation", e => reports.push(e.violatedDirective + " " + e.blockedURI));
"""
AGES = {
    timedelta(0): "الآن",
    timedelta(seconds=59.9): "الآن",
    timedelta(seconds=60): "قبل دقيقة واحدة",
    timedelta(seconds=119): "قبل دقيقة واحدة",
    timedelta(minutes=2): "قبل دقيقتين",
    timedelta(minutes=3): "قبل 3 دقائق",
    timedelta(minutes=10, seconds=59): "قبل 10 دقائق",
    timedelta(minutes=11): "قبل 11 دقيقة",
    timedelta(minutes=59, seconds=59): "قبل 59 دقيقة",
    timedelta(hours=1): "قبل ساعة واحدة",
    timedelta(minutes=119): "قبل ساعة واحدة",
    timedelta(hours=2): "قبل ساعتين",
    timedelta(hours=23, minutes=59): "قبل 23 ساعة",
    timedelta(hours=47): "قبل يوم واحد",
    timedelta(days=2): "قبل يومين",
    timedelta(days=6, hours=23): "قبل 6 أيام",
    timedelta(days=7): "the date",
    timedelta(seconds=-59): "الآن",
    timedelta(seconds=-60): "the date",
    timedelta(days=-40): "the date",
}
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


@dataclass(kw_only=True)
class Noise:
    """What a page said, asked of others, or was refused."""

    messages: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)


def look(chromium: Chromium, site: str, work: Callable[[Page, Noise], T], **options: Any) -> T:
    """What `work` finds with a page of its own, which may use the clipboard."""

    def run(browser: Browser) -> T:
        context: BrowserContext = browser.new_context(viewport={"width": 360, "height": 740}, **options)
        try:
            context.grant_permissions(["clipboard-read", "clipboard-write"])
            context.add_init_script(WATCH)
            page = context.new_page()
            page.set_default_timeout(20_000)
            noise = Noise()
            page.on("console", lambda message: noise.messages.append(message.text))
            page.on("pageerror", lambda error: noise.messages.append(str(error)))
            page.on("request", lambda request: _note(noise, request.url))
            return work(page, noise)
        finally:
            context.close()

    def _note(noise: Noise, url: str) -> None:
        if not url.startswith(f"{site}/"):
            noise.elsewhere.append(url)

    return chromium.run(run)


def feed_at(address: str) -> feedparser.FeedParserDict:
    """The feed at an address, as a reader has it."""
    with urlopen(address) as answer:
        feed = feedparser.parse(answer.read())
    assert not feed.bozo
    return feed


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


def test_the_keyboard_subscribes(browser: Chromium, site: str) -> None:
    """Enter opens a section's ways to subscribe, and copies its address."""

    def work(page: Page, noise: Noise) -> None:
        page.goto(f"{site}/")
        card = page.locator(".cards .card", has_text="اقتصاد").first
        card.locator("summary.button").focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_function("document.getElementById('said').textContent")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == f"{site}/economy/rss.xml"
        assert page.locator("#said").inner_text() == "نُسخ العنوان"
        assert card.locator(".copy").first.inner_text().startswith("نُسخ")
        assert feed_at(copied).feed.title.startswith("اقتصاد")
        # Several together: a space chooses, Enter sends.
        for name in ("رياضة", "اقتصاد"):
            page.locator(".join").get_by_label(name, exact=True).focus()
            page.keyboard.press("Space")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{site}/economy+sports/")
        assert noise.messages == []

    look(browser, site, work)


def test_a_telephone_finds_a_sections_button_within_one_screen_more(browser: Chromium, site: str) -> None:
    """Whoever opens the landing page scrolls by one screen at most; and the button is large enough for a thumb."""

    def work(page: Page, noise: Noise) -> None:
        for width, height in ((360, 740), (390, 844), (412, 915)):
            page.set_viewport_size({"width": width, "height": height})
            page.goto(f"{site}/")
            box = page.locator(".cards .card summary.button").first.bounding_box()
            assert box
            assert box["y"] + box["height"] <= 2 * height
            assert box["height"] >= 44
            # That of everything stands on the first screen.
            first = page.locator("summary.button").first.bounding_box()
            assert first and first["y"] + first["height"] <= height

    look(browser, site, work)


def test_what_opens_stretches_nothing_beside_it(browser: Chromium, site: str) -> None:
    """Whoever opens a section's ways to subscribe does not push the buttons beside it away."""

    def work(page: Page, noise: Noise) -> None:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(f"{site}/")
        cards = page.locator(".cards .card")
        before = cards.nth(1).bounding_box()
        cards.first.locator("summary.button").click()
        cards.first.locator(".panel").wait_for()
        after, opened = cards.nth(1).bounding_box(), cards.first.bounding_box()
        assert before and after and opened
        assert after["height"] <= before["height"] < opened["height"]

    look(browser, site, work)


def test_sections_are_joined_and_searches_found(browser: Chromium, site: str) -> None:
    """The builder and the search on the landing page lead to pages whose feeds parse; the address shows as one
    chooses."""

    def work(page: Page, noise: Noise) -> None:
        page.goto(f"{site}/")
        join = page.locator(".join")
        assert not join.locator(".joined").is_visible()
        join.get_by_label("دولي", exact=True).check()
        join.get_by_label("اقتصاد", exact=True).check()
        shown = join.locator(".joined code").inner_text()
        assert shown == f"{site}/economy+world/rss.xml"
        # It is broken behind a slash or a plus sign, not within a name.
        assert page.evaluate("""[...document.querySelector('.joined code').childNodes].every(node => {
            const range = document.createRange();
            range.selectNode(node);
            return range.getClientRects().length < 2;
        })""")
        join.locator(".joined .copy").click()
        page.wait_for_function("document.getElementById('said').textContent")
        assert page.evaluate("navigator.clipboard.readText()") == shown
        join.get_by_role("button", name="اجمعها").click()
        page.wait_for_url(f"{site}/economy+world/")
        assert page.locator(".aside .address code").first.inner_text() == shown
        assert len(feed_at(shown).entries) > 10
        page.goto(f"{site}/")
        page.get_by_role("searchbox").last.fill("ليبيا")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{site}/search/?q=*")
        found = page.locator(".aside .address code").first.inner_text()
        assert feed_at(found).entries
        assert noise.messages == []
        assert page.evaluate("window.reports") == []

    look(browser, site, work)


def test_sections_are_found_by_what_is_typed(browser: Chromium, site: str) -> None:
    """In any spelling, by their aliases too; and where none is called so, that is said."""

    def work(page: Page, noise: Noise) -> None:
        page.goto(f"{site}/")
        cards = page.locator(".cards .card:visible h3")
        every = cards.count()
        assert every >= 12
        for typed, expected in (("ثقافه", ["ثقافة وفنون"]), ("الإقتصاد"[2:], ["اقتصاد"]), ("busin", ["اقتصاد"])):
            page.locator("#filter").fill(typed)
            assert cards.all_inner_texts() == expected
        page.locator("#filter").fill("ظظظ")
        assert cards.count() == 0
        assert page.locator("#none").is_visible()
        page.locator("#filter").fill("")
        assert cards.count() == every

    look(browser, site, work)


def test_all_of_it_works_without_script(browser: Chromium, site: str) -> None:
    """It reads, opens, selects an address at a touch, joins and searches; what only a script does is not there."""

    def work(page: Page, noise: Noise) -> None:
        page.goto(f"{site}/")
        assert page.locator(".copy:visible, #filter:visible, .joined:visible").count() == 0
        card = page.locator(".cards .card", has_text="اقتصاد").first
        card.locator("summary.button").click()
        card.locator(".address code").first.click()
        assert page.evaluate("getSelection().toString()") == f"{site}/economy/rss.xml"
        assert card.get_by_role("link", name="Feedly").get_attribute("href") == (
            f"https://feedly.com/i/subscription/feed%2F{quote(f'{site}/economy/rss.xml', safe='')}"
        )
        card.locator("details.more summary").click()
        assert card.locator("svg.code").is_visible()
        join = page.locator(".join")
        join.get_by_label("رياضة", exact=True).check()
        join.get_by_label("محلي", exact=True).check()
        join.get_by_role("button").locator("visible=true").click()
        page.wait_for_url(f"{site}/local+sports/")
        assert re.fullmatch(r"\d+ \S+ 20\d\d، \d\d:\d\d", page.locator("time").first.inner_text())
        assert noise.messages == []

    look(browser, site, work, java_script_enabled=False)


def test_times_are_told_as_ages(browser: Chromium, site: str) -> None:
    """In the words that RTL.md R10 has, in whole units that have passed; after a week, or ahead of now by a minute and
    more, the date that the page came with."""

    def work(page: Page, noise: Noise) -> dict[timedelta, str]:
        now = datetime(2026, 11, 23, 12, 5, tzinfo=UTC)
        page.clock.set_fixed_time(now)
        page.add_init_script("window.setInterval = again => { window.again = again; };")
        page.goto(f"{site}/economy/")
        put = """times => document.body.append(...times.map(time => Object.assign(
            document.createElement("time"), {className: "put", dateTime: time, textContent: "the date"})))"""
        page.evaluate(put, [(now - age).isoformat() for age in AGES])
        # As each minute.
        page.evaluate("again()")
        said = page.locator("time.put").all_inner_texts()
        assert page.locator("time").count() > len(AGES) + 5
        assert page.locator("time.put").first.get_attribute("title") == "the date"
        assert noise.messages == []
        return dict(zip(AGES, said, strict=True))

    assert look(browser, site, work) == AGES


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
