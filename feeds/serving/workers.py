"""uvicorn's supervisor of several workers, which hands a changed configuration on to them."""

import os
import signal
import socket
from collections.abc import Callable, Sequence

from uvicorn import Config
from uvicorn.supervisors import Multiprocess

from feeds.processes import Terminal
from feeds.supervisor import tell

# Seconds in which a worker that was just started comes to hear signals.
_STARTING = 30.0


class Workers(Multiprocess):
    """SIGHUP ends no worker: where `accept` finds the configuration right, each is told, and takes it over itself."""

    def __init__(self, config: Config, sockets: Sequence[socket.socket], *, accept: Callable[[], bool]) -> None:
        super().__init__(config, list(sockets))
        self._accept = accept
        self._terminal = Terminal()

    def terminate_all(self) -> None:
        tell("STOPPING=1")
        super().terminate_all()

    def handle_hup(self) -> None:
        if self._terminal.is_gone():
            self.should_exit.set()
            return
        if not self._accept():
            return
        for worker in self.processes:
            # Before that it would not hear it, and may have read the configuration from before.
            if worker.wait_until_ready(_STARTING, self.should_exit) and worker.pid:
                os.kill(worker.pid, signal.SIGHUP)
