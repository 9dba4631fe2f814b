"""HTTP.md, "Requests" and "The fast lane": what a head may be, and how long it may take."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from email.utils import formatdate

import pytest

from feeds.web import limits, patience
from feeds.web.limits import LONGEST_HEAD, LONGEST_TARGET, is_host
from tests.newsroom import Newsroom, until
from tests.wire import Wire, parsed, request, statuses, wired

pytestmark = pytest.mark.anyio

LAST = "Connection: close\r\n\r\n"


@pytest.fixture
async def wire(newsroom: Newsroom) -> AsyncIterator[Wire]:
    await newsroom.ask("/world/rss.xml")
    async with wired(newsroom) as wire:
        yield wire


def padded(length: int, target: str = "/world/rss.xml") -> bytes:
    """A head of so many bytes."""
    start = f"GET {target} HTTP/1.1\r\nHost: x\r\nX-Padding: "
    end = f"\r\n{LAST}"
    return (start + "x" * (length - len(start) - len(end)) + end).encode()


@pytest.mark.parametrize("newsroom", ["application"], indirect=True)
class TestLengths:
    @pytest.mark.parametrize(("length", "status"), [(LONGEST_HEAD, 200), (LONGEST_HEAD + 1, 431)])
    @pytest.mark.parametrize("pieces", [1, 7])
    async def test_of_a_head(self, wire: Wire, length: int, status: int, pieces: int) -> None:
        """32 KiB are answered, a byte more is 431, in however many pieces it comes."""
        data = padded(length)
        assert len(data) == length
        connection = await wire.connect()
        for start in range(0, length, step := length // pieces + 1):
            connection.send(data[start : start + step])
            await asyncio.sleep(0.005)
        assert statuses(await connection.rest()) == [status]

    @pytest.mark.parametrize(("length", "status"), [(LONGEST_TARGET, 200), (LONGEST_TARGET + 1, 414)])
    async def test_of_a_target(self, wire: Wire, length: int, status: int) -> None:
        """8 KiB are answered, a byte more is 414; so it is when the rest never comes."""
        target = "/world/rss.xml?x="
        data = padded(LONGEST_TARGET + 1000, target + "x" * (length - len(target)))
        assert statuses(await wire.exchange(data)) == [status]
        if status == 414:
            assert statuses(await wire.exchange(data[: LONGEST_TARGET + 200])) == [414]

    async def test_many_small_headers(self, wire: Wire) -> None:
        """431 counts them together."""
        head = "GET / HTTP/1.1\r\nHost: x\r\n" + "a: b\r\n" * (LONGEST_HEAD // 6) + LAST
        assert statuses(await wire.exchange(head.encode())) == [431]

    async def test_8_mb_are_not_kept(self, wire: Wire) -> None:
        """Refused at the limit; what still comes is thrown away, and the answer arrives."""
        connection = await wire.connect()
        sent = 0
        connection.send(b"GET / HTTP/1.1\r\nHost: x\r\nX: ")
        for _ in range(128):
            try:
                connection.send(b"x" * 65536)
                await connection.writer.drain()
            except ConnectionError:
                break
            sent += 65536
            assert all(len(protocol._rest) <= LONGEST_HEAD + 2**18 for protocol in wire.open)  # type: ignore[attr-defined]
        assert statuses(await connection.rest()) == [431]

    async def test_what_comes_after_a_body(self, wire: Wire) -> None:
        """Trailers, chunk extensions and heads after a chunked body have an end, too."""
        start = b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n"
        for more in (b"0\r\n" + b"x: y\r\n" * 20_000, b"0\r\nx: " + b"y" * 100_000, b"1;" + b"y" * 100_000):
            assert statuses(await wire.exchange(start + more))[-1] in (431, 400)
        data = start + b"0\r\n\r\n" + b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 100_000
        assert statuses(await wire.exchange(data)) == [200, 431]

    async def test_a_refusal_says_what_would_be_right(self, wire: Wire) -> None:
        """problem+json (RFC 9457), after which the connection ends; not to be kept."""
        for data, status in ((padded(LONGEST_HEAD + 1), 431), (b"nonsense\r\n\r\n", 400)):
            head, _, body = (await wire.exchange(data)).partition(b"\r\n\r\n")
            answer = parsed(head)
            assert answer.status == status
            assert (answer["content-type"], answer["cache-control"]) == ("application/problem+json", "no-store")
            assert answer["connection"] == "close"
            assert answer["date"] == formatdate(wire.clock(), usegmt=True)
            assert int(answer["content-length"]) == len(body)
            problem = json.loads(body)
            assert problem["status"] == status
            assert problem["detail"]


@pytest.mark.parametrize("newsroom", ["application"], indirect=True)
class TestHost:
    """RFC 9112 §3.2."""

    @pytest.mark.parametrize(
        "lines",
        [
            "",
            "Host: a\r\nHost: a\r\n",
            "Host: a\r\nhost: b\r\n",
            "Host: a b\r\n",
            "Host: a/b\r\n",
            "Host: a@b\r\n",
            "Host: a:b\r\n",
            "Host: [::1\r\n",
            "Host: a, b\r\n",
            "Host: خبر\r\n",
            "Host: %zz\r\n",
        ],
    )
    async def test_what_can_not_be_is_400(self, wire: Wire, lines: str) -> None:
        """Missing, doubled or invalid; and the connection ends."""
        data = f"GET /world/rss.xml HTTP/1.1\r\n{lines}\r\n".encode()
        for _ in range(2):
            assert statuses(await wire.exchange(data)) == [400]

    async def test_http_1_0_needs_none(self, wire: Wire) -> None:
        """But two are too many there, too."""
        assert statuses(await wire.exchange(b"GET /world/rss.xml HTTP/1.0\r\n\r\n")) == [200]
        assert statuses(await wire.exchange(b"GET /world/rss.xml HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n")) == [400]

    @pytest.mark.parametrize("host", ["", "a", "a.example:80", "a:", "[::1]", "[::1]:8000", "%41", "192.0.2.1", "a_b"])
    async def test_what_can_be_is_no_matter(self, wire: Wire, host: str) -> None:
        """The answer is the same."""
        assert is_host(host.encode())
        plain = await wire.exchange(f"GET /world/rss.xml HTTP/1.1\r\nHost: x\r\n{LAST}".encode())
        assert await wire.exchange(f"GET /world/rss.xml HTTP/1.1\r\nHost: {host}\r\n{LAST}".encode()) == plain


@pytest.mark.parametrize("newsroom", ["application"], indirect=True)
async def test_a_raw_target_is_read_as_its_encoding(wire: Wire) -> None:
    """UTF-8 as it stands is the right address; other bytes are nothing's."""
    for raw, status in (("/ثقافة/rss.xml".encode(), 200), (b"/\xff/rss.xml", 404), ("/ثقافة".encode(), 301)):
        for _ in range(3):
            answer = await wire.exchange(b"GET " + raw + f" HTTP/1.1\r\nHost: x\r\n{LAST}".encode())
            assert statuses(answer) == [status]
    # Not in a header, which stays as it is.
    assert statuses(await wire.exchange(f"GET /world/rss.xml HTTP/1.1\r\nHost: x\r\nX: خبر\r\n{LAST}".encode())) == [
        200
    ]


