"""nginx and Caddy on the published folder, beside the live service: the same answers."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from feeds.text.guid import article_key
from tests.deploy.conftest import Site
from tests.deploy.servers import BROTLI, CADDY, NGINX, WebServer, caddy, nginx
from tests.live.server import Served

TAG = "%D8%B7%D8%B1%D8%A7%D8%A8%D9%84%D8%B3"
CULTURE = "%D8%AB%D9%82%D8%A7%D9%81%D8%A9"
AUTHOR = "%D8%B3%D8%A7%D9%84%D9%85"
WORLD = "%D8%AF%D9%88%D9%84%D9%8A"
FEEDS = ("rss.xml", "atom.xml", "feed.json")
# Of the server itself, of the connection, and validators, which are the server's own.
OWN = {"date", "server", "connection", "content-length", "transfer-encoding", "accept-ranges", "keep-alive",
       "etag", "cache-status"}  # fmt: skip
ONE, GONE = article_key("one"), article_key("gone")

MOVED = [
    *(
        "/world",
        "/World/",
        "/WORLD/RSS.xml",
        "/international/rss.xml",
        "/international/",
        "/international",
        f"/{WORLD}/",
    ),
    *("/feed/", "/feed", "/feed/atom/", "/feed/rss2/", "/feed/rdf/", "/feed/json/", "/world/feed/", "/world/feed"),
    *("/world/feed/atom/", "/category/world/feed/", "/category/world/feed/atom/", "/category/world/"),
    *("/category/news/international/feed/", f"/tag/{TAG}/feed/", f"/tag/{TAG}/", f"/tag/{TAG}", "/tag/sea/feed/atom/"),
    *(f"/author/{AUTHOR}/feed/", f"/author/{AUTHOR}/", f"/authors/{AUTHOR}", f"/{CULTURE}/feed/"),
    *("/?feed=rss2", "/?feed=atom", "/?feed=rss2&cat=3", "/?cat=3", "/world/?feed=atom"),
    *("/world/rss.xml/", "/RSS.xml", "/rss.xml/", "/OPML.xml", f"/articles/{ONE}"),
    *("/World/MSN.xml", "/international/smartnews.xml", "/world/flipboard.xml/"),
    *("//world/rss.xml", "/world//rss.xml", f"/tags/{TAG}//rss.xml"),
]
NOWHERE = [
    *(
        "/nothing/",
        "/nothing.xml",
        "/nothing",
        "/world/nothing/",
        "/world/nothing.xml",
        "/msn.xml",
        "/MSN.xml",
        "/nothing/msn.xml",
        "/world/nobody.xml/",
        "/category/world/msn.xml",
        "/tags",
        "/tags/",
        "/tags/none/",
    ),
    *("/tag/none/feed/", "/archive/", "/world/archive/", "/world/archive/1999-01-01/rss.xml", "/feed/nothing/"),
    *(f"/articles/{'a' * 26}/", f"/articles/{GONE}/", "/comments/feed/", "/comments/feed", "/?feed=comments-rss2"),
    *("/world/index.html", "/world/rss.xml.gz", "/world/rss.xml.br", "/world/.now/rss.xml", "/.published", "/.lock"),
    *("/.server/nginx.conf", "/.server/404.html", f"/articles/{GONE}/.now/.mark-gone", "/%ff", "/favicon.ico"),
]


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def web(request: pytest.FixtureRequest, site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "nginx":
        if not (NGINX and BROTLI.exists()):
            pytest.skip("apt-get install nginx libnginx-mod-http-brotli-static")
        server = nginx("nginx-folder.conf", folder, published=site.out, desk=site.socket)
    else:
        if not CADDY:
            pytest.skip("apt-get install caddy")
        server = caddy("Caddyfile-folder", folder, published=site.out)
    yield server
    server.close()


def kinds(days: Callable[[int], str]) -> list[str]:
    """An address of every kind."""
    return [
        *("/", "/world/", f"/{CULTURE}/", f"/tags/{TAG}/", f"/authors/{AUTHOR}/", f"/articles/{ONE}/", "/about/"),
        *(
            f"/{folder}{file}"
            for folder in ("", "world/", f"{CULTURE}/", f"tags/{TAG}/", "tags/sea/", f"authors/{AUTHOR}/")
            for file in FEEDS
        ),
        *(f"/{section}archive/{days(0)}/{file}" for section in ("", "world/") for file in FEEDS),
        *(f"/archive/{days(3)}/atom.xml", f"/sports/archive/{days(2)}/feed.json"),
        *("/world/msn.xml", "/world/smartnews.xml", f"/{CULTURE}/flipboard.xml"),
        *("/opml.xml", "/news-sitemap.xml", "/news-sitemap-1.xml", "/robots.txt"),
        *("/static/rss.css", "/static/atom.css", "/static/page.css", "/static/page.js"),
        *("/static/icon.svg", "/static/icon.png", "/static/logo.png", "/static/samples/sea.png"),
        "/static/samples/bulletin.mp3",
    ]


def shape(path: str) -> str:
    """What kind of address a path is: without what sections, tags, authors, days, articles and samples are called."""
    for pattern, kind in (
        (r"^/(?:tags|authors)/[^/]+/", "/topic/"),
        (r"^/articles/[^/]+/", "/article/"),
        (r"^/(?!static/|archive/|about/|topic/|article/)[^/]+/", "/section/"),
        (r"/archive/[0-9-]+/", "/day/"),
        (r"^/static/samples/[^/]+\.", "/sample."),
    ):
        path = re.sub(pattern, kind, path)
    return path


def test_no_kind_of_address_is_left_out(site: Site, days: Callable[[int], str]) -> None:
    """Whatever is published is asked for here, one of a kind."""
    found = {
        quote("/" + str(path.relative_to(site.out)).removesuffix("index.html"))
        for path in site.out.rglob("*")
        if path.is_file() and "/." not in str(path.relative_to(site.out.parent)) and path.suffix not in (".br", ".gz")
    }
    assert {shape(path) for path in found} == {shape(path) for path in kinds(days)}
    assert set(kinds(days)) <= found


def head(answer: Served) -> dict[str, str]:
    found = {name.lower(): value for name, value in answer.headers.items()}
    assert len(found) == len(answer.headers.items()), "a header stands twice"
    return {name: value for name, value in found.items() if name not in OWN}


@pytest.mark.parametrize("coding", ["br", "gzip", "gzip, deflate, br", "gzip;q=0, br", "gzip;q=0", "identity", ""])
def test_every_kind_of_address_is_answered_as_by_the_live_service(
    site: Site, web: WebServer, days: Callable[[int], str], coding: str
) -> None:
    """The same bytes in the same coding, and the same headers, but for the server's own."""
    asked = {"Accept-Encoding": coding} if coding else {}
    for path in kinds(days):
        live, published = site.live(path, asked), web.ask(path, asked)
        assert (live.status, published.status) == (200, 200), path
        assert published.body == live.body, path
        ours, theirs = head(live), head(published)
        if path.startswith("/articles/"):
            # The folder does not tell which sections an article stands in: its page changes with anything.
            assert (theirs.pop("cache-tag"), theirs.pop("surrogate-key")) == ("desk:all,all", "desk:all all")
            del ours["cache-tag"], ours["surrogate-key"]
        if "last-modified" not in ours:
            del theirs["last-modified"]
        assert theirs == ours, path
        bare = web.ask(path, asked, "HEAD")
        assert (bare.status, bare.body, head(bare)) == (200, b"", head(published)), path


