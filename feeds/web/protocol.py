"""The fast lane's door, before the application: what the lane has at hand is written at once."""

import asyncio
from typing import Any, cast

from uvicorn.config import Config
from uvicorn.server import ServerState

from feeds.prepared import Answer, Wants
from feeds.web.fastlane import LANE, FastLane
from feeds.web.limits import LONGEST_TARGET
from feeds.web.reception import END, Reception

# Requests with one of these are the application's.
_ELSEWHERE = frozenset((b"content-length", b"transfer-encoding", b"expect", b"upgrade"))
# The methods that are answered here, and whether with the head alone.
_METHODS = {b"GET": False, b"HEAD": True}

# Line ends before a head are taken away before it is read.
_SPACE = ord(" ")


class LaneProtocol(Reception):
    """One connection. `_free` says that the next bytes begin a message, and that the lane may answer it.

    Two steps: a head that was answered here before is known by its bytes; of another the same question is put
    together once the parser has its headers.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        # Another lane may come to stand there, for all connections.
        self._lanes = cast("dict[str, FastLane]", app_state)
        self.refused = self._count_refused
        self._free = False
        # The whole head that the parser is reading where the lane may answer; the lane's answer to it.
        self._head = b""
        self._answer: Answer | None = None

    def _count_refused(self, status: int, size: int) -> None:
        self._lanes[LANE].refused(status, size)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._free = True

    def connection_lost(self, exc: Exception | None) -> None:
        self._free = False
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        self._free = False
        super().pause_writing()

    def shutdown(self) -> None:
        self._free = False
        super().shutdown()

    def data_received(self, data: bytes) -> None:
        if self._free:
            # Whole heads alone are remembered, so this is one, and nothing comes after it.
            answer = self._lanes[LANE].recall(data, self.server_state.default_headers)
            if answer is None and data[0] > _SPACE and 0 < data.find(END) == len(data) - len(END) <= LONGEST_TARGET:
                answer = self._read(data)
                if answer is None:
                    # The application answers, or it is refused.
                    self._free = False
                    self._go_on()
                    return
            if answer is not None and not answer.close:
                self.server_state.total_requests += 1
                tally = answer.tally
                tally.requests += 1
                tally.bytes += answer.length
                # The timer of idle connections looks at this when its time has come.
                self._idle_since = self.loop.time()
                self.transport.write(answer.first)
                if answer.rest:
                    self.transport.write(answer.rest)
                return
            if answer is not None:
                self._deliver(answer)
                return
            self._free = False
        super().data_received(data)

    def _wait(self) -> None:
        super()._wait()
        self._free = not (
            self._rest
            or self._inside
            or self._is_busy
            or self._ending
            or self._ended
            or self.flow.write_paused
            or self.transport.is_closing()
        )

    def _read_head(self, head: bytes) -> None:
        if not self.flow.write_paused:
            answer = self._lanes[LANE].recall(head, self.server_state.default_headers) or self._read(head)
            if answer is not None:
                self._deliver(answer)
        else:
            super()._read_head(head)

    def _read(self, head: bytes) -> Answer | None:
        """Has a whole head read: the lane's answer to it; None where the application was asked, or it is refused."""
        self._head = head
        super()._read_head(head)
        answer, self._head, self._answer = self._answer, b"", None
        return answer

    def _ask(self, fields: dict[bytes, bytes]) -> None:
        head_only = _METHODS.get(self.parser.get_method())
        # Bodies before it may have hidden where a head begins; and who does not read waits in the application.
        if self._head and head_only is not None and self._version == "1.1" and _ELSEWHERE.isdisjoint(fields):
            if len(fields) < len(self.headers):
                fields = _joined(self.headers)
            wants: Wants = (
                fields.get(b"accept-encoding"),
                fields.get(b"if-none-match"),
                fields.get(b"if-modified-since"),
                head_only,
                not self.parser.should_keep_alive(),
            )
            self._answer = self._lanes[LANE].answer(self._head, self.url, wants, self.server_state.default_headers)
        if self._answer is None:
            super()._ask(fields)

    def on_message_complete(self) -> None:
        if self._answer:
            self._inside = False
        else:
            super().on_message_complete()

    def _deliver(self, answer: Answer) -> None:
        """Writes an answer, which may be the last one."""
        self.server_state.total_requests += 1
        answer.tally.requests += 1
        answer.tally.bytes += answer.length
        last = answer.close or (self._ending and self._is_last)
        if last and not answer.close:
            first = answer.first.replace(END, b"\r\nconnection: close\r\n\r\n", 1)
        else:
            first = answer.first
        self.transport.write(first)
        if answer.rest:
            self.transport.write(answer.rest)
        if last:
            self._free = False
            self._end()


def _joined(headers: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """All lines of a header as one value (RFC 9110 §5.3)."""
    fields: dict[bytes, bytes] = {}
    for name, value in headers:
        fields[name] = fields[name] + b", " + value if name in fields else value
    return fields
