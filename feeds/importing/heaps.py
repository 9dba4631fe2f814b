"""Files with one article each, read as one source."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from feeds import importers
from feeds.errors import BadSource
from feeds.importers import Reading, copies
from feeds.importers.source import Source
from feeds.importing.gathering import File, Heap, called, changed, opened
from feeds.importing.progress import Counted
from feeds.model import Place, Record, Rejection

# Copies that are looked at for what they share, and bytes of each.
_SAMPLE = 400
_BEGINNING = 1 << 18


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
        site: dict[str, frozenset[str]] = {}
        for file in self._heap.files:
            if self._stopped:
                return
            name, reading = called(file.path), self._reading
            if file.kind == "copy":
                folder = _folder(file)
                if folder not in site:
                    site[folder] = self._site_of(folder)
                reading = replace(reading, site=site[folder])
            try:
                with opened(file.path) as stream:
                    source = Source.of(name, Counted(name, stream), changed=changed(stream, self._now))
                    yield from importers.records(file.kind, source, reading)
            except BadSource as fault:
                yield Rejection(place=Place(source=name), reason=str(fault).removeprefix(f"{name}: "))
            self.taken += file.size

    def _site_of(self, folder: str) -> frozenset[str]:
        """The lines that the copies of a folder share, seen in some of them that lie all over it."""
        files = [file for file in self._heap.files if file.kind == "copy" and _folder(file) == folder]
        return copies.repeated(_beginnings(files[:: -(-len(files) // _SAMPLE)]))

    def stop(self) -> None:
        self._stopped = True


def _folder(file: File) -> str:
    return str(Path(file.path).parent)


def _beginnings(files: Iterable[File]) -> Iterator[bytes]:
    for file in files:
        # It is told when it is read for its article.
        with suppress(BadSource, OSError), opened(file.path) as stream:
            yield stream.read(_BEGINNING)
