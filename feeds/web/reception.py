"""uvicorn's httptools protocol with limits: what comes in is counted, timed and put in line before it is read.

The parser is given whole heads only, and the next one when the last is answered. So a head has an end or is
refused, answers are in order whoever gives them, and whoever sends more than is answered waits.
What is leant on of uvicorn stands in feeds.web.reliance.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import httptools
from uvicorn.config import Config
from uvicorn.server import ServerState

from feeds.web.answers import STANDING
from feeds.web.limits import (
    LONGEST_HEAD,
    LONGEST_TARGET,
    REFUSALS,
    encoded_target,
    fault,
    is_broken,
    is_host,
    origin_form,
    spoken_method,
)
from feeds.web.patience import Patience

END = b"\r\n\r\n"
# Bytes of a body that are read in one go; the next head after a chunked one may begin in any of them.
_PIECE = 4096
# Between the chunks of a body stand so many bytes for each of its own at most: chunks of one byte have five.
_BETWEEN = 8
# Bytes of a body that nobody asked for, which are read so that the connection can go on; more cost more than a new one.
_UNASKED = 64 * 1024
# Seconds in which what is still sent to somebody who gets no more answers is thrown away: closing at once would
# reset the connection, and the last answer with it (RFC 9112 §9.6).
_LINGER = 2.0
# Seconds in which a request that was on its way when the service began to end is still read; and in which who asked
# lately, and may do so again at any moment, is told so by the answer instead of finding the connection closed.
_LAST_CALL = 0.1
_LATELY = 1.0


class Reception(Patience):
    """One connection. `_rest` is what came in and was not given to the parser yet."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._rest = bytearray()
        # Where in it the end of a head may be.
        self._searched = 0
        # The parser is in a message; in its head.
        self._inside = self._heading = False
        # What it was given of the message, and what of that is its body.
        self._fed = self._body = 0
        # The other side has sent all; the service ends; nothing is heard any more.
        self._ended = self._ending = self._deaf = False
        self._version = ""
        # The method, where the parser was given another in its place.
        self._method = ""
        # The status that a faulty head is to be answered with; told when it was, with the bytes of the body.
        self._refused = 0
        self.refused: Callable[[int, int], object] | None = None

    # What the transport says.

    def data_received(self, data: bytes) -> None:
        if not self._deaf:
            self._rest += data
            self._go_on()

    def eof_received(self) -> bool:  # type: ignore[override]
        """Who has sent all may still wait for answers."""
        self._ended = True
        return self._is_busy and not self._deaf

    def connection_lost(self, exc: Exception | None) -> None:
        self._deaf = True
        self._rest.clear()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Ends with the last answer to what was sent until now."""
        self._ending = True
        self._time_ending()
        if not self._is_busy:
            lately = self.loop.time() - self._active_since < _LATELY
            self.loop.call_later(_LATELY if lately else _LAST_CALL, self._end_if_idle)
        elif self._is_last:
            self.cycle.keep_alive = False

    # From what came in to messages.

    @property
    def _is_last(self) -> bool:
        """Whether no other whole head has come."""
        return END not in self._rest

    def _go_on(self) -> None:
        """Takes what came in, as far as it may be taken now."""
        while not self._deaf and not self._refused:
            if self._inside and self._rest:
                piece = bytes(self._rest[:_PIECE])
                del self._rest[:_PIECE]
                self._feed(piece)
            elif self._inside or self._is_busy or not self._take_head():
                break
        if self._refused:
            self._refuse()
        elif not self._deaf:
            self._wait()

    def _wait(self) -> None:
        """Waits for what has to come next: an answer, the rest of a head, anything."""
        if self._is_busy:
            if self._rest:
                self.flow.pause_reading()
        elif self._ended or (self._ending and not self._rest):
            self.transport.close()
        elif self._rest or self._heading:
            self._time_head()
        else:
            self._unsent = 0
            self._idle_since = self.loop.time()

    def _take_head(self) -> bool:
        """Takes one whole head, if it has come."""
        if self._rest.startswith((b"\r", b"\n")):
            # RFC 9112 §2.2: empty lines before a request are ignored.
            self._rest = self._rest.lstrip(b"\r\n")
        end = self._rest.find(END, self._searched) + len(END)
        if end < len(END):
            self._look_at_beginning()
            return False
        head = bytes(self._rest[:end])
        del self._rest[:end]
        self._searched = 0
        self._stop_timing_head()
        if len(head) > LONGEST_TARGET and (status := fault(head)):
            self._refused = status
        else:
            self._read_head(head)
        return True

    def _read_head(self, head: bytes) -> None:
        """Has a whole head read and answered."""
        if not head.startswith(b"GET "):
            head, self._method = spoken_method(head)
        self._feed(head if head.isascii() else encoded_target(head))
        if self._ending and self._is_busy and self._is_last:
            self.cycle.keep_alive = False

    def _look_at_beginning(self) -> None:
        """Refuses the beginning of a head that can't become right."""
        start, self._searched = self._searched, max(0, len(self._rest) - len(END) + 1)
        if self._rest and is_broken(self._rest, start):
            self._refused = 400
        elif len(self._rest) > LONGEST_TARGET:
            self._refused = fault(self._rest)

    def _feed(self, data: bytes) -> None:
        self._fed += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # RFC 9110 §7.8: a server may ignore it.
            pass
        except httptools.HttpParserError:
            self._refused = 400
        if self._inside and self._fed > LONGEST_HEAD + _BETWEEN * self._body:
            # Trailers without end, or a head after a body.
            self._refused = 431

    # What the parser says.

    def on_message_begin(self) -> None:
        # The scope is made where it is wanted, in _ask_application.
        self._inside = self._heading = True
        self._fed = self._body = 0
        self.url = b""
        self.headers = []

    def on_header(self, name: bytes, value: bytes) -> None:
        # Not the trailers of a body.
        if self._heading:
            self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        self._heading = False
        if self._refused:
            # It stands behind what is refused, in one piece with it: its answer would come first.
            return
        self._version = self.parser.get_http_version()
        # Where a name stands twice, one of its values.
        fields = dict(self.headers)
        if not self.url.startswith(b"/"):
            # RFC 9112 §3.2.3: CONNECT names no path; whatever it names, it is not here.
            self.url = b"*" if self.parser.get_method() == b"CONNECT" else origin_form(self.url)
        if self._is_host_right(fields):
            self._ask(fields)
        else:
            self._refused = 400

    def on_body(self, body: bytes) -> None:
        self._body += len(body)
        if self._body > _UNASKED and not self._is_busy and not self._deaf:
            # Answered without its body, which may have no end.
            self._linger()
        elif not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        self._inside = False
        if not self._refused:
            super().on_message_complete()

    def _is_host_right(self, fields: dict[bytes, bytes]) -> bool:
        """RFC 9112 §3.2: one Host, and one that can be, in each request of HTTP/1.1."""
        host = fields.get(b"host")
        if host is None:
            return self._version != "1.1"
        doubled = len(fields) < len(self.headers) and [name for name, _ in self.headers].count(b"host") > 1
        return not doubled and is_host(host)

    def _ask(self, fields: dict[bytes, bytes]) -> None:
        """Has the application answer."""
        url, headers = self.url, self.headers
        super().on_message_begin()
        self.url = url
        self.headers += headers
        self.expect_100_continue = fields.get(b"expect", b"").lower() == b"100-continue"
        self.scope["state"][STANDING] = self.server_state.default_headers
        super().on_headers_complete()
        if self._method:
            self.scope["method"], self._method = self._method, ""

    # Answers and endings.

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self.transport.is_closing() and not self._is_busy:
            self._go_on()

    def _refuse(self) -> None:
        """Says what is wrong, once what came before it is answered, and hears no more."""
        if self._is_busy:
            self.flow.pause_reading()
            return
        start, rest = REFUSALS[self._refused]
        standing = b"".join(b"%b: %b\r\n" % line for line in self.server_state.default_headers)
        self.transport.write(start + standing + rest)
        if self.refused:
            self.refused(self._refused, len(rest.partition(END)[2]))
        self._linger()

    def _end_if_idle(self) -> None:
        if not (self._is_busy or self.transport.is_closing() or self.end_idle()):
            # Its answer is the last one, unless this is no whole request.
            self.loop.call_later(_LAST_CALL, self._end_if_idle)

    def _end(self) -> None:
        """Ends the connection after the last answer."""
        if self._rest:
            self._linger()
        else:
            self._deaf = True
            self.transport.close()

    def _linger(self) -> None:
        self._deaf = True
        self._rest.clear()
        self.flow.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(_LINGER, self._cut_off)
