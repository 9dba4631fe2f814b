"""Files with one article each, read as one source."""

from collections.abc import Iterator
from datetime import datetime

from feeds import importers
from feeds.errors import BadSource
from feeds.gathering import Heap, called, changed, opened
from feeds.importers import Reading
from feeds.importers.source import Source
from feeds.model import Place, Record, Rejection
from feeds.progress import Counted


class Pile:
    """A heap that is being read: how much there is in bytes, how much was taken, and that it can be told to end."""

    def __init__(self, heap: Heap, reading: Reading, now: datetime) -> None:
        self._heap = heap
        self._reading = reading
        self._now = now
        self._stopped = False
        self.size = sum(file.size for file in heap.files)
        self.taken = 0

    def records(self) -> Iterator[Record | Rejection]:
        """The records of all files, in their order; one that can't be read any more is a rejection."""
        for file in self._heap.files:
            if self._stopped:
                return
            name = called(file.path)
            try:
                with opened(file.path) as stream:
                    source = Source.of(name, Counted(name, stream), changed=changed(stream, self._now))
                    yield from importers.records(file.kind, source, self._reading)
            except BadSource as fault:
                yield Rejection(place=Place(source=name), reason=str(fault).removeprefix(f"{name}: "))
            self.taken += file.size

    def stop(self) -> None:
        self._stopped = True
