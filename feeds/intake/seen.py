"""The ids of one source, to tell doubles."""

import sqlite3
import threading

from feeds.model import Place


class SeenIds:
    """The ids of one source, to tell doubles: on disk when they grow, so that memory does not."""

    def __init__(self) -> None:
        # SQLite keeps a nameless database in a temporary file of its own, and its beginning in memory.
        self._db = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute("CREATE TABLE seen (guid TEXT PRIMARY KEY, place TEXT) WITHOUT ROWID")
        self._db.execute("BEGIN")
        # A reading that was given up goes on for a while, in its thread.
        self._lock = threading.Lock()
        self._closed = False

    def first(self, guid: str, place: Place) -> str | None:
        """Where this id stood first, or None where that is here; it may be asked again."""
        with self._lock:
            if self._closed:
                return None
            cursor = self._db.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (guid, str(place)))
            if cursor.rowcount:
                return None
            (found,) = self._db.execute("SELECT place FROM seen WHERE guid = ?", (guid,)).fetchone()
            return None if found == str(place) else str(found)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._db.close()
