"""An upgrade: one process ends, another begins on the same socket, and not a poll fails."""

import os
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.live.ledger import counted, record
from tests.live.server import Server, environment, stock
from tests.live.steady import Steady
from tests.live.test_workers import workers
from tests.newsroom import PATIENCE

# As systemd starts a service whose socket it holds (sd_listen_fds(3)), with NonBlocking=yes: it becomes the service,
# with its number.
PASS_ON = """
import os, sys
number, count, *command = sys.argv[1:]
if int(number) != 3:
    os.dup2(int(number), 3)
os.set_inheritable(3, True)
os.set_blocking(3, False)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS=count, LISTEN_FDNAMES="khulasat.socket")
os.execv(sys.executable, [sys.executable, "-m", "feeds", *command])
"""


def passing_on(file: Any, count: int = 1) -> list[str]:
    """The command that starts ours with a file handed over."""
    return [sys.executable, "-c", PASS_ON, str(file.fileno()), str(count)]


class Supervisor:
    """Holds the socket, starts services on it, and hears what they say of themselves, as systemd does."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder = folder
        self._arguments = arguments
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
        self._heard: list[socket.socket] = []
        self.servers: list[Server] = []

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def start(self) -> Server:
        """Starts one, and waits until it says that it is ready; of workers each does, and the first counts."""
        path = str(self.folder / f"notify-{len(self.servers)}")
        # One for each: what another says of itself is of no matter.
        self._heard.append(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        self._heard[-1].bind(path)
        self._heard[-1].settimeout(PATIENCE)
        self.servers.append(
            Server(
                self.folder,
                *self._arguments,
                program=passing_on(self.listener),
                variables={**environment(), "NOTIFY_SOCKET": path},
                descriptors=[self.listener.fileno()],
            )
        )
        while "READY=1" not in self.hear():
            pass
        return self.servers[-1]

    def hear(self) -> list[str]:
        return self._heard[-1].recv(4096).decode().split("\n")

    def close(self) -> None:
        for server in self.servers:
            if server.process.poll() is None:
                server.end(group=True)
        self.listener.close()
        for heard in self._heard:
            heard.close()


@pytest.fixture
def supervise(folder: Path) -> Iterator[Callable[..., Supervisor]]:
    made: list[Supervisor] = []

    def supervise(*arguments: str) -> Supervisor:
        made.append(Supervisor(folder, *arguments))
        return made[-1]

    yield supervise
    for supervisor in made:
        supervisor.close()


@contextmanager
def many_files() -> Iterator[None]:
    """Whoever polls while nobody answers has as many connections as polls."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


# Two in every run, all of them in the long one.
AFTER, BESIDE = "after it has ended", "beside it"
WAYS = [(AFTER, 1, False), (BESIDE, 2, False)] + [(how, number, True) for how in (AFTER, BESIDE) for number in (1, 2)]


@pytest.mark.parametrize(
    ("how", "number", "long"), [pytest.param(*way, marks=[pytest.mark.soak] * way[-1]) for way in WAYS]
)
def test_no_poll_fails_when_another_takes_its_place(
    supervise: Callable[..., Supervisor], folder: Path, how: str, number: int, long: bool
) -> None:
    """`systemctl restart`: who comes between the two waits. Beside it, nobody waits: both have the one socket."""
    stock(folder, *map(str, range(20)), sections=("world", "sports"))
    supervisor = supervise("--workers", str(number))
    server = supervisor.start()
    with many_files(), Steady(supervisor.port, 2000 if long else 200) as polls:
        polls.more(3 if long else 1)
        for _ in range(5 if long else 1):
            coming = supervisor.start() if how == BESIDE else None
            assert server.end() == 0
            server = coming or supervisor.start()
            polls.more(3 if long else 1, server)
    assert polls.failed == []
    # One that is sent at the very moment in which its connection is closed has to be sent again (RFC 9112 §9.3.1).
    assert len(polls.crossed) <= 1 + polls.sent // 10_000
    assert polls.counts.keys() == {200, 304}
    assert server.end() == 0
    assert all("Traceback" not in each.output for each in supervisor.servers)
    if long:
        what = "ended and started anew" if how == AFTER else "another started beside it, then ended"
        what += f", five times, on one socket, {number} worker{'s' * (number > 1)}"
        record(
            f"{what}, at 2,000 polls a second",
            f"{counted(polls.counts)}, {len(polls.crossed)} sent again",
            f"slowest answer {polls.slowest:.1f} s",
        )


def test_it_tells_who_started_it_how_it_is(supervise: Callable[..., Supervisor], folder: Path) -> None:
    """That it serves, that a configuration was refused, that it ends: `systemctl status` shows it."""
    stock(folder, "a")
    supervisor = supervise()
    server = supervisor.start()
    (folder / "config.toml").write_text("[site]\ntitle = 1\n")
    os.kill(server.process.pid, 1)
    (line,) = supervisor.hear()
    assert line.startswith("STATUS=serving with the configuration from before; the changed one was refused: ")
    assert "[site] title: " in line
    assert server.end() == 0
    assert supervisor.hear() == ["STOPPING=1"]


def test_a_worker_that_ends_is_no_end_of_the_service(supervise: Callable[..., Supervisor], folder: Path) -> None:
    """systemd kills what said that it ends, and goes on: only the service itself says so, once."""
    stock(folder, "a")
    supervisor = supervise("--workers", "2")
    server = supervisor.start()
    assert "READY=1" in supervisor.hear()
    os.kill(min(workers(server)), signal.SIGTERM)
    # Of the one that took its place.
    assert "READY=1" in supervisor.hear()
    assert server.end() == 0
    assert supervisor.hear() == ["STOPPING=1"]


def test_a_socket_file_that_was_handed_over_stays(folder: Path) -> None:
    """Whoever made it takes it away; [server] unix_socket, host and port are not looked at."""
    stock(folder, "a")
    path = folder / "here.sock"
    with closing(socket.socket(socket.AF_UNIX)) as listener:
        listener.bind(str(path))
        listener.listen()
        server = Server(folder, program=passing_on(listener), descriptors=[listener.fileno()])
        server.said(r"on .*here\.sock$")
        with closing(socket.socket(socket.AF_UNIX)) as connection:
            connection.connect(str(path))
            connection.sendall(b"GET /rss.xml HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            assert connection.recv(15) == b"HTTP/1.1 200 OK"
        assert server.end() == 0
        assert path.exists()


@pytest.mark.parametrize(
    ("what", "count", "said"),
    [
        ("a file", 1, "what was handed over is no socket"),
        ("a socket", 1, "does not listen for connections"),
        ("a socket", 2, "LISTEN_FDS is 2; hand over one socket"),
    ],
)
def test_what_can_not_be_listened_on_is_one_line(folder: Path, what: str, count: int, said: str) -> None:
    """Exit status 2."""
    with socket.socket() as other, (folder / "config.toml").open() as file:
        given = file if what == "a file" else other
        done = subprocess.run(
            [*passing_on(given, count), "serve"],
            cwd=folder,
            env=environment(),
            pass_fds=[given.fileno()],
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 2
    (line,) = (done.stdout + done.stderr).splitlines()
    assert said in line


def test_what_was_handed_to_another_process_is_not_taken(folder: Path) -> None:
    """LISTEN_PID names another one: it listens where the configuration says."""
    variables = {**environment(), "LISTEN_PID": "1", "LISTEN_FDS": "1"}
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "feeds", "serve", "--port", port],
            cwd=folder,
            env=variables,
            capture_output=True,
            text=True,
        )
    assert done.returncode == 2
    assert f"can't listen on 127.0.0.1 port {port}" in done.stderr
