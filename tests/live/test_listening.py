"""Where `feeds serve` listens, what it takes for its own address, and what it does where a worker can't begin."""

import asyncio
import os
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import uvloop

from feeds.serving.listening import listening, origin
from feeds.settings import load
from feeds.web.gate import Gate
from tests.live.server import LOCAL, environment, feeds


@pytest.mark.parametrize(
    ("site", "host", "base"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1", "http://127.0.0.1:{}"),
        ("http://localhost", "127.0.0.1", "http://127.0.0.1:{}"),
        ("http://127.0.0.1:8000/news", "localhost", "http://localhost:{}/news"),
        # All addresses of the machine: the configured one is among them.
        ("http://localhost:8000", "0.0.0.0", "http://localhost:{}"),
        ("http://[::1]:8000", "::1", "http://[::1]:{}"),
        ("http://[::1]:8000", "::", "http://[::1]:{}"),
        ("https://news.example", "127.0.0.1", "https://news.example"),
        ("https://192.0.2.7", "127.0.0.1", "https://192.0.2.7"),
    ],
)
def test_a_loopback_address_of_the_site_is_the_one_listened_on(folder: Path, site: str, host: str, base: str) -> None:
    """A public one stays as it is."""
    environ = {"FEEDS_SITE__URL": site, "FEEDS_SERVER__HOST": host, "FEEDS_SERVER__PORT": "0"}
    settings = load(folder / "config.toml", environ)
    if ":" in host and not socket.has_dualstack_ipv6():
        return
    with listening(folder / "config.toml", settings) as listener:
        assert settings.at(origin(settings, listener)).site.url == base.format(listener.getsockname()[1])


def test_a_socket_file_in_no_folder_is_one_line(folder: Path) -> None:
    """Exit status 2, and the key to look at."""
    (folder / "config.toml").write_text(f'{LOCAL}\n[server]\nunix_socket = "nowhere/feeds.sock"\n', encoding="utf-8")
    done = feeds(folder, "serve")
    assert done.returncode == 2
    (line,) = (done.stdout + done.stderr).splitlines()
    assert "nowhere/feeds.sock: can't listen here: No such file or directory; see [server] unix_socket" in line


def test_a_socket_file_is_taken_away_by_who_made_it_alone(folder: Path) -> None:
    """While the last requests end, nobody listens there any more, and the next service may begin to."""
    (folder / "config.toml").write_text(f'{LOCAL}\n[server]\nunix_socket = "feeds.sock"\n', encoding="utf-8")
    settings, path = load(folder / "config.toml", {}), folder / "feeds.sock"
    before, after = (listening(folder / "config.toml", settings) for _ in range(2))
    before.__enter__().close()
    after.__enter__()
    before.__exit__(None, None, None)
    assert path.exists()
    after.__exit__(None, None, None)
    assert not path.exists()


@pytest.mark.parametrize("handed_over", [False, True])
def test_accepting_never_waits(folder: Path, monkeypatch: pytest.MonkeyPatch, handed_over: bool) -> None:
    """Processes that share a socket share this, too: one that waited there for the next connection would leave those
    it has let in without an answer. It stays so while another process begins to accept, which gets the number alone."""
    given = socket.create_server(("127.0.0.1", 0))
    if handed_over:
        monkeypatch.setenv("LISTEN_PID", str(os.getpid()))
        monkeypatch.setenv("LISTEN_FDS", "1")
        monkeypatch.setattr("feeds.serving.listening._FIRST", given.detach())
    given.close()
    settings = load(folder / "config.toml", {"FEEDS_SERVER__PORT": "0"})
    with listening(folder / "config.toml", settings) as listener:
        number = listener.fileno()
        assert os.get_blocking(number) is False

        async def accept(factory: object, sock: socket.socket) -> asyncio.AbstractServer:
            assert os.get_blocking(number) is False
            return await asyncio.get_running_loop().create_server(asyncio.Protocol, sock=sock)

        async def let_in() -> None:
            with closing(socket.socket(fileno=os.dup(number))) as another:
                gate = Gate(asyncio.get_running_loop(), asyncio.Protocol, another, most=1, accept=accept)
                await gate.open()
                gate.close()

        uvloop.run(let_in())


BROKEN = """
import os, pathlib, sys
from feeds.errors import ServeError
from feeds.serving.listening import listening
from feeds.serving.service import _run
from feeds.settings import load

if __name__ == "__main__":
    os.environ["FEEDS_CONFIG"] = "config.toml"
    path = pathlib.Path("config.toml")
    settings = load(path)
    pathlib.Path("articles.db").write_bytes(b"noise " * 1000)
    try:
        with listening(path, settings) as listener:
            _run(path, settings, listener)
    except ServeError as fault:
        print(fault)
        sys.exit(2)
"""


@pytest.mark.parametrize("workers", [1, 2])
def test_a_worker_that_can_not_begin_ends_it_all(folder: Path, workers: int) -> None:
    """What broke after the start was tried: the reason is logged, and nothing is started again and again."""
    (folder / "config.toml").write_text(f"{LOCAL}\n[server]\nport = 0\nworkers = {workers}\n", encoding="utf-8")
    (folder / "broken.py").write_text(BROKEN, encoding="utf-8")
    command = [sys.executable, "broken.py"]
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=60)
    assert done.returncode == 2, done
    assert done.stdout == "the service could not start; the reason stands above\n"
    assert "articles.db: the store is no SQLite database" in done.stderr
