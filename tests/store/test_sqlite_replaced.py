"""The SQLite store when its file goes, is replaced, or is shared with other processes."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, closing
from pathlib import Path

import pytest

from feeds.errors import StoreRefused, StoreUnavailable
from feeds.store.sqlite import SqliteStore
from feeds.store.sqlite.connections import READERS
from tests.store.articles import Clock, article, guids, look, make_sections, put
from tests.store.conftest import PATIENCE, Child

pytestmark = pytest.mark.anyio


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "articles.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    """An open store with the article `old`, all of whose connections are in use."""
    store = await made(path, "old")
    await store.open()
    await store.changed()
    await put(store, article("old"))
    await store.changed()
    yield store
    await store.close()


async def made(path: Path, *names: str) -> SqliteStore:
    """A store with some articles, closed: its file is whole by itself."""
    store = SqliteStore(path, clock=Clock())
    await store.open()
    await make_sections(store, "world")
    await put(store, *map(article, names))
    await store.close()
    return store


def stored(path: Path) -> list[str]:
    """The guids that SQLite itself finds in a file."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return [guid for (guid,) in connection.execute("SELECT guid FROM articles ORDER BY guid")]


async def test_a_store_that_is_gone_is_noticed(store: SqliteStore, path: Path, tmp_path: Path) -> None:
    """Deleted under the open store, the file is missed by `changed` and by writing; put back, all goes on."""
    os.rename(path, tmp_path / "elsewhere.db")  # noqa: PTH104
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match=r"articles\.db: the store's file is gone; put it back, or"):
            await store.changed()
        with pytest.raises(StoreUnavailable, match="is gone"):
            await put(store, article("new"))
    assert path.name not in os.listdir(tmp_path)  # noqa: PTH208
    (tmp_path / "elsewhere.db").rename(path)
    await store.changed()
    await put(store, article("new"))
    assert guids(await look(store)) == ["new", "old"]


async def test_a_store_that_can_not_be_reached_is_noticed(tmp_path: Path) -> None:
    """Where the store's folder is another thing now, the message says what stands in the way."""
    (tmp_path / "folder").mkdir()
    store = await made(tmp_path / "folder" / "articles.db", "a")
    await store.open()
    (tmp_path / "folder").rename(tmp_path / "elsewhere")
    (tmp_path / "folder").touch()
    with pytest.raises(StoreUnavailable, match="the store's file can't be reached: Not a directory"):
        await store.changed()
    await store.close()


async def test_a_replaced_store_is_opened_anew(store: SqliteStore, path: Path, tmp_path: Path) -> None:
    """A file that takes the store's place is a change, and is what is read and written from then on."""
    await made(tmp_path / "other.db", "other")
    before = store.generation
    (tmp_path / "other.db").rename(path)
    assert await store.changed()
    assert store.generation > before
    assert guids(await look(store)) == ["other"]
    assert not await store.changed()
    assert store.generation == before + 1
    await put(store, article("new"))
    assert await store.changed()
    assert stored(path) == ["new", "other"]


async def test_a_write_goes_into_the_file_that_is_there(store: SqliteStore, path: Path, tmp_path: Path) -> None:
    """A writer that comes before the watcher finds the new file too: nothing goes into the one that is gone."""
    await made(tmp_path / "other.db", "other")
    (tmp_path / "other.db").rename(path)
    await put(store, article("new"))
    assert stored(path) == ["new", "other"]
    assert await store.changed()


