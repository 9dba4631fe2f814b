"""Several workers: one that dies is replaced, and none is left behind."""

import os
import signal
import socket
import threading
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.live.server import Server, stock, wait
from tests.newsroom import PATIENCE

Start = Callable[..., Server]


def workers(server: Server) -> set[int]:
    """The processes that serve."""
    tasks = Path(f"/proc/{server.process.pid}/task")
    children = {int(pid) for task in tasks.iterdir() for pid in (task / "children").read_text().split()}
    return {pid for pid in children if b"spawn_main" in _command(pid)}


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def has_ended(pid: int) -> bool:
    try:
        # A zombie has no command line any more.
        return not Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return True


class Visitors(threading.Thread):
    """Polls, each on a connection of its own, until told to stop."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port
        self._stopped = threading.Event()
        self.served = 0
        self.wrong: list[str] = []

    def stop(self) -> None:
        self._stopped.set()
        self.join(PATIENCE)
        assert not self.is_alive()

    def run(self) -> None:
        while not self._stopped.is_set():
            connection = HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
            try:
                connection.request("GET", "/world/rss.xml")
                answer = connection.getresponse()
                answer.read()
                if answer.status == 200:
                    self.served += 1
                else:
                    self.wrong.append(str(answer.status))
            except OSError as fault:
                self.wrong.append(repr(fault))
            finally:
                connection.close()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_that_dies_is_replaced(start: Start, folder: Path, number: int) -> None:
    """What it was just answering is lost at most; whoever comes is served by the others meanwhile."""
    stock(folder, "a", "b")
    server = start("--workers", "2").ready()
    wait(lambda: len(workers(server)) == 2, server)
    before = workers(server)
    visitors = [Visitors(server.port) for _ in range(3)]
    for visitor in visitors:
        visitor.start()
    wait(lambda: all(visitor.served for visitor in visitors), server)
    victim = min(before)
    os.kill(victim, number)
    wait(lambda: len(workers(server) - {victim}) == 2, server)
    served = sum(visitor.served for visitor in visitors)
    wait(lambda: sum(visitor.served for visitor in visitors) > served + 100, server)
    for visitor in visitors:
        visitor.stop()
    # Each visitor has one request under way at a time.
    assert sum(len(visitor.wrong) for visitor in visitors) <= (3 if number == signal.SIGKILL else 0)
    assert server.end() == 0
    assert "Traceback" not in server.output


def test_workers_do_not_outlive_a_service_that_was_killed(start: Start, folder: Path) -> None:
    """`kill -9`: the port is free, and the service can be started in its place."""
    stock(folder, "a")
    server = start("--workers", "2").ready()
    wait(lambda: len(workers(server)) == 2, server)
    left, port = workers(server), server.port
    server.end(signal.SIGKILL)
    wait(lambda: all(has_ended(pid) for pid in left))
    again = start("--workers", "2", port=port).ready()
    assert again.ask("/world/rss.xml").status == 200
    assert again.end() == 0


def poll(server: Server) -> socket.socket:
    """A connection on which one poll was answered, still open."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)
    connection.sendall(b"HEAD /world/rss.xml HTTP/1.1\r\nHost: x\r\n\r\n")
    answer = b""
    while not answer.endswith(b"\r\n\r\n"):
        piece = connection.recv(65536)
        assert piece, "closed before it was answered"
        answer += piece
    assert answer.startswith(b"HTTP/1.1 200 ")
    return connection


def test_over_the_limit_whoever_comes_waits(start: Start, folder: Path) -> None:
    """More connections than the process may open files: never a status, nothing dropped; the idlest make room."""
    stock(folder, "a")
    server = start(files=200).ready()
    silent = [socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) for _ in range(150)]
    polled = [poll(server) for _ in range(300)]
    assert server.ask("/world/rss.xml").status == 200
    for connection in silent + polled:
        connection.close()
    assert server.output.count("event=house_full") == 1
    assert server.end() == 0
    assert "Traceback" not in server.output
