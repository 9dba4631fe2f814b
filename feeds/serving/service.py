"""`feeds serve`: the socket, uvicorn with what it needs here, and what is said at the start."""

import asyncio
import logging
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import ChangeReload

from feeds.errors import FeedsError, ServeError, StoreRefused, StoreUnavailable
from feeds.logs import LOGGING, event
from feeds.render.pages import Pages, try_out
from feeds.serving.listening import listening, origin
from feeds.serving.workers import Workers
from feeds.settings import Settings, load
from feeds.store.sqlite import SqliteStore
from feeds.variables import ACCEPTED_VARIABLE, CONFIG_VARIABLE, LEDGER_VARIABLE, ORIGIN_VARIABLE
from feeds.web.limits import BACKLOG, MOST_FILES
from feeds.web.protocol import LaneProtocol
from feeds.web.reliance import changed
from feeds.web.succession import refused

log = logging.getLogger("feeds")

_APP = "feeds.web:create_app"
# Seconds that an idle connection stays open: longer than proxies keep theirs (nginx 60), so that none of them sends
# a request into a connection that is just being closed.
_KEEP_ALIVE = 75
# Seconds in which requests under way may end after a signal.
_GRACE = 10


def serve(config: Path, settings: Settings, *, reload: bool, say: Callable[[str], None]) -> None:
    """Serves until a signal. Raises ServeError where it can't begin, StoreRefused where the store can't be used,
    ConfigurationError where the newsroom's templates can't."""
    try_out(Pages(settings))
    asyncio.run(_try_store(settings, say))
    # uvicorn ends in good order, then sends itself the signal again: it must not kill what is left to be done.
    before = signal.signal(signal.SIGTERM, _interrupted)
    if sys.platform != "win32":
        # Until somebody listens to it; of those who are started from here, too.
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with listening(config, settings) as listener:
            os.environ[CONFIG_VARIABLE] = str(config.absolute())
            os.environ[ORIGIN_VARIABLE] = origin(settings, listener)
            settings, configured = settings.at(os.environ[ORIGIN_VARIABLE]), settings
            if settings.site.url != configured.site.url:
                base = settings.site.url
                say(f"The addresses in the feeds begin with {base}, since [site] url is this machine's own.")
            _announce(settings, listener, say)
            _allow_connections()
            with _ledger(say) as folder:
                _run(config, settings, listener, reload=reload, folder=folder)
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _ledger(say: Callable[[str], None]) -> Iterator[Path | None]:
    """A folder for what workers share, and in it a file in which they add up what they count. Where there is no room
    for it, it is served without."""
    with ExitStack() as stack:
        folder = None
        try:
            made = tempfile.TemporaryDirectory(prefix="feeds-", ignore_cleanup_errors=True)
            if sys.platform != "win32":
                import fcntl

                folder = Path(stack.enter_context(made))
                held = os.open(folder, os.O_RDONLY)
                stack.callback(os.close, held)
                # Who clears away what nobody has touched for days leaves locked folders alone (tmpfiles.d(5)).
                fcntl.flock(held, fcntl.LOCK_SH)
                os.environ[LEDGER_VARIABLE] = str(folder / "ledger")
        except OSError:
            say("No folder for temporary files can be written to: /metrics tells of one worker at a time.")
        yield folder


def _accept(config: Path, copy: Path | None) -> bool:
    """Whether the configuration is right, and the store that it names can be used. Then workers take its copy."""
    try:
        text = config.read_bytes()
        settings = load(config, text=text)
        try_out(Pages(settings))
        asyncio.run(_try_store(settings, lambda line: None))
        if copy:
            _put(copy, text)
    except (FeedsError, OSError) as fault:
        refused(str(fault))
        return False
    return True


def _first_copy(config: Path, folder: Path | None) -> Path | None:
    """A copy of the configuration for workers: one that takes another's place is to have the same, whatever stands in
    the file by then. None where there is no room for it."""
    if folder is None:
        return None
    copy = folder / "config.toml"
    try:
        _put(copy, config.read_bytes())
    except OSError:
        return None
    os.environ[ACCEPTED_VARIABLE] = str(copy)
    return copy


def _put(path: Path, text: bytes) -> None:
    """Writes a file that is whole whenever it is read."""
    part = path.with_suffix(".part")
    part.write_bytes(text)
    part.replace(path)


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


def _run(
    path: Path, settings: Settings, listener: socket.socket, *, reload: bool = False, folder: Path | None = None
) -> None:
    # What ours leans on may be otherwise in a later uvicorn.
    parts = changed()
    config = uvicorn.Config(
        _APP,
        factory=True,
        workers=settings.server.workers,
        reload=reload,
        reload_dirs=[str(Path(__file__).parent.parent)] if reload else None,
        loop="auto" if sys.platform == "win32" else "feeds.web.gate:GatedLoop",
        http="httptools" if parts else LaneProtocol,
        ws="none",
        lifespan="on",
        # Nothing is ever read from X-Forwarded-*.
        proxy_headers=False,
        log_config=LOGGING,
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
            copy = _first_copy(path, folder)
            workers = Workers(config, [listener], accept=lambda: _accept(path, copy))
            workers.run()
            failed = any(worker.exitcode == STARTUP_FAILURE for worker in workers.processes)
        else:
            server.run(sockets=[listener])
    except SystemExit:
        failed = True
    if failed:
        raise ServeError("the service could not start; the reason stands above")
