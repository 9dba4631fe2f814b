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
from collections.abc import Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import IO, Any

from feeds.draft import Draft, Drafting
from feeds.errors import BadRecord
from feeds.model import Record

# A draft, or why there is none.
Drafted = Draft | str

_ROOT = Path(__file__).parent.parent


def drafted(drafting: Drafting, records: Sequence[Record], now: datetime) -> list[Drafted]:
    """The drafts of some records, in their order."""
    found: list[Drafted] = []
    for record in records:
        try:
            found.append(drafting.draft(record, now))
        except BadRecord as fault:
            found.append(str(fault))
    return found


class Drafter:
    """Makes drafts, the first batch here and the following ones next door. Not for two threads at a time."""

    def __init__(self, *, base: str, zone: tzinfo) -> None:
        self._made_with = {"base": base, "zone": zone}
        self._here = Drafting(base=base, zone=zone)
        self._began = False
        self._process: subprocess.Popen[bytes] | None = None
        # An import that was given up closes it while its thread goes on for a while.
        self._lock = threading.Lock()
        self._closed = False

    def draft(self, records: Sequence[Record], now: datetime) -> list[Drafted]:
        """The drafts of a batch."""
        if not records:
            # The end of a source: many are small, and a process takes longer to start than they do.
            return []
        if not self._began or self._closed:
            # Most imports are small: no process is started for them.
            self._began = True
            return drafted(self._here, records, now)
        try:
            return self._ask(records, now)
        except (OSError, EOFError, ValueError, pickle.UnpicklingError):
            # Whoever ended it (a machine that is short of memory): it can be done here as well.
            return drafted(self._here, records, now)

    def _ask(self, records: Sequence[Record], now: datetime) -> list[Drafted]:
        given, taken = self._pipes()
        _put(given, (list(records), now))
        answer: list[Drafted] | BaseException = pickle.load(taken)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        """What the process reads, and what it writes; it is started if need be."""
        with self._lock:
            if self._closed:
                raise EOFError
            began = self._process is None
            if self._process is None:
                # From where this package lies: a folder "feeds" where the user stands is another one.
                command = [sys.executable, "-m", "feeds.drafting"]
                self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=_ROOT)
            assert self._process.stdin and self._process.stdout
            if began:
                _put(self._process.stdin, self._made_with)
            return self._process.stdin, self._process.stdout

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


def _put(pipe: IO[bytes], value: object) -> None:
    pickle.dump(value, pipe, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.flush()


def serve(given: IO[bytes], taken: IO[bytes]) -> None:
    """Answers batches until the input ends."""
    made_with: dict[str, Any] = pickle.load(given)
    drafting = Drafting(**made_with)
    while True:
        try:
            records, now = pickle.load(given)
        except EOFError:
            return
        answer: object
        try:
            answer = drafted(drafting, records, now)
        except Exception as bug:
            answer = bug
        _put(taken, answer)


if __name__ == "__main__":
    # Ctrl-C in a terminal is sent to both; the import says when it is over.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(sys.stdin.buffer, sys.stdout.buffer)
