"""The pages in use in a real browser: by keyboard, on a telephone, with script and without, they lead to feeds."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from urllib.request import urlopen

import feedparser
from playwright.sync_api import Page

from tests.browser.chromium import Chromium
from tests.browser.looking import Noise, look

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


def feed_at(address: str) -> feedparser.FeedParserDict:
    """The feed at an address, as a reader has it."""
    with urlopen(address) as answer:
        feed = feedparser.parse(answer.read())
    assert not feed.bozo
    return feed


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
