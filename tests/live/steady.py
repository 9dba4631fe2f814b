"""A steady stream of polls, so many a second whatever happens, each of which must be answered."""

import asyncio
import random
import threading
import time
from collections import Counter, deque
from typing import cast

import uvloop

from tests.live.polling import PATHS
from tests.live.server import Server, wait
from tests.newsroom import PATIENCE

END = b"\r\n\r\n"
# One poll in so many comes on a connection of its own, as most aggregators' do; of the others so many stay open.
_ALONE = 4
_OPEN = 64
# Pollers: each waits for its answer before it polls again. (The system's queue holds as many.)
_WAITING = 1500
# Seconds between looks at how many polls are due.
_TICK = 0.005


class Steady:
    """Polls for as long as a block runs: `rate` a second, over connections that stay open and over new ones.

    A poll begins at its time, whether or not those before it are answered, as long as those that wait are no more than
    there are pollers. `failed` has each that was not answered with
    200 or 304, whole: refused, reset, cut off, another status. `slowest` is the longest wait for an answer, in seconds.
    """

    def __init__(self, port: int, rate: int) -> None:
        self.port = port
        self._rate = rate
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=lambda: uvloop.run(self._run()))
        self._chance = random.Random(1)
        self._opening: set[asyncio.Task[None]] = set()
        self.tags: dict[str, str] = {}
        self.idle: deque[_Connection] = deque()
        self.counts: Counter[int] = Counter()
        self.failed: list[str] = []
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

    def more(self, seconds: float, server: Server | None = None) -> None:
        """Goes on for so long, and until what was sent by then is answered."""
        time.sleep(seconds)
        enough = self.sent
        wait(lambda: self.answered >= enough or self.failed, server)

    async def _run(self) -> None:
        began, left_out = time.monotonic(), 0
        while not self._stopped.is_set():
            due = int((time.monotonic() - began) * self._rate) - self.sent - left_out
            for _ in range(due):
                if self.sent - self.answered - len(self.failed) < _WAITING:
                    self._poll()
                else:
                    left_out += 1
            await asyncio.sleep(_TICK)
        end = time.monotonic() + PATIENCE / 2
        while self.answered + len(self.failed) < self.sent and time.monotonic() < end:  # noqa: ASYNC110 — once
            await asyncio.sleep(_TICK)
        self.failed += ["no answer"] * (self.sent - self.answered - len(self.failed))
        for connection in self.idle:
            connection.close()

    def _poll(self) -> None:
        self.sent += 1
        path = self._chance.choice(PATHS)
        if self.sent % _ALONE and self.idle:
            self.idle.popleft().ask(path, alone=False)
            return
        opening = asyncio.create_task(self._open(path, alone=not self.sent % _ALONE))
        self._opening.add(opening)
        opening.add_done_callback(self._opening.discard)

    async def _open(self, path: str, *, alone: bool) -> None:
        began = time.monotonic()
        try:
            loop = asyncio.get_running_loop()
            _, connection = await loop.create_connection(lambda: _Connection(self), "127.0.0.1", self.port)
        except OSError as fault:
            self.failed.append(f"{path}: {fault!r}")
            return
        connection.ask(path, alone=alone, began=began)

    def take(self, connection: "_Connection", head: bytes, path: str, seconds: float) -> None:
        """An answer has come, whole."""
        status = int(head[9:12])
        self.counts[status] += 1
        self.slowest = max(self.slowest, seconds)
        if status not in (200, 304):
            self.failed.append(f"{path}: {head!r}")
        self.tags[path] = _field(head, b"etag")
        if _field(head, b"connection") == "close" or len(self.idle) >= _OPEN:
            connection.close()
        else:
            self.idle.append(connection)


class _Connection(asyncio.Protocol):
    """Asks, one poll after the other, as it is told to."""

    def __init__(self, polls: Steady) -> None:
        self._polls = polls
        self._transport: asyncio.Transport | None = None
        self._path = ""
        self._began = 0.0
        self._came = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's own inherits from nothing.
        self._transport = cast("asyncio.Transport", transport)

    def ask(self, path: str, *, alone: bool, began: float = 0.0) -> None:
        self._path, self._began = path, began or time.monotonic()
        tag = self._polls.tags.get(path)
        lines = f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n"
        lines += f"If-None-Match: {tag}\r\n" if tag else ""
        lines += "Connection: close\r\n" if alone else ""
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
            self._polls.take(self, head, path, time.monotonic() - self._began)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._path:
            self._polls.failed.append(f"{self._path}: ended unanswered ({exc!r})")
        if self in self._polls.idle:
            self._polls.idle.remove(self)

    def close(self) -> None:
        if self._transport:
            self._transport.close()


def _field(head: bytes, name: bytes) -> str:
    """A header's value; empty where there is none. (Ours have small names.)"""
    _, found, rest = head.partition(b"\r\n" + name + b": ")
    return rest.partition(b"\r\n")[0].decode("latin-1") if found else ""
