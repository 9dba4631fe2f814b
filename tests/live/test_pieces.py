"""A real server, on the event loop that it has in service: requests in a row, in pieces, and what looks like one."""

import itertools
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.ledger import SHORT_AND_LONG, record
from tests.live.server import LOCAL, Server, stock
from tests.newsroom import PATIENCE
from tests.wire import statuses

FAST = b"GET /world/rss.xml HTTP/1.1\r\nHost: x\r\nIf-None-Match: *\r\n\r\n"
SLOW = b"GET /nowhere/ HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all, which knows the fast head."""
    folder: Path = tmp_path_factory.mktemp("pieces")
    (folder / "config.toml").write_text(LOCAL, encoding="utf-8")
    stock(folder, "a", "b", sections=("world", "sports"))
    server = Server(folder, "--port", "0").ready()
    try:
        server.ask("/world/rss.xml")
        assert told(server.exchange(FAST * 3 + LAST)) == "fffl"
        yield server
    finally:
        assert server.end() == 0
        assert "Traceback" not in server.output


def told(data: bytes) -> str:
    """Answers as letters: the lane's `f`, the application's `s`, the last one's `l`."""
    return "".join({304: "f", 404: "s", 405: "p", 200: "l"}.get(status, "?") for status in statuses(data))


class Pieces:
    """A connection that sends piece after piece, each of which has come before the next is sent."""

    def __init__(self, server: Server) -> None:
        self._connection = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._other = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)

    def __enter__(self) -> "Pieces":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._other.close()

    def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            self._connection.sendall(piece)
            # The answer to somebody else, who came later.
            self._other.sendall(FAST)
            assert statuses(self._other.recv(65536)) == [304]

    def rest(self) -> bytes:
        return b"".join(iter(lambda: self._connection.recv(65536), b""))


@SHORT_AND_LONG
@pytest.mark.parametrize("data", [FAST + LAST, SLOW + FAST + LAST], ids=["known", "mixed"])
def test_a_head_cut_in_two_at_every_byte(server: Server, data: bytes, long: bool) -> None:
    """The same answers, wherever the pieces end."""
    whole = told(server.exchange(data))
    for at in range(1, len(data)):
        with Pieces(server) as pieces:
            pieces.send(data[:at], data[at:])
            assert told(pieces.rest()) == whole, at
    if long and SLOW in data:
        record(
            "heads cut in two at every byte", f"{len(whole) * (len(data) - 1):,}, each as if it were whole", "at once"
        )


@SHORT_AND_LONG
def test_fast_and_slow_in_a_row(server: Server, long: bool) -> None:
    """The lane's and the application's, mixed: each its answer, in order."""
    pattern = "fffsssfsfsfffffssf" * (5000 if long else 50)
    answer = server.exchange(b"".join(FAST if each == "f" else SLOW for each in pattern) + LAST)
    assert told(answer) == pattern + "l"
    if long:
        record("90,000 requests in a row, fast and slow mixed", f"{len(pattern):,}, in order", "at once")


@SHORT_AND_LONG
def test_a_body_that_looks_like_a_known_head(server: Server, long: bool) -> None:
    """It is a body: nothing in it is answered, in one piece, or where it comes after its head."""
    for method, chunked in itertools.product((b"POST", b"GET"), (False, True)):
        length = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: %d" % len(FAST)
        head = method + b" /nowhere/ HTTP/1.1\r\nHost: x\r\n" + length + b"\r\n\r\n"
        body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(FAST), FAST) if chunked else FAST
        expected = ("p" if method == b"POST" else "s") + "fl"
        assert told(server.exchange(head + body + FAST + LAST)) == expected
        with Pieces(server) as pieces:
            pieces.send(head, body, FAST + LAST)
            assert told(pieces.rest()) == expected
    if long:
        record("bodies that look like a head that is known", "4 × 404, 4 × 405; nothing in them answered", "at once")
