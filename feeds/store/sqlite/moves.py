"""Where articles stand: in the listings of scopes or, once withdrawn, among their tombstones."""

from collections.abc import Iterable
from datetime import datetime

import aiosqlite

from feeds.store.sqlite.rows import micros
from feeds.store.sqlite.stored import Stored

_LIST = "INSERT INTO listings (scope_id, position, guid, article_id) VALUES (?, ?, ?, ?)"
_UNLIST = "DELETE FROM listings WHERE scope_id = ? AND position = ? AND guid = ?"
_BURY = "INSERT INTO tombstones (scope_id, withdrawn, guid, article_id) VALUES (?, ?, ?, ?)"
_UNBURY = "DELETE FROM tombstones WHERE scope_id = ? AND withdrawn = ? AND guid = ?"
# Where it stood, for the archive of its day.
_INTER = "INSERT INTO buried (scope_id, position, guid, article_id) VALUES (?, ?, ?, ?)"
_EXHUME = "DELETE FROM buried WHERE scope_id = ? AND position = ? AND guid = ?"

_Row = tuple[int | str, ...]


class Moves:
    """Articles that leave places and come to others, gathered: a call costs more than what it does."""

    def __init__(self) -> None:
        # What leaves makes room first.
        self._rows: dict[str, list[_Row]] = {
            statement: [] for statement in (_UNLIST, _UNBURY, _EXHUME, _BURY, _INTER, _LIST)
        }

    def leave(self, old: Stored, guid: str) -> None:
        """It stands no more where it does, or lies no more where it does."""
        if old.withdrawn:
            withdrawn = micros(datetime.fromisoformat(old.withdrawn))
            self._rows[_UNBURY] += [(scope, withdrawn, guid) for scope in old.scope_ids]
            self._rows[_EXHUME] += [(scope, old.position, guid) for scope in old.section_ids]
        else:
            self._rows[_UNLIST] += [(scope, old.position, guid) for scope in old.scope_ids]

    def stand(self, id: int, guid: str, position: int, scopes: Iterable[int]) -> None:
        """It comes to stand in some scopes."""
        self._rows[_LIST] += [(scope, position, guid, id) for scope in scopes]

    def lie(self, old: Stored, guid: str, withdrawn: int) -> None:
        """It is known as withdrawn wherever it stands."""
        self._rows[_BURY] += [(scope, withdrawn, guid, old.id) for scope in old.scope_ids]
        self._rows[_INTER] += [(scope, old.position, guid, old.id) for scope in old.section_ids]

    async def write(self, db: aiosqlite.Connection) -> None:
        for statement, rows in self._rows.items():
            if rows:
                await db.executemany(statement, rows)
