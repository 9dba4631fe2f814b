"""uvicorn's httptools protocol with an end to waiting: for a head, for the next request, for somebody who reads.

What is leant on of uvicorn stands in feeds.web.reliance.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from feeds.web.limits import ENDING_SECONDS, HEAD_SECONDS, SEND_SECONDS
from feeds.web.parting import part


class Patience(HttpToolsProtocol):
    """The timers of one connection. Whoever inherits notes in `_idle_since` when there was something to do last."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._idle_since = self._connected = 0.0
        self._head_timer: asyncio.TimerHandle | None = None
        self._send_timer: asyncio.TimerHandle | None = None
        # What the other side had not taken when it was looked at last.
        self._unsent = 0
        # Came in while the service was about to end.
        self.comes_late = False
        # Told when the connection has ended.
        self.left: Callable[[Patience], object] | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._connected = self.loop.time()
        # So that who never sends anything is cut off, too.
        self._idle_since = self.loop.time() + HEAD_SECONDS - self.timeout_keep_alive
        self.timeout_keep_alive_task = self.loop.call_later(HEAD_SECONDS, self.timeout_keep_alive_handler)
        if self.comes_late:
            self.loop.call_soon(self.shutdown)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timing_head()
        if self._send_timer:
            self._send_timer.cancel()
        super().connection_lost(exc)
        self._unset_keepalive_if_required()
        if self.left:
            self.left(self)

    @property
    def _is_busy(self) -> bool:
        """Whether the application is answering."""
        return self.cycle is not None and not self.cycle.response_complete

    @property
    def is_idle(self) -> bool:
        """Whether nothing was asked that is not answered and taken, and no head has begun."""
        # A connection that was just accepted has no transport yet.
        waits = self.transport is not None and not (self._is_busy or self._head_timer)
        return waits and not self.transport.get_write_buffer_size()

    @property
    def idle_since(self) -> float:
        """When there was something to do last, in the event loop's seconds; of who never sent anything, earlier."""
        return self._idle_since

    @property
    def _active_since(self) -> float:
        """When there was something to do last, or when it was connected."""
        return max(self._idle_since, self._connected)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unsent = self.transport.get_write_buffer_size()
        self._send_timer = self.loop.call_later(SEND_SECONDS, self._look_at_reader)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._send_timer:
            self._send_timer.cancel()
            self._send_timer = None

    def _time_ending(self) -> None:
        """The service ends: it does not wait for ever for who does not read."""
        self.loop.call_later(ENDING_SECONDS, self._cut_off_unread)

    def _cut_off_unread(self) -> None:
        if self.transport.get_write_buffer_size():
            self.transport.abort()

    def _time_head(self) -> None:
        """A head has begun; other bytes of it change nothing."""
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self._cut_off)

    def _stop_timing_head(self) -> None:
        if self._head_timer:
            self._head_timer.cancel()
            self._head_timer = None

    def timeout_keep_alive_handler(self) -> None:
        # Setting a timer anew for each message costs as much as an answer: this one goes on and looks what there is.
        left = self._idle_since + self.timeout_keep_alive - self.loop.time()
        if left <= 0 and (self._is_busy or self._head_timer or self._is_taking()):
            left = self.timeout_keep_alive
        if left <= 0 and not self.transport.is_closing() and not self.end_idle():
            left = self.timeout_keep_alive
        if left > 0:
            self.timeout_keep_alive_task = self.loop.call_later(left, self.timeout_keep_alive_handler)

    def _look_at_reader(self) -> None:
        if self._is_taking():
            self._send_timer = self.loop.call_later(SEND_SECONDS, self._look_at_reader)
        else:
            self._cut_off()

    def _is_taking(self) -> bool:
        """Whether the other side has taken anything, of what it has not all, since it was looked at last."""
        before, self._unsent = self._unsent, self.transport.get_write_buffer_size()
        return self._unsent > 0 and self._unsent != before

    def end_idle(self) -> bool:
        """Closes an idle connection; False where something has just come."""
        if not self.transport.get_write_buffer_size():
            return part(self.transport)
        self._cut_off()
        return True

    def _cut_off(self) -> None:
        if self.transport.get_write_buffer_size():
            # Closing would wait for somebody who does not read.
            self.transport.abort()
        else:
            self.transport.close()
