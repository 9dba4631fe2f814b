"""A served application on a socket of this process: what comes out when certain bytes go in."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.utils import formatdate

from starlette.types import ASGIApp
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from feeds.web.access import lane_of
from feeds.web.fastlane import LANE, FastLane
from feeds.web.protocol import LaneProtocol
from tests.newsroom import PATIENCE, Answer, Newsroom

# The ones of a server that has none of ours in it, and of ours.
PROTOCOLS = {"uvicorn": HttpToolsProtocol, "lane": LaneProtocol}


@dataclass(kw_only=True)
class Wire:
    """A server's connections. `open` are the protocols of all that were ever made."""

    port: int
    state: ServerState
    lane: FastLane
    clock: Callable[[], float]
    open: list[HttpToolsProtocol] = field(default_factory=list)
    _second: int = 0

    def tick(self) -> None:
        """Writes Date as uvicorn does, by the clock of the desk."""
        second = int(self.clock())
        if second != self._second:
            self._second = second
            self.state.default_headers = [(b"date", formatdate(second, usegmt=True).encode())]

    async def connect(self) -> "Connection":
        self.tick()
        return Connection(*await asyncio.open_connection("127.0.0.1", self.port))

    async def exchange(self, data: bytes) -> bytes:
        """All that is answered to these bytes until the other side closes, on a connection of its own."""
        connection = await self.connect()
        connection.send(data)
        return await connection.rest()

    async def ask(self, target: bytes, method: str, headers: Iterable[tuple[str, str]]) -> Answer:
        connection = await self.connect()
        try:
            answer = await connection.ask(request(target, method, headers))
            if not answer.body:
                # Nothing comes behind the head, either.
                connection.writer.write_eof()
                assert await connection.rest() == b""
            return answer
        finally:
            connection.close()


class Connection:
    """One connection, from the other side."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def ask(self, data: bytes) -> Answer:
        self.send(data)
        return await self.answer(head_only=data.startswith(b"HEAD"))

    async def answer(self, *, head_only: bool = False) -> Answer:
        """The next answer, byte for byte as long as its head says."""
        async with asyncio.timeout(PATIENCE):
            head = await self.reader.readuntil(b"\r\n\r\n")
            answer = parsed(head)
            if head_only or answer.status in (204, 304):
                return answer
            if answer.get("transfer-encoding") == "chunked":
                return Answer(status=answer.status, fields=answer.fields, body=await self._chunks())
            body = await self.reader.readexactly(int(answer["content-length"]))
        return Answer(status=answer.status, fields=answer.fields, body=body)

    async def _chunks(self) -> bytes:
        body = b""
        while size := int(await self.reader.readline(), 16):
            body += await self.reader.readexactly(size)
            await self.reader.readline()
        await self.reader.readline()
        return body

    async def rest(self) -> bytes:
        """What comes until the other side closes."""
        async with asyncio.timeout(PATIENCE):
            try:
                return await self.reader.read()
            finally:
                self.close()

    def close(self) -> None:
        self.writer.close()


def request(target: bytes | str, method: str = "GET", headers: Iterable[tuple[str, str]] = ()) -> bytes:
    """A head of HTTP/1.1 that has these headers, and Host if they have none."""
    target = target.encode("latin-1") if isinstance(target, str) else target
    pairs = list(headers)
    if "host" not in (name.lower() for name, _ in pairs):
        pairs.insert(0, ("Host", "news.example"))
    lines = "".join(f"{name}: {value}\r\n" for name, value in pairs)
    return b"%b %b HTTP/1.1\r\n%b\r\n" % (method.encode(), target, lines.encode("latin-1"))


def parsed(head: bytes) -> Answer:
    """The status and headers of an answer."""
    status, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    found = re.fullmatch(r"HTTP/1\.1 (\d{3}) [ -~]*", status)
    assert found, status
    fields = [(name.lower(), value) for name, _, value in (line.partition(": ") for line in lines)]
    return Answer(status=int(found[1]), fields=fields, body=b"")


def statuses(data: bytes) -> list[int]:
    """Of all answers in a row. (No body here has such a line in it.)"""
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", data)]


@asynccontextmanager
async def served(
    app: ASGIApp, lane: FastLane, clock: Callable[[], float], *, by: str = "lane", keep_alive: float = 75
) -> AsyncIterator[Wire]:
    """An application on a port of this machine, by one of the protocols."""
    loop = asyncio.get_running_loop()
    config = Config(app, ws="none", lifespan="off", log_config=None, proxy_headers=False, timeout_keep_alive=75)
    config.timeout_keep_alive = keep_alive  # type: ignore[assignment]
    config.load()
    state = ServerState()

    def connection() -> HttpToolsProtocol:
        made = PROTOCOLS[by](config, state, {LANE: lane}, loop)
        wire.open.append(made)
        return made

    server = await loop.create_server(connection, "127.0.0.1", 0)
    wire = Wire(port=server.sockets[0].getsockname()[1], state=state, lane=lane, clock=clock)
    wire.tick()
    try:
        yield wire
    finally:
        server.close()
        for protocol in list(state.connections):
            if isinstance(protocol, HttpToolsProtocol):
                protocol.transport.abort()
        # So that they learn that they are lost.
        await asyncio.sleep(0)
        await asyncio.sleep(0)


@asynccontextmanager
async def wired(newsroom: Newsroom, *, by: str = "lane", keep_alive: float = 75) -> AsyncIterator[Wire]:
    """A newsroom's application on a port."""
    lane = lane_of(newsroom.desk)
    async with served(newsroom.app, lane, newsroom.clock.seconds, by=by, keep_alive=keep_alive) as wire:
        yield wire
