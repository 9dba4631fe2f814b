"""A real server under what no reader does: its memory stays flat, and it goes on answering."""

import contextlib
import itertools
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.live.ledger import SHORT_AND_LONG, counted, record, seconds
from tests.live.polling import CODINGS, PATHS, Polls
from tests.live.server import LOCAL, Server, resident, stock, wait
from tests.newsroom import PATIENCE
from tests.wire import statuses

HEAD = b"GET /world/rss.xml HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n"
KNOWN = HEAD + b"\r\n"
LAST = HEAD + b"Connection: close\r\n\r\n"
MB = 2**20


@contextlib.contextmanager
def served(folder: Path) -> Iterator[Server]:
    """A server that has made and loaded everything once."""
    (folder / "config.toml").write_text(LOCAL, encoding="utf-8")
    stock(folder, *map(str, range(50)), content_html=f"<p>{'نص الخبر. ' * 100}</p>")
    server = Server(folder, "--port", "0").ready()
    try:
        for path, coding in itertools.product(PATHS, CODINGS):
            server.ask(path, {"Accept-Encoding": coding})
        server.exchange(KNOWN * 50 + LAST)
        yield server
        if server.process.poll() is None:
            assert server.ask("/world/rss.xml").status == 200
    finally:
        assert server.end() == 0
    assert "Traceback" not in server.output


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all that it outlives."""
    with served(tmp_path_factory.mktemp("floods")) as server:
        yield server


@pytest.fixture
def ending(tmp_path: Path) -> Iterator[Server]:
    """One that a test ends."""
    with served(tmp_path) as server:
        yield server


def flood(server: Server, data: bytes, lasting: float = 0) -> int:
    """Sends as much as the server takes, and reads nothing; gives how much that was. Goes away once nothing more is
    taken, and not before so many seconds."""
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.settimeout(1)
        sent = 0
        end = time.monotonic() + lasting
        while sent < len(data):
            try:
                sent += connection.send(data[sent : sent + 65536])
            except TimeoutError:
                if time.monotonic() > end:
                    break
            except OSError:
                break
        return sent


@SHORT_AND_LONG
def test_a_head_of_8_mb_is_431(server: Server, long: bool) -> None:
    """Told to who still sends; memory flat."""
    before = resident(server)
    for _ in range(100 if long else 5):
        with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
            sender = threading.Thread(target=_send, args=(connection, HEAD + b"X: " + b"x" * 8 * MB))
            sender.start()
            answer = b"".join(iter(lambda: connection.recv(65536), b""))
            sender.join(PATIENCE)
        assert statuses(answer) == [431]
    grown = resident(server) - before
    assert grown < 4 * MB
    if long:
        record("a head of 8 MB, a hundred times", f"100 × 431; {memory(grown)}", "at once")


def _send(connection: socket.socket, data: bytes) -> None:
    with contextlib.suppress(OSError):
        connection.sendall(data)


def test_a_body_that_nobody_asked_for(server: Server) -> None:
    """Answered without it, and cut off soon however much of it comes; memory flat."""
    before = resident(server)
    lengths = (b"Content-Length: 1000000000000", b"Transfer-Encoding: chunked")
    asked = [(method, length) for method in (b"GET", b"POST") for length in lengths]
    began = time.monotonic()
    with ThreadPoolExecutor(len(asked)) as threads:
        found = list(threads.map(lambda each: _poured(server, *each), asked))
    assert found == [[200], [200], [405], [405]]
    assert time.monotonic() - began < 10
    assert resident(server) - before < 8 * MB


def _poured(server: Server, method: bytes, length: bytes) -> list[int]:
    """What is answered to a request whose body never ends, until it can't be sent any more."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE) as connection:
        connection.sendall(KNOWN.replace(b"GET", method, 1).replace(b"\r\n\r\n", b"\r\n%b\r\n\r\n" % length))
        pieces: list[bytes] = []
        reader = threading.Thread(target=_receive, args=(connection, pieces))
        reader.start()
        end = time.monotonic() + PATIENCE
        with pytest.raises(OSError):
            while time.monotonic() < end:
                connection.sendall(b"8000\r\n%b\r\n" % (b"x" * 0x8000))
        reader.join(PATIENCE)
    return statuses(b"".join(pieces))


def _receive(connection: socket.socket, pieces: list[bytes]) -> None:
    with contextlib.suppress(OSError):
        pieces.extend(iter(lambda: connection.recv(65536), b""))