@pytest.mark.parametrize("newsroom", ["application"], indirect=True)
@pytest.mark.parametrize(
    ("target", "right"),
    [
        ("http://evil.example/world/rss.xml", "/world/rss.xml"),
        ("HTTPS://user@evil.example:99999/world/rss.xml?limit=1", "/world/rss.xml?limit=1"),
        ("http://evil.example", "/"),
        ("http://evil.example?utm_source=x", "/"),
        ("http://evil.example/world", "/world"),
    ],
)
async def test_a_target_may_be_absolute(wire: Wire, target: str, right: str) -> None:
    """RFC 9112 §3.2.2: whatever host it names, and without a path too."""
    plain = await wire.exchange(f"GET {right} HTTP/1.1\r\nHost: x\r\n{LAST}".encode())
    plain = plain.replace(b"fwd=miss; stored", b"hit")
    for _ in range(3):
        assert await wire.exchange(f"GET {target} HTTP/1.1\r\nHost: x\r\n{LAST}".encode()) == plain


@pytest.mark.parametrize("newsroom", ["application"], indirect=True)
async def test_a_method_is_any_token(wire: Wire) -> None:
    """405, known to the parser or not; what comes after it on the connection is read right, a missing `Host` told."""
    get = b"GET /world/rss.xml HTTP/1.1\r\nHost: x\r\n\r\n"
    for method in ("get", "NO-SUCH", "m~1!", "CONNECT"):
        target = "x:80" if method == "CONNECT" else "/world/rss.xml"
        asked = f"{method} {target} HTTP/1.1\r\nHost: x\r\n{LAST}".encode()
        answer = await wire.exchange(asked)
        assert statuses(answer) == [405]
        assert b"\r\nallow: GET, HEAD, OPTIONS\r\n" in answer
    body = b"NO-SUCH / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody"
    assert statuses(await wire.exchange(body + get + get.replace(b"\r\n\r\n", f"\r\n{LAST}".encode()))) == [
        405,
        200,
        200,
    ]
    assert statuses(await wire.exchange(b"NO-SUCH / HTTP/1.1\r\n\r\n")) == [400]


