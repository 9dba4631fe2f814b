"""How far an import has come: a bar on a terminal, a plain line now and then elsewhere."""

import os
import select
import stat
import sys
from types import TracebackType
from typing import BinaryIO, Protocol

import click

from feeds.errors import BadSource
from feeds.intake.door import Tally
from feeds.text.plural import plural

# Records between two plain lines.
_EVERY = 20_000
# Seconds between looks whether the reading of a pipe that gives nothing is still wanted.
_BEAT = 0.2
# To the beginning of the line, and all of it gone (ECMA-48: CR, EL 2).
_WIPE = "\r\x1b[2K"


class Counted:
    """A binary file without a buffer that knows how much of it was read, and can be told to end."""

    def __init__(self, name: str, file: BinaryIO) -> None:
        self._name = name
        self._file = file
        found = os.fstat(file.fileno())
        self._waits = not stat.S_ISREG(found.st_mode)
        self._stopped = False
        # None where it can't be told (a pipe).
        self.size = None if self._waits else found.st_size
        self.taken = 0

    def read(self, size: int = -1, /) -> bytes:
        """As much as there is now; nothing at the end. Raises BadSource."""
        try:
            while not self._stopped:
                # A read that waits for a pipe would outlive Ctrl-C.
                if self._waits and not select.select([self._file], [], [], _BEAT)[0]:
                    continue
                piece = self._file.read(size)
                self.taken += len(piece)
                return piece
        except OSError as fault:
            raise BadSource(f"{self._name}: can't be read further: {fault.strerror}") from None
        return b""

    def stop(self) -> None:
        """From now on, and where it waits just now, it is at its end."""
        self._stopped = True


class Measured(Protocol):
    """What is being read: how many bytes there are (None where that can't be told), and how many were taken."""

    @property
    def size(self) -> int | None: ...

    @property
    def taken(self) -> int: ...

    def stop(self) -> None:
        """From now on it is at its end."""
        ...


class Progress:
    """Shows on standard error what becomes of the records of one source."""

    def __init__(self, name: str, file: Measured, tally: Tally) -> None:
        self._name = name
        self._file = file
        self._tally = tally
        self._before = tally.taken + tally.rejected
        self._next = _EVERY
        self._shown = 0
        self._bar = None
        if file.size and sys.stderr.isatty():
            self._bar = click.progressbar(length=file.size, label=name, file=sys.stderr)

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
            return
        records = self._tally.taken + self._tally.rejected - self._before
        if records >= self._next:
            self._next = records - records % _EVERY + _EVERY
            click.echo(f"{self._name}: {plural(records, 'record')}", err=True)

    def say(self, line: str, *, err: bool = True) -> None:
        """Writes a line of its own, where the bar is; the bar comes again below it."""
        if self._bar and (err or sys.stdout.isatty()):
            click.echo(_WIPE, err=True, nl=False)
        click.echo(line, err=err)