@SHORT_AND_LONG
@pytest.mark.parametrize("head", [KNOWN, b"GET /nowhere/ HTTP/1.1\r\nHost: x\r\n\r\n"], ids=["known", "unknown"])
def test_who_sends_and_never_reads(server: Server, head: bytes, long: bool) -> None:
    """100,000 requests in a row, for the lane and for the application: most are not even taken."""
    before = resident(server)
    data = head * 100_000
    with Polls(server) as polls:
        assert flood(server, data) < len(data)
        polls.more(100)
    assert polls.wrong == []
    grown = resident(server) - before
    assert grown < 8 * MB
    if long and head == KNOWN:
        record(
            "one that sends 100,000 in a row and never reads", f"{counted(polls.counts)}; {memory(grown)}", "at once"
        )


@pytest.mark.soak
def test_many_who_send_and_never_read(server: Server) -> None:
    """50 of them, for a minute."""
    before = resident(server)
    data = KNOWN * 1_000_000
    threads = [threading.Thread(target=flood, args=(server, data, 60)) for _ in range(50)]
    for thread in threads:
        thread.start()
    largest = 0
    with Polls(server) as polls:
        while any(thread.is_alive() for thread in threads):
            largest = max(largest, resident(server))
            polls.more(100)
    assert polls.wrong == []
    # Each has up to 256 KiB of requests that were read, and 128 KiB of answers.
    assert largest - before < 50 * 0.5 * MB + 8 * MB
    record(
        "50 that send for a minute and never read", f"{counted(polls.counts)}; {memory(largest - before)}", "at once"
    )


def memory(grown: int) -> str:
    return f"memory +{max(0, grown) / MB:.1f} MB"


@SHORT_AND_LONG
def test_sigterm_under_load(ending: Server, long: bool) -> None:
    """No answer is cut short, and what was sent before the signal is answered: the last one says that it is."""
    clients = [Client(ending.port, pipelined=number % 3) for number in range(12)]
    for client in clients:
        client.start()
    wait(lambda: sum(client.answered for client in clients) > (20_000 if long else 2000), ending)
    signalled = time.monotonic()
    assert ending.end() == 0
    lasted = time.monotonic() - signalled
    for client in clients:
        client.join(PATIENCE)
        assert not client.wrong
        assert client.unanswered_since is None or client.unanswered_since > signalled
    assert any(client.last for client in clients)
    if long:
        answered = sum(client.answered for client in clients)
        record("`SIGTERM` under load", f"{answered:,} × 200, none cut short", f"ended after {seconds(lasted)}")


@pytest.mark.soak
def test_who_never_reads_does_not_keep_it_from_ending(ending: Server) -> None:
    """Requests under way have ten seconds, then it ends all the same."""
    with socket.create_connection(("127.0.0.1", ending.port)) as connection:
        connection.settimeout(0.5)
        with contextlib.suppress(OSError):
            while True:
                connection.sendall(KNOWN * 100)
        signalled = time.monotonic()
        assert ending.end() == 0
    lasted = time.monotonic() - signalled
    assert lasted < 20
    record("`SIGTERM` while one does not read", "others as ever", f"ended after {seconds(lasted)}")


class Client(threading.Thread):
    """Asks again and again on one connection, some requests in a row, until it is closed."""

    def __init__(self, port: int, pipelined: int) -> None:
        super().__init__()
        self._connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self._count = pipelined * 5 + 1
        self._rest = b""
        self.answered = 0
        self.last = False
        self.wrong = ""
        # When what got no answer was sent.
        self.unanswered_since: float | None = None

    def run(self) -> None:
        with self._connection:
            while not self.last and not self.wrong:
                sent = time.monotonic()
                try:
                    self._connection.sendall(KNOWN * self._count)
                    for _ in range(self._count):
                        self._take()
                except OSError:
                    if self._rest:
                        self.wrong = f"cut short: {self._rest[:300]!r}"
                    self.unanswered_since = sent
                    return

    def _take(self) -> None:
        while b"\r\n\r\n" not in self._rest:
            self._more()
        head, _, body = self._rest.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        while len(body) < length:
            self._more()
            body = self._rest.partition(b"\r\n\r\n")[2]
        self._rest = body[length:]
        self.answered += 1
        self.last = self.last or b"\r\nconnection: close" in head
        if not head.startswith(b"HTTP/1.1 200 "):
            self.wrong = repr(head)

    def _more(self) -> None:
        data = self._connection.recv(65536)
        if not data:
            raise ConnectionResetError
        self._rest += data
