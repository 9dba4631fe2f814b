"""The pages that are looked at in a real browser, and how."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import quote

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

WATCH = """
window.reports = [];
document.addEventListener("securitypolicyviolation", e => reports.push(e.violatedDirective + " " + e.blockedURI));
"""


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
