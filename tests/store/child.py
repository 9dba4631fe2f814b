"""Another process that uses a store's file: python -m tests.store.child ACT PATH [ARGUMENT…].

It says a line when it has come to the point that its act is about, and goes on when it is told a line.
"""

import asyncio
import os
import resource
import sqlite3
import sys
import time
from pathlib import Path

from feeds.errors import StoreError
from feeds.model import Section
from feeds.store.sqlite import SqliteStore
from tests.store.articles import article, look, make_sections, put


def say(line: str) -> None:
    print(line, flush=True)


def listen() -> None:
    sys.stdin.readline()


def hold(path: Path, begin: str, *pragmas: str) -> None:
    """Holds a transaction, begun by a statement, until it is told to go."""
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in (*pragmas, begin):
        connection.execute(statement)
    say("held")
    listen()
    connection.execute("ROLLBACK")
    connection.close()
    say("released")


async def make(path: Path, slug: str) -> None:
    """Opens a store at the same time as others, and makes a section."""
    say("ready")
    listen()
    store = SqliteStore(path, clock=time.time)
    await store.open()
    await make_sections(store, slug)
    await store.close()
    say("done")


async def stay(path: Path, folder: str) -> None:
    """Uses every connection that a store has, and closes it; there is nothing else to end it."""
    store = SqliteStore(path, clock=time.time)
    await store.open()
    await asyncio.gather(*(look(store) for _ in range(9)))
    await store.changed()
    await make_sections(store, "economy")
    os.replace(f"{folder}/other.db", path)  # noqa: PTH105
    await asyncio.gather(store.changed(), make_sections(store, "late"), store.changed())
    await store.close()
    say("closed")


async def die(path: Path) -> None:  # pragma: no cover
    """Waits in the middle of a transaction."""
    store = SqliteStore(path, clock=time.time)
    await store.open()
    async with store.writing() as writing:
        await writing.make_section(Section(slug="half", title="Half"))
        await writing.put([(article(f"{n}", sections=["half"]), b"") for n in range(3000)])
        say("half")
        listen()


async def fill(path: Path) -> None:
    """Writes where the disk has no room."""
    store = SqliteStore(path, clock=time.time)
    await store.open()
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65536, hard))
    try:
        await put(store, article(content_html="x" * 500_000))
    except StoreError as fault:
        say(f"{type(fault).__name__}: {fault}")
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    await store.close()


async def crash(path: Path) -> None:
    """Ends without closing its store."""
    store = SqliteStore(path, clock=time.time)
    await store.open()
    await look(store)
    say("crashing")
    sys.exit(7)


# Nobody may not write down what was covered, and neither can who is killed.
async def unprivileged(path: Path) -> None:  # pragma: no cover
    """Opens, reads and writes a store as nobody, and says what it was told."""
    # What Python imports when it is wanted only, nobody may not read any more.
    await asyncio.to_thread(os.getpid)
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    store = SqliteStore(path, clock=time.time)
    try:
        await store.open()
        say("opened")
        await look(store)
        say("read")
        await put(store, article())
        say("written")
    except StoreError as fault:
        say(f"{type(fault).__name__}: {fault}")
    await store.close()


if __name__ == "__main__":
    act, place, *rest = sys.argv[1:]
    if act == "hold":
        hold(Path(place), *rest)
    else:
        acts = {each.__name__: each for each in (make, stay, crash, die, fill, unprivileged)}
        asyncio.run(acts[act](Path(place), *rest))
