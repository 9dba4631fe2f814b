"""`feeds serve`: how it starts, what it says, how it ends."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.live.server import LOCAL, Server, environment, feeds, stock, wait

Start = Callable[..., Server]


def test_it_says_which_addresses_to_open(start: Start, folder: Path) -> None:
    """With its own address as the base, since the configured one is a loopback address; and says so."""
    stock(folder, "a", url="https://elsewhere.example/a")
    server = start().ready()
    base = server.base
    assert base == f"http://127.0.0.1:{server.port}"
    assert f"The addresses in the feeds begin with {base}, since [site] url is this machine's own." in server.lines
    for path in ("/", "/rss.xml", "/atom.xml", "/feed.json", "/world/rss.xml"):
        assert f"{base}{path}" in server.output.split()
        assert server.ask(path).status == 200
    assert "Ctrl-C ends it." in server.lines
    feed = server.ask("/world/rss.xml")
    assert f'<{base}/world/rss.xml>; rel="self"' in str(feed.headers["link"])
    assert f'href="{base}/world/rss.xml"'.encode() in feed.body
    assert b":8000" not in feed.body
    assert server.end() == 0
    assert "Traceback" not in server.output


def test_a_public_address_stays_the_base(folder: Path, start: Start) -> None:
    """Whatever port is listened on."""
    (folder / "config.toml").write_text(LOCAL.replace("http://127.0.0.1:8000", "https://news.example"), "utf-8")
    server = start()
    where = server.said(r"on 127\.0\.0\.1:(\d+)$")
    assert server.base == "https://news.example"
    assert "The addresses in the feeds begin" not in server.output
    connection = HTTPConnection("127.0.0.1", int(where), timeout=30)
    connection.request("GET", "/world")
    assert connection.getresponse().headers["location"] == "https://news.example/world/"
    connection.close()


@pytest.mark.parametrize(("number", "group"), [(signal.SIGINT, True), (signal.SIGTERM, False)])
def test_it_ends_cleanly(start: Start, number: int, group: bool) -> None:
    """Ctrl-C and `kill`: status 0, no traceback, and the port is free again."""
    server = start().ready()
    port = server.port
    # An idle connection keeps nobody waiting.
    with socket.create_connection(("127.0.0.1", port)):
        assert server.end(number, group=group) == 0
    assert server.lines[-1] == "Ctrl-C ends it."
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_a_port_in_use_is_one_line(folder: Path) -> None:
    """Exit status 2, and what would be right."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = feeds(folder, "serve", "--port", str(port))
    assert done.returncode == 2
    (line,) = (done.stdout + done.stderr).splitlines()
    assert f"127.0.0.1 port {port}: Address already in use; choose another with --port" in line


def test_no_address_of_this_machine_is_one_line(folder: Path) -> None:
    """A host that can't be listened on, and one that can't be found."""
    hosts = ("192.0.2.1", "no-such-host.invalid")
    with ThreadPoolExecutor(2) as threads:
        runs = list(threads.map(lambda host: feeds(folder, "serve", "--host", host, "--port", "0"), hosts))
    for host, done in zip(hosts, runs, strict=True):
        assert done.returncode == 2
        (line,) = (done.stdout + done.stderr).splitlines()
        assert host in line


def test_a_store_that_can_not_be_used_is_one_line(tmp_path: Path) -> None:
    """Exit status 2, before anything is listened on: noise, another program's, a folder, in no folder."""
    folders = [tmp_path / name for name in ("noise", "other", "folder", "nowhere")]
    for folder in folders:
        folder.mkdir()
        (folder / "config.toml").write_text(f'{LOCAL}\n[store]\nurl = "sqlite:x/articles.db"\n', encoding="utf-8")
    for folder in folders[:3]:
        (folder / "x").mkdir()
    (folders[0] / "x" / "articles.db").write_bytes(b"noise " * 1000)
    with closing(sqlite3.connect(folders[1] / "x" / "articles.db")) as connection:
        connection.execute("CREATE TABLE t (x)")
    (folders[2] / "x" / "articles.db").mkdir()
    with ThreadPoolExecutor(2) as threads:
        runs = list(threads.map(lambda folder: feeds(folder, "serve", "--port", "0"), folders))
    for done in runs:
        assert done.returncode == 2, done
        (line,) = (done.stdout + done.stderr).splitlines()
        assert "articles.db: " in line


