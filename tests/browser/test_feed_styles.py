"""R15: what the style sheets make of a feed in a browser, on telephones and desks, by day and by night."""

from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeVar

import pytest
from playwright.sync_api import Browser, Page, Route

from feeds.model import Article, FeedFormat
from feeds.render.pages import Pages
from feeds.settings import Settings
from tests.browser.chromium import Chromium
from tests.render.articles import SITE, article, configured, rendered

T = TypeVar("T")
Scheme = Literal["light", "dark"]

POLICY = "default-src 'none'; style-src 'self'; sandbox"
STYLED: list[FeedFormat] = ["rss", "atom"]
WIDTHS = [360, 768, 1280]
LONG = "خبر عن" + " https://news.example/" + "address" * 40
ARTICLES = [
    article(
        id="1",
        title="FIFA تعلن مواعيد كأس العالم 2030",
        content_html='<h2>عنوان</h2><p>نص <b>غامق</b><img src="/1.png"></p>',
        summary="ملخص الخبر",
        authors=[{"name": "سالم الورفلي", "url": f"{SITE}/salem"}],
        image=f"{SITE}/1.png",
        tags=["كأس العالم"],
        _feeds={"image": {"description": "وصف", "credit": "مصور"}, "source": {"title": "وكالة", "url": SITE}},
    ),
    article(id="2", title=LONG, summary=LONG, authors=[{"name": LONG}], tags=[LONG]),
    article(id="3", title="Breaking news", summary="Details", language="en"),
    article(id="4", attachments=[{"url": "/1.mp3", "mime_type": "audio/mpeg", "title": "تسجيل"}]),
]
# What people are shown, by the name of its element; all else is for programs.
SHOWN = {
    "rss": {"title", "description", "pubDate", "category", "creator"},
    "atom": {"title", "subtitle", "published", "name", "summary"},
}
DATE = {"rss": "pubDate", "atom": "published"}
ENTRY = {"rss": "item", "atom": "entry"}


def look(
    chromium: Chromium,
    format: FeedFormat,
    find: Callable[[Page], T],
    *,
    articles: Sequence[Article] = ARTICLES,
    width: int = 768,
    scheme: Scheme = "light",
    settings: Settings | None = None,
) -> T:
    """What is found in a feed of these articles, opened as the server gives it; nothing else can be fetched."""
    body = rendered(articles, format, sections=("world",))
    sheet = Pages(settings or configured()).assets[f"{format}.css"]
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        if route.request.url.endswith(".xml"):
            headers = {"content-security-policy": POLICY}
            route.fulfill(body=body, content_type="application/xml; charset=utf-8", headers=headers)
        elif route.request.url.endswith(".css"):
            route.fulfill(body=sheet, content_type="text/css; charset=utf-8")
        else:
            route.abort()

    def work(browser: Browser) -> T:
        with browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme) as page:
            page.route("**/*", answer)
            page.goto(f"{SITE}/world/{format}.xml")
            return find(page)

    found = chromium.run(work)
    assert asked == [f"{SITE}/world/{format}.xml", f"{SITE}/static/{format}.css"]
    return found


@pytest.mark.parametrize("format", STYLED)
def test_people_are_shown_what_is_for_people(format: FeedFormat, browser: Chromium) -> None:
    """Headlines, dates, sections, names, summaries; no addresses, no identities, no HTML as text."""
    script = """() => [...document.querySelectorAll('*')].filter(e => e.checkVisibility())
        .flatMap(e => [...e.childNodes].filter(n => n.nodeType === 3 && n.data.trim())
            .map(n => [e.localName, n.data]))"""
    shown: list[tuple[str, str]] = look(browser, format, lambda page: page.evaluate(script))
    assert {name for name, _ in shown} == SHOWN[format]
    texts = [text for _, text in shown]
    assert [text for text in texts if "<" in text or "&lt;" in text] == []
    assert {"ملخص الخبر", "سالم الورفلي", "Breaking news"} <= set(texts)


