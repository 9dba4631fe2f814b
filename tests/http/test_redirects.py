"""Every redirect is a 301 to the one right address."""

from pathlib import Path

import pytest

from tests.newsroom import CONFIG, CULTURE, SITE, Newsroom, opened

pytestmark = pytest.mark.anyio

SALEM = "%D8%B3%D8%A7%D9%84%D9%85-%D8%A7%D9%84%D9%88%D8%B1%D9%81%D9%84%D9%8A"
MOVED = {
    # An alias, another spelling, another case.
    "/international/rss.xml": "/world/rss.xml",
    "/WORLD/atom.xml": "/world/atom.xml",
    "/world/RSS.XML": "/world/rss.xml",
    "/%D8%AF%D9%88%D9%84%D9%8A/": "/world/",
    "/%D8%AB%D9%82%D8%A7%D9%81%D9%87/feed.json": f"/{CULTURE}/feed.json",
    # A slash too many or too few.
    "/world": "/world/",
    "/rss.xml/": "/rss.xml",
    "/world/rss.xml/": "/world/rss.xml",
    "//world/rss.xml": "/world/rss.xml",
    "//": "/",
    "/world//": "/world/",
    "/robots.txt/": "/robots.txt",
    "//healthz": "/healthz",
    "/HEALTHZ": "/healthz",
    "/x/../Readyz": "/readyz",
    "/static/rss.css/": "/static/rss.css",
    "/static//samples/sea.png": "/static/samples/sea.png",
    "//Static/Page.CSS/": "/static/page.css",
    # Dot segments.
    "/static/samples/../page.js": "/static/page.js",
    "/./world/rss.xml": "/world/rss.xml",
    "/world/../sports/rss.xml": "/sports/rss.xml",
    "/%2e%2e/world/": "/world/",
    "/world/.": "/world/",
    "/../../rss.xml": "/rss.xml",
    # Several sections, in canonical order.
    "/world+sports/atom.xml": "/sports+world/atom.xml",
    "/world+world/atom.xml": "/world/atom.xml",
    "/international+sports/": "/sports+world/",
    # WordPress.
    "/feed/": "/rss.xml",
    "/feed": "/rss.xml",
    "/feed/rss/": "/rss.xml",
    "/feed/rss2/": "/rss.xml",
    "/feed/rdf/": "/rss.xml",
    "/feed/atom/": "/atom.xml",
    "/?feed=rss2": "/rss.xml",
    "/?feed=atom": "/atom.xml",
    "/?feed=rdf": "/rss.xml",
    "/category/world/feed/": "/world/rss.xml",
    "/category/news/international/feed/atom/": "/world/atom.xml",
    "/category/world/": "/world/",
    "/world/feed/": "/world/rss.xml",
    "/world/?feed=atom": "/world/atom.xml",
    "/tag/%D8%B7%D8%B1%D8%A7%D8%A8%D9%84%D8%B3/feed/": "/tags/%D8%B7%D8%B1%D8%A7%D8%A8%D9%84%D8%B3/rss.xml",
    "/author/%D8%B3%D8%A7%D9%84%D9%85%20%D8%A7%D9%84%D9%88%D8%B1%D9%81%D9%84%D9%8A/feed/": f"/authors/{SALEM}/rss.xml",
    # Tags, authors, searches.
    "/tags/%D8%B7%D9%8E%D8%B1%D8%A7%D8%A8%D9%84%D8%B3/": "/tags/%D8%B7%D8%B1%D8%A7%D8%A8%D9%84%D8%B3/",
    "/Authors/%D8%B3%D8%A7%D9%84%D9%85+%D8%A7%D9%84%D9%88%D8%B1%D9%81%D9%84%D9%89/rss.xml": f"/authors/{SALEM}/rss.xml",
    "/search": "/search/",
    "/search/?q=%20%20a%20%20b": "/search/?q=a+b",
    "/Search/atom.xml?q=a%E2%80%8Bb&limit=3": "/search/atom.xml?q=ab&limit=3",
}


@pytest.mark.parametrize(("target", "path"), MOVED.items())
async def test_what_stands_elsewhere_is_a_301(newsroom: Newsroom, target: str, path: str) -> None:
    """Absolute from `[site] url`, kept for a day, never a 308; and the address it leads to is right."""
    answer = await newsroom.ask(target)
    assert answer.status == 301
    assert answer["location"] == SITE + path
    assert answer["cache-control"] == "public, max-age=86400"
    assert (answer["content-length"], answer.body) == ("0", b"")
    assert newsroom.store.shelves == []
    assert (await newsroom.ask(path)).status == 200


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("limit=3", "?limit=3"),
        ("content=summary&limit=3&utm_source=x", "?limit=3&content=summary"),
        ("q=%D8%AE%D8%A8%D8%B1&limit=3", "?q=%D8%AE%D8%A8%D8%B1&limit=3"),
        ("utm_source=x&_=1", ""),
        ("limit=%0d%0aset-cookie:x", "?limit=%0D%0Aset-cookie%3Ax"),
    ],
)
async def test_redirects_keep_what_means_something(newsroom: Newsroom, query: str, kept: str) -> None:
    """`q`, `limit` and `content`, and nothing else; no line ends with them."""
    answer = await newsroom.ask(f"/International/rss.xml?{query}")
    assert (answer.status, answer["location"]) == (301, f"{SITE}/world/rss.xml{kept}")


