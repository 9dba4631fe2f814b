"""The socket that all workers share: made here, or handed over by whoever starts the service."""

import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from feeds.configured import is_loopback
from feeds.errors import ServeError
from feeds.settings import Settings
from feeds.web.limits import BACKLOG

# sd_listen_fds(3): the first descriptor that is handed over, and the variables that tell of it.
_FIRST = 3
_HANDED_OVER = ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES")


@contextmanager
def listening(config: Path, settings: Settings) -> Iterator[socket.socket]:
    """The listening socket, and its file, for as long as the block runs. Raises ServeError.

    One that was handed over outlives the service: who comes between its end and the next one's beginning waits.
    """
    listener = _handed_over()
    # A relative path starts at the folder of the configuration.
    own = settings.server.unix_socket and listener is None
    path = config.absolute().parent / settings.server.unix_socket if own else None
    if listener is None:
        listener = _listen_unix(path) if path else _listen(settings)
    listener.set_inheritable(True)
    # Of one that was handed over, another service may accept: in blocking mode it would stop there for the next one.
    listener.setblocking(False)
    made = _identity(path) if path else None
    try:
        yield listener
    finally:
        listener.close()
        # Nobody listened there any more while requests under way ended: the next service may by now.
        if path and made == _identity(path):
            path.unlink(missing_ok=True)


def origin(settings: Settings, listener: socket.socket) -> str:
    """Scheme, host and port of what is listened on, as a reader on this machine may ask for it; empty for a file."""
    if listener.family == socket.AF_UNIX:
        return ""
    host, port = listener.getsockname()[:2]
    if not is_loopback(host):
        host = urlsplit(settings.site.url).hostname or host
    elif settings.server.host == "localhost":
        host = "localhost"
    if ":" in host:
        host = f"[{host}]"
    return f"http://{host}:{port}"


def _handed_over() -> socket.socket | None:
    """The socket that systemd, or another, opened for this very process (sd_listen_fds(3))."""
    pid, number, *_ = (os.environ.pop(name, "") for name in _HANDED_OVER)
    if pid != str(os.getpid()) or not number.isdigit() or number == "0":
        return None
    if number != "1":
        raise ServeError(f"LISTEN_FDS is {number}; hand over one socket: give the socket unit one ListenStream")
    try:
        listener = socket.socket(fileno=_FIRST)
        accepts = listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    except OSError as fault:
        raise ServeError(f"LISTEN_FDS: what was handed over is no socket: {fault.strerror}") from None
    if listener.type != socket.SOCK_STREAM or not accepts:
        raise ServeError("LISTEN_FDS: the socket does not listen for connections; use ListenStream and Accept=no")
    return listener


def _listen(settings: Settings) -> socket.socket:
    """Bound here: a port in use is one line, not a log."""
    server = settings.server
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            server.host, server.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as fault:
        raise ServeError(f"{server.host}: is no address of this machine ({fault.strerror})") from None
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as fault:
        listener.close()
        what = f"can't listen on {server.host} port {server.port}: {fault.strerror}"
        raise ServeError(f"{what}; choose another with --port, or end what listens there") from None
    return listener


def _listen_unix(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if path.exists() and stat.S_ISSOCK(path.stat().st_mode):
            _refuse_if_used(path)
            path.unlink()
        listener.bind(str(path))
        path.chmod(0o666)
        listener.listen(BACKLOG)
    except OSError as fault:
        listener.close()
        raise ServeError(f"{path}: can't listen here: {fault.strerror}; see [server] unix_socket") from None
    return listener


def _identity(path: Path) -> tuple[int, int, int] | None:
    """Which file stands there, if any: numbers are given again, and times are not."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_ctime_ns


def _refuse_if_used(path: Path) -> None:
    """What a killed server left is taken away; what another one listens on is not."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as trial:
        trial.settimeout(1)
        try:
            trial.connect(str(path))
        except ConnectionRefusedError:
            return
        except TimeoutError:
            pass  # it is too busy to answer
    raise ServeError(f"{path}: another process listens here; end it, or choose another with [server] unix_socket")