@pytest.mark.parametrize("newsroom", ["application"], indirect=True)
@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"get / HTTP/1.1\r\n",
        b"GET / HTTP/1.1\nHost: x\n\n",
        b"GET / HTTP/1.1\r\nHost: x\nX: y",
        b"GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"NON(SENSE / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"%b / HTTP/1.1\r\nHost: x\r\n\r\n" % (b"X" * 33),
        b"GET / HTTP/1.1\r\nHost: x\r\nX: \x00\r\n\r\n",
    ],
)
async def test_what_is_not_http_is_400_at_once(wire: Wire, data: bytes) -> None:
    """Not after the time for a head; and nothing after it is read (a request may hide there)."""
    hidden = b"GET /world/rss.xml HTTP/1.1\r\nHost: x\r\n\r\n"
    assert statuses(await wire.exchange(data + hidden)) == [400]


@pytest.mark.parametrize("newsroom", ["application"], indirect=True)
@pytest.mark.parametrize(
    "beginning",
    [
        b"\x16\x03\x01",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"*1\r\n$4\r\nPING\r\n",
        b"\x00\x00",
        b"X" * 33,
        b"GET / HTTP/1.1\nHost: x\n\n",
        b"GET / HTTP/1.1\r\nHost: x\nX: y",
    ],
)
async def test_a_beginning_that_is_not_http_is_400_at_once(wire: Wire, beginning: bytes) -> None:
    """Greetings of other protocols, whose senders wait for an answer: none has the end of a head in it."""
    assert statuses(await wire.exchange(beginning)) == [400]
    # And a byte at a time.
    connection = await wire.connect()
    for at in range(len(beginning)):
        connection.send(beginning[at : at + 1])
        await asyncio.sleep(0)
    assert statuses(await connection.rest()) == [400]


@pytest.mark.parametrize("newsroom", ["application"], indirect=True)
class TestTime:
    """The limits are shortened: what is promised is that there is one."""

    async def test_who_sends_nothing_is_cut_off(self, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(patience, "HEAD_SECONDS", 0.2)
        assert await wire.exchange(b"") == b""

    @pytest.mark.parametrize("again", [False, True])
    async def test_who_sends_slowly_is_cut_off(self, wire: Wire, monkeypatch: pytest.MonkeyPatch, again: bool) -> None:
        """However often a byte comes."""
        monkeypatch.setattr(patience, "HEAD_SECONDS", 0.3)
        connection = await wire.connect()
        # The first head, and one after an answer.
        if again:
            assert (await connection.ask(request("/world/rss.xml"))).status == 200
        connection.send(b"GET / HTTP/1.1\r\nHost: x\r\n")
        ended = asyncio.ensure_future(connection.rest())
        sent = 0
        while not ended.done():
            sent += 1
            assert sent < 1000
            connection.send(b"x")
            await asyncio.sleep(0.01)
        # A byte that was on its way when the connection was closed is answered with a reset.
        with contextlib.suppress(ConnectionResetError):
            assert await ended == b""
        assert sent > 5

    async def test_who_comes_late_is_answered(self, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
        """The time for a head ends with the head."""
        monkeypatch.setattr(patience, "HEAD_SECONDS", 0.2)
        connection = await wire.connect()
        data = request("/world/rss.xml")
        for _ in range(3):
            connection.send(data[:20])
            await asyncio.sleep(0.1)
            assert (await connection.ask(data[20:])).status == 200
            await asyncio.sleep(0.25)
        connection.close()

    async def test_idle_connections_end(self, newsroom: Newsroom) -> None:
        """After the lane's answers and after the application's; each answer begins the time anew."""
        async with wired(newsroom, keep_alive=0.4) as wire:
            for target in ("/world/rss.xml", "/healthz"):
                connection = await wire.connect()
                for _ in range(4):
                    assert (await connection.ask(request(target))).status == 200
                    await asyncio.sleep(0.2)
                assert await connection.rest() == b""

    async def test_what_comes_at_the_last_moment_is_answered(self, wire: Wire) -> None:
        """A request that has come, unread yet, when a connection has been idle for too long: it goes on."""
        connection = await wire.connect()
        for target in ("/world/rss.xml", "/healthz"):
            assert (await connection.ask(request(target))).status == 200
            (server,) = wire.state.connections
            server._idle_since = 0.0  # type: ignore[union-attr]
            connection.send(request(target))
            server.timeout_keep_alive_handler()  # type: ignore[union-attr]
            assert (await connection.answer()).status == 200
        connection.close()

    async def test_who_does_not_read_is_cut_off(self, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
        """Who takes some of it, slowly, is not."""
        monkeypatch.setattr(patience, "SEND_SECONDS", 0.2)
        connection = await wire.connect()
        connection.writer.transport.pause_reading()  # type: ignore[attr-defined]
        connection.send(request("/world/rss.xml") * 3000)
        await until(lambda: not wire.state.connections)
        connection.close()


def test_the_limits_are_those_of_the_documents() -> None:
    assert (limits.LONGEST_HEAD, limits.LONGEST_TARGET) == (32 * 1024, 8 * 1024)
