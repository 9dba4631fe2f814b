"""The fast lane's door, before the application: what the lane has at hand is written at once."""

import asyncio
from typing import Any, cast

from uvicorn.config import Config
from uvicorn.server import ServerState

from feeds.prepared import Answer, Wants
from feeds.web.fastlane import LANE, FastLane
from feeds.web.reception import Reception

# Requests with one of these are the application's.
_ELSEWHERE = frozenset((b"content-length", b"transfer-encoding", b"expect", b"upgrade"))
# The methods that are answered here, and whether with the head alone.
_METHODS = {b"GET": False, b"HEAD": True}


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
        self._lane = cast("FastLane", app_state[LANE])
        self._free = False
        # The head that the parser is reading, if it is a whole one; whether the lane has answered it.
        self._head = b""
        self._answered = False

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
            answer = self._lane.recall(data, self.server_state.default_headers)
            if answer is not None and not answer.close:
                self.server_state.total_requests += 1
                # The timer of idle connections runs: it looks at this when its time has come.
                self._idle_since = self.loop.time()
                self.transport.write(answer.head)
                if answer.body:
                    self.transport.write(answer.body)
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
        answer = None if self.flow.write_paused else self._lane.recall(head, self.server_state.default_headers)
        if answer is not None:
            self._deliver(answer)
            return
        self._head = head
        super()._read_head(head)
        self._head = b""

    def _answer(self, fields: dict[bytes, bytes]) -> None:
        head_only = _METHODS.get(self.parser.get_method())
        if (
            head_only is None
            or self._is_busy
            or self.flow.write_paused
            or not _ELSEWHERE.isdisjoint(fields)
            or self.parser.get_http_version() != "1.1"
        ):
            super()._answer(fields)
            return
        if len(fields) < len(self.headers):
            fields = _joined(self.headers)
        wants: Wants = (
            fields.get(b"accept-encoding"),
            fields.get(b"if-none-match"),
            fields.get(b"if-modified-since"),
            head_only,
            not self.parser.should_keep_alive(),
        )
        answer = self._lane.answer(self.url, wants, self.server_state.default_headers)
        if answer is None:
            super()._answer(fields)
            return
        self._answered = True
        if self._head:
            self._lane.remember(self._head, self.url, wants)
        self._deliver(answer)

    def on_message_complete(self) -> None:
        if self._answered:
            self._answered = self._inside = False
        else:
            super().on_message_complete()

    def _deliver(self, answer: Answer) -> None:
        self.server_state.total_requests += 1
        last = answer.close or (self._ending and self._is_last)
        head = answer.head if answer.close or not last else answer.head[:-2] + b"connection: close\r\n\r\n"
        self.transport.write(head)
        if answer.body:
            self.transport.write(answer.body)
        if last:
            self._end()


def _joined(headers: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """All lines of a header as one value (RFC 9110 §5.3)."""
    fields: dict[bytes, bytes] = {}
    for name, value in headers:
        fields[name] = fields[name] + b", " + value if name in fields else value
    return fields
