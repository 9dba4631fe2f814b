"""A steady stream of polls, so many a second whatever happens, each of which must be answered."""

import asyncio
import itertools
import random
import select
import threading
import time
from collections import Counter, deque
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import uvloop

from tests.live.polling import PATHS
from tests.live.server import Server, wait
from tests.newsroom import PATIENCE

END = b"\r\n\r\n"
# Of four polls one comes on a connection of its own, as most aggregators' do, two on one of few that stay open, as
# from a proxy, and one on one of many, which are idle for so many seconds in between.
_OFTEN = 64
_IDLE_SECONDS = 1.5
# Pollers: each waits for its answer before it polls again. (The system's queue holds as many.)
_WAITING = 4000
# Seconds between looks at how many polls are due.
_TICK = 0.005


@dataclass(frozen=True, kw_only=True)
class Lost:
    """A poll without an answer, and the port on our side that it was sent from, if there was a connection and it has
    one."""

    path: str
    why: str
    port: int = 0


class Pool:
    """Connections that stay open; they are used in turn once there are enough."""

    def __init__(self, enough: int) -> None:
        self._enough = enough
        self.idle: deque[_Connection] = deque()

    def take(self) -> "_Connection | None":
        """One that the other side has not closed, as far as can be known before it is written to."""
        while len(self.idle) >= self._enough:
            connection = self.idle.popleft()
            if connection.is_open():
                return connection
            connection.close()
        return None

    def put_back(self, connection: "_Connection") -> None:
        self.idle.append(connection)

    def close(self) -> None:
        for connection in self.idle:
            connection.close()


class Steady:
    """Polls for as long as a block runs: `rate` a second, over connections that stay open and over new ones, to a port
    of this machine or a socket file.

    A poll begins at its time, whether or not those before it are answered, as long as those that wait are no more than
    there are pollers. `failed` has each that was not answered with 200 or 304, whole: refused, reset, cut off, another
    status. `crossed` has those that were sent into a connection that the server was just closing, one that was used
    before, and of whose answer not a byte came: they are sent once more, on a new connection (RFC 9112 §9.3.1), and
    have failed where that one ends unanswered, too. `slowest` is the longest wait for an answer, in seconds.
    """

    def __init__(self, address: int | Path, rate: int) -> None:
        self._address = address
        self._rate = rate
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=lambda: uvloop.run(self._run()))
        self._chance = random.Random(1)
        self._opening: set[asyncio.Task[None]] = set()
        often, seldom = Pool(_OFTEN), Pool(int(rate / 4 * _IDLE_SECONDS))
        self._pools = itertools.cycle((None, often, seldom, often))
        self.kept = (often, seldom)
        self.tags: dict[str, str] = {}
        self.counts: Counter[int] = Counter()
        self.failed: list[Lost] = []
        self.crossed: list[Lost] = []
        self.slowest = 0.0
        self.sent = 0

    def __enter__(self) -> "Steady":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()

    @property
    def answered(self) -> int:
        return self.counts.total()

    @property
    def _waiting(self) -> int:
        return self.sent - self.answered - sum(not failure.why.startswith("HTTP") for failure in self.failed)

    def more(self, seconds: float, server: Server | None = None) -> None:
        """Goes on for so long, and until what was sent by then is answered."""
        time.sleep(seconds)
        enough = self.sent
        wait(lambda: self.answered + len(self.failed) >= enough, server)

    async def _run(self) -> None:
        began, left_out = time.monotonic(), 0
        while not self._stopped.is_set():
            due = int((time.monotonic() - began) * self._rate) - self.sent - left_out
            free = max(0, _WAITING - self._waiting)
            for _ in range(min(due, free)):
                self._poll()
            left_out += max(0, due - free)
            await asyncio.sleep(_TICK)
        end = time.monotonic() + PATIENCE / 2
        while self._waiting and time.monotonic() < end:  # noqa: ASYNC110 — once
            await asyncio.sleep(_TICK)
        self.failed += [Lost(path="", why="no answer")] * self._waiting
        for pool in self.kept:
            pool.close()

    def _poll(self) -> None:
        self.sent += 1
        path, pool, began = self._chance.choice(PATHS), next(self._pools), time.monotonic()
        if connection := pool and pool.take():
            connection.ask(path, began)
        else:
            self._open(path, pool, began)

    def _open(self, path: str, pool: Pool | None, began: float) -> None:
        opening = asyncio.create_task(self._connect(path, pool, began))
        self._opening.add(opening)
        opening.add_done_callback(self._opening.discard)

    async def _connect(self, path: str, pool: Pool | None, began: float) -> None:
        loop, made = asyncio.get_running_loop(), _Connection(self, pool, path, began)
        try:
            if isinstance(self._address, int):
                await loop.create_connection(lambda: made, "127.0.0.1", self._address)
            else:
                await loop.create_unix_connection(lambda: made, str(self._address))
        except OSError as fault:
            self.failed.append(Lost(path=path, why=f"no connection: {fault!r}"))

    def take(self, head: bytes, path: str, seconds: float) -> None:
        """An answer has come, whole."""
        status = int(head[9:12])
        self.counts[status] += 1
        self.slowest = max(self.slowest, seconds)
        if status not in (200, 304):
            self.failed.append(Lost(path=path, why=head.decode("latin-1")))
        self.tags[path] = _field(head, b"etag")

    def lose(self, lost: Lost, began: float, *, may_have_crossed: bool) -> None:
        """A connection ended before its answer did."""
        if may_have_crossed:
            self.crossed.append(lost)
            self._open(lost.path, None, began)
        else:
            self.failed.append(lost)


