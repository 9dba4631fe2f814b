"""`feeds serve`: the socket, uvicorn with what it needs here, and what is said at the start."""

import asyncio
import ipaddress
import logging
import os
import signal
import socket
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import ChangeReload, Multiprocess

from feeds.errors import ServeError, StoreRefused, StoreUnavailable
from feeds.logs import event
from feeds.render.pages import assets
from feeds.settings import Settings, load
from feeds.store.sqlite import SqliteStore
from feeds.variables import CONFIG_VARIABLE, LEDGER_VARIABLE
from feeds.web.limits import BACKLOG, MOST_FILES
from feeds.web.protocol import LaneProtocol
from feeds.web.reliance import changed

log = logging.getLogger("feeds")

_APP = "feeds.web:create_app"
# Seconds that an idle connection stays open: longer than proxies keep theirs (nginx 60), so that none of them sends
# a request into a connection that is just being closed.
_KEEP_ALIVE = 75
# Seconds in which requests under way may end after a signal.
_GRACE = 10
_LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "feeds.logs.LineFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"feeds": {"level": "INFO"}},
}


def serve(config: Path, settings: Settings, *, reload: bool, say: Callable[[str], None]) -> None:
    """Serves until a signal. Raises ServeError where it can't begin, StoreRefused where the store can't be used,
    ConfigurationError where the newsroom's templates can't."""
    assets(settings)
    asyncio.run(_try_store(settings, say))
    # A relative path starts at the folder of the configuration.
    path = config.absolute().parent / settings.server.unix_socket if settings.server.unix_socket else None
    listener = _listen_unix(path) if path else _listen(settings)
    # uvicorn ends in good order, then sends itself the signal again: it must not kill what is left to be done.
    before = signal.signal(signal.SIGTERM, _interrupted)
    try:
        os.environ[CONFIG_VARIABLE] = str(config.absolute())
        base = _own_base(settings, listener)
        if base != settings.site.url:
            os.environ["FEEDS_SITE__URL"] = base
            say(f"The addresses in the feeds begin with {base}, since [site] url is this machine's own.")
            settings = load(config)
        _announce(settings, listener, say)
        _allow_connections()
        with _ledger(say):
            _run(settings, listener, reload)
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)
        listener.close()
        if path:
            path.unlink(missing_ok=True)


@contextmanager
def _ledger(say: Callable[[str], None]) -> Iterator[None]:
    """Names the file in which workers add up what they count. Where there is no room for it, it is served without."""
    with ExitStack() as stack:
        try:
            made = tempfile.TemporaryDirectory(prefix="feeds-", ignore_cleanup_errors=True)
            if sys.platform != "win32":
                os.environ[LEDGER_VARIABLE] = str(Path(stack.enter_context(made), "ledger"))
        except OSError:
            say("No folder for temporary files can be written to: /metrics tells of one worker at a time.")
        yield


def _interrupted(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


async def _try_store(settings: Settings, say: Callable[[str], None]) -> None:
    """Opens the store once, so that what waiting does not mend is said before anything starts."""
    store = SqliteStore(settings.store_path, clock=time.time)
    try:
        await store.open()
    except StoreUnavailable as fault:
        say(f"{fault}; serving begins when it is well again")
    finally:
        await store.close()
    if settings.store_path.exists() and not os.access(settings.store_path, os.W_OK):
        raise StoreRefused(f"{settings.store_path}: the store may not be written; give this user permission for it")


def _listen(settings: Settings) -> socket.socket:
    """The socket that all workers share. Bound here: a port in use is one line, not a log."""
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
    listener.set_inheritable(True)
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


def _own_base(settings: Settings, listener: socket.socket) -> str:
    """The site's address; where that is a loopback address, the one that is listened on."""
    parts = urlsplit(settings.site.url)
    if listener.family == socket.AF_UNIX or not _is_loopback(parts.hostname or ""):
        return settings.site.url
    host, port = listener.getsockname()[:2]
    if not _is_loopback(host):
        host = parts.hostname or host
    elif settings.server.host == "localhost":
        host = "localhost"
    if ":" in host:
        host = f"[{host}]"
    return urlunsplit(("http", f"{host}:{port}", parts.path, "", ""))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _announce(settings: Settings, listener: socket.socket, say: Callable[[str], None]) -> None:
    site = settings.site.url
    where = listener.getsockname()
    say(f"Khulasat serves {settings.site.title} on {where if isinstance(where, str) else f'{where[0]}:{where[1]}'}")
    say(f"  pages     {site}/")
    say(f"  all news  {site}/rss.xml  {site}/atom.xml  {site}/feed.json")
    for section in settings.sections[:1]:
        say(f"  a section {site}/{section.slug}/rss.xml")
    say("Ctrl-C ends it.")


def _allow_connections() -> None:
    """Each connection is an open file, and many systems allow 1,024 until somebody asks for more."""
    if sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _run(settings: Settings, listener: socket.socket, reload: bool) -> None:
    # What ours leans on may be otherwise in a later uvicorn.
    parts = changed()
    config = uvicorn.Config(
        _APP,
        factory=True,
        workers=settings.server.workers,
        reload=reload,
        reload_dirs=[str(Path(__file__).parent)] if reload else None,
        loop="auto" if sys.platform == "win32" else "feeds.web.gate:GatedLoop",
        http="httptools" if parts else LaneProtocol,
        ws="none",
        lifespan="on",
        # Nothing is ever read from X-Forwarded-*.
        proxy_headers=False,
        log_config=_LOGGING,
        access_log=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=_GRACE,
    )
    if parts:
        reason = f"uvicorn {uvicorn.__version__} has changed {', '.join(parts)}"
        log.warning(event("lane_off", reason=reason))
    server = uvicorn.Server(config)
    failed = False
    try:
        if reload:
            ChangeReload(config, target=server.run, sockets=[listener]).run()
        elif settings.server.workers > 1:
            workers = Multiprocess(config, sockets=[listener])
            workers.run()
            failed = any(worker.exitcode == STARTUP_FAILURE for worker in workers.processes)
        else:
            server.run(sockets=[listener])
    except SystemExit:
        failed = True
    if failed:
        raise ServeError("the service could not start; the reason stands above")