def test_every_kind_of_address_is_answered_conditionally(
    site: Site, web: WebServer, days: Callable[[int], str]
) -> None:
    """By its own tag and by the date, with the headers that the live service's 304 has; another tag gets it all."""
    for path in kinds(days):
        for coding in ("br", "gzip", "identity"):
            asked = {"Accept-Encoding": coding}
            live, published = site.live(path, asked), web.ask(path, asked)
            tag, modified = str(published.headers["etag"]), str(published.headers["last-modified"])
            for name, value, own in (
                ("If-None-Match", tag, str(live.headers["etag"])),
                ("If-None-Match", f'"other", W/{tag}', str(live.headers["etag"])),
                ("If-Modified-Since", modified, str(live.headers["last-modified"])),
            ):
                answer = web.ask(path, asked | {name: value})
                assert (answer.status, answer.body) == (304, b""), (path, name)
                assert web.ask(path, asked | {name: value}, "HEAD").status == 304, (path, name)
                theirs = head(site.live(path, asked | {name: own}))
                # Of these the live service has no date, or the folder another.
                if path.startswith(("/articles/", "/robots")) or own == "None":
                    continue
                # RFC 9110 §15.4.5: it may go where there is a tag.
                theirs.pop("last-modified", None)
                assert theirs.items() <= head(answer).items(), (path, name)
            assert web.ask(path, asked | {"If-None-Match": '"other"'}).status == 200
    tags = {
        str(web.ask("/rss.xml", {"Accept-Encoding": coding}).headers["etag"]) for coding in ("br", "gzip", "identity")
    }
    assert len(tags) == 3


