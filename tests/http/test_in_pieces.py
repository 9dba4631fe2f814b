"""HTTP.md, "The fast lane": what is put right in a head, and what is refused, is so whatever pieces it comes in."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.newsroom import Newsroom
from tests.wire import Wire, request, statuses, wired

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("newsroom", ["application"], indirect=True)]


@pytest.fixture
async def wire(newsroom: Newsroom) -> AsyncIterator[Wire]:
    await newsroom.ask("/world/rss.xml")
    async with wired(newsroom) as wire:
        yield wire


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ("GET /world/rss.xml?خبر HTTP/1.1\r\nHost: x\r\n\r\n", 200),
        ("PURGE /world/rss.xml HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        ("!~ /world/rss.xml HTTP/1.1\r\nHost: x\r\n\r\n", 405),
        ("GET http://x/world/rss.xml HTTP/1.1\r\nHost: x\r\n\r\n", 200),
    ],
)
async def test_a_head_that_the_parser_would_not_take_cut_at_every_byte(wire: Wire, data: str, status: int) -> None:
    """What is put right in a head before it is read, is so whatever it comes in."""
    head = data.encode()
    connection = await wire.connect()
    for at in range(1, len(head)):
        connection.send(head[:at])
        for _ in range(4):
            await asyncio.sleep(0)
        assert (await connection.ask(head[at:])).status == status, at
    connection.close()


@pytest.mark.parametrize("wrong", [b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n"])
@pytest.mark.parametrize("chunked", [False, True])
async def test_nothing_behind_what_is_wrong_is_answered(wire: Wire, wrong: bytes, chunked: bool) -> None:
    """In one piece with a body before it, too: whoever asked would take the next answer for that of what is wrong."""
    head = request("/", "POST", [("Transfer-Encoding", "chunked") if chunked else ("Content-Length", "4")])
    data = (
        head
        + (b"4\r\nbody\r\n0\r\n\r\n" if chunked else b"body")
        + wrong
        + request("/world/rss.xml")
        + request("/nowhere/")
    )
    for at in range(len(head), len(data)):
        connection = await wire.connect()
        connection.send(data[:at])
        for _ in range(4):
            await asyncio.sleep(0)
        connection.send(data[at:])
        assert statuses(await connection.rest()) == [405, 400]


@pytest.mark.parametrize("cut", [0, 5, 20])
async def test_what_stands_behind_a_body_is_no_header(wire: Wire, cut: int) -> None:
    """Trailers ask for nothing (RFC 9110 §6.5.1)."""
    head = request("/world/rss.xml", headers=[("Transfer-Encoding", "chunked")])
    data = head + b"4\r\nbody\r\n0\r\nIf-None-Match: *\r\n\r\n"
    connection = await wire.connect()
    for _ in range(3):
        connection.send(data[: len(data) - cut])
        await asyncio.sleep(0)
        connection.send(data[len(data) - cut :])
        assert (await connection.answer()).status == 200
    connection.close()
