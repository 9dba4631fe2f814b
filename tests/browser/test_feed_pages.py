"""R15 and R8: what a browser shows of feeds and pages of a real server, and that nothing in them does anything."""

import json

import pytest
from playwright.sync_api import Page

from feeds.text.guid import article_key
from tests.browser.chromium import Chromium
from tests.browser.served import HOSTILE, assert_quiet, see, styles

# What no page of ours has in it.
_OURS = ":not([src*='static/page.js']):not([type='application/ld+json'])"
_IN_ARTICLES = "article :is(form, style, link, meta, base, svg, math, [onclick], [onerror])"
ALIVE = f"script{_OURS}, iframe, object, embed, {_IN_ARTICLES}"


def test_the_trap_would_spring(browser: Chromium) -> None:
    """The hostile article does run, speak and ask, where nothing keeps it from that."""

    def look(page: Page) -> None:
        # It would leave the page, and its traces.
        content = HOSTILE["content_html"].replace('http-equiv="refresh"', "")
        page.set_content(f"<h1>{HOSTILE['title']}</h1><p>{HOSTILE['summary']}</p>{content}")

    seen = see(browser, None, look)
    assert seen.ran
    assert "ran" in seen.messages
    assert any(url.startswith("http://evil.example/") for url in seen.requests)


@pytest.mark.parametrize(
    ("path", "root", "titles", "hidden"),
    [
        ("rss.xml", "rss", "channel > title, item > title", "channel > link, item > link, item > guid"),
        ("atom.xml", "feed", "feed > title, entry > title", "feed > id, entry > id, entry > content"),
    ],
    ids=["rss", "atom"],
)
@pytest.mark.parametrize("section", ["", "world/"], ids=["everything", "section"])
def test_a_feed_reads_right_to_left(
    section: str, path: str, root: str, titles: str, hidden: str, browser: Chromium, site: str
) -> None:
    """A feed opens as a page of our style, from right to left; nothing runs in it, whatever an article holds."""

    def look(page: Page) -> None:
        assert page.evaluate("document.documentElement.localName") == root
        assert styles(page, ":root", "direction") == {"rtl"}
        assert styles(page, titles, "direction") == {"rtl"}
        assert styles(page, titles, "display") == {"block"}
        assert styles(page, hidden, "display") == {"none"}
        # The hostile article is there, as text.
        texts = page.evaluate("[...document.querySelectorAll('title')].map(e => e.textContent)")
        assert any("<script>" in text for text in texts)
        assert page.evaluate("document.querySelectorAll('script, img, svg, iframe').length") == 0

    seen = see(browser, f"{site}/{section}{path}", look)
    assert_quiet(seen, site)
    assert any(url.endswith(".css") for url in seen.requests)
    assert seen.headers["content-type"] == "application/xml; charset=utf-8"
    assert seen.headers["content-security-policy"] == "default-src 'none'; style-src 'self'; sandbox"


def test_the_page_of_a_hostile_article_is_harmless(browser: Chromium, site: str) -> None:
    """Its text is there; its scripts, its frames and the addresses that would run something are not."""

    def look(page: Page) -> str:
        assert styles(page, ":root, article", "direction") == {"rtl"}
        assert page.evaluate(f"document.querySelectorAll({json.dumps(ALIVE)}).length") == 0
        links = page.evaluate("[...document.querySelectorAll('article a')].map(a => a.protocol)")
        # A link without an address has the protocol ":".
        assert len(links) > 2 and set(links) <= {":", "http:"}
        return page.inner_text("article")

    seen = see(browser, f"{site}/articles/{article_key(HOSTILE['id'])}/", look)
    assert_quiet(seen, site)
    assert "آخر النص" in seen.found
