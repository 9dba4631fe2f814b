"""HTTP.md, "The fast lane": requests in a row, in pieces, with bodies: each its answer, in order."""

import asyncio
import re
import select
import socket
from collections.abc import AsyncIterator

import pytest
from starlette.types import Receive, Scope, Send

from feeds.prepared import Answer
from feeds.web import patience
from tests.newsroom import Newsroom, until
from tests.wire import Wire, request, statuses, wired

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("newsroom", ["application"], indirect=True)]

FAST = request("/world/rss.xml", headers=[("If-None-Match", "*")])
SLOW = request("/nowhere/")
LAST = request("/healthz", headers=[("Connection", "close")])


@pytest.fixture
async def wire(newsroom: Newsroom) -> AsyncIterator[Wire]:
    await newsroom.ask("/world/rss.xml")
    async with wired(newsroom) as wire:
        # So that it is known.
        assert statuses(await wire.exchange(FAST + LAST)) == [304, 200]
        yield wire


def told(data: bytes) -> str:
    """Answers as letters: the lane's `f`, the application's `s`, the last one's `l`."""
    return "".join({304: "f", 404: "s", 200: "l"}.get(status, "?") for status in statuses(data))


@pytest.mark.parametrize("pattern", ["f", "s", "fs", "sf", "ffs", "ssf", "sffs", "fffsssfff"])
async def test_pipelined_requests_are_answered_in_order(wire: Wire, pattern: str) -> None:
    """The lane's and the application's mixed, many of each in one piece."""
    pattern *= 40
    data = b"".join(FAST if each == "f" else SLOW for each in pattern) + LAST
    assert told(await wire.exchange(data)) == pattern + "l"
    assert wire.state.total_requests == 2 + len(pattern) + 1


async def test_a_head_cut_in_two_at_every_byte(wire: Wire) -> None:
    """The same answer, wherever the pieces end."""
    connection = await wire.connect()
    whole = await connection.ask(FAST)
    for at in range(1, len(FAST)):
        connection.send(FAST[:at])
        # Until it has come: the other side reads when this one waits.
        for _ in range(4):
            await asyncio.sleep(0)
        answer = await connection.ask(FAST[at:])
        assert (answer.status, answer.fields) == (whole.status, whole.fields)
    connection.close()


async def test_two_heads_cut_at_every_byte(wire: Wire) -> None:
    """One of the lane's and one of the application's, in each order."""
    for data, expected in ((FAST + SLOW, [304, 404]), (SLOW + FAST, [404, 304])):
        connection = await wire.connect()
        for at in range(1, len(data)):
            connection.send(data[:at])
            for _ in range(4):
                await asyncio.sleep(0)
            connection.send(data[at:])
            assert [(await connection.answer()).status for _ in expected] == expected
        connection.close()


@pytest.mark.parametrize("first", ["POST", "GET", "DELETE"])
@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("together", [False, True])
async def test_a_body_that_looks_like_a_known_head(wire: Wire, first: str, chunked: bool, together: bool) -> None:
    """It is a body: nothing in it is answered, in one piece or where it comes after its head."""
    head = request(
        "/world/", first, [("Transfer-Encoding", "chunked") if chunked else ("Content-Length", str(len(FAST)))]
    )
    body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(FAST), FAST) if chunked else FAST
    connection = await wire.connect()

    def cycle() -> object:
        """What stands for the request that came last."""
        (server,) = wire.state.connections
        return server.cycle  # type: ignore[union-attr]

    # Made, answered by the lane if it may be, known by its bytes if it were.
    for _ in range(4):
        if together:
            connection.send(head + body)
        else:
            await until(lambda: wire.state.connections)
            known = cycle()
            connection.send(head)
            await until(lambda known=known: cycle() is not known)  # type: ignore[misc]
            connection.send(body)
        answer = await connection.answer()
        assert answer.status == (200 if first == "GET" else 405)
    # And the next one is no body.
    assert (await connection.ask(FAST)).status == 304
    connection.send(LAST)
    assert statuses(await connection.rest()) == [200]