async def test_a_backup_comes_back_as_it_was(store: SqliteStore, path: Path, tmp_path: Path) -> None:
    """The log of the replaced file is not played back over the one that was put in its place."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("VACUUM INTO ?", (str(tmp_path / "backup.db"),))
    await put(store, *(article(f"{n}", content_html="x" * 5000) for n in range(50)))
    await store.changed()
    (tmp_path / "backup.db").rename(path)
    assert await store.changed()
    assert guids(await look(store)) == ["old"]
    await put(store, article("new"))
    await store.close()
    assert stored(path) == ["new", "old"]


async def test_what_takes_the_place_is_taken_as_it_is(store: SqliteStore, path: Path, tmp_path: Path) -> None:
    """A store that went on elsewhere has the versions and times that it has there: nothing is written into it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("VACUUM INTO ?", (str(tmp_path / "copy.db"),))
    await store.states()
    copy = SqliteStore(tmp_path / "copy.db", clock=Clock())
    await copy.open()
    await make_sections(copy, "sports")
    await put(copy, article("new", sections=["sports"]))
    expected = await copy.states()
    await copy.close()
    (tmp_path / "copy.db").rename(path)
    assert await store.changed()
    assert await store.states() == expected


@pytest.mark.parametrize("watched", [False, True])
async def test_a_file_replaced_during_a_write(store: SqliteStore, path: Path, tmp_path: Path, watched: bool) -> None:
    """What went into the replaced file is not called written, though the watcher may have seen the new one."""
    await made(tmp_path / "other.db", "other")
    with pytest.raises(StoreUnavailable, match="was replaced during a write; write again"):
        async with store.writing() as writing:
            await writing.put([(article("new"), b"")])
            (tmp_path / "other.db").rename(path)
            if watched:
                assert await store.changed()
    await put(store, article("new"))
    assert guids(await look(store)) == ["new", "other"]
    assert stored(path) == ["new", "other"]


async def test_readers_notice_a_new_file_too(store: SqliteStore, path: Path, tmp_path: Path) -> None:
    """Each reads the old one or the new one, whole, and none is turned away: neither who needs a new connection, nor
    who waits for one that is closed meanwhile."""
    await made(tmp_path / "other.db", "other")
    (tmp_path / "other.db").rename(path)
    shelves = await asyncio.gather(*(look(store) for _ in range(9)))
    assert {guid for shelf in shelves for guid in guids(shelf)} <= {"old", "other"}
    assert all(len(guids(shelf)) == 1 for shelf in shelves)
    await store.changed()
    assert guids(await look(store)) == ["other"]


async def test_nobody_waits_for_readers_of_a_replaced_file(store: SqliteStore, path: Path, tmp_path: Path) -> None:
    """The new one is read at once; closing waits for who still reads the old one."""
    await made(tmp_path / "other.db", "other")
    async with store._snapshot() as late:
        (tmp_path / "other.db").rename(path)
        assert await store.changed()
        assert guids(await look(store)) == ["other"]
        closing = asyncio.create_task(store.close())
        assert list(await late.execute_fetchall("SELECT guid FROM articles")) == [("old",)]
        assert not closing.done()
    await closing
    assert not store._closings


async def test_who_waits_while_the_file_is_replaced_reads_the_new_one(
    store: SqliteStore, path: Path, tmp_path: Path
) -> None:
    """All connections to the old one are lent; they are closed when they come back."""
    await made(tmp_path / "other.db", "other")
    async with AsyncExitStack() as lent:
        for _ in range(READERS):
            await lent.enter_async_context(store._snapshot())
        waiting = asyncio.create_task(look(store))
        await asyncio.sleep(0)
        (tmp_path / "other.db").rename(path)
        assert await store.changed()
        assert guids(await waiting) == ["other"]


async def test_a_reader_that_finds_noise_is_told(store: SqliteStore, path: Path, tmp_path: Path) -> None:
    """That the store is unavailable: it was well a moment ago, and may be again."""
    await look(store)
    (tmp_path / "text").write_text("no database at all\n" * 99)
    (tmp_path / "text").rename(path)
    found = await asyncio.gather(*(look(store) for _ in range(READERS + 3)), return_exceptions=True)
    for shelf in found:
        if isinstance(shelf, BaseException):
            assert type(shelf) is StoreUnavailable
            assert "is no SQLite database" in str(shelf)
        else:
            assert guids(shelf) == ["old"]


