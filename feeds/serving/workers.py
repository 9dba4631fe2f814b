"""uvicorn's supervisor of several workers: it gives each the time that it needs to start, and hands a changed
configuration on to all of them."""

import logging
import os
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from uvicorn import Config
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess
from uvicorn.supervisors.multiprocess import Process

from feeds.logs import event
from feeds.processes import Terminal
from feeds.supervisor import tell

log = logging.getLogger("feeds")

# Looks at a worker, two a second, that it may leave unanswered. uvicorn's own five seconds are fewer than a slow or
# busy machine needs to start one, which would be ended, and started, again and again. Looks are counted, not seconds: a
# machine that stood still finds that minutes have passed.
LOOKS = 60


class Worker(Process):
    """A process that serves; how it does is seen without waiting for it."""

    def __init__(self, config: Config, sockets: Sequence[socket.socket]) -> None:
        super().__init__(config, list(sockets))
        self._unanswered = 0

    def is_alive(self, timeout: float = 0) -> bool:
        """Whether it runs, and has answered one of the last looks."""
        if not self.process.is_alive():
            return False
        try:
            if self._unanswered and self.parent_conn.poll():
                self.parent_conn.recv()
                self._unanswered = 0
            if not self._unanswered:
                self.parent_conn.send(b"look")
        except (OSError, EOFError):
            return False
        self._unanswered += 1
        return self._unanswered <= LOOKS


class Workers(Multiprocess):
    """SIGHUP ends no worker: where `accept` finds the configuration right, each is told, and takes it over itself."""

    def __init__(self, config: Config, sockets: Sequence[socket.socket], *, accept: Callable[[], bool]) -> None:
        super().__init__(config, list(sockets))
        self._accept = accept
        self._terminal = Terminal()

    def init_processes(self) -> None:
        self.processes = [self._begin() for _ in range(self.processes_num)]

    def keep_subprocess_alive(self) -> None:
        for place, worker in enumerate(self.processes):
            if self.should_exit.is_set() or worker.is_alive():
                continue
            worker.kill()
            worker.join()
            if worker.exitcode == STARTUP_FAILURE:
                # The next one would fail as it did.
                self.should_exit.set()
            else:
                log.warning(event("worker_replaced", worker=worker.pid, status=worker.exitcode))
                self.processes[place] = self._begin()

    def _begin(self) -> Worker:
        worker = Worker(self.config, self.sockets)
        with _hang_up_held_back():
            worker.start()
        return worker

    def terminate_all(self) -> None:
        tell("STOPPING=1")
        super().terminate_all()

    def handle_hup(self) -> None:
        if self._terminal.is_gone():
            self.should_exit.set()
        elif self._accept():
            for worker in self.processes:
                # One that is just starting, and may have read the configuration from before, is told once it hears.
                if worker.pid and worker.process.is_alive():
                    os.kill(worker.pid, signal.SIGHUP)


@contextmanager
def _hang_up_held_back() -> Iterator[None]:
    """Processes begun meanwhile have SIGHUP held back from their first moment: it would end them, until there is
    somebody who hears it and lets it through (`web/succession.py`)."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
