"""A real server and very many at once: who come first, who ask for what is not there, who say nothing."""

import asyncio
import itertools
import re
import resource
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.live.ledger import SHORT_AND_LONG, record, seconds
from tests.live.polling import CODINGS, PATHS, Polls
from tests.live.server import Server, resident, stock
from tests.newsroom import PATIENCE
from tests.wire import statuses

Start = Callable[..., Server]
MB = 2**20
HEAD = "GET {} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: {}\r\n"


@pytest.fixture
def server(folder: Path, start: Start) -> Iterator[Server]:
    """One that has rendered nothing yet."""
    stock(folder, *map(str, range(50)), content_html=f"<p>{'نص الخبر. ' * 100}</p>", sections=("world", "sports"))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    server = start().ready()
    yield server
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert server.end() == 0
    assert "Traceback" not in server.output
    assert "ERROR" not in server.output


async def crowd(port: int, requests: Sequence[bytes]) -> list[bytes]:
    """The answers to requests that are sent at one time, each on a connection that stood open before."""
    doors = asyncio.Semaphore(500)

    async def enter() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        async with doors:
            return await asyncio.open_connection("127.0.0.1", port)

    async with asyncio.timeout(PATIENCE):
        inside = await asyncio.gather(*(enter() for _ in requests))
        for (_, writer), request in zip(inside, requests, strict=True):
            writer.write(request)
        answers = await asyncio.gather(*(reader.read() for reader, _ in inside))
        for _, writer in inside:
            writer.close()
            await writer.wait_closed()
    return answers


@SHORT_AND_LONG
def test_a_crowd_on_a_cold_cache(server: Server, long: bool) -> None:
    """5,000 at once: one render, and everyone has its bytes; each coding is made once, too."""
    count = 5000 if long else 1500
    codings = ("br", "gzip", "identity")
    asked = [
        (HEAD.format("/world/rss.xml", codings[n % 3]) + "Connection: close\r\n\r\n").encode() for n in range(count)
    ]
    began = time.monotonic()
    answers = asyncio.run(crowd(server.port, asked))
    lasted = time.monotonic() - began
    assert Counter(status for answer in answers for status in statuses(answer)) == {200: count}
    said = Counter(re.findall(rb"\r\ncache-status: khulasat; ([^\r]*)\r\n", b"".join(answers)))
    assert said[b"fwd=miss; stored"] == 1
    assert said[b"fwd=miss; collapsed"] + said[b"hit"] == count - 1
    assert len({answer.partition(b"\r\n\r\n")[2] for answer in answers}) == 3
    if long:
        record(
            "5,000 at once on a cold cache", f"{count:,} × 200, rendered once", f"all answered after {seconds(lasted)}"
        )


# Each with a number in it, as often as it stands here; the last ones are right, with parameters that mean nothing.
MADE_UP = [
    *("/made-up-{}/rss.xml", "/made-up-{}/", "/made-up-{}", "/world+made-up-{}/atom.xml", "/static/{}.css", "/{}"),
    *("/tags/made-up-{}/rss.xml", "/authors/made-up-{}/atom.xml", "/articles/{:026}/", "/?feed=rss2&cat={}"),
    *["/world/rss.xml?x={}", "/sports/feed.json?utm_source={}", "/atom.xml?_={}", "/?{}"] * 5,
]


def made_up(start: int, count: int) -> bytes:
    """So many requests in a row, none of which was ever there."""
    numbers = range(start, start + count)
    targets = (MADE_UP[number % len(MADE_UP)].format(number) for number in numbers)
    return "".join(f"GET {target} HTTP/1.1\r\nHost: x\r\nIf-None-Match: *\r\n\r\n" for target in targets).encode()


@SHORT_AND_LONG
@pytest.mark.timeout(1800)
def test_made_up_addresses_and_queries(server: Server, long: bool) -> None:
    """A million of them, and memory is what it was."""
    count = 1_000_000 if long else 10_000
    for path in ("/world/rss.xml", "/sports/feed.json", "/atom.xml", "/"):
        server.ask(path)
    counts: Counter[int] = Counter()
    largest = before = 0
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        # The first ones have modules loaded.
        for start in range(0, count + 1000, 100):
            connection.sendall(made_up(start, 100))
            counts += answered(connection, 100)
            if start == 900:
                before = resident(server)
            elif start % 10_000 == 0:
                largest = max(largest, resident(server))
    largest = max(largest, resident(server))
    assert counts.keys() == {304, 404}
    assert largest - before < 10 * MB
    if long:
        said = ", ".join(f"{number:,} × {status}" for status, number in sorted(counts.items()))
        record(
            "1,000,000 made-up addresses and queries", f"{said}; memory +{(largest - before) / MB:.1f} MB", "at once"
        )


def answered(connection: socket.socket, count: int) -> Counter[int]:
    """The statuses of the next answers."""
    found: Counter[int] = Counter()
    rest = b""
    while found.total() < count:
        data = connection.recv(2**18)
        assert data, f"closed after {found}"
        found.update(statuses(rest + data))
        # A byte less than what tells a status.
        rest = (rest + data)[-12:]
    return found


@SHORT_AND_LONG
def test_idle_connections_and_slow_senders(server: Server, long: bool) -> None:
    """2,000 of them: others are answered meanwhile, and the slow ones are cut off after the time for a head."""
    count = 2000 if long else 300
    # Everything has been made and loaded once.
    for path, coding in itertools.product(PATHS, CODINGS):
        server.ask(path, {"Accept-Encoding": coding})
    before = resident(server)
    with Polls(server) as polls:
        connections = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(count)]
        try:
            began = time.monotonic()
            for number, connection in enumerate(connections):
                if number % 2:
                    connection.sendall(b"GET /world/rss.xml HTTP/1.1\r\n")
            polls.more(500)
            assert resident(server) - before < 40 * MB
            for connection in connections if long else ():
                connection.settimeout(PATIENCE)
                assert connection.recv(1) == b""
            lasted = time.monotonic() - began
        finally:
            for connection in connections:
                connection.close()
    assert polls.wrong == []
    if long:
        assert 5 < lasted < 25
        record("2,000 idle connections and slow senders", polls.counts, f"cut off after {seconds(lasted)}")
