"""Several workers: one that dies is replaced, and none is left behind."""

import os
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from uvicorn import Config

from feeds.serving.workers import LOOKS, Worker
from tests.live.ledger import SHORT_AND_LONG, counted, record
from tests.live.server import Server, stock, wait
from tests.live.steady import Steady
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


def peers(pid: int) -> set[int]:
    """The ports at the other ends of a process's connections; it is stopped for good, so that there come no others."""
    os.kill(pid, signal.SIGSTOP)
    wait(lambda: Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("T"))
    files = {str(file.readlink()) for file in Path(f"/proc/{pid}/fd").iterdir()}
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {int(line[2].partition(":")[2], 16) for line in lines if f"socket:[{line[9]}]" in files}


@SHORT_AND_LONG
@pytest.mark.parametrize("how", ["killed", "ended"])
def test_a_worker_that_dies_is_replaced(start: Start, folder: Path, how: str, long: bool) -> None:
    """Killed, it takes with it what it was just answering, at most; ended, nothing. Others serve whoever comes."""
    stock(folder, *map(str, range(20)), sections=("world", "sports"))
    server = start("--workers", "2").ready()
    wait(lambda: len(workers(server)) == 2, server)
    its_own: set[int] = set()
    with Steady(server.port, 2000 if long else 200) as polls:
        for _ in range(5 if long else 1):
            polls.more(3 if long else 1, server)
            victim = min(before := workers(server))
            if how == "killed" and not long:
                its_own |= peers(victim)
            os.kill(victim, signal.SIGKILL if how == "killed" else signal.SIGTERM)
            wait(lambda victim=victim: len(workers(server) - {victim}) == 2, server)  # type: ignore[misc]
            # Each of those that are left is another than before, or was there before.
            assert len(workers(server) & before) == 1
        polls.more(3 if long else 0.5, server)
    lost = polls.failed + polls.crossed
    # The long one does not stop it before, as polls would gather there meanwhile: it says how many it takes with it.
    assert {each.port for each in lost} <= its_own or (long and how == "killed")
    assert all(each.why.startswith(("unanswered", "cut off")) for each in lost)
    assert polls.counts.keys() == {200, 304}
    assert server.end() == 0
    assert "Traceback" not in server.output
    if long:
        what = "one worker of two killed (`kill -9`)" if how == "killed" else "one worker of two ended (`SIGTERM`)"
        said = f"{counted(polls.counts)}; {len(lost)} ended with it, {len(polls.crossed)} of them sent again"
        record(
            f"{what}, five times, at 2,000 polls a second",
            said if how == "killed" else polls.counts,
            f"slowest answer {polls.slowest:.1f} s",
        )


class Silent(Worker):
    """A real process that starts for ever."""

    def target(self, sockets: list[socket.socket] | None = None) -> None:
        threading.Event().wait()


def test_a_worker_has_the_time_that_it_needs_to_start() -> None:
    """Looks count, half a second between them, and not what a machine that stood still says of the time; one that is
    silent at all of them is ended."""
    worker = Silent(Config("feeds.web:create_app"), [])
    assert LOOKS / 2 == 30
    worker.start()
    try:
        assert [worker.is_alive() for _ in range(LOOKS + 1)] == [True] * LOOKS + [False]
    finally:
        worker.kill()
        worker.join()
    assert not worker.is_alive()


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
