"""A clock that is set while `feeds serve` runs."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from tests.live.server import Served, Server, environment, feeds, item, wait

TARGET = "/world/atom.xml"


class Clock:
    """What a server is told of the time: so many seconds from now."""

    def __init__(self, pipe: Path) -> None:
        os.mkfifo(pipe)
        self._pipe = pipe

    def set(self, seconds: int) -> None:
        # It is read for as long as the server runs.
        pipe = os.open(self._pipe, os.O_WRONLY | os.O_NONBLOCK)
        os.write(pipe, f"{seconds}\n".encode())
        os.close(pipe)

    @property
    def program(self) -> tuple[str, ...]:
        """`feeds` with this clock."""
        return sys.executable, "-m", "tests.live.clocked", str(self._pipe)


@pytest.fixture
def clock(folder: Path) -> Clock:
    return Clock(folder / "clock")


@pytest.fixture
def server(folder: Path, clock: Clock) -> Iterator[Server]:
    """Started once there is something to serve; in a time zone that is of no matter."""
    now = datetime.now(UTC)
    held = [
        item(name, date_published=(now + timedelta(hours=hours)).isoformat())
        for name, hours in (("soon", 1), ("later", 2))
    ]
    assert feeds(folder, "import", "-", input="".join([item("old"), *held])).returncode == 0
    variables = {**environment(), "TZ": "Pacific/Kiritimati"}
    server = Server(folder, "--port", "0", program=clock.program, variables=variables).ready()
    yield server
    if server.process.poll() is None:
        server.end()


def date(answer: Served, field: str = "date") -> datetime:
    return parsedate_to_datetime(answer.headers[field])


def until(server: Server, condition: Callable[[Served], bool]) -> Served:
    """The first answer of which it is true. None is dated after itself, whatever the clock does."""
    answers: list[Served] = []

    def is_true() -> bool:
        answers.append(server.ask(TARGET))
        assert answers[-1].status == 200
        assert date(answers[-1], "last-modified") <= date(answers[-1])
        return condition(answers[-1])

    wait(is_true, server)
    return answers[-1]


def test_a_clock_that_is_set_while_it_serves(server: Server, clock: Clock, folder: Path) -> None:
    """Forward: what was under embargo is shown, and what still is has its time later. Back: nothing changes, what is
    written shows. `Date` is the clock's, within a second."""
    first = server.ask(TARGET)
    assert first.status == 200
    assert b"soon" not in first.body
    assert abs(date(first) - datetime.now(UTC)) < timedelta(seconds=10)

    # Three seconds before the end of the second embargo.
    later = datetime.now(UTC) + timedelta(hours=2)
    clock.set(2 * 3600 - 3)
    until(server, lambda answer: b"soon" in answer.body)
    until(server, lambda answer: date(answer) > later - timedelta(seconds=5))
    assert server.ask(TARGET, {"If-None-Match": first.headers["etag"]}).status == 200
    all_of_it = until(server, lambda answer: b"later" in answer.body)

    clock.set(-24 * 3600)
    back = until(server, lambda answer: date(answer) < datetime.now(UTC) - timedelta(hours=23))
    end = time.monotonic() + 1.5
    while time.monotonic() < end:
        back = server.ask(TARGET)
        assert (back.status, back.body, back.headers["etag"]) == (200, all_of_it.body, all_of_it.headers["etag"])
        assert date(back, "last-modified") <= date(back)
        assert server.ask(TARGET, {"If-None-Match": all_of_it.headers["etag"]}).status == 304
        time.sleep(0.1)
    assert feeds(folder, "import", "-", input=item("written")).returncode == 0
    until(server, lambda answer: b"written" in answer.body)

    assert server.end() == 0
    assert "Traceback" not in server.output