async def test_an_old_slug_stays_as_an_alias(tmp_path: Path) -> None:
    """A section that is called otherwise now is found by its old address."""
    async with opened(tmp_path):
        pass
    async with opened(tmp_path, text=CONFIG.replace('slug = "sports"', 'slug = "sport-news"')) as newsroom:
        answer = await newsroom.ask("/sports/rss.xml")
        assert (answer.status, answer["location"]) == (301, f"{SITE}/sport-news/rss.xml")
        assert (await newsroom.ask("/sport-news/rss.xml")).status == 200


@pytest.mark.parametrize(
    "target",
    [
        *("/%77orld/rss.xml", "/world/rss%2Exml", "/%77%6F%72%6c%64/rss.xml", "/world/rss%2exml"),
        *(f"/{CULTURE}/rss.xml", f"/{CULTURE.lower()}/rss.xml", "/sports%2Bworld/rss.xml"),
        b"/\xd8\xab\xd9\x82\xd8\xa7\xd9\x81\xd8\xa9/rss.xml",
    ],
)
async def test_equivalent_encodings_are_served(newsroom: Newsroom, target: str | bytes) -> None:
    """Not redirected: a proxy that re-encodes would loop. One entry in the cache, whatever the encoding."""
    assert (await newsroom.ask(target)).status == 200
    assert len(newsroom.desk._holdings.cache) == 1


@pytest.mark.parametrize(
    "target",
    [
        *("/%00", "/world/%00/rss.xml", "/world%00/rss.xml", "/%ff", "/%ff/rss.xml", "/world/%c3%28/", "/%ed%a0%80/"),
        *("/world/rss.xml/x", "/world/x/rss.xml", "/world%2Frss.xml", "/world/..%2Frss.xml", "/world;x/", "/%"),
        *(
            "/%zz/rss.xml",
            "/+/rss.xml",
            "/world+/rss.xml",
            "/world+nowhere/rss.xml",
            "/***/",
            "/%2e%2e%2f",
        ),
        *("/rss.xmlx", "/index.php", "/wp-login.php", "/.env", "/feed/nonsense/", "/feed/atom/x/", "/?feed=nonsense"),
        *("/category/", "/category/nowhere/feed/", "/articles/", "/articles/x/rss.xml", "/static", "/static/"),
        *(
            "/static/../config.toml",
            "/static/%2e%2e/%2e%2e/desk.py",
            "/static//etc/passwd",
            "/static/%00",
            "/static/%ff",
            "/static/samples%2Fsea.png",
            "/static/samples/sea.png/x",
        ),
        *("/static/samples", "/static/" + "x" * 5000, "/?feed=rss2&cat=3", "/healthz/x", "/world/healthz"),
        *("/" + "x" * 8000 + "/rss.xml", "/" + "/" * 3000 + "x", "/" + "%D8%A7" * 1000 + "/rss.xml"),
    ],
)
async def test_where_there_is_nothing_there_is_a_404(newsroom: Newsroom, target: str) -> None:
    """Never an error of ours, whatever the bytes; nothing is rendered for it, and nothing kept."""
    answer = await newsroom.ask(target)
    assert answer.status == 404
    assert answer["cache-control"] == "max-age=60"
    assert newsroom.store.shelves == []
    assert len(newsroom.desk._holdings.cache) == 0


EVIL = [
    {"host": "evil.example"},
    {"host": ""},
    {"x-forwarded-host": "evil.example", "x-forwarded-proto": "gopher", "x-forwarded-for": "192.0.2.66"},
    {"forwarded": "host=evil.example;proto=gopher", "x-original-url": "/admin", "x-rewrite-url": "/admin"},
    {"x-forwarded-prefix": "/evil", "x-forwarded-port": "99", "x-script-name": "/evil"},
    {"origin": "https://evil.example", "referer": "https://evil.example/"},
    {"accept": "text/html", "accept-language": "en", "accept-charset": "utf-16"},
    {"cookie": "session=1", "authorization": "Basic eDp4"},
    {
        "range": "bytes=0-9",
        "if-range": '"x"',
        "if-match": '"x"',
        "if-unmodified-since": "Mon, 01 Jan 2001 00:00:00 GMT",
    },
    {"cache-control": "no-cache, no-store", "pragma": "no-cache"},
    {"user-agent": "\xff\xfe", "x-http-method-override": "DELETE", "upgrade": "h2c", "connection": "upgrade"},
]


@pytest.mark.parametrize("target", ["/world/rss.xml", "/world/feed.json", "/", "/World/rss.xml", "/nowhere/", "/world"])
async def test_nothing_that_a_request_says_of_itself_changes_the_answer(newsroom: Newsroom, target: str) -> None:
    """An evil `Host`, `X-Forwarded-*` and the like: the same bytes, the same head."""
    await newsroom.ask(target)
    plain = await newsroom.ask(target)
    for headers in EVIL:
        answer = await newsroom.ask(target, headers=headers)
        assert (answer.status, answer.fields, answer.body) == (plain.status, plain.fields, plain.body)
