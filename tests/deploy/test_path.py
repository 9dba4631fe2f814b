"""A site whose address has a path, published: below it nginx and Caddy answer as the live service does, and nowhere
else."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.conftest import Site, published
from tests.deploy.servers import BROTLI, CADDY, NGINX, WebServer, caddy, nginx
from tests.deploy.test_folder import AUTHOR, CULTURE, FEEDS, ONE, TAG, head

# Of two segments, one of them in Arabic letters, as it stands in `[site] url`.
BASE = "/news/%D8%AE%D8%A8%D8%B1"
TOKEN = f'[[api.tokens]]\nname = "newsroom"\nsha256 = "{hashlib.sha256(b"secret").hexdigest()}"\n'


@pytest.fixture(scope="module")
def below(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with published(tmp_path_factory.mktemp("below"), BASE, TOKEN) as made:
        yield made


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def web(request: pytest.FixtureRequest, below: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "nginx":
        if not (NGINX and BROTLI.exists()):
            pytest.skip("apt-get install nginx libnginx-mod-http-brotli-static")
        server = nginx("nginx-folder.conf", folder, published=below.out, desk=below.socket)
    else:
        if not CADDY:
            pytest.skip("apt-get install caddy")
        server = caddy("Caddyfile-folder", folder, published=below.out)
    yield server
    server.close()


def test_what_lies_below_the_path_is_answered_as_by_the_live_service(below: Site, web: WebServer) -> None:
    """A page and a feed of every kind: the same bytes and headers, links with the path among them."""
    feeds = [f"/{folder}{file}" for folder in ("", "world/", f"tags/{TAG}/") for file in FEEDS]
    pages = ["/", "/world/", f"/{CULTURE}/", f"/authors/{AUTHOR}/", "/about/"]
    lists = ["/opml.xml", "/news-sitemap.xml", "/robots.txt", "/static/rss.css", "/world/msn.xml"]
    for path in (*feeds, *pages, *lists):
        live, there = below.live(BASE + path), web.ask(BASE + path)
        assert (live.status, there.status) == (200, 200), path
        assert there.body == live.body, path
        ours, theirs = head(live), head(there)
        if "last-modified" not in ours:
            del theirs["last-modified"]
        assert theirs == ours, path
    # Another spelling of the path is the same path.
    spelled = BASE.replace("/n", "/%6e").lower()
    assert web.ask(f"{spelled}/world/rss.xml").headers["link"] == below.live(f"{BASE}/world/rss.xml").headers["link"]
    there = web.ask(f"{BASE}/rss.xml")
    assert web.ask(f"{BASE}/rss.xml", {"If-None-Match": str(there.headers["etag"])}).status == 304


@pytest.mark.parametrize(
    "path",
    [
        *("", "/world", "/World/", "/WORLD/RSS.xml", "/international/msn.xml", "/feed/", "/world/feed/atom/"),
        *(f"/tag/{TAG}/feed/", f"/authors/{AUTHOR}", "/?feed=rss2&cat=3", "/world/?feed=atom", "/RSS.xml"),
        *("//world/rss.xml", "/world//rss.xml", f"/articles/{ONE}"),
    ],
)
def test_redirects_lead_below_the_path(below: Site, web: WebServer, path: str) -> None:
    live, there = below.live(BASE + path), web.ask(BASE + path)
    assert (live.status, there.status) == (301, 301)
    assert there.headers["location"] == live.headers["location"]


@pytest.mark.parametrize(
    "path",
    [
        *(f"{BASE}/nothing/", f"{BASE}/nothing.xml", f"{BASE}/world/rss.xml.gz", f"{BASE}/.server/nginx.conf"),
        *("/", "/world/", "/world/rss.xml", "/news/", "/news/world/rss.xml", f"{BASE}s/", f"{BASE}.xml"),
        *("/.server/404.html", "/.published", "/NEWS/rss.xml"),
    ],
)
def test_nothing_stands_beside_the_path(below: Site, web: WebServer, path: str) -> None:
    """What would stand there without the path, neither: the same errors, and nothing of how it is kept."""
    live, there = below.live(path), web.ask(path)
    assert (live.status, there.status) == (404, 404)
    assert head(there) == head(live)
    # The live service's page names the sections that may have been meant; one file for all can't.
    assert there.body == live.body or ("/world/" in path and "html" in str(live.headers["content-type"]))


@pytest.mark.skipif(not (NGINX and BROTLI.exists()), reason="apt-get install nginx libnginx-mod-http-brotli-static")
def test_the_live_service_is_asked_with_the_path(below: Site, tmp_path: Path) -> None:
    """For what the folder does not have, by the address that the reader asked for."""
    server = nginx("nginx-folder.conf", tmp_path, published=below.out, desk=below.socket, asks_desk=True)
    try:
        for path in ("/search/rss.xml?q=one", "/sports+world/atom.xml", "/rss.xml?limit=1"):
            live, there = below.live(BASE + path), server.ask(BASE + path)
            assert (there.status, there.body) == (live.status, live.body) and live.status == 200, path
    finally:
        server.close()


@pytest.mark.skipif(not NGINX, reason="apt-get install nginx")
def test_what_is_not_for_everybody_is_not_kept_below_the_path(below: Site, tmp_path: Path) -> None:
    """nginx in front of the live service: what the newsroom gets by its token, nobody gets without; no numbers."""
    server = nginx("nginx-live.conf", tmp_path, desk=below.socket)
    try:
        path = f"{BASE}/articles?section=world"
        assert server.ask(path, {"Authorization": "Bearer secret"}).status == 200
        assert server.ask(path).status == 401
        assert [server.ask(f"{BASE}/{name}").status for name in ("metrics", "readyz", "tags/metrics/")] == [
            404,
            200,
            404,
        ]
        assert server.ask(f"{BASE}/world/rss.xml").body == below.live(f"{BASE}/world/rss.xml").body
        # A tag may be called like any of them.
        live = below.live(f"{BASE}/tags/sea")
        assert (live.status, server.ask(f"{BASE}/tags/sea").headers["location"]) == (301, live.headers["location"])
    finally:
        server.close()
