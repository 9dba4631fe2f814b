"""SQLite connections with a limit on time, and SQLite's errors in our words."""

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiosqlite

from feeds.errors import StoreError, StoreRefused, StoreReplaced, StoreSlow, StoreUnavailable

# Seconds that a call may take; SQLite itself gives up on a lock a little earlier, with a better message.
LIMIT = 2.0
# A batch of an import may take longer than a read; waiting for its turn may not.
WRITE_LIMIT = 30.0
BUSY = 1.6
READERS = 2

# Primary result codes (sqlite.org/rescode.html) of what may pass by itself.
_PASSING = {
    sqlite3.SQLITE_BUSY: "is locked by another process",
    sqlite3.SQLITE_LOCKED: "is locked by another process",
    sqlite3.SQLITE_PROTOCOL: "is locked by another process",
    sqlite3.SQLITE_INTERRUPT: "did not answer in time",
    sqlite3.SQLITE_FULL: "has no room left on its disk; make room",
    sqlite3.SQLITE_IOERR: "can't be read or written; look at its disk",
    sqlite3.SQLITE_CANTOPEN: "can't be opened; see that its folder exists and may be written by this user",
    sqlite3.SQLITE_READONLY: "may not be written; give this user permission for the file and its folder",
    sqlite3.SQLITE_PERM: "may not be read; give this user permission for the file and its folder",
    sqlite3.SQLITE_CORRUPT: "is damaged; restore it from a backup",
    sqlite3.SQLITE_NOTADB: "is no SQLite database; name another in [store] url, or move it away",
}
# What waiting doesn't mend.
_LASTING = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
}

Identity = tuple[int, int]


@contextmanager
def translated(path: Path, *, opening: bool = False) -> Iterator[None]:
    """SQLite's errors in our words: while opening, what waiting doesn't mend is StoreRefused.

    Errors that are bugs of ours (SQLITE_ERROR: no such table) pass through.
    """
    try:
        yield
    except sqlite3.Error as fault:
        code = getattr(fault, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code not in _PASSING:
            raise
        kind: type[StoreError] = StoreRefused if opening and code in _LASTING else StoreUnavailable
        raise kind(f"{path}: the store {_PASSING[code]}") from fault


async def connect(path: Path, *, query_only: bool) -> aiosqlite.Connection:
    """A connection in autocommit mode: transactions are begun by hand."""
    # Not by aiosqlite: where this fails it does not wait for its thread, which then speaks to a closed loop.
    made = await asyncio.to_thread(open_file, path, "rw" if query_only else "rwc")
    connection = aiosqlite.Connection(lambda: made, iter_chunk_size=64)
    # A store that nobody came to close must not keep its process from ending. (Before 0.22 it is the thread.)
    thread: Any = getattr(connection, "_thread", connection)
    thread.daemon = True
    beginning = asyncio.ensure_future(_begin(connection))
    try:
        # Cancelled here, aiosqlite would leave its thread, which then speaks to a closed loop.
        await asyncio.shield(beginning)
        await connection.execute(f"PRAGMA busy_timeout = {int(BUSY * 1000)}")
        # WAL with NORMAL never corrupts; a power cut may cost the last transactions, a kill nothing.
        await connection.execute("PRAGMA synchronous = NORMAL")
        if query_only:
            await connection.execute("PRAGMA query_only = ON")
    except BaseException:
        await beginning
        await connection.close()
        raise
    return connection


async def _begin(connection: aiosqlite.Connection) -> None:
    await connection


def open_file(path: Path, mode: str) -> sqlite3.Connection:
    """The file itself, in autocommit mode: "rw" where it is there, "rwc" makes it."""
    address = f"file:{quote(os.fsencode(path.absolute()))}?mode={mode}"
    return sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)


def identity(path: Path) -> Identity:
    """Which file this is. Only a stat: opening and closing it here would drop SQLite's locks (POSIX)."""
    try:
        found = os.stat(path)  # noqa: PTH116
    except FileNotFoundError:
        raise StoreUnavailable(f"{path}: the store's file is gone; put it back, or restart to begin anew") from None
    except OSError as fault:
        raise StoreUnavailable(f"{path}: the store's file can't be reached: {fault.strerror}") from None
    return found.st_dev, found.st_ino


