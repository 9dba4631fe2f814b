"""A partner that somebody adds in one file: served, published, checked, and known to nginx and Caddy."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.deploy.conftest import Site, published
from tests.deploy.servers import BROTLI, CADDY, NGINX, WebServer, caddy, nginx
from tests.deploy.test_folder import head
from tests.live.server import ROOT, feeds
from tests.render.partners import ACME

SERVERS: dict[str, Callable[[Path, Site], WebServer]] = {
    "nginx": lambda folder, site: nginx("nginx-folder.conf", folder, published=site.out, desk=site.socket),
    "caddy": lambda folder, site: caddy("Caddyfile-folder", folder, published=site.out),
}


@pytest.fixture(scope="module")
def with_acme(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A desk of a copy of the program, in which nothing else was touched."""
    folder = tmp_path_factory.mktemp("acme")
    shutil.copytree(ROOT / "feeds", folder / "feeds", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "feeds" / "render" / "profiles" / "acme.py").write_text(ACME, "utf-8")
    with published(folder) as made:
        yield made


@pytest.mark.parametrize("name", SERVERS)
def test_a_web_server_knows_the_new_partner(with_acme: Site, name: str, tmp_path: Path) -> None:
    """Its feed with the type and the headers of the live service, and redirects from other spellings."""
    if not {"nginx": NGINX and BROTLI.exists(), "caddy": CADDY}[name]:
        pytest.skip("apt-get install nginx libnginx-mod-http-brotli-static caddy")
    web = SERVERS[name](tmp_path, with_acme)
    try:
        for coding in ("gzip", "identity"):
            asked = {"Accept-Encoding": coding}
            live, there = with_acme.live("/world/acme.xml", asked), web.ask("/world/acme.xml", asked)
            assert (live.status, there.status, there.body) == (200, 200, live.body)
            assert b"<acme:gone/>" in live.body or coding == "gzip"
            assert head(there) == head(live)
        for path, right in (("/World/ACME.xml/", "/world/acme.xml"), ("/international/acme.xml", "/world/acme.xml")):
            live, there = with_acme.live(path), web.ask(path)
            assert (live.status, there.status) == (301, 301)
            assert there.headers["location"] == live.headers["location"] == f"https://news.example{right}"
        assert (with_acme.live("/acme.xml").status, web.ask("/acme.xml").status) == (404, 404)
    finally:
        web.close()


def test_the_check_knows_the_new_partner(with_acme: Site) -> None:
    done = feeds(with_acme.folder, "check", "--profile", "acme", "--json", "world")
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    assert verdicts and {verdict["profile"] for verdict in verdicts} == {"acme"}
    assert "acme: 2 articles" in done.stderr
