"""The SQLite store while others hold its file: nobody hangs, readers wait for no writer."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest

from feeds.errors import StoreSlow, StoreUnavailable
from feeds.store.sqlite import SqliteStore
from feeds.store.sqlite.connections import READERS, Pool, identity
from tests.newsroom import ENDLESS
from tests.store.articles import NOW, Clock, article, guids, look, make_sections, put, withdraw
from tests.store.conftest import PATIENCE, Child

pytestmark = pytest.mark.anyio


async def refuse(store: SqliteStore) -> None:
    async with store.writing() as writing:
        await writing.record_fingerprint("x")


METHODS: dict[str, Callable[[SqliteStore], Awaitable[object]]] = {
    "open": SqliteStore.open,
    "states": SqliteStore.states,
    "sections": SqliteStore.sections,
    "unused_sections": SqliteStore.unused_sections,
    "report": SqliteStore.report,
    "recall": lambda store: store.recall("a"),
    "shelf": look,
    "fronts": lambda store: store.fronts(limit=3, now=NOW),
    "newest": lambda store: store.newest(NOW),
    "day": lambda store: store.day("world", NOW, NOW, NOW),
    "recent": lambda store: store.recent(NOW, 1, NOW),
    "find": lambda store: store.find("a"),
    "changed": SqliteStore.changed,
    "writing": refuse,
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "articles.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    """An open store with an article."""
    store = SqliteStore(path, clock=Clock())
    await store.open()
    await make_sections(store, "world")
    await put(store, article())
    yield store
    await store.close()


async def test_every_method_says_that_the_file_is_locked(
    store: SqliteStore, path: Path, start: Callable[..., Child]
) -> None:
    """While another process has the file to itself, each method gives up within about two seconds and says why.

    The same call works once the lock is gone.
    """
    await store.close()
    stores = {name: SqliteStore(path, clock=Clock()) for name in METHODS}
    for name in METHODS.keys() - {"open"}:
        await stores[name].open()
    locker = start("hold", path, "BEGIN EXCLUSIVE", "PRAGMA locking_mode = EXCLUSIVE")
    assert locker.hear() == "held"
    async with asyncio.timeout(PATIENCE):
        faults = await asyncio.gather(*(call(stores[name]) for name, call in METHODS.items()), return_exceptions=True)
    for fault in faults:
        assert isinstance(fault, StoreUnavailable)
        assert str(fault) == f"{path}: the store is locked by another process"
    assert locker.rest() == ["released"]
    for name, call in METHODS.items():
        await call(stores[name])
        await stores[name].close()


async def test_readers_wait_for_no_writer_of_this_process(store: SqliteStore) -> None:
    """While a transaction is open every reading method answers, as it was before the transaction."""
    before = (await look(store), await store.states())
    async with store.writing() as writing:
        await writing.put([(article("b"), b"")])
        await writing.withdraw("a", article().published, "")
        assert (await look(store), await store.states()) == before
        await store.find("a")
        await store.report()
        await store.sections()
        await store.changed()
    assert (await look(store), await store.states()) != before


async def test_readers_wait_for_no_writer_of_another_process(
    store: SqliteStore, path: Path, start: Callable[..., Child]
) -> None:
    """While another process holds a transaction reading goes on, a new process's too; writing is told so."""
    writer = start("hold", path, "BEGIN IMMEDIATE")
    assert writer.hear() == "held"
    newcomer = SqliteStore(path, clock=Clock())
    await newcomer.open()
    for reader in (store, newcomer):
        assert guids(await look(reader)) == ["a"]
        await reader.states()
        await reader.changed()
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(StoreUnavailable, match="is locked by another process"):
            await put(store, article("b"))
    assert guids(await look(store)) == ["a"]
    assert writer.rest() == ["released"]
    await put(store, article("b"))
    assert guids(await look(newcomer)) == ["a", "b"]
    await newcomer.close()


async def test_writers_of_one_process_take_turns(store: SqliteStore) -> None:
    """One transaction at a time: others wait, and none is lost."""
    inside: list[str] = []

    async def write(guid: str) -> None:
        async with store.writing() as writing:
            inside.append(guid)
            await asyncio.sleep(0)
            await writing.put([(article(guid), b"")])
            assert inside.pop() == guid

    names = [f"{n:02}" for n in range(30)]
    await asyncio.gather(*map(write, names))
    assert guids(await look(store)) == [*names, "a"]


async def test_a_killed_writer_leaves_nothing(store: SqliteStore, path: Path, start: Callable[..., Child]) -> None:
    """Killed in the middle of a transaction, a process leaves nothing of it and no lock."""
    writer = start("die", path)
    assert writer.hear() == "half"
    writer.process.kill()
    writer.process.wait()
    await put(store, article("b"))
    assert guids(await look(store)) == ["a", "b"]
    assert [section.slug for section in await store.sections()] == ["world"]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