class _Connection(asyncio.Protocol):
    """Asks, one poll after the other, the first as soon as it is there; one without a pool asks once, and says so."""

    def __init__(self, polls: Steady, pool: Pool | None, path: str, began: float) -> None:
        self._polls = polls
        self._pool = pool
        self._transport: asyncio.Transport | None = None
        self._ends = select.poll()
        self._port = 0
        self._answered = 0
        self._path = path
        self._began = began
        self._came = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's own inherits from nothing.
        self._transport = cast("asyncio.Transport", transport)
        self._port = (transport.get_extra_info("sockname") or (0, 0))[1]
        self._ends.register(transport.get_extra_info("socket").fileno(), select.POLLRDHUP)
        # At once: a connection on which nothing comes may be closed at any time.
        self.ask(self._path, self._began)

    def is_open(self) -> bool:
        """Whether it is on both sides, as far as this one knows now."""
        return bool(self._transport and not self._transport.is_closing() and not self._ends.poll(0))

    def ask(self, path: str, began: float) -> None:
        self._path, self._began = path, began
        tag = self._polls.tags.get(path)
        lines = f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n"
        lines += f"If-None-Match: {tag}\r\n" if tag else ""
        lines += "" if self._pool else "Connection: close\r\n"
        assert self._transport
        self._transport.write(f"{lines}\r\n".encode())

    def data_received(self, data: bytes) -> None:
        self._came += data
        end = self._came.find(END) + len(END)
        if end < len(END):
            return
        head = bytes(self._came[:end])
        length = 0 if head[9:12] == b"304" else int(_field(head, b"content-length"))
        if len(self._came) >= end + length:
            self._came.clear()
            path, self._path = self._path, ""
            self._answered += 1
            self._polls.take(head, path, time.monotonic() - self._began)
            if self._pool and _field(head, b"connection") != "close":
                self._pool.put_back(self)
            else:
                self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._path:
            return
        why = f"cut off after {len(self._came)} bytes" if self._came else "unanswered"
        lost = Lost(path=self._path, why=f"{why} ({exc!r}), {self._answered} answers before", port=self._port)
        self._path = ""
        self._polls.lose(lost, self._began, may_have_crossed=not self._came and self._answered > 0)

    def close(self) -> None:
        if self._transport:
            self._transport.close()


def _field(head: bytes, name: bytes) -> str:
    """A header's value; empty where there is none. (Ours have small names.)"""
    _, found, rest = head.partition(b"\r\n" + name + b": ")
    return rest.partition(b"\r\n")[0].decode("latin-1") if found else ""
