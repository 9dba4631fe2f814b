"""The listening socket, which lets nobody in while too many are inside: the system's backlog holds them.

Over a limit uvicorn would answer 503, and readers would leave the feed alone for an hour; without one the process
runs out of files, and connections are dropped. Here whoever comes waits for a moment, and is served.
"""

import asyncio
import logging
import resource
import socket
import time
from collections.abc import Callable
from operator import attrgetter
from typing import Any, cast

import uvloop

from feeds.logs import event
from feeds.web.limits import BACKLOG, MOST_FILES
from feeds.web.patience import Patience

log = logging.getLogger("feeds")

# Of the files that a process may open: kept for the store, for fetching, for what the system opens by itself.
_RESERVE = 256
# The gate opens again once a fiftieth of the places is free.
_SHARE = 50
# Seconds between two lines in the log about a full house.
_QUIET = 60.0


def backlog(files: int) -> int:
    """How many may wait at the door of a process that may open so many files."""
    return min(BACKLOG, files // 4)


def places(files: int) -> int:
    """How many connections are let in where a process may open so many files."""
    return max(16, files - backlog(files) - min(_RESERVE, files // 4))


class Gate:
    """Accepts from a socket while fewer than `most` connections are open.

    When the last place is taken, those that have been idle for the longest time are closed, as any server may close
    an idle connection at any time (RFC 9112 §9.5): who comes with a request goes before who has none.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        factory: Callable[[], asyncio.BaseProtocol],
        listener: socket.socket,
        *,
        most: int,
        accept: Callable[..., Any],
    ) -> None:
        self._loop = loop
        self._factory = factory
        self._listener = listener
        self._most = most
        self._accept = accept
        self._inside: set[Patience] = set()
        self._server: asyncio.AbstractServer | None = None
        self._opening: asyncio.Task[None] | None = None
        self._ended = False
        self._said = -_QUIET

    async def open(self) -> None:
        """Lets in whoever waits and comes."""
        # That accepting never waits is the socket's, not the process's: were it undone for a moment, as copying it
        # does unless the object knows of it, another worker would wait in there, with all whom it has let in.
        self._listener.setblocking(False)
        # A copy: closing the one that is accepted from leaves the socket listening.
        self._server = await self._accept(self._enter, sock=self._listener.dup())
        if self._ended or self._full:
            self._shut()

    @property
    def _full(self) -> bool:
        return len(self._inside) >= self._most

    def _enter(self) -> asyncio.BaseProtocol:
        protocol = self._factory()
        if isinstance(protocol, Patience):
            self._inside.add(protocol)
            protocol.left = self._leave
            if len(self._inside) == self._most:
                # Not from within: the system is just handing over a connection.
                self._loop.call_soon(self._shut)
        return protocol

    def _leave(self, protocol: Patience) -> None:
        self._inside.discard(protocol)
        enough = len(self._inside) <= self._most - max(1, self._most // _SHARE)
        if enough and self._server is None and self._opening is None and not self._ended:
            self._opening = self._loop.create_task(self._open_again())

    async def _open_again(self) -> None:
        try:
            await self.open()
        finally:
            self._opening = None

    def _shut(self) -> None:
        if self._server:
            self._server.close()
            self._server = None
        if not self._ended:
            now = time.monotonic()
            if now - self._said > _QUIET:
                self._said = now
                log.warning(event("house_full", connections=len(self._inside)))
            idle = sorted((each for each in self._inside if each.is_idle), key=attrgetter("idle_since"))
            for each in idle[: len(self._inside) - self._most + 2 * max(1, self._most // _SHARE)]:
                each.end_idle()

    # What uvicorn asks of a server.

    def close(self) -> None:
        """Lets in nobody any more; who is inside stays."""
        self._ended = True
        for each in self._inside:
            # Just handed over by the system: uvicorn does not know of them yet, and would not tell them.
            each.comes_late = each.transport is None
        self._shut()

    async def wait_closed(self) -> None:
        """Closing takes no time."""

    def is_serving(self) -> bool:
        """Whether anybody is let in now."""
        return self._server is not None

    def get_loop(self) -> asyncio.AbstractEventLoop:
        return self._loop


class GatedLoop(uvloop.Loop):
    """uvloop's event loop, whose servers have a gate. (The way that uvicorn leaves to put one there.)"""

    async def create_server(self, *args: Any, **options: Any) -> Any:
        """As the event loop's own, where it is given a socket."""
        listener = cast("socket.socket | None", options.pop("sock", None))
        if listener is None:
            return await super().create_server(*args, **options)
        files = open_files()
        options["backlog"] = backlog(files)

        def accept(factory: Callable[[], asyncio.BaseProtocol], sock: socket.socket) -> Any:
            return super(GatedLoop, self).create_server(factory, sock=sock, **options)

        gate = Gate(self, args[0], listener, most=places(files), accept=accept)
        await gate.open()
        return gate


def open_files() -> int:
    """How many files this process may have open at once."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return soft if 0 < soft < MOST_FILES else MOST_FILES