async def test_a_body_in_pieces(wire: Wire) -> None:
    """A head after it, at every byte."""
    data = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" + FAST
    connection = await wire.connect()
    for at in range(1, len(data)):
        connection.send(data[:at])
        for _ in range(4):
            await asyncio.sleep(0)
        connection.send(data[at:])
        assert [(await connection.answer()).status for _ in range(2)] == [405, 304]
    connection.close()


async def test_what_is_wrong_is_said_after_what_came_before(wire: Wire) -> None:
    """Whoever answered that."""
    assert statuses(await wire.exchange(SLOW + FAST + SLOW + b"nonsense\r\n\r\n" + FAST)) == [404, 304, 404, 400]
    body = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n"
    assert statuses(await wire.exchange(SLOW + body + FAST)) in ([404, 405, 400], [404, 400])


async def test_the_last_answer_ends_the_connection(wire: Wire) -> None:
    """And what was sent after that request is not answered."""
    last = request("/world/rss.xml", headers=[("Connection", "close")])
    for _ in range(3):
        data = await wire.exchange(FAST + last + FAST * 3 + SLOW)
        assert statuses(data) == [304, 200]
        assert data.count(b"connection: close") == 1


async def test_who_has_sent_all_is_answered(wire: Wire) -> None:
    """As `nc` asks: the other side closes its half at once."""
    for data, expected in ((FAST, "f"), (SLOW, "s"), (SLOW * 3 + FAST, "sssf")):
        connection = await wire.connect()
        connection.send(data)
        connection.writer.write_eof()
        assert told(await connection.rest()) == expected


async def test_who_does_not_read_costs_nothing(wire: Wire) -> None:
    """100,000 requests by somebody who takes no answer: neither they nor the answers pile up here."""
    connection = await wire.connect()
    transport = connection.writer.transport
    transport.pause_reading()  # type: ignore[attr-defined]
    data = request("/world/rss.xml")
    largest = 0
    for _ in range(100):
        connection.send(data * 1000)
        for _ in range(5):
            await asyncio.sleep(0)
        (server,) = wire.state.connections
        largest = max(largest, server.transport.get_write_buffer_size() + len(server._rest))  # type: ignore[union-attr]
    assert largest < 2**20
    assert len(server.pipeline) == 0  # type: ignore[union-attr]
    transport.abort()


async def test_who_reads_late_gets_all(wire: Wire) -> None:
    """In order, each whole."""
    connection = await wire.connect()
    transport = connection.writer.transport
    transport.pause_reading()  # type: ignore[attr-defined]
    numbers = range(300)
    data = b"".join(request("/world/rss.xml" if number % 3 else "/world/") for number in numbers)
    await until(lambda: wire.state.connections)
    (server,) = wire.state.connections
    # Else the system takes all that is answered.
    server.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    connection.send(data + LAST)
    await until(lambda: server.transport.get_write_buffer_size())
    transport.resume_reading()  # type: ignore[attr-defined]
    for number in numbers:
        answer = await connection.answer()
        assert answer.status == 200
        assert answer["content-type"].startswith("application/xml" if number % 3 else "text/html")
    assert statuses(await connection.rest()) == [200]


