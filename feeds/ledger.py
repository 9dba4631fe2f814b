"""The numbers of all processes of one service, in a file that they share in memory.

Each process has a page of its own, which it alone writes and which a lock of the operating system marks as taken:
whoever dies leaves the lock, and the numbers. The next process goes on with that page and its numbers, so that no
sum over all pages ever falls, and there are as many pages as there ever were processes at a time.
"""

import mmap
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from feeds.metrics import KEYS, Key

_WORD = 8
# What a process says of itself, before its numbers: when (milliseconds of the machine's steady clock), the bytes and
# the number of what it holds, and whether its store is well.
_OWN = 4
_PAGE = -(-(_OWN + len(KEYS)) * _WORD // mmap.ALLOCATIONGRANULARITY) * mmap.ALLOCATIONGRANULARITY
# Milliseconds: who has said nothing for longer is gone, or as good as.
_SILENCE = 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """How a process is now: what its cache holds, and whether its store is well."""

    cache_bytes: int
    cache_entries: int
    store_well: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The numbers of all processes there were, and how those are that live."""

    counts: Mapping[Key, int]
    present: Sequence[Present]


class Ledger:
    """A process's page of the shared file, and a view of all others. Not for Windows, which has no such locks."""

    def __init__(self, path: Path) -> None:
        """Raises OSError where there is no room for a page."""
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            self.number = self._claim()
            self._map = mmap.mmap(self._file, _PAGE, offset=self.number * _PAGE)
        except OSError:
            os.close(self._file)
            raise
        self._page = memoryview(self._map).cast("q")
        # What those had counted who had the page before.
        self._before = self._page[_OWN : _OWN + len(KEYS)].tolist()

    def _claim(self) -> int:
        """The number of the first page that nobody has."""
        assert sys.platform != "win32"
        import fcntl

        for number in count():
            place = number * _PAGE
            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
            except (BlockingIOError, PermissionError):
                continue
            # Written, not only made longer: writing through the map into a hole kills the process (SIGBUS) where the
            # disk is full.
            os.pwrite(self._file, os.pread(self._file, _PAGE, place).ljust(_PAGE, b"\0"), place)
            return number
        raise AssertionError

    def write(self, counts: Mapping[Key, int], present: Present, *, now: float) -> None:
        """Says what this process has counted; `now` are seconds of the machine's steady clock."""
        numbers = counts.values()
        for place, (before, number) in enumerate(zip(self._before, numbers, strict=True), start=_OWN):
            self._page[place] = before + number
        self._page[1], self._page[2] = present.cache_bytes, present.cache_entries
        self._page[3] = int(present.store_well)
        self._page[0] = int(now * 1000)

    def read(self, *, now: float) -> Totals:
        """What all have counted."""
        sums = [0] * len(KEYS)
        present = []
        size = os.fstat(self._file).st_size
        for number in range(size // _PAGE):
            page = memoryview(os.pread(self._file, _PAGE, number * _PAGE)).cast("q").tolist()
            sums = [total + value for total, value in zip(sums, page[_OWN:], strict=False)]
            if int(now * 1000) - page[0] <= _SILENCE:
                present.append(Present(cache_bytes=page[1], cache_entries=page[2], store_well=bool(page[3])))
        return Totals(counts=dict(zip(KEYS, sums, strict=True)), present=present)

    def close(self) -> None:
        """Leaves the page to the next process: this one lives no more."""
        self._page[0] = 0
        self._page.release()
        self._map.close()
        os.close(self._file)
