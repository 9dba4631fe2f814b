"""Connections to where they may lead, that end in time."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from httpcore2 import (
    SOCKET_OPTION,
    ConnectError,
    ConnectTimeout,
    NetworkBackend,
    NetworkStream,
    ReadTimeout,
    SyncBackend,
)

from feeds.fetch.reach import is_public

# The IP addresses of a host. Raises OSError.
Resolve = Callable[[str, int], Sequence[str]]


class RefusedAddressError(Exception):
    """A host leads into a private network, or to this machine."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(host, address)
        self.host = host
        self.address = address


def resolve(host: str, port: int) -> Sequence[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(where[0]) for *_, where in found))


class Deadline:
    """The moment that a fetch has to be over by: a limit on each read alone would let a slow server go on for ever."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._end = 0.0

    def begin(self, seconds: float) -> None:
        self._end = self._clock() + seconds

    def left(self, timeout: float | None = None) -> float:
        """Seconds that the next step may take. Raises ReadTimeout where there are none."""
        left = self._end - self._clock()
        if left <= 0:
            raise ReadTimeout
        return left if timeout is None else min(left, timeout)


class GuardedBackend(NetworkBackend):
    """Looks names up and connects by itself, so that the address that was checked is the one that is connected to."""

    def __init__(self, *, deadline: Deadline, allow_private: bool, resolve: Resolve) -> None:
        self._deadline = deadline
        self._allow_private = allow_private
        self._resolve = resolve
        self._plain = SyncBackend()
        self._open: _Timed | None = None
        self._stopped = False

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> NetworkStream:
        """Raises RefusedAddressError where no address of the host may be connected to."""
        found = self._look_up(host, port)
        allowed = [address for address in found if self._allow_private or is_public(address)]
        if not allowed:
            raise RefusedAddressError(host, found[0])
        fault: Exception = ConnectError()
        for address in allowed:
            try:
                stream = self._plain.connect_tcp(
                    address, port, self._deadline.left(timeout), local_address, socket_options
                )
            except (ConnectError, ConnectTimeout) as failed:
                fault = failed
            else:
                return self.timed(stream)
        raise fault

    def timed(self, stream: NetworkStream) -> "_Timed":
        self._open = _Timed(stream, self._deadline, self)
        if self._stopped:
            self.stop()
        return self._open

    def stop(self) -> None:
        """Whatever waits for the other side gets an error, now and later."""
        self._stopped = True
        if self._open is not None:
            self._open.shut()

    def _look_up(self, host: str, port: int) -> Sequence[str]:
        # The system's resolver can't be told how long to take.
        outcome: list[Sequence[str] | OSError] = []

        def ask() -> None:
            try:
                outcome.append(self._resolve(host, port))
            except (OSError, UnicodeError) as fault:
                outcome.append(OSError(str(getattr(fault, "strerror", None) or fault)))

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        asking.join(self._deadline.left())
        if not outcome:
            raise ConnectTimeout
        if isinstance(outcome[0], OSError) or not outcome[0]:
            raise ConnectError(f"the name {host} can't be looked up: {outcome[0] or 'it has no address'}")
        return outcome[0]


class _Timed(NetworkStream):
    """A stream whose every step ends by the deadline."""

    def __init__(self, stream: NetworkStream, deadline: Deadline, backend: GuardedBackend) -> None:
        self._stream = stream
        self._deadline = deadline
        self._backend = backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> NetworkStream:
        return self._backend.timed(self._stream.start_tls(ssl_context, server_hostname, self._deadline.left(timeout)))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def shut(self) -> None:
        with contextlib.suppress(OSError):
            # As of a plain socket: a TLS one would drop what the reading thread has in its hands.
            socket.socket.shutdown(self.get_extra_info("socket"), socket.SHUT_RDWR)
