"""Single facts that a store keeps beside its articles, by name."""

import aiosqlite

# What the stored versions were served with.
FINGERPRINT = "fingerprint"
# Before the name of a source: what its importer wants to know the next time.
SOURCE = "source "

# The primary key of facts.
_READ = "SELECT value FROM facts WHERE name = ?"
_WRITE = "INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)"
_FORGET = "DELETE FROM facts WHERE name = ?"


async def read_fact(db: aiosqlite.Connection, name: str) -> str | None:
    rows = list(await db.execute_fetchall(_READ, (name,)))
    return str(rows[0][0]) if rows else None


async def write_fact(db: aiosqlite.Connection, name: str, value: str | None) -> None:
    if value is None:
        await db.execute(_FORGET, (name,))
    else:
        await db.execute(_WRITE, (name, value))