@pytest.mark.parametrize("path", MOVED)
def test_what_stands_elsewhere_is_redirected_to_the_same_address(site: Site, web: WebServer, path: str) -> None:
    live, published = site.live(path), web.ask(path)
    assert (live.status, published.status) == (301, 301)
    bare = web.ask(path, method="HEAD")
    assert (bare.status, bare.body) == (301, b"")
    for name in ("location", "cache-control", "access-control-allow-origin"):
        assert published.headers[name] == bare.headers[name] == live.headers[name], name


def test_addresses_of_days_are_redirected_too(site: Site, web: WebServer, days: Callable[[int], str]) -> None:
    for path in (f"/world/archive/{days(0)}/RSS.xml", f"/archive/{days(0)}/ATOM.xml", f"/Archive/{days(3)}/feed.json",
                 f"/international/archive/{days(0)}/feed.json", f"/archive/{days(0)}/rss.xml/"):  # fmt: skip
        live, published = site.live(path), web.ask(path)
        assert (live.status, published.status) == (301, 301), path
        assert published.headers["location"] == live.headers["location"]


@pytest.mark.parametrize("path", NOWHERE)
def test_where_nothing_stands_the_answer_is_the_same(site: Site, web: WebServer, path: str) -> None:
    """For people a page, for machines a problem; 410 where something stood. Nothing of how it is kept is shown."""
    live, published = site.live(path), web.ask(path)
    assert (live.status in (404, 410), published.status) == (True, live.status)
    assert head(published) == head(live)
    # The live service's page names the sections that may have been meant; one file for all can't.
    if not (path.startswith("/world/") and "html" in str(live.headers["content-type"])):
        assert published.body == live.body
    bare = web.ask(path, method="HEAD")
    assert (bare.status, bare.body, head(bare)) == (live.status, b"", head(live))


def test_another_encoding_of_an_address_is_served(site: Site, web: WebServer) -> None:
    for path in ("/w%6Frld/rss%2Exml", f"/{CULTURE.lower()}/atom.xml"):
        live, published = site.live(path), web.ask(path)
        assert (live.status, published.status) == (200, 200)
        assert published.body == live.body


def test_parameters_that_mean_nothing_change_nothing(web: WebServer) -> None:
    assert web.ask("/world/rss.xml?utm_source=x&_=1").body == web.ask("/world/rss.xml").body
    assert web.ask("/world/?utm_source=x").status == 200


def test_other_methods_are_answered_as_by_the_live_service(site: Site, web: WebServer) -> None:
    for path in ("/world/rss.xml", "/world/"):
        live, published = site.live(path, method="OPTIONS"), web.ask(path, method="OPTIONS")
        assert (live.status, published.status) == (204, 204)
        assert head(live).items() <= {*head(published).items()}
        live, published = site.live(path, method="POST"), web.ask(path, method="POST")
        assert (live.status, published.status) == (405, 405)
        assert published.headers["allow"] == live.headers["allow"]
        live, published = site.live(path, method="HEAD"), web.ask(path, method="HEAD")
        assert (published.status, published.body) == (200, b"")
        assert published.headers["content-type"] == live.headers["content-type"]


@pytest.mark.skipif(not (NGINX and BROTLI.exists()), reason="apt-get install nginx libnginx-mod-http-brotli-static")
def test_the_live_service_answers_for_what_the_folder_does_not_have(site: Site, tmp_path: Path) -> None:
    """Searches, sections together, limit and content, other spellings; files are nginx's own all the same."""
    server = nginx("nginx-folder.conf", tmp_path, published=site.out, desk=site.socket, asks_desk=True)
    try:
        for path in ("/search/rss.xml?q=one", "/sports+world/atom.xml", "/rss.xml?limit=1", "/?content=summary&limit=2",
                     "/world/rss.xml?content=summary", "/nothing/"):  # fmt: skip
            live, published = site.live(path), server.ask(path)
            assert published.status == live.status, path
            assert published.body == live.body, path
        assert "cache-status" not in server.ask("/world/rss.xml").headers
        assert "cache-status" in server.ask("/world/rss.xml?limit=1").headers
        # What is measured stays with this machine.
        assert [server.ask(path).status for path in ("/metrics", "/metrics?limit=1")] == [404, 403]
    finally:
        server.close()
