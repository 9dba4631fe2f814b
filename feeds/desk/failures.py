"""What could not be made by a fault of ours: it is left alone for a while, unless something changes."""

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta

# Failures remembered; more are a fault of everything.
_MOST = 1000
_REST = timedelta(seconds=30)


class Failures:
    """Failures by what failed, each with the state of the store that it failed in. `clock` gives the present time."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._failed: dict[Hashable, tuple[Hashable, datetime]] = {}

    def note(self, what: Hashable, state: Hashable) -> None:
        if len(self._failed) >= _MOST:
            self._failed.clear()
        self._failed[what] = state, self._clock() + _REST

    def known(self, what: Hashable, state: Hashable) -> bool:
        """Whether it failed a moment ago in just this state."""
        failed_in, until = self._failed.get(what, (None, None))
        return until is not None and failed_in == state and self._clock() < until
