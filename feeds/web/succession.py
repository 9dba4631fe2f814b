"""The application of the configuration as it stands, and the one that takes its place once that was changed.

Who is connected stays so, and no request waits: the next application is made beside the one that serves, opens the
store, makes what the other has at hand, and is asked from then on. What is wrong with the new configuration, or with
the store that it names, is said, and all stays as it is; where the store is only unwell, it is tried again.
"""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress

from starlette.routing import Router
from starlette.types import ASGIApp, Receive, Scope, Send

from feeds.desk import Desk
from feeds.errors import FeedsError, StoreUnavailable
from feeds.ledger import Ledger, Present
from feeds.logs import event
from feeds.metrics import Metrics
from feeds.processes import Terminal
from feeds.settings import Settings
from feeds.supervisor import tell
from feeds.web.access import lane_of
from feeds.web.app import present
from feeds.web.counting import Books
from feeds.web.fastlane import LANE
from feeds.web.worker import is_worker

log = logging.getLogger("feeds")

# Seconds in which what is at hand is made anew before it is asked for; the rest is made when it is.
_READY_SECONDS = 10.0
# Seconds until it is tried again with a store that was unwell.
_AGAIN = 1.0


class _Reign:
    """An application that serves, or served, with its desk."""

    def __init__(self, desk: Desk, app: ASGIApp) -> None:
        self.desk = desk
        self._app = app
        self._inside = 0
        self._empty = asyncio.Event()
        self._empty.set()

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._inside += 1
        self._empty.clear()
        try:
            await self._app(scope, receive, send)
        finally:
            self._inside -= 1
            if not self._inside:
                self._empty.set()

    async def end(self) -> None:
        """Closes the desk once nobody waits for its answer."""
        await self._empty.wait()
        await self.desk.close()


class Succession:
    """An ASGI application. `read` gives the settings as they are now, and `wire` a desk for them that counts in some
    metrics, with its application; of `standing` settings it is said that they take effect at the next start."""

    def __init__(
        self,
        *,
        read: Callable[[], Settings],
        wire: Callable[[Settings, Metrics, Books], tuple[Desk, ASGIApp]],
        standing: Callable[[Settings], Mapping[str, object]],
        ledger: Ledger | None = None,
        signals: bool = False,
    ) -> None:
        self._read = read
        self._wire = wire
        self._standing = standing
        self._signals = signals
        self._terminal = Terminal()
        self._metrics = Metrics()
        self._books = Books(self._metrics, self._present, ledger)
        settings = read()
        self._started = standing(settings)
        self._reign = self._begin(settings)
        self._past: set[asyncio.Task[None]] = set()
        self._wanted = asyncio.Event()
        self._router = Router(lifespan=self._lifespan)
        self._state: dict[str, object] = {}

    def _begin(self, settings: Settings) -> _Reign:
        return _Reign(*self._wire(settings, self._metrics, self._books))

    def _present(self) -> Present:
        return present(self._reign.desk)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            self._state = scope.get("state", {})
            await self._router(scope, receive, send)
            return
        # Who was asked answers, whoever comes meanwhile.
        await self._reign.answer(scope, receive, send)

    @asynccontextmanager
    async def _lifespan(self, _: object) -> AsyncIterator[dict[str, object]]:
        await self._reign.desk.open()
        tasks = [asyncio.create_task(part()) for part in (self._books.run, self._watch)]
        loop = asyncio.get_running_loop()
        if self._signals:
            loop.add_signal_handler(signal.SIGHUP, self._hang_up)
            # From the first moment of a worker on it was held back (`serving/workers.py`).
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})
        tell("READY=1", "STATUS=serving")
        try:
            # For a server that knows what to do with it; any other serves the same without.
            yield {LANE: lane_of(self._reign.desk)}
        finally:
            # Of a worker that ends the service may go on; systemd would kill all of it after a while.
            if not is_worker():
                tell("STOPPING=1")
            if self._signals:
                loop.remove_signal_handler(signal.SIGHUP)
                # It would end the process in the middle of its ending.
                signal.signal(signal.SIGHUP, signal.SIG_IGN)
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
            await asyncio.gather(self._reign.desk.close(), *self._past)

    def _hang_up(self) -> None:
        if self._terminal.is_gone():
            signal.raise_signal(signal.SIGTERM)
        else:
            self.reload()

    def reload(self) -> None:
        """Wants the configuration to be read again."""
        self._wanted.set()

    async def _watch(self) -> None:
        waits = False
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            waited, waits = waits, False
            try:
                await self._succeed()
            except StoreUnavailable as fault:
                # It passes; of several workers one would stay behind the others until somebody asked again.
                waits = True
                if not waited:
                    log.warning(event("reload_waits", reason=fault))
                asyncio.get_running_loop().call_later(_AGAIN, self._wanted.set)
            except FeedsError as fault:
                refused(str(fault))
            except Exception:
                log.exception(event("reload_refused", reason="a bug"))

    async def _succeed(self) -> None:
        """Puts the application of the settings as they are now in the place of the one that serves."""
        settings = self._read()
        # A newsroom's templates are read there, and every page is made of them once.
        coming, going = await asyncio.to_thread(self._begin, settings), self._reign
        try:
            await coming.desk.open()
            made = await coming.desk.follow(going.desk, _READY_SECONDS)
        except BaseException:
            await coming.desk.close()
            raise
        self._reign = coming
        self._state[LANE] = lane_of(coming.desk)
        log.info(event("reloaded", made=made))
        tell("STATUS=serving")
        if late := [key for key, value in self._standing(settings).items() if value != self._started[key]]:
            log.warning(event("reload_in_part", at_the_next_start=", ".join(late)))
        past = asyncio.create_task(going.end())
        self._past.add(past)
        past.add_done_callback(self._past.discard)


def refused(reason: str) -> None:
    """Says that a changed configuration is not taken, and why."""
    log.error(event("reload_refused", reason=reason))
    tell(f"STATUS=serving with the configuration from before; the changed one was refused: {reason}")
