"""nginx in front of the live service, with its cache."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.conftest import CONFIGURATION, Site
from tests.deploy.servers import BROTLI, NGINX, UnixConnection, WebServer, ask, nginx
from tests.live.server import Server, feeds, item, stock, wait

pytestmark = pytest.mark.skipif(
    not (NGINX and BROTLI.exists()), reason="apt-get install nginx libnginx-mod-http-brotli-static"
)

OWN = {"date", "server", "connection", "content-length", "cache-status", "transfer-encoding"}


@pytest.fixture(scope="module")
def web(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    server = nginx("nginx-live.conf", tmp_path_factory.mktemp("cache"), desk=site.socket)
    yield server
    server.close()


@pytest.mark.parametrize("path", ["/", "/world/", "/rss.xml", "/world/feed.json?limit=1", "/search/atom.xml?q=one"])
def test_answers_through_nginx_are_those_of_the_desk(site: Site, web: WebServer, path: str) -> None:
    """Asked for the first time and again, in each coding, with each validator."""
    for accepted in ("br, gzip", "gzip, deflate", "gzip;q=0, br;q=0.5", "identity", "*;q=0.1", "gzip;q=0"):
        asked = {"Accept-Encoding": accepted}
        live = site.live(path, asked)
        for _ in range(2):
            answer = web.ask(path, asked)
            if accepted == "*;q=0.1":
                # Who takes anything gets what everyone can read.
                live = site.live(path)
            assert (answer.status, answer.body) == (200, live.body), accepted
            assert {n.lower(): v for n, v in answer.headers.items() if n.lower() not in OWN} == {
                n.lower(): v for n, v in live.headers.items() if n.lower() not in OWN
            }
        for name, value in (
            ("If-None-Match", live.headers["etag"]),
            ("If-Modified-Since", live.headers["last-modified"]),
        ):
            assert web.ask(path, asked | {name: str(value)}).status == 304


def test_redirects_and_errors_go_through(site: Site, web: WebServer) -> None:
    for path in ("/World/RSS.xml", "//world/rss.xml", "/feed/", "/nothing/", "/rss.xml?limit=0"):
        live = site.live(path)
        for _ in range(2):
            answer = web.ask(path)
            assert (answer.status, answer.headers["location"]) == (live.status, live.headers["location"])
            assert answer.body == live.body


def test_numbers_are_not_shown_to_the_world(web: WebServer) -> None:
    assert web.ask("/metrics").status == 404
    assert web.ask("/readyz").status == 200


def test_a_change_is_seen_and_a_stop_is_not(tmp_path: Path) -> None:
    """What was published is there within seconds; while the desk is stopped, what was served last is served on."""
    (tmp_path / "config.toml").write_text(f'{CONFIGURATION}\n[server]\nunix_socket = "desk.sock"\n', "utf-8")
    stock(tmp_path, "first")
    desk = tmp_path / "desk.sock"
    server = Server(tmp_path)

    def serves() -> bool:
        try:
            return ask(UnixConnection(desk), "/readyz").status == 200
        except OSError:
            return False

    wait(serves, server)
    web = nginx("nginx-live.conf", tmp_path, desk=desk)
    try:
        assert b"first" in web.ask("/world/feed.json").body
        assert feeds(tmp_path, "import", "-", input=item("second")).returncode == 0
        wait(lambda: b"second" in web.ask("/world/feed.json").body, server)
        last = web.ask("/world/feed.json")
        server.end()

        def served_on() -> bool:
            """Until its second is over, and nginx finds nobody to ask."""
            answer = web.ask("/world/feed.json")
            assert (answer.status, answer.body) == (200, last.body)
            return "connect() to unix:" in (tmp_path / f"error-{web.port}.log").read_text("utf-8")

        wait(served_on)
        assert web.ask("/sports/feed.json").status == 502
    finally:
        web.close()
        if server.process.poll() is None:
            server.end()
