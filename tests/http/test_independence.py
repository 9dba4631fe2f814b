"""Never an answer that depends on who asks: what a request says of itself changes no byte."""

import random
from collections.abc import Sequence

import pytest

from feeds.text.guid import article_key
from tests.newsroom import CULTURE, Answer, Newsroom

pytestmark = pytest.mark.anyio

TARGETS = [
    *("/rss.xml", "/world/atom.xml", "/sports+world/feed.json", f"/{CULTURE}/rss.xml", "/world/rss.xml?limit=1"),
    *("/tags/%D8%B7%D8%B1%D8%A7%D8%A8%D9%84%D8%B3/rss.xml", "/search/atom.xml?q=%D9%86%D8%B5"),
    *(
        "/",
        "/?section=world&section=sports",
        "/about/",
        "/world/",
        "/search/?q=%D9%86%D8%B5",
        f"/articles/{article_key('here')}/",
    ),
    *("/World/rss.xml", "/world", "/feed/", "/nowhere/rss.xml", "/nowhere/", "/comments/feed/", "/rss.xml?limit=0"),
    *("/opml.xml", "/news-sitemap.xml", "/world/smartnews.xml", "/world/archive/2026-11-23/atom.xml", "/about/"),
    *("/robots.txt", "/healthz", "/readyz"),
]
SAID = {
    "host": ("evil.example", "evil.example:8443", "127.0.0.1", "[::1]:80", ""),
    "x-forwarded-host": ("evil.example", "a, b"),
    "x-forwarded-proto": ("https", "gopher"),
    "x-forwarded-for": ("192.0.2.66", "unknown"),
    "x-forwarded-port": ("99",),
    "x-forwarded-prefix": ("/evil", ".."),
    "x-forwarded-server": ("evil.example",),
    "x-real-ip": ("192.0.2.66",),
    "x-original-url": ("/admin",),
    "x-rewrite-url": ("/admin",),
    "x-http-method-override": ("DELETE",),
    "forwarded": ("host=evil.example;proto=gopher", "for=192.0.2.66"),
    "via": ("1.1 evil.example",),
    "origin": ("https://evil.example", "null"),
    "referer": ("https://evil.example/",),
    "sec-fetch-mode": ("navigate", "cors"),
    "accept": ("text/html", "application/atom+xml", "application/json;q=0.1", "*/*", "gzip, br"),
    "te": ("gzip", "trailers"),
    "accept-language": ("en", "ar-EG, *;q=0"),
    "accept-charset": ("utf-16",),
    "cookie": ("session=1", "a=b; a=c"),
    "authorization": ("Basic eDp4", "Bearer x"),
    "user-agent": ("Miniflux/2", "curl/8", ""),
    "cache-control": ("no-cache", "only-if-cached, max-age=0"),
    "pragma": ("no-cache",),
    "range": ("bytes=0-9",),
    "a-im": ("feed",),
    "dnt": ("1",),
    "save-data": ("on",),
}
PARAMETERS = [
    "utm_source=x",
    "_=1",
    "=",
    "&",
    "%ff=%00",
    "fbclid=x&gclid=y",
    "Limit=3",
    "format=json",
    "callback=evil",
    "v",
]


def with_parameters(target: str, chosen: Sequence[str]) -> str:
    return target + ("&" if "?" in target else "?") * bool(chosen) + "&".join(chosen)


@pytest.mark.parametrize("target", TARGETS)
async def test_no_answer_depends_on_who_asks(newsroom: Newsroom, target: str) -> None:
    """`Host`, `X-Forwarded-*`, `Origin`, `Accept`, cookies, unknown parameters and more: each alone, many together."""
    plain = await again(newsroom, target)
    chance = random.Random(1)
    asked: list[tuple[str, dict[str, str]]] = [
        *((target, {name: value}) for name, values in SAID.items() for value in values),
        *((with_parameters(target, [each]), {}) for each in PARAMETERS),
    ]
    for _ in range(20):
        names = chance.sample(sorted(SAID), chance.randint(2, len(SAID)))
        headers = {name: chance.choice(SAID[name]) for name in names}
        asked.append((with_parameters(target, chance.sample(PARAMETERS, chance.randint(0, 4))), headers))
    for other, headers in asked:
        # Twice: the lane knows it by its bytes then.
        for _ in range(2):
            answer = await newsroom.ask(other, headers=headers)
            assert answer == plain, (other, headers)


async def again(newsroom: Newsroom, target: str) -> Answer:
    """The answer to who asks without a word, once what is there was made, in every coding."""
    for coding in ("br", "gzip"):
        await newsroom.ask(target, headers={"accept-encoding": coding})
    return await newsroom.ask(target)
