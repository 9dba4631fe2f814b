"""How often, and when, a server is asked again; and what ends in time."""

import socket
import threading
from collections.abc import Callable

import pytest

from feeds.errors import Unreachable
from feeds.fetch import Fetcher, Limits
from feeds.fetch.network import Deadline
from feeds.fetch.patience import pause_before
from tests.fetch.servers import PATIENCE, Request, Server, answer

BUSY = answer(b"", status="429 Too Many Requests", Retry_After="7")
BROKEN = answer(b"half", length=100, keep=False)


def test_busy(server: Server, fetcher: Fetcher, pauses: list[float]) -> None:
    """A busy server is asked again when it wants."""
    server.replies["/"] = [BUSY, answer(b"", status="503 Service Unavailable"), answer(b"at last")]
    assert fetcher.get(server.base).body == b"at last"
    assert pauses == [7, 2]


def test_always_busy(server: Server, fetching: Callable[..., Fetcher], pauses: list[float]) -> None:
    """After some tries its answer is the answer; each pause is twice the one before."""
    server.replies["/"] = answer(b"", status="502 Bad Gateway")
    said: list[str] = []
    found = fetching(say=said.append).get(server.base)
    assert found.status == 502
    assert pauses == [1, 2, 4, 8]
    assert said[0] == f"{server.base}: answers 502 Bad Gateway; once more in 1 seconds"


def test_much_too_busy(server: Server, fetcher: Fetcher, pauses: list[float]) -> None:
    """Nobody waits an hour: it is said, and left to the next run."""
    server.replies["/"] = answer(b"", status="429 Too Many Requests", Retry_After="3600")
    with pytest.raises(Unreachable, match="wants to be asked again in 3600 seconds; run the import then"):
        fetcher.get(server.base)
    assert pauses == []


@pytest.mark.parametrize(
    ("retry_after", "date", "seconds"),
    [
        (None, None, 4),
        ("10", None, 10),
        ("0", None, 0),
        ("soon", None, 4),
        ("-3", None, 4),
        ("1e9", None, 4),
        ("Mon, 23 Nov 2026 10:01:00 GMT", "Mon, 23 Nov 2026 10:00:00 GMT", 60),
        ("Mon, 23 Nov 2026 10:00:00 GMT", "Mon, 23 Nov 2026 10:01:00 GMT", 4),
        ("Mon, 23 Nov 2026 10:01:00 GMT", None, 4),
        ("Mon, 23 Nov 2026 10:01:00 GMT", "Mon, 23 Nov 2026 10:00:00 -0000", 4),
    ],
)
def test_retry_after(retry_after: str | None, date: str | None, seconds: float) -> None:
    """Retry-After is seconds or a date on the server's own clock; what it can't be is as if it were not there."""
    assert pause_before(3, retry_after, date) == seconds


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (BROKEN, "its answer is broken"),
        (b"", "its answer is broken"),
        (b"rubbish\r\n\r\n", "its answer is broken"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 9\r\nConnection: close\r\n\r\nhello", "is broken"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n", "its answer is broken"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nZZ\r\n", "its answer is broken"),
    ],
)
def test_broken(
    server: Server, fetching: Callable[..., Fetcher], pauses: list[float], broken: bytes, said: str
) -> None:
    """Half an answer, or one that is none, is no answer: it is asked for again, and in the end it is said."""

    def close(request: Request, connection: socket.socket) -> None:
        connection.sendall(broken)

    server.replies["/"] = [close, answer(b"whole")]
    assert fetching().get(server.base).body == b"whole"
    server.replies["/"] = close
    with pytest.raises(Unreachable, match=rf"{said}.*, also at the 2nd try"):
        fetching(limits=Limits(tries=2)).get(server.base)


def test_longer_than_it_says(server: Server, fetcher: Fetcher) -> None:
    """What stands behind the end that was announced is not there."""
    server.replies["/"] = answer(b"hello and more", length=5)
    assert fetcher.get(server.base).body == b"hello"
    assert fetcher.get(server.base).body == b"hello"


def test_drop_by_drop(server: Server, fetching: Callable[..., Fetcher]) -> None:
    """A server that gives a byte now and then has the same time as any other, in all."""

    def drip(request: Request, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not server.over.wait(0.01):
            connection.sendall(b"x")

    server.replies["/"] = drip
    with pytest.raises(Unreachable, match=r"takes too long: more than 0\.3 seconds"):
        fetching(limits=Limits(seconds=0.3, tries=1)).get(server.base)


def test_never_looked_up(fetching: Callable[..., Fetcher]) -> None:
    """A resolver that does not answer has no more time either."""
    over = threading.Event()
    fetcher = fetching(limits=Limits(seconds=0.1, tries=1), resolve=lambda host, port: over.wait(PATIENCE) and [])
    with pytest.raises(Unreachable, match="can't be connected to in time"):
        fetcher.get("http://slow.example/")
    over.set()


@pytest.mark.parametrize("found", [OSError("no such name"), UnicodeError("label too long"), None])
def test_no_such_name(fetching: Callable[..., Fetcher], found: Exception | None) -> None:
    def resolve(host: str, port: int) -> list[str]:
        if found:
            raise found
        return []

    with pytest.raises(Unreachable, match=r"the name nowhere\.example can't be looked up: \w+"):
        fetching(limits=Limits(tries=1), resolve=resolve).get("http://nowhere.example/")


def test_nobody_there(server: Server, fetching: Callable[..., Fetcher]) -> None:
    """Every address of a name is tried; the last one's fault is said."""
    with socket.socket() as free:
        free.bind(("127.0.0.2", server.port))
        fetcher = fetching(limits=Limits(tries=1), resolve=lambda host, port: ["127.0.0.2", "127.0.0.1"])
        server.replies["/"] = answer(b"the second")
        assert fetcher.get(f"http://two.example:{server.port}/").body == b"the second"
        fetcher = fetching(limits=Limits(tries=1), resolve=lambda host, port: ["127.0.0.2"])
        with pytest.raises(Unreachable, match=r"can't be connected to: .*refused"):
            fetcher.get(f"http://one.example:{server.port}/")


def test_stopped_in_the_middle(server: Server, fetching: Callable[..., Fetcher]) -> None:
    """Stopped from another thread, it ends at once, wherever it waits; and stays so."""
    asked = threading.Event()

    def silent(request: Request, connection: socket.socket) -> None:
        asked.set()
        server.over.wait(PATIENCE)

    server.replies["/"] = silent
    fetcher = fetching()

    def stop() -> None:
        asked.wait(PATIENCE)
        fetcher.stop()

    stopping = threading.Thread(target=stop)
    stopping.start()
    with pytest.raises(Unreachable, match="was stopped"):
        fetcher.get(server.base)
    stopping.join()
    with pytest.raises(Unreachable, match="was stopped"):
        fetcher.get(server.base)
    assert not fetcher.pause(0)


def test_stopped_in_a_pause(server: Server) -> None:
    """A pause ends when it is stopped."""
    server.replies["/"] = BUSY
    with Fetcher(agent="test", allow_private=True, say=lambda line: fetcher.stop()) as fetcher:
        with pytest.raises(Unreachable, match="was stopped"):
            fetcher.get(server.base)
        assert not fetcher.pause(1000)


def test_deadline() -> None:
    """The time that is left is what the next step may take."""
    moments = iter([0.0, 1.0, 2.0])
    deadline = Deadline(lambda: next(moments))
    deadline.begin(10)
    assert deadline.left() == 9
    assert deadline.left(3) == 3