NOBODY = """
import asyncio, os, sys
from pathlib import Path
import feeds.cli, feeds.render.pages, feeds.serving.service, feeds.settings
# What Python imports when it is wanted only, nobody may not read any more.
feeds.render.pages.try_out(feeds.render.pages.Pages(feeds.settings.load(Path("config.toml"))))
asyncio.run(asyncio.to_thread(os.getpid))
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
sys.argv = ["feeds", "serve", "--port", "0"]
feeds.cli.main()
"""


@pytest.mark.parametrize("what", ["the file", "the folder"])
def test_a_store_that_may_not_be_written_is_one_line(folder: Path, what: str) -> None:
    """Exit status 2, for a user without permission."""
    stock(folder, "a")
    (folder / "articles.db").chmod(0o444 if what == "the file" else 0o666)
    folder.chmod(0o777 if what == "the file" else 0o555)
    for parent in folder.parents:
        if parent.stat().st_uid == os.getuid() and "pytest" in parent.name:
            parent.chmod(0o755)
    command = [sys.executable, "-c", NOBODY]
    # Nobody may write what coverage measured.
    variables = {name: value for name, value in environment().items() if not name.startswith("COVERAGE_")}
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, timeout=60)
    folder.chmod(0o755)
    assert done.returncode == 2, done.stdout + done.stderr
    (line,) = (done.stdout + done.stderr).splitlines()
    assert "articles.db: " in line
    assert "by this user" in line or "permission" in line


def test_two_workers_serve_equal_bytes(start: Start, folder: Path) -> None:
    """Whichever answers: the same bytes, the same tags; and both end."""
    stock(folder, *map(str, range(20)))
    server = start("--workers", "2").ready()
    seen: dict[str, tuple[bytes, str]] = {}
    stored = 0

    def both() -> bool:
        nonlocal stored
        for path in ("/world/rss.xml", "/atom.xml", "/"):
            answer = server.ask(path)
            assert answer.status == 200
            state = (answer.body, answer.headers["etag"])
            assert seen.setdefault(path, state) == state
            stored += "stored" in answer.headers["cache-status"]
        return stored == 6

    # Each worker has rendered each of the three.
    wait(both, server)
    assert server.end(signal.SIGINT, group=True) == 0
    assert "Traceback" not in server.output


def test_reload_starts_and_serves(start: Start, folder: Path) -> None:
    """For those who work on the program itself."""
    server = start("--reload").ready()
    assert server.ask("/world/rss.xml").status == 200
    assert server.end(signal.SIGINT, group=True) == 0
    assert "Traceback" not in server.output


def test_a_socket_file(start: Start, folder: Path) -> None:
    """For a proxy on the same machine: relative to the configuration, taken away at the end; not taken from another."""
    path = folder / "feeds.sock"
    (folder / "config.toml").write_text(f'{LOCAL}\n[server]\nunix_socket = "feeds.sock"\n', "utf-8")
    left = socket.socket(socket.AF_UNIX)
    # As a killed server leaves it.
    left.bind(str(path))
    left.close()
    server = Server(folder)
    try:
        server.said("Ctrl-C ends it")
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(30)
            connection.connect(str(path))
            connection.sendall(b"GET /world/rss.xml HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
        assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
        assert b'href="http://127.0.0.1:8000/world/rss.xml"' in answer
        second = feeds(folder, "serve")
        assert second.returncode == 2
        assert "another process listens here" in second.stderr
        assert len((second.stdout + second.stderr).splitlines()) == 1
    finally:
        assert server.end() == 0
    assert not path.exists()


def test_it_waits_for_a_store_that_is_locked(start: Start, folder: Path) -> None:
    """Serving begins when it is well again."""
    stock(folder, "a")
    code = (
        "import sqlite3, sys\n"
        "c = sqlite3.connect('articles.db', isolation_level=None)\n"
        "c.execute('PRAGMA locking_mode = EXCLUSIVE'); c.execute('BEGIN EXCLUSIVE')\n"
        "print('held', flush=True); sys.stdin.readline()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as locker:
        assert locker.stdout
        assert locker.stdout.readline() == "held\n"
        server = start()
        server.said("is locked by another process; serving begins when it is well again")
        server.said("Ctrl-C ends it")
        wait(lambda: server.ask("/readyz").status == 503, server)
        locker.communicate("\n")
    server.ready()
    assert server.ask("/world/rss.xml").status == 200
    assert server.end() == 0
