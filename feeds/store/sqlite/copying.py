"""A copy of a store in one file, made while others read and write: SQLite's online backup."""

import contextlib
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from feeds.errors import BadCopy, StoreRefused
from feeds.store.sqlite.connections import open_file, translated
from feeds.store.sqlite.schema import APPLICATION_ID, VERSION

# Pages between two looks at whether it is still wanted: some megabytes.
_PAGES = 2048
# sqlite.org/fileformat.html: the first bytes of every database, and where the application id stands.
_MAGIC = b"SQLite format 3\0"
_OWNER = slice(68, 72)

# How many pages are left, of how many.
Progress = Callable[[int, int], None]


def copy(path: Path, to: Path, progress: Progress = lambda left, whole: None) -> int:
    """Copies a store to a file, which is there whole or not at all; returns its bytes.

    A copy that stands there already is replaced by the new one at the end. What is copied is the store as it is when
    this begins: it is read in one snapshot, whoever writes meanwhile. Raises BadCopy, StoreRefused, StoreUnavailable.
    """
    to = Path(os.path.realpath(to))
    _look(path, to)
    part = to.with_name(f".{to.name}.part")
    with _alone(part, to), translated(path, opening=True):
        with closing(open_file(path, "rw")) as store, closing(sqlite3.connect(part, isolation_level=None)) as made:
            _check_owner(path, store)
            _fill(path, store, made, to, progress)
        _keep(part, to)
    return to.stat().st_size


def _look(path: Path, to: Path) -> None:
    """Refuses to put a copy over what is none."""
    if not os.path.exists(path):  # noqa: PTH110 — Path's raises where a folder is closed
        raise StoreRefused(f"{path}: there is no store yet; it is made by the first import, or when it is first served")
    beside = [Path(os.path.realpath(f"{path}{end}")) for end in ("", "-wal", "-shm")]
    if to in beside:
        raise BadCopy(f"{to}: is the store itself; name another file")
    if to.is_dir():
        raise BadCopy(f"{to}: is a folder; name a file in it, such as {to / 'khulasat.db'}")
    try:
        with to.open("rb") as file:
            begins = file.read(_OWNER.stop)
    except FileNotFoundError:
        return
    except OSError as fault:
        raise BadCopy(f"{to}: can't be written: {fault.strerror}") from None
    ours = begins.startswith(_MAGIC) and int.from_bytes(begins[_OWNER], "big") == APPLICATION_ID
    if begins and not ours:
        raise BadCopy(f"{to}: is there already, and is no copy of a store; name another file")


@contextmanager
def _alone(part: Path, to: Path) -> Iterator[None]:
    """Holds the file that is being written, for one process at a time; it goes, unless it was kept.

    What a killed one left is written anew: the lock went with it.
    """
    held = _hold(part, to)
    try:
        os.ftruncate(held, 0)
        yield
    except BaseException:
        for name in (part, f"{part}-journal"):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(name)  # noqa: PTH108
        raise
    finally:
        os.close(held)


def _hold(part: Path, to: Path) -> int:
    if sys.platform == "win32":
        raise BadCopy(
            f"{to}: feeds backup runs on Linux, macOS and BSD; here, SQLite's own program makes a copy while the store"
            " is used: sqlite3 with .backup"
        )
    import fcntl

    while True:
        try:
            held = os.open(part, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as fault:
            raise BadCopy(f"{to}: can't be written: {fault.strerror}") from None
        try:
            # Not a lock of the kind that SQLite takes (fcntl), which any closing of the file would drop.
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(held).st_nlink:
                return held
        except BlockingIOError:
            os.close(held)
            raise BadCopy(f"{to}: another process is writing this copy; wait for it") from None
        # Its owner gave it up between the two.
        os.close(held)


def _check_owner(path: Path, store: sqlite3.Connection) -> None:
    ((owner,),) = store.execute("PRAGMA application_id")
    ((version,),) = store.execute("PRAGMA user_version")
    if owner != APPLICATION_ID:
        raise StoreRefused(f"{path}: is a database, but not of this program; name another in [store] url")
    if version > VERSION:
        raise StoreRefused(f"{path}: was written by a newer version; copy it with that one")


def _fill(path: Path, store: sqlite3.Connection, made: sqlite3.Connection, to: Path, progress: Progress) -> None:
    # Nobody reads it before it is whole, so it needs neither a journal nor patience.
    made.execute("PRAGMA journal_mode = OFF")
    made.execute("PRAGMA synchronous = OFF")
    store.execute("PRAGMA query_only = ON")
    # The snapshot: without it, the copy would begin anew with whatever is written meanwhile.
    store.execute("BEGIN")
    store.execute("SELECT count(*) FROM sqlite_master").fetchone()
    try:
        store.backup(made, pages=_PAGES, progress=lambda _, left, whole: progress(left, whole), sleep=0)
        (found,) = made.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError as fault:
        if fault.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
            raise
        raise BadCopy(_no_room(store, to)) from None
    if found != "ok":
        raise StoreRefused(f"{path}: the store is damaged ({found}), and was not copied; restore it from a backup")


def _no_room(store: sqlite3.Connection, to: Path) -> str:
    ((pages,),) = store.execute("PRAGMA page_count")
    ((size,),) = store.execute("PRAGMA page_size")
    wanted = -(-pages * size // 1_000_000)
    return f"{to}: there is no room for a copy of {wanted} MB; make room on its disk, or name another place"


def _keep(part: Path, to: Path) -> None:
    """Puts the copy in its place once it is on the disk."""
    try:
        for name in (part, to.parent):
            file = os.open(name, os.O_RDONLY)
            try:
                os.fsync(file)
            finally:
                os.close(file)
            if name == part:
                part.rename(to)
    except OSError as fault:
        raise BadCopy(f"{to}: can't be written: {fault.strerror}") from None
