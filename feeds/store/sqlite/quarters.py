"""Quarters of an hour of the history of scopes: in which second anything there last changed."""

from collections.abc import Iterable

import aiosqlite

# Microseconds of a quarter of an hour: days of every time zone are made of whole ones.
QUARTER = 900_000_000
# Of the row that stands for changes of all at once.
_EVERYTHING = (0, 0)

_TOUCH = """
INSERT INTO quarters (scope_id, quarter, changed) VALUES (?, ?, ?)
ON CONFLICT DO UPDATE SET changed = max(changed, excluded.changed)
"""

Quarter = tuple[int, int]


async def touch_quarters(db: aiosqlite.Connection, quarters: Iterable[Quarter], second: int) -> None:
    """Says when something changed in some quarters, each of a scope."""
    await db.executemany(_TOUCH, [(*quarter, second) for quarter in quarters])


async def touch_every_quarter(db: aiosqlite.Connection, second: int) -> None:
    """Says when something changed that all archives depend on."""
    await db.execute(_TOUCH, (*_EVERYTHING, second))
