"""`SIGHUP`: another configuration, and not a poll that fails."""

import fcntl
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.live.ledger import SHORT_AND_LONG, record
from tests.live.server import LOCAL, Server, environment, stock, wait
from tests.live.steady import Steady
from tests.live.test_workers import workers

Start = Callable[..., Server]


# A session of its own, with the terminal that is its standard input.
ON_TERMINAL = """
import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, sys.argv[1:])
"""


def configure(folder: Path, text: str) -> None:
    """As an editor writes it: whole."""
    (folder / "next.toml").write_text(text, "utf-8")
    (folder / "next.toml").replace(folder / "config.toml")


def titled(title: str) -> str:
    return LOCAL.replace("خُلاصات", title, 1)


def hang_up(server: Server) -> None:
    os.kill(server.process.pid, signal.SIGHUP)


def answers(port: int) -> bool:
    """Whether it serves: from then on it hears signals."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def shows(server: Server, title: str) -> bool:
    """Whether every worker does: one after the other, they answer new connections."""
    return all(title.encode() in server.ask("/rss.xml").body for _ in range(8))


def accepted(worker: int) -> Path:
    """The copy of the configuration that a worker was started with."""
    variables = Path(f"/proc/{worker}/environ").read_bytes().decode().split("\0")
    return Path(dict(pair.partition("=")[::2] for pair in variables if pair)["KHULASAT_ACCEPTED"])


@SHORT_AND_LONG
@pytest.mark.parametrize("number", [1, 2])
def test_no_poll_fails_while_the_configuration_changes(start: Start, folder: Path, number: int, long: bool) -> None:
    """Right ones are taken, wrong ones refused with their message; the processes and the connections stay."""
    stock(folder, *map(str, range(20)), sections=("world", "sports"))
    server = start("--workers", str(number)).ready()
    wait(lambda: number == 1 or len(workers(server)) == number, server)
    before = workers(server) if number > 1 else set()
    changes = 10 if long else 2
    with Steady(server.port, 2000 if long else 200) as polls:
        polls.more(1)
        for change in range(changes):
            configure(folder, titled(f"الجريدة {change}"))
            hang_up(server)
            # Each worker takes it over for itself, one later than the other.
            wait(lambda count=(change + 1) * number: server.output.count("event=reloaded") == count, server)  # type: ignore[misc]
            assert shows(server, f"الجريدة {change}")
            configure(folder, LOCAL.replace('slug = "sports"', 'slug = "feed"'))
            hang_up(server)
            wait(lambda count=change + 1: server.output.count("event=reload_refused") == count, server)  # type: ignore[misc]
            polls.more(3 if long else 0.2)
        assert shows(server, f"الجريدة {changes - 1}")
    assert polls.failed == polls.crossed == []
    assert polls.counts.keys() == {200, 304}
    said = 'config.toml: [[sections]] 2: slug: \\"feed\\" is reserved; choose another'
    assert server.output.count(said) == changes
    assert server.output.count("event=reloaded") == changes * number
    assert (workers(server) if number > 1 else set()) == before
    assert server.end() == 0
    assert "Traceback" not in server.output
    if long:
        what = f"`SIGHUP` ten times, and ten times with a wrong configuration, {number} worker{'s' * (number > 1)}"
        record(f"{what}, at 2,000 polls a second", polls.counts, f"slowest answer {polls.slowest:.1f} s")


def test_a_worker_that_dies_is_replaced_by_one_of_the_accepted_configuration(start: Start, folder: Path) -> None:
    """Whatever stands in the file by then: a wrong one would end the service."""
    stock(folder, "a")
    server = start("--workers", "2").ready()
    wait(lambda: len(workers(server)) == 2, server)
    configure(folder, titled("المقبولة"))
    hang_up(server)
    wait(lambda: shows(server, "المقبولة"), server)
    (folder / "config.toml").write_text("no = toml = at all")
    before = workers(server)
    for victim in before:
        os.kill(victim, signal.SIGKILL)
    wait(lambda: len(workers(server) - before) == 2 and shows(server, "المقبولة"), server)
    # Where they have it from is locked against those who clear up; where it went all the same, the file has to do.
    copy = accepted(victim := min(workers(server)))
    shared = os.open(copy.parent, os.O_RDONLY)
    with pytest.raises(BlockingIOError):
        fcntl.flock(shared, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(shared)
    copy.unlink()
    configure(folder, titled("المقبولة"))
    os.kill(victim, signal.SIGKILL)
    wait(lambda: len(workers(server) - {victim}) == 2 and shows(server, "المقبولة"), server)
    assert server.end() == 0


def is_held_back(pid: int, number: int) -> bool:
    """Whether a signal would wait before it reaches a process (proc(5), SigBlk)."""
    mask = re.search(r"^SigBlk:\s+(\w+)", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return bool(mask and int(mask[1], 16) >> (number - 1) & 1)


def test_a_worker_that_is_starting_is_told_too(start: Start, folder: Path) -> None:
    """As soon as it hears: it may have read the configuration from before, and it does not die of the signal."""
    stock(folder, "a")
    server = start("--workers", "2").ready()
    wait(lambda: len(workers(server)) == 2, server)
    wait(lambda: not any(is_held_back(pid, signal.SIGHUP) for pid in workers(server)), server)
    before = workers(server)
    os.kill(min(before), signal.SIGKILL)
    wait(lambda: workers(server) - before, server)
    (starting,) = workers(server) - before
    # In one of its first moments.
    os.kill(starting, signal.SIGSTOP)
    configure(folder, titled("الجديدة"))
    hang_up(server)
    wait(lambda: server.output.count("event=reloaded") == 1, server)
    os.kill(starting, signal.SIGCONT)
    wait(lambda: server.output.count("event=reloaded") == 2, server)
    assert starting in workers(server)
    assert shows(server, "الجديدة")
    assert server.output.count("event=worker_replaced") == 1
    assert server.end() == 0


def test_what_a_process_can_not_change_is_said(start: Start, folder: Path) -> None:
    """Where it listens, and how many workers there are; a public address takes effect at once."""
    stock(folder, "a")
    server = start().ready()
    configure(
        folder, titled("س").replace("http://127.0.0.1:8000", "https://news.example") + "\n[server]\nworkers = 3\n"
    )
    hang_up(server)
    server.said('event=reload_in_part at_the_next_start="\\[server\\] workers"')
    wait(lambda: b"https://news.example/world/rss.xml" in server.ask("/world/rss.xml").body, server)
    assert server.end() == 0


def test_a_terminal_that_is_closed_ends_it(folder: Path) -> None:
    """SIGHUP by whoever closes a window is no change of the configuration."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", ON_TERMINAL, sys.executable, "-m", "feeds", "serve", "--port", "0"]
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(command, cwd=folder, env=environment(), stdin=theirs, stdout=said, stderr=said)
    os.close(theirs)
    wait(lambda: re.search(rb"pages +http://127.0.0.1:(\d+)/", (folder / "said").read_bytes()))
    found = re.search(rb"pages +http://127.0.0.1:(\d+)/", (folder / "said").read_bytes())
    assert found
    wait(lambda: answers(int(found[1])))
    os.close(ours)
    assert process.wait(30) == 0
    assert b"event=reload" not in (folder / "said").read_bytes()