@pytest.mark.parametrize("format", STYLED)
@pytest.mark.parametrize("width", WIDTHS)
def test_a_feed_never_scrolls_sideways(format: FeedFormat, width: int, browser: Chromium) -> None:
    """However long a word is. Right to left, what is too wide sticks out on the left."""
    script = """() => [document.documentElement.scrollWidth - innerWidth,
        ...[...document.querySelectorAll('*')].filter(e => e.checkVisibility() && e.getClientRects().length)
            .map(e => e.getBoundingClientRect()).filter(box => box.left < 0 || box.right > innerWidth)]"""
    assert look(browser, format, lambda page: page.evaluate(script), width=width) == [0]


@pytest.mark.parametrize("format", STYLED)
def test_a_feed_says_in_arabic_what_it_is_and_how_to_subscribe(format: FeedFormat, browser: Chromium) -> None:
    about = {"rss": "channel > description", "atom": "feed > subtitle"}[format]
    script = "about => getComputedStyle(document.querySelector(about), '::after').content"
    said = look(browser, format, lambda page: page.evaluate(script, about))
    assert all(part in said for part in ("هذه خلاصة أخبار", "للاشتراك: انسخ عنوان", f"احذف {format}.xml"))


@pytest.mark.parametrize("format", STYLED)
def test_a_feed_without_articles_says_so(format: FeedFormat, browser: Chromium) -> None:
    selector = {"rss": "channel", "atom": "feed"}[format]
    script = "selector => getComputedStyle(document.querySelector(selector), '::after').content"

    def said(articles: Sequence[Article]) -> Any:
        return look(browser, format, lambda page: page.evaluate(script, selector), articles=articles)

    assert (said([]), said(ARTICLES)) == ('"لا أخبار بعد."', "none")


@pytest.mark.parametrize("format", STYLED)
@pytest.mark.parametrize("day", ["2026-11-03", "2026-11-23"])
def test_of_a_date_the_day_and_the_time_are_seen(format: FeedFormat, day: str, browser: Chromium) -> None:
    """Neither the weekday nor seconds nor an offset; from left to right."""
    script = """name => {
        const date = document.querySelector(name), box = date.getBoundingClientRect(), range = document.createRange();
        return [...date.textContent].filter((_, i) => {
            range.setStart(date.firstChild, i); range.setEnd(date.firstChild, i + 1);
            const { left, right } = range.getBoundingClientRect();
            return left > box.left - 1 && right < box.right + 1;
        }).join('');
    }"""
    made = [article(date_published=f"{day}T04:05:06+02:00")]
    seen = look(browser, format, lambda page: page.evaluate(script, DATE[format]), articles=made)
    assert seen.strip() == {"rss": f"{day[-2:]} Nov 2026 04:05", "atom": f"{day}T04:05"}[format]


@pytest.mark.parametrize("format", STYLED)
def test_each_text_runs_as_its_letters_do_and_all_begin_at_one_edge(format: FeedFormat, browser: Chromium) -> None:
    script = """name => [...document.querySelectorAll(name + ' > title')].map(title => {
        const style = getComputedStyle(title); return [style.unicodeBidi, style.textAlign];
    })"""
    found = look(browser, format, lambda page: page.evaluate(script, ENTRY[format]))
    assert found == [["plaintext", "right"]] * len(ARTICLES)


@pytest.mark.parametrize("format", STYLED)
def test_by_night_a_feed_is_light_on_dark(format: FeedFormat, browser: Chromium) -> None:
    """And the other way by day, with contrast enough for small letters (WCAG 2.2, 1.4.3)."""
    script = r"""name => {
        const rgb = (element, property) => getComputedStyle(element)[property].match(/\d+/g).map(Number);
        const shown = [...document.querySelectorAll(name + ' > *')].filter(e => e.checkVisibility());
        return [rgb(document.documentElement, 'backgroundColor'), ...shown.map(e => rgb(e, 'color'))];
    }"""

    def luminance(colour: list[int]) -> float:
        parts = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    # A newsroom's own colour, which could not be read by day, is made one that can.
    pale = configured(site={"accent": "#ffcc00"})
    looks: list[tuple[Scheme, Settings | None]] = [("light", None), ("light", pale), ("dark", None)]
    for scheme, settings in looks:
        colours = look(
            browser, format, lambda page: page.evaluate(script, ENTRY[format]), scheme=scheme, settings=settings
        )
        paper, *inks = map(luminance, colours)
        assert (paper > 0.5) == (scheme == "light")
        assert all((max(paper, ink) + 0.05) / (min(paper, ink) + 0.05) >= 4.5 for ink in inks)
