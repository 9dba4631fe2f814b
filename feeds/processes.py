"""Processes by names that tell, on the same machine, whether they still live; and the terminal of this one."""

import itertools
import os
import socket
from pathlib import Path

_numbers = itertools.count()


def make_name() -> str:
    """A name for a part of this process: its machine, number and beginning, and which part."""
    return f"{socket.gethostname()}:{os.getpid()}:{_beginning(os.getpid())}:{next(_numbers)}"


def has_gone(name: str) -> bool:
    """Whether a process is known to live no more; of another machine's nothing is known."""
    try:
        host, number, beginning, _ = name.rsplit(":", 3)
        if host != socket.gethostname():
            return False
        os.kill(int(number), 0)
    except (ProcessLookupError, ValueError, OverflowError):
        return True
    except OSError:
        # Somebody else's process: that number has been given away.
        return True
    # After a restart of the machine, or in a container, another one may have its number.
    return beginning != _beginning(int(number))


def _beginning(number: int) -> str:
    """When a process began, in ticks of the machine; nothing where the system does not say."""
    try:
        stat = Path(f"/proc/{number}/stat").read_text("latin-1")
    except OSError:
        return ""
    # proc(5): the name stands in parentheses and may hold anything; field 22 is the beginning.
    return stat.rpartition(")")[2].split()[19]


class Terminal:
    """The terminal that this process was started on, if any: what SIGHUP means depends on it."""

    def __init__(self) -> None:
        self._was_there = _is_there()

    def is_gone(self) -> bool:
        """Whether it was closed since."""
        return self._was_there and not _is_there()


def _is_there() -> bool:
    return os.isatty(0)
