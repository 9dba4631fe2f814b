"""The machine around a desk: its clock, its disk, how many files it may open."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from feeds.doctor.finding import Finding, note, ok, wrong
from feeds.settings import Settings
from feeds.web.gate import places
from feeds.web.limits import MOST_FILES

# Seconds that the store may be ahead: a change is written down as the second after it.
_AHEAD = 2
_LEAST_BYTES = 200_000_000
_LEAST_FILES = 1000
# adjtimex(2): what it returns where nobody keeps the clock right; the structure it fills has less than this.
_UNSYNCHRONIZED = 5
_TIMEX_BYTES = 1024
_FEW = 1000


def look(settings: Settings, latest: int | None, now: datetime) -> Iterator[Finding]:
    """`latest` is the Unix second of the store's latest change, as far as it is known."""
    yield from _look_at_clock(settings, latest, now)
    yield from look_at_disk(settings.store_path)
    yield from _look_at_files()


def _look_at_clock(settings: Settings, latest: int | None, now: datetime) -> Iterator[Finding]:
    here = now.astimezone(settings.site.zone)
    ahead = latest - now.timestamp() if latest else 0
    if ahead > _AHEAD:
        what = f"{ahead:.0f} seconds behind the store's latest change"
        yield wrong("clock", f"is {here:%Y-%m-%d %H:%M:%S}, {what}; set it right, or embargoes end too late")
    elif _is_left_alone():
        yield note("clock", "nobody keeps it right; turn on systemd-timesyncd or chrony: embargoes end by this clock")
    else:
        yield ok("clock", f"{here:%Y-%m-%d %H:%M:%S %z} in {settings.site.timezone}")


def _is_left_alone() -> bool:
    """Whether the system says that nothing synchronizes its clock."""
    if sys.platform != "linux":
        return False
    import ctypes

    # No modes: it only reads. (Where that is forbidden, nothing is known.)
    return int(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))) == _UNSYNCHRONIZED


def look_at_disk(store: Path, least: int = _LEAST_BYTES) -> Iterator[Finding]:
    """Whether there is room for what comes, beside a store and for what processes share."""
    folder = store.absolute().parent
    if not os.path.isdir(folder):  # noqa: PTH112 — Path's raises where a folder above is closed
        yield wrong("disk", f"{folder}: there is no such folder; make it, for the desk's user, or see [store] url")
        return
    free, found = shutil.disk_usage(folder).free, os.statvfs(folder)
    if free < least:
        yield wrong("disk", f"{folder}: {free / 1e6:.0f} MB are free; make room: a desk can't write on a full disk")
    elif found.f_files and found.f_favail < _LEAST_FILES:
        yield wrong("disk", f"{folder}: has room for {found.f_favail} more files; make room")
    elif free < _size(store):
        yield note("disk", f"{folder}: {free / 1e6:.0f} MB are free, less than a copy of the store takes")
    else:
        yield ok("disk", f"{folder}: {free / 1e9:.1f} GB are free")
    try:
        tempfile.TemporaryFile().close()
    except OSError as fault:
        yield note(
            "disk", f"{tempfile.gettempdir()}: can't be written ({fault.strerror}): /metrics tells of one worker alone"
        )


def _size(store: Path) -> int:
    """In bytes; 0 where there is none, or none that this user may see."""
    try:
        return store.stat().st_size
    except OSError:
        return 0


def _look_at_files() -> Iterator[Finding]:
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = places(MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES))
    if most < _FEW:
        yield note("files", f"a process may open {hard}: {most} connections at a time, others wait; raise LimitNOFILE")
    else:
        yield ok("files", f"{most} connections at a time for each worker; others wait")
