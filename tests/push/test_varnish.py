"""Varnish in front of a desk: what was published is what it serves, what was withdrawn it serves no more."""

import shutil
import signal
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.live.server import ROOT, Served, Server, wait
from tests.newsroom import PATIENCE
from tests.operation.scrape import samples, value
from tests.push.live import configure_desk, publish, withdraw

VARNISH = shutil.which("varnishd", path="/usr/sbin:/usr/bin:/usr/local/sbin")
XKEY = list(Path("/usr/lib").glob("*/varnish/vmods/libvmod_xkey.so"))
VCL = ROOT / "docs" / "varnish.vcl"

pytestmark = pytest.mark.skipif(not (VARNISH and XKEY), reason="apt-get install varnish varnish-modules")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


class Varnish:
    """Varnish with xkey on a port of this machine, in front of another port."""

    def __init__(self, folder: Path, port: int, behind: int) -> None:
        self.port = port
        (folder / "default.vcl").write_text(VCL.read_text("utf-8").replace("8000", str(behind)), "utf-8")
        assert VARNISH
        command = [VARNISH, "-F", "-n", str(folder / "varnish"), "-a", f"127.0.0.1:{port}"]
        command += ["-f", str(folder / "default.vcl"), "-s", "malloc,32m", "-T", "none", "-j", "none"]
        # In a group of its own, with the child that it has.
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )

    def ask(self, path: str) -> Served:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return Served(status=answer.status, headers=answer.headers, body=answer.read())
        finally:
            connection.close()

    def had(self, path: str) -> bool:
        """Whether it answers without asking the desk: it adds the number of the request that did."""
        return len(str(self.ask(path).headers["x-varnish"]).split()) == 2

    def answers(self) -> bool:
        try:
            return self.ask("/readyz").status == 200
        except OSError:
            return False

    def close(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(PATIENCE)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[tuple[Server, Varnish]]:
    """A desk with two workers behind Varnish."""
    cache, behind = free_port(), free_port()
    more = f'[feeds]\nmax_age = 60\n[cdn]\npurge_url = "http://127.0.0.1:{cache}/{{tag}}"\n'
    configure_desk(tmp_path, more=more)
    publish(tmp_path, "first")
    server = Server(tmp_path, "--port", str(behind), "--workers", "2").ready()
    varnish = Varnish(tmp_path, cache, behind)
    wait(varnish.answers, server)
    yield server, varnish
    varnish.close()
    if server.process.poll() is None:
        server.end(group=True)


PATHS = ("/world/rss.xml", "/atom.xml", "/", "/world/", "/sports+world/feed.json", "/search/rss.xml?q=عنوان")


def test_varnish_serves_what_is_published_and_not_what_is_withdrawn(
    desk: tuple[Server, Varnish], tmp_path: Path
) -> None:
    """Each before what it has is too old, in feeds, pages and searches: it would have kept them for a minute."""
    assert PATIENCE < 60
    server, varnish = desk
    paths = [path.replace("عنوان", "%D8%B9%D9%86%D9%88%D8%A7%D9%86") for path in PATHS]

    def shown(text: str) -> list[bool]:
        return [f"عنوان {text}" in varnish.ask(path).body.decode("utf-8") for path in paths]

    def cached() -> bool:
        return all(varnish.had(path) for path in [*paths, "/sports/rss.xml"])

    wait(cached, server)
    for number in range(3):
        publish(tmp_path, f"news-{number}")
        wait(lambda number=number: all(shown(f"news-{number}")), server)  # type: ignore[misc]
        withdraw(tmp_path, f"news-{number}")
        wait(lambda number=number: not any(shown(f"news-{number}")), server)  # type: ignore[misc]
    # Another section's feeds it kept.
    assert varnish.had("/sports/rss.xml")
    assert int(varnish.ask("/sports/rss.xml").headers["age"]) >= 1


def test_varnish_goes_on_serving_while_the_desk_is_stopped(desk: tuple[Server, Varnish], tmp_path: Path) -> None:
    """What it has, also where it was purged at the last moment."""
    server, varnish = desk
    wait(lambda: varnish.had("/world/rss.xml"), server)
    publish(tmp_path, "last")
    wait(lambda: "عنوان last" in varnish.ask("/world/rss.xml").body.decode("utf-8"), server)
    good = varnish.ask("/world/rss.xml")

    def purged() -> float:
        found = samples(server.ask("/metrics").body)
        return value(found, "purges_total", outcome="taken") * (value(found, "outbox", kind="purge") == 0)

    wait(purged, server)
    before = purged()
    publish(tmp_path, "unseen")
    wait(lambda: purged() > before, server)
    server.end()
    # One after another, then many at once, who wait for each other: Varnish asks for an address once at a time.
    paths = [*["/world/rss.xml"] * 3, "/sports/rss.xml"]
    one, two, three, never = map(varnish.ask, paths)
    with ThreadPoolExecutor(20) as threads:
        many = list(threads.map(varnish.ask, ["/world/rss.xml"] * 400))
    assert {(answer.status, answer.body) for answer in (one, two, three, *many)} == {(200, good.body)}
    assert never.status == 503
    # A desk that is back and has nothing to serve yet: its errors take the place of nothing, either.
    with closing(sqlite3.connect(tmp_path / "articles.db", isolation_level=None)) as locker:
        locker.execute("PRAGMA locking_mode = EXCLUSIVE")
        locker.execute("BEGIN EXCLUSIVE")
        back = Server(tmp_path, "--port", str(server.port))
        try:
            back.said("Ctrl-C ends it")
            wait(lambda: back.ask("/world/rss.xml").status == 503, back)
            for answer in [varnish.ask("/world/rss.xml") for _ in range(3)]:
                assert (answer.status, answer.body) == (200, good.body)
            assert varnish.ask("/sports/rss.xml").headers["retry-after"] == "30"
            locker.rollback()
            locker.close()
            wait(lambda: "عنوان unseen" in varnish.ask("/world/rss.xml").body.decode("utf-8"), back)
        finally:
            assert back.end() == 0
