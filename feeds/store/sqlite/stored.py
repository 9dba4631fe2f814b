"""What a write has to know of articles that are stored already."""

import json
from collections.abc import Iterable
from typing import NamedTuple

import aiosqlite

from feeds.store.sqlite.quarters import QUARTER, Quarter
from feeds.store.sqlite.scopes import ALL

_COLUMNS = (
    "id, key, position, scopes, topics, words_id, imported, withdrawn, digest, published, modified, correction, pruned"
)
# Walks the unique index on key.
_BY_KEY = f"SELECT {_COLUMNS} FROM articles WHERE key IN (SELECT value FROM json_each(?))"
# Walks the primary key.
_BY_ID = f"SELECT {_COLUMNS} FROM articles WHERE id IN (SELECT value FROM json_each(?))"


class Stored(NamedTuple):
    """An article's row without what it says: where it stands, and what tells whether a record changes it."""

    id: int
    key: str
    position: int
    scopes: str
    topics: str
    words_id: int | None
    imported: int
    withdrawn: str | None
    digest: bytes
    published: str
    modified: str
    correction: int
    pruned: int | None

    @property
    def scope_ids(self) -> list[int]:
        """Every scope that it stands in, or stood in until it was withdrawn."""
        return [ALL, *json.loads(self.scopes), *json.loads(self.topics)]

    @property
    def section_ids(self) -> list[int]:
        """Of those, the ones that have archives."""
        return [ALL, *json.loads(self.scopes)]

    @property
    def quarters(self) -> set[Quarter]:
        """Where it stands in the history of each."""
        return {(scope, self.position // QUARTER) for scope in self.section_ids}

    def stands(self, position: int, scopes: str, topics: str) -> bool:
        """Whether it is listed just so."""
        listed = (self.position, self.scopes, self.topics) == (position, scopes, topics)
        return listed and not self.withdrawn and self.pruned is None


async def read_stored(db: aiosqlite.Connection, keys: Iterable[str]) -> dict[str, Stored]:
    """Those of these keys that there are."""
    rows = await db.execute_fetchall(_BY_KEY, (json.dumps(list(keys)),))
    return {stored.key: stored for stored in (Stored(*row) for row in rows)}


async def read_stored_by_id(db: aiosqlite.Connection, ids: Iterable[int]) -> list[Stored]:
    rows = await db.execute_fetchall(_BY_ID, (json.dumps(list(ids)),))
    return [Stored(*row) for row in rows]