async def test_a_query_that_hangs_is_interrupted(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many reads hang, each ends with a message after two seconds, and then reading works again."""
    with monkeypatch.context() as patch:
        patch.setattr("feeds.store.sqlite.shelves.WALK", f"{ENDLESS} WHERE ? + ? + ? IS NOT NULL")
        async with asyncio.timeout(PATIENCE):
            faults = await asyncio.gather(*(look(store) for _ in range(READERS + 3)), return_exceptions=True)
    assert {str(fault) for fault in faults} == {f"{store._path}: the store did not answer in time"}
    assert {type(fault) for fault in faults} == {StoreSlow}
    assert guids(await look(store)) == ["a"]


async def test_a_pool_recovers(path: Path, store: SqliteStore) -> None:
    """A connection whose query did not end in time is not lent again; its thread ends, another takes its place."""
    before = set(threading.enumerate())
    pool = Pool(path, identity=identity(path), size=1, query_only=True, limit=0.2)
    with pytest.raises(StoreSlow, match="did not answer in time"):
        async with pool.lend() as first:
            await first.execute_fetchall(ENDLESS)
    async with pool.lend() as second:
        assert second is not first
        assert list(await second.execute_fetchall("SELECT 1")) == [(1,)]
    async with pool.lend() as third:
        assert third is second
    await pool.close()
    assert await ended(before)


async def test_a_reader_that_goes_away_leaves_its_connection(store: SqliteStore) -> None:
    """A request that is cancelled, at whatever point, costs the next one nothing but a new connection."""
    for steps in range(12):
        readers = [asyncio.create_task(look(store)) for _ in range(READERS + 2)]
        for _ in range(steps):
            await asyncio.sleep(0)
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)
    assert guids(await look(store)) == ["a"]


async def test_a_writer_that_goes_away_writes_nothing(store: SqliteStore) -> None:
    """A cancelled transaction is undone, and the next one has its turn at once."""
    entered = asyncio.Event()

    async def write() -> None:
        async with store.writing() as writing:
            await writing.put([(article("b"), b"")])
            entered.set()
            await asyncio.Event().wait()

    writer = asyncio.create_task(write())
    await entered.wait()
    writer.cancel()
    await asyncio.gather(writer, return_exceptions=True)
    assert guids(await look(store)) == ["a"]
    assert await withdraw(store, "a")


async def test_whoever_waits_for_a_closing_store_is_told(path: Path, store: SqliteStore) -> None:
    """Closing wakes those that wait for a connection; what is lent is closed when it comes back."""
    before = set(threading.enumerate())
    pool = Pool(path, identity=identity(path), size=1, query_only=True, limit=PATIENCE)

    async def wait() -> None:
        async with pool.lend():
            pass

    async with pool.lend() as lent:
        waiting = [asyncio.create_task(wait()) for _ in range(3)]
        await asyncio.sleep(0)
        await pool.close()
        for fault in await asyncio.gather(*waiting, return_exceptions=True):
            assert isinstance(fault, StoreUnavailable)
            assert "was closed" in str(fault)
        assert list(await lent.execute_fetchall("SELECT 1")) == [(1,)]
    assert await ended(before)


async def test_closing_waits_for_what_is_lent(path: Path, store: SqliteStore) -> None:
    """A connection that came back after the end of the event loop could not be closed any more."""
    before = set(threading.enumerate())
    pool = Pool(path, identity=identity(path), size=1, query_only=True, limit=PATIENCE)
    async with pool.lend() as lent:
        closing = asyncio.create_task(pool.close())
        assert list(await lent.execute_fetchall("SELECT 1")) == [(1,)]
        assert not closing.done()
    await closing
    assert await ended(before)
    assert not pool._endings


def test_who_stops_opening_leaves_no_thread(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cancelled while a connection begins: it is closed before the event loop ends, which its thread speaks to."""
    unheard: list[object] = []
    monkeypatch.setattr(threading, "excepthook", lambda raised: unheard.append(raised.exc_value))

    async def stop() -> None:
        before = connections()
        opening = asyncio.create_task(SqliteStore(path, clock=Clock()).open())
        # At the very turn of the loop after its thread began.
        while not connections() - before:  # noqa: ASYNC110
            await asyncio.sleep(0)
        opening.cancel()
        await asyncio.wait({opening})
        assert opening.cancelled()

    for _ in range(20):
        before = set(threading.enumerate())
        asyncio.run(stop())
        assert asyncio.run(ended(before))
    assert unheard == []


def connections() -> set[threading.Thread]:
    """The threads that connections have; the event loop's own, for calls that block, are none."""
    return {thread for thread in threading.enumerate() if not thread.name.startswith("asyncio_")}


async def ended(before: set[threading.Thread]) -> bool:
    """Whether all connections' threads that were not there before come to their end."""
    for thread in connections() - before:
        await asyncio.to_thread(thread.join, PATIENCE)
        if thread.is_alive():
            return False
    return True
