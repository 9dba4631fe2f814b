"""How far an import has come: a bar on a terminal, a plain line now and then elsewhere."""

import os
import sys
from types import TracebackType
from typing import BinaryIO

import click

from feeds.intake import Tally

# Records between two plain lines.
_EVERY = 20_000


class Counted:
    """A binary file that knows how much of it was read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.taken = 0

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self.taken += len(piece)
        return piece


class Progress:
    """Shows on standard error what became of the records of one source."""

    def __init__(self, name: str, file: Counted, size: int | None, tally: Tally) -> None:
        self._name = name
        self._file = file
        self._tally = tally
        self._next = _EVERY
        self._shown = 0
        self._bar = None
        if size and sys.stderr.isatty():
            self._bar = click.progressbar(length=size, label=name, file=sys.stderr)

    def __enter__(self) -> "Progress":
        if self._bar:
            self._bar.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.__exit__(kind, fault, trace)

    def __call__(self) -> None:
        """A batch was taken."""
        if self._bar:
            self._bar.update(self._file.taken - self._shown)
            self._shown = self._file.taken
        elif self._tally.taken + self._tally.rejected >= self._next:
            self._next += _EVERY
            click.echo(f"{self._name}: {self._tally.taken + self._tally.rejected} records", err=True)


def size_of(file: BinaryIO) -> int | None:
    """How long a file is; None where that can't be told (a pipe)."""
    found = os.fstat(file.fileno())
    return found.st_size or None
