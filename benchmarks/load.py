"""Requests at a fixed rate, whatever the answers do: what waits in a queue is counted as waiting.

A generator that sends the next request when the last is answered measures a stalled server once, where everybody
who would have come meanwhile waited too. Here each request has the moment at which it is due, and its latency is
counted from then.
"""

import asyncio
import re
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, cast

_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
# Seconds between two looks at what is due: the event loop's timers are no finer.
_STEP = 0.001


class Request(NamedTuple):
    """Bytes to send, and the kind that their answer is counted under."""

    kind: str
    head: bytes


@dataclass(kw_only=True)
class Answers:
    """What came back: seconds from when each was due, by kind; how often each status came by kind; connections that
    ended with requests on them."""

    latencies: dict[str, list[float]] = field(default_factory=dict)
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    lost: int = 0

    def percentile(self, share: float) -> float:
        """Seconds within which so large a share of all was answered."""
        every = sorted(latency for each in self.latencies.values() for latency in each)
        return every[min(len(every) - 1, int(len(every) * share))]

    def by_status(self) -> Counter[int]:
        found: Counter[int] = Counter()
        for (_, status), count in self.statuses.items():
            found[status] += count
        return found


class _Connection(asyncio.Protocol):
    """One connection, with what was asked on it and is not answered."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._rest = b""
        self.asked: deque[tuple[float, str]] = deque()
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)

    @property
    def has_ended(self) -> bool:
        return self.transport is None or self.transport.is_closing()

    def ask(self, due: float, request: Request) -> None:
        assert self.transport
        self.asked.append((due, request.kind))
        self.transport.write(request.head)

    def data_received(self, data: bytes) -> None:
        self._rest += data
        while self.asked and (end := self._rest.find(_END)) >= 0:
            status = int(self._rest[9:12])
            length = _LENGTH.search(self._rest, 0, end)
            size = end + len(_END) + (int(length[1]) if length and status != 304 else 0)
            if len(self._rest) < size:
                return
            self._rest = self._rest[size:]
            due, kind = self.asked.popleft()
            self._answers.latencies.setdefault(kind, []).append(time.perf_counter() - due)
            self._answers.statuses[kind, status] += 1

    def connection_lost(self, exc: Exception | None) -> None:
        self._answers.lost += len(self.asked)
        self.asked.clear()
        self.transport = None


async def load(port: int, *, rate: float, seconds: float, connections: int, choose: Callable[[], Request]) -> Answers:
    """Sends what `choose` gives, so many a second for so many seconds, over so many connections."""
    loop = asyncio.get_running_loop()
    answers = Answers()
    pool: list[_Connection] = []

    async def connect() -> _Connection:
        _, made = await loop.create_connection(lambda: _Connection(answers), "127.0.0.1", port)
        return made

    for _ in range(connections):
        pool.append(await connect())
    began, sent, turn = time.perf_counter(), 0, 0
    while sent < rate * seconds:
        now = time.perf_counter()
        while sent < rate * seconds and (due := began + sent / rate) <= now:
            turn = (turn + 1) % connections
            if pool[turn].has_ended:
                pool[turn] = await connect()
            pool[turn].ask(due, choose())
            sent += 1
        await asyncio.sleep(_STEP)
    end = time.perf_counter() + 10
    while any(each.asked for each in pool) and time.perf_counter() < end:  # noqa: ASYNC110 — an event costs each answer
        await asyncio.sleep(_STEP)
    answers.lost += sum(len(each.asked) for each in pool)
    for each in pool:
        if each.transport:
            each.transport.close()
    return answers


def get(path: str, fields: Sequence[str] = (), *, kind: str) -> Request:
    """A GET as readers send it."""
    lines = [f"GET {path} HTTP/1.1", "Host: news.example", "User-Agent: reader/1.0", "Accept: */*", *fields, "", ""]
    return Request(kind=kind, head="\r\n".join(lines).encode("ascii"))