async def test_a_file_that_can_not_be_opened_takes_nothing_away(store: SqliteStore, path: Path, tmp_path: Path) -> None:
    """What takes the store's place and is none is said each time; what could be read still can; a store heals it."""
    await look(store)
    (tmp_path / "text").write_text("no database at all\n" * 99)
    (tmp_path / "text").rename(path)
    for _ in range(2):
        with pytest.raises(StoreRefused, match="is no SQLite database"):
            await store.changed()
        with pytest.raises(StoreRefused, match="is no SQLite database"):
            await put(store, article("new"))
    assert guids(await look(store)) == ["old"]
    await made(tmp_path / "other.db", "other")
    (tmp_path / "other.db").rename(path)
    assert await store.changed()
    assert guids(await look(store)) == ["other"]


async def test_many_notice_at_once(
    store: SqliteStore, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The watcher and writers that find a new file at one time open it once."""
    openings, really_open = [], SqliteStore.open

    async def open_and_count(self: SqliteStore) -> None:
        openings.append(self)
        await really_open(self)

    await made(tmp_path / "other.db", "other")
    (tmp_path / "other.db").rename(path)
    with monkeypatch.context() as patch:
        patch.setattr(SqliteStore, "open", open_and_count)
        changes = await asyncio.gather(*(store.changed() for _ in range(5)), put(store, article("new")))
    assert True in changes
    assert openings == [store]
    assert guids(await look(store)) == ["new", "other"]


async def test_a_watcher_that_lost_its_connection_misses_nothing(
    store: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PRAGMA data_version compares within one connection: what was written while there was none is a change."""
    watcher = SqliteStore(path, clock=Clock())
    await watcher.open()
    assert await watcher.changed()
    assert not await watcher.changed()
    with monkeypatch.context() as patch:
        patch.setattr("feeds.store.sqlite.store.number", hang)
        watching = asyncio.create_task(watcher.changed())
        await asyncio.sleep(0)
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    await put(store, article("new"))
    assert await watcher.changed()
    assert not await watcher.changed()
    await watcher.close()


async def hang(*_: object) -> int:
    await asyncio.Event().wait()
    return 0


async def test_writes_of_other_processes_are_seen(store: SqliteStore, path: Path, start: Callable[..., Child]) -> None:
    """What another process has written is a change here, and is read."""
    child = start("make", path, "economy")
    assert child.hear() == "ready"
    assert not await store.changed()
    assert child.rest() == ["done"]
    assert await store.changed()
    assert [section.slug for section in await store.sections()] == ["world", "economy"]


async def test_a_new_store_can_be_opened_by_many_at_once(tmp_path: Path, start: Callable[..., Child]) -> None:
    """Processes that make one store at one time all succeed, and what each writes is there."""
    children = [start("make", tmp_path / "new.db", f"s{n}") for n in range(3)]
    for child in children:
        assert child.hear() == "ready"
    for child in children:
        child.go()
    assert [child.rest() for child in children] == [["done"]] * 3
    store = SqliteStore(tmp_path / "new.db", clock=Clock())
    await store.open()
    assert {section.slug for section in await store.sections()} == {"s0", "s1", "s2"}
    await store.close()


async def test_a_closed_store_lets_its_process_end(
    store: SqliteStore, path: Path, tmp_path: Path, start: Callable[..., Child]
) -> None:
    """No thread of a store that is closed keeps the interpreter alive, a replaced file's neither."""
    await made(tmp_path / "other.db", "other")
    child = start("stay", path, tmp_path)
    assert child.hear() == "closed"
    assert await asyncio.to_thread(child.process.wait, PATIENCE) == 0


async def test_a_store_that_nobody_closed_lets_its_process_end(
    store: SqliteStore, path: Path, start: Callable[..., Child]
) -> None:
    """A process that comes to its end by an error ends, and with its own exit status."""
    child = start("crash", path)
    assert child.hear() == "crashing"
    assert await asyncio.to_thread(child.process.wait, PATIENCE) == 7
