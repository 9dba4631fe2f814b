"""A store's file made ready: made on first use, its schema brought up to date, another's refused."""

import asyncio
import sqlite3
from pathlib import Path

import aiosqlite

from feeds.errors import StoreRefused
from feeds.store.sqlite.connections import BUSY, connect
from feeds.store.sqlite.deriving import derive
from feeds.store.sqlite.schema import APPLICATION_ID, MIGRATIONS, VERSION
from feeds.store.sqlite.scopes import ALL

_WHOLE = "INSERT OR IGNORE INTO scopes (id, kind, slug, title, since) VALUES (?, 'all', '', '', ?)"


async def prepare(path: Path, second: int) -> None:
    """Leaves a file of our schema; what is made is made at that second. Processes that come at the same time wait
    for each other. Raises StoreRefused for a file of another program, or of a newer version."""
    patient_until = asyncio.get_running_loop().time() + BUSY
    while True:
        connection = await connect(path, query_only=False)
        try:
            return await migrate(connection, path, second)
        except sqlite3.OperationalError as fault:
            # Where a file becomes WAL, SQLite gives up at once instead of waiting for the other process.
            tried_enough = asyncio.get_running_loop().time() > patient_until
            if tried_enough or fault.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
        finally:
            await connection.close()
        await asyncio.sleep(0.01)


async def migrate(db: aiosqlite.Connection, path: Path, second: int) -> None:
    """Brings the schema up to date, unless it is."""
    version = await number(db, "PRAGMA user_version")
    if version == VERSION and await number(db, "PRAGMA application_id") == APPLICATION_ID:
        return
    tables = await number(db, "SELECT count(*) FROM sqlite_master")
    # Asked last: another process may be making the store just now.
    owner = await number(db, "PRAGMA application_id")
    if owner != APPLICATION_ID and (owner or version or tables):
        raise StoreRefused(f"{path}: is a database, but not of this program; name another in [store] url")
    if version > VERSION:
        raise StoreRefused(
            f"{path}: was written by a newer version (schema {version}, this one knows {VERSION});"
            " upgrade this program, or restore a backup"
        )
    await db.execute("PRAGMA journal_mode = WAL")
    await db.execute("BEGIN IMMEDIATE")
    # Another process may have been faster, and newer.
    version = await number(db, "PRAGMA user_version")
    for step in MIGRATIONS[version:]:
        for statement in step.split(";\n"):
            await db.execute(statement)
    if version == 1:
        await derive(db)
    await db.execute(_WHOLE, (ALL, second))
    await db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    await db.execute(f"PRAGMA user_version = {max(version, VERSION)}")
    # Without this the caller's closing undoes it all.
    await db.execute("COMMIT")


async def number(db: aiosqlite.Connection, statement: str) -> int:
    """What a statement answers whose answer is one number."""
    rows = list(await db.execute_fetchall(statement))
    return int(rows[0][0])