class TestEnding:
    """A server that ends (uvicorn's `shutdown` of each connection)."""

    async def test_idle_connections_end(self, wire: Wire) -> None:
        connection = await wire.connect()
        assert (await connection.ask(FAST)).status == 304
        end(wire)
        assert await connection.rest() == b""

    async def test_who_does_not_read_is_cut_off(self, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nobody waits for them until the last deadline, which would be an error in the log."""
        monkeypatch.setattr(patience, "ENDING_SECONDS", 0.2)
        connection = await wire.connect()
        connection.writer.transport.pause_reading()  # type: ignore[attr-defined]
        connection.send(request("/world/rss.xml") * 3000)
        (server,) = wire.state.connections
        await until(lambda: server.transport.get_write_buffer_size())
        end(wire)
        await until(lambda: not wire.state.connections)
        connection.close()

    async def test_what_was_on_its_way_is_answered(self, wire: Wire) -> None:
        """And the last answer says that it is."""
        for data, status in ((FAST, 304), (SLOW, 404)):
            connection = await wire.connect()
            assert (await connection.ask(FAST)).status == 304
            connection.send(data)
            end(wire)
            answer = await connection.rest()
            assert statuses(answer) == [status]
            assert b"\r\nconnection: close\r\n" in answer

    @pytest.mark.parametrize(("data", "status"), [(FAST, 304), (SLOW, 404)])
    async def test_what_comes_at_the_last_moment_is_answered(self, wire: Wire, data: bytes, status: int) -> None:
        """Unread yet when the time of an idle connection has come: closing would answer it with a reset."""
        connection = await wire.connect()
        assert (await connection.ask(FAST)).status == 304
        (server,) = wire.state.connections
        end(wire)
        connection.send(data)
        server._end_if_idle()  # type: ignore[union-attr]
        answer = await connection.rest()
        assert statuses(answer) == [status]
        assert b"\r\nconnection: close\r\n" in answer

    async def test_the_end_can_be_seen_before_another_is_sent(self, wire: Wire) -> None:
        """From the moment on from which none would be read (RFC 9112 §9.6)."""
        connection = await wire.connect()
        assert (await connection.ask(FAST)).status == 304
        (server,) = wire.state.connections
        look = select.poll()
        look.register(connection.writer.get_extra_info("socket").fileno(), select.POLLRDHUP)
        assert not look.poll(0)
        server._end_if_idle()  # type: ignore[union-attr]
        assert look.poll(0)
        assert await connection.rest() == b""

    async def test_a_head_that_comes_in_pieces_meanwhile_is_answered(self, wire: Wire) -> None:
        connection = await wire.connect()
        assert (await connection.ask(FAST)).status == 304
        end(wire)
        for piece in (FAST[:9], FAST[9:20], FAST[20:]):
            connection.send(piece)
            for _ in range(4):
                await asyncio.sleep(0)
        assert statuses(await connection.rest()) == [304]

    @pytest.mark.parametrize("data", [SLOW, SLOW + FAST, SLOW + FAST + SLOW, SLOW * 20, SLOW + FAST * 20 + SLOW + FAST])
    async def test_what_was_read_is_answered(self, wire: Wire, data: bytes) -> None:
        """However many came in a row; the last answer, and no other, says that it is."""
        connection = await wire.connect()
        assert (await connection.ask(FAST)).status == 304
        (server,) = wire.state.connections
        app = server.app  # type: ignore[union-attr]

        async def ending(scope: Scope, receive: Receive, send: Send) -> None:
            # All was read with the first of it.
            end(wire)
            await app(scope, receive, send)  # type: ignore[arg-type]

        server.app = ending  # type: ignore[union-attr]
        connection.send(data)
        answer = await connection.rest()
        assert len(statuses(answer)) == data.count(b"\r\n\r\n")
        parts = re.split(rb"(?=HTTP/1\.1 )", answer)
        assert [b"\r\nconnection: close\r\n" in part for part in parts[1:]] == [False] * (len(parts) - 2) + [True]


def end(wire: Wire) -> None:
    for protocol in list(wire.state.connections):
        protocol.shutdown()


async def test_a_bug_in_the_lane_costs_no_answer(
    wire: Wire, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is said once, and from then on the application answers."""
    before = await wire.exchange(FAST + LAST)

    def fail(*_: object) -> Answer:
        raise RuntimeError("a bug")

    monkeypatch.setattr(wire.lane, "_find", fail)
    again = request("/world/rss.xml?new", headers=[("If-None-Match", "*")])
    for _ in range(3):
        assert statuses(await wire.exchange(again + LAST)) == [304, 200]
        assert statuses(await wire.exchange(FAST + LAST)) == statuses(before)
    assert caplog.text.count("event=lane_off") == 1
