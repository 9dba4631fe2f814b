"""Records -> drafts in a process of its own: cleaning takes as long as writing, and a machine has two cores.

The process is this module, run with pickles on its standard input and output. It ends with its input: when the
import is over, and when the import is killed.
"""

import contextlib
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, tzinfo
from operator import attrgetter
from pathlib import Path
from typing import IO, Any

from feeds.errors import BadRecord
from feeds.intake.draft import Draft, Drafter
from feeds.model import Article, Author, Place, Record

# A draft, or why there is none.
Drafted = Draft | str

_ROOT = Path(__file__).parent.parent.parent
# Of what there are many in a batch.
_FIELDS: Mapping[type, Sequence[str]] = {
    kind: [each.name for each in fields(kind)] for kind in (Article, Author, Draft, Place, Record)
}


def _made(kind: type, *values: object) -> object:
    return kind(**dict(zip(_FIELDS[kind], values, strict=True)))


def _taken_apart(kind: type) -> Callable[[Any], tuple[Any, ...]]:
    values = attrgetter(*_FIELDS[kind])
    return lambda value: (_made, (kind, *values(value)))


def drafted(drafter: Drafter, records: Sequence[Record], now: datetime) -> list[Drafted]:
    """The drafts of some records, in their order."""
    found: list[Drafted] = []
    for record in records:
        try:
            found.append(drafter.draft(record, now))
        except BadRecord as fault:
            found.append(str(fault))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A batch that is to be drafted: `elsewhere` in the process, else here."""

    records: Sequence[Record]
    now: datetime
    elsewhere: bool


class Workshop:
    """Makes drafts, the first batch here and the following ones next door.

    What was asked is answered in the same order; one thread may ask for the next batch while another waits for the
    answer to the one before.
    """

    def __init__(self, *, base: str, zone: tzinfo) -> None:
        self._made_with = {"base": base, "zone": zone}
        self._here = Drafter(base=base, zone=zone)
        self._began = False
        self._process: subprocess.Popen[bytes] | None = None
        # An import that was given up closes it while its threads go on for a while.
        self._lock = threading.Lock()
        self._closed = False

    def ask(self, records: Sequence[Record], now: datetime) -> Asked:
        """Has a batch drafted."""
        # Most imports are small: no process is started for them. Nor at the end of a source: many are small.
        elsewhere = self._began and bool(records) and self._sent(records, now)
        self._began = self._began or bool(records)
        return Asked(records=records, now=now, elsewhere=elsewhere)

    def answer(self, asked: Asked) -> list[Drafted]:
        """The drafts of a batch."""
        if asked.elsewhere:
            try:
                return self._received()
            except (OSError, EOFError, ValueError, pickle.UnpicklingError):
                # Whoever ended it (a machine that is short of memory): it can be done here as well.
                self.close()
        return drafted(self._here, asked.records, asked.now)

    def _sent(self, records: Sequence[Record], now: datetime) -> bool:
        try:
            _put(self._open().stdin, (list(records), now))
        except (OSError, EOFError, ValueError):
            return False
        return True

    def _received(self) -> list[Drafted]:
        assert self._process and self._process.stdout
        answer: list[Drafted] | BaseException = pickle.load(self._process.stdout)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def _open(self) -> subprocess.Popen[bytes]:
        """The process; it is started if need be. Raises EOFError where all is over."""
        with self._lock:
            if self._closed:
                raise EOFError
            if self._process is None:
                # From where this package lies: a folder "feeds" where the user stands is another one.
                command = [sys.executable, "-m", "feeds.intake.workshop"]
                self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=_ROOT)
                _put(self._process.stdin, self._made_with)
            return self._process

    def close(self) -> None:
        """Ends the process, also one that is at work."""
        with self._lock:
            self._closed = True
            if self._process:
                self._process.kill()
                self._process.wait()
                for pipe in (self._process.stdin, self._process.stdout):
                    assert pipe
                    with contextlib.suppress(OSError):
                        pipe.close()


def _put(pipe: IO[bytes] | None, value: object) -> None:
    assert pipe
    _Pickler(pipe, protocol=pickle.HIGHEST_PROTOCOL).dump(value)
    pipe.flush()


class _Pickler(pickle.Pickler):
    """Half the time of what dataclasses with slots do by themselves, which look their fields up for each object."""

    dispatch_table = {kind: _taken_apart(kind) for kind in _FIELDS}  # noqa: RUF012 — pickle's own way


def serve(given: IO[bytes], taken: IO[bytes]) -> None:
    """Answers batches until the input ends."""
    made_with: dict[str, Any] = pickle.load(given)
    drafter = Drafter(**made_with)
    while True:
        try:
            records, now = pickle.load(given)
        except EOFError:
            return
        answer: object
        try:
            answer = drafted(drafter, records, now)
        except Exception as bug:
            answer = bug
        _put(taken, answer)


if __name__ == "__main__":
    # Ctrl-C in a terminal is sent to both; the import says when it is over.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # By its own name: a pickle says in which module a function is, and in the import that is not this one.
    from feeds.intake import workshop

    workshop.serve(sys.stdin.buffer, sys.stdout.buffer)