def find_log(path: Path) -> Identity | None:
    """Which file the write-ahead log beside the store is, if there is one."""
    try:
        found = os.stat(f"{path}-wal")  # noqa: PTH116
    except OSError:
        return None
    return found.st_dev, found.st_ino


def drop_log(path: Path) -> None:
    """Takes away what a replaced store left: SQLite would play its log back over the new one."""
    for name in (f"{path}-wal", f"{path}-shm"):
        with contextlib.suppress(OSError):
            os.unlink(name)  # noqa: PTH108


class Pool:
    """A few connections to lend, each for one block at a time. One that met an error is not lent again.

    All of them are to one file, the one of `identity`, whatever comes to stand at its path.
    """

    def __init__(self, path: Path, *, identity: Identity, size: int, query_only: bool, limit: float) -> None:
        self._path = path
        self._identity = identity
        self._query_only = query_only
        self._limit = limit
        self._closed = False
        self._endings: set[asyncio.Task[None]] = set()
        self._lent = 0
        self._home = asyncio.Event()
        self._home.set()
        # None stands for a connection to be made when it is wanted.
        self._idle: asyncio.LifoQueue[aiosqlite.Connection | None] = asyncio.LifoQueue()
        for _ in range(size):
            self._idle.put_nowait(None)

    @asynccontextmanager
    async def lend(self) -> AsyncIterator[aiosqlite.Connection]:
        """A connection, for as long as the limit allows. Raises StoreReplaced before anything is done with it."""
        connection: aiosqlite.Connection | None = None
        taken = False
        try:
            with translated(self._path):
                async with asyncio.timeout(self._limit):
                    connection = await self._idle.get()
                    taken = True
                    self._lent += 1
                    self._home.clear()
                    if self._closed:
                        raise StoreReplaced(f"{self._path}: the store was closed meanwhile")
                    if connection is None:
                        connection = await self._connect()
                    yield connection
        except BaseException as fault:
            if connection is not None:
                self._end(connection)
            if taken:
                self._take_back(None)
            if isinstance(fault, TimeoutError):
                raise StoreSlow(f"{self._path}: the store did not answer in time") from fault
            raise
        if self._closed:
            self._end(connection, idle=True)
        self._take_back(None if self._closed else connection)

    def _take_back(self, connection: aiosqlite.Connection | None) -> None:
        self._idle.put_nowait(connection)
        self._lent -= 1
        if not self._lent:
            self._home.set()

    async def _connect(self) -> aiosqlite.Connection:
        # SQLite would read the new file together with the old one's WAL.
        if identity(self._path) != self._identity:
            raise StoreReplaced(f"{self._path}: the store's file was replaced; ask again in a second")
        return await connect(self._path, query_only=self._query_only)

    def _end(self, connection: aiosqlite.Connection, *, idle: bool = False) -> None:
        """Closes in the background: a timeout does not stop a query that runs."""
        ending = _close(connection) if idle else _interrupt_and_close(connection)
        task = asyncio.get_running_loop().create_task(ending)
        self._endings.add(task)
        task.add_done_callback(self._endings.discard)

    async def close(self) -> None:
        """Closes what is idle; what is lent is closed when it comes back, which is waited for as long as it may take
        to read."""
        self._closed = True
        while not self._idle.empty():
            connection = self._idle.get_nowait()
            if connection is not None:
                self._end(connection, idle=True)
        # Whoever waits for one wakes, sees that it is too late, and hands this on to the next.
        self._idle.put_nowait(None)
        with contextlib.suppress(TimeoutError):
            # Whoever still reads would else give back a connection after the event loop has ended.
            async with asyncio.timeout(LIMIT):
                await self._home.wait()
        if self._endings:
            await asyncio.wait(self._endings, timeout=LIMIT)


async def _close(connection: aiosqlite.Connection) -> None:
    # Without an interrupt, which would keep the last connection from folding the WAL into the file.
    with contextlib.suppress(sqlite3.Error, ValueError):
        await connection.close()


async def _interrupt_and_close(connection: aiosqlite.Connection) -> None:
    closing = asyncio.ensure_future(_close(connection))
    while not closing.done():
        # More than once: a query that waits for the thread still would begin after an interrupt.
        with contextlib.suppress(sqlite3.Error, ValueError):
            await connection.interrupt()
        await asyncio.wait({closing}, timeout=0.05)
