"""What stands at an address is made, a few at a time; what is under way and what failed is known."""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import datetime

from feeds.addresses import Address, path_of
from feeds.desk.failures import Failures
from feeds.desk.press import Press
from feeds.desk.watcher import Watcher
from feeds.errors import StoreError, StoreUnavailable
from feeds.logs import event
from feeds.made import Absent, Made, kind
from feeds.metrics import Metrics
from feeds.model import EVERYTHING, State

log = logging.getLogger("feeds")

# Productions under way at a time. More would not be faster, and each of them wants the store within its limit.
_AT_ONCE = 4


class Production:
    """Has the press make what is asked for. `clock` gives the present time, aware."""

    def __init__(self, press: Press, watcher: Watcher, *, metrics: Metrics, clock: Callable[[], datetime]) -> None:
        self._press = press
        self._watcher = watcher
        self._metrics = metrics
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._failures = Failures(clock)
        # The versions of the whole that were known when what is being made was begun.
        self._begun: dict[object, int] = {}

    @property
    def version(self) -> int:
        """The version of the whole desk that nothing made from now on, or being made, is older than."""
        return min([self._watcher.state(EVERYTHING).version, *self._begun.values()])

    async def make(self, address: Address) -> Made:
        """What stands at an address now. Raises Absent, StoreUnavailable."""
        async with self._turn:
            if not self._watcher.readable:
                raise StoreUnavailable(self._watcher.trouble)
            began = time.perf_counter_ns()
            work = object()
            # What is read from now on is no older than this.
            self._begun[work] = self._watcher.state(EVERYTHING).version
            try:
                made = await self._press.make(address)
                self._metrics.rendered(kind(address), time.perf_counter_ns() - began)
                return made
            except (StoreError, Absent):
                raise
            except Exception:
                self._metrics.add("failures", kind(address))
                if not self.known_to_fail(address):
                    log.exception(event("production_failed", path=path_of(address)))
                self._failures.note(address, self._ground(address))
                raise
            finally:
                del self._begun[work]

    def known_to_fail(self, address: Address) -> bool:
        """Whether what stands at an address could not be made a moment ago of what is stored now."""
        return self._failures.known(address, self._ground(address))

    def _ground(self, address: Address) -> tuple[State, int]:
        return self._watcher.state(address.selection), self._watcher.epoch
