"""What a transaction has to tell before it ends: which versions it raises, and whom it concerns."""

from collections.abc import Callable, Iterable
from datetime import datetime

import aiosqlite

from feeds.store.sqlite.outbox import EMBARGO, announce
from feeds.store.sqlite.quarters import Quarter, touch_every_quarter, touch_quarters
from feeds.store.sqlite.rows import micros
from feeds.store.sqlite.scopes import ids_text
from feeds.store.sqlite.stored import Stored

# A version is the number of the change that it came with, counted over the whole store, whose own is the
# highest: the next section of an old name, or one that another was merged into, can't fall behind what was
# served under its name.
_TOUCH = """
UPDATE scopes SET version = (SELECT version FROM scopes WHERE id = 1) + 1, changed = max(changed, ?)
WHERE id IN (SELECT value FROM json_each(?))
"""
_TOUCH_ALL = """
UPDATE scopes SET version = (SELECT version FROM scopes WHERE id = 1) + 1, changed = max(changed, ?)
"""


class Changes:
    """Those of one transaction, noted as it goes. `clock` gives Unix seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._touched: set[int] = set()
        self._quarters: set[Quarter] = set()
        # Of those, what others are to be told of; and where an embargo ends, in microseconds.
        self._announced: set[int] = set()
        self._embargoes: set[tuple[int, int]] = set()
        self._everything = self._archives = False

    def touch(self, scopes: Iterable[int], quarters: Iterable[Quarter] = ()) -> None:
        """These scopes change, and what stands in these quarters of their history."""
        self._touched.update(scopes)
        self._quarters.update(quarters)

    def touch_archives(self) -> None:
        """What archives name changes: the names of sections."""
        self._archives = True

    def touch_everything(self) -> None:
        self._everything = True

    def announce(self, scopes: Iterable[int]) -> None:
        """Others are to be told of these scopes."""
        self._announced.update(scopes)

    def note_news(self, old: Stored | None, position: int, scopes: Iterable[int], since: datetime | None) -> None:
        """An article comes to stand at a position in some scopes: whom that concerns beside the feeds.

        It is announced where it stands, or stood until now, at a time since `since`.
        """
        now = int(self._clock() * 1_000_000)
        shown = [at for at in (position, old.position if old and not old.withdrawn else position) if at <= now]
        if since and any(at >= micros(since) for at in shown):
            self._announced.update(scopes, old.scope_ids if old else ())
        if position > now:
            self._embargoes.update((position, scope) for scope in scopes)

    async def write(self, db: aiosqlite.Connection) -> None:
        """Raises the versions of what was touched: the last act before the commit."""
        second = int(self._clock()) + 1
        if self._everything:
            await db.execute(_TOUCH_ALL, (second,))
        elif self._touched:
            await db.execute(_TOUCH, (second, ids_text(self._touched)))
        if self._everything or self._archives:
            await touch_every_quarter(db, second)
        await touch_quarters(db, self._quarters, second)
        if self._announced:
            await announce(db, self._announced, int(self._clock() * 1_000_000))
        await db.executemany(EMBARGO, self._embargoes)
