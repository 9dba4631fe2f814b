"""The SQLite store's file: how it is made, and what is said of one that can't be used (DESIGN.md section 5)."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from aiosqlite import Connection

from feeds.errors import StoreRefused, StoreUnavailable
from feeds.model import EVERYTHING
from feeds.store.sqlite import SqliteStore, opening
from feeds.store.sqlite.connections import translated
from feeds.store.sqlite.days import BURIED, CHANGED, DAY, EARLIER, LATER
from feeds.store.sqlite.recent import HEADLINES, OLDER, RECENT
from feeds.store.sqlite.schema import APPLICATION_ID, VERSION
from feeds.store.sqlite.scopes import ALL, TOPIC
from feeds.store.sqlite.shelves import ARTICLES, FOUND, GRAVES, NEXT_EMBARGO, WALK
from feeds.store.sqlite.topics import NAMED
from feeds.store.sqlite.words import LATEST_ROWS
from tests.store.articles import MINUTE, NOW, Clock, article, guids, look, make_sections, put
from tests.store.conftest import Child

pytestmark = pytest.mark.anyio

OURS = f"PRAGMA application_id = {APPLICATION_ID}"


def ask(path: Path, *statements: str) -> list[tuple[object, ...]]:
    """What SQLite itself answers to the last of some statements."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        answers = [connection.execute(statement).fetchall() for statement in statements]
    return answers[-1]


async def used(path: Path) -> SqliteStore:
    """A store of two sections and two articles, closed."""
    store = SqliteStore(path, clock=Clock())
    await store.open()
    await make_sections(store, "world", "sports")
    await put(store, article("a"), article("b", sections=["world", "sports"]))
    await store.close()
    return store


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A folder that every user can reach; pytest's own are for this one alone."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


async def test_a_store_is_made_on_first_use(tmp_path: Path) -> None:
    """The file is WAL, its tables are STRICT, and it says whose it is and which schema it has."""
    path = tmp_path / "articles.db"
    await used(path)
    assert ask(path, "PRAGMA journal_mode") == [("wal",)]
    assert ask(path, "PRAGMA user_version") == [(VERSION,)]
    assert ask(path, "PRAGMA application_id") == [(APPLICATION_ID,)]
    # The full-text index's own tables are SQLite's.
    tables = ask(
        path, "SELECT name, strict FROM pragma_table_list WHERE name NOT GLOB 'sqlite_*' AND name NOT GLOB 'words*'"
    )
    assert {"articles", "listings", "tombstones"} < {name for name, _ in tables}
    assert {strict for _, strict in tables} == {1}


@pytest.mark.parametrize("name", ["a b.db", "a?mode=ro#x.db", "100%25.db", "مقالات.db", "'\".db", ":memory:"])
async def test_a_path_is_taken_as_it_is(tmp_path: Path, name: str) -> None:
    """No character of a path means anything to SQLite."""
    await used(tmp_path / name)
    assert os.listdir(tmp_path) == [name]  # noqa: PTH208


async def test_an_empty_file_is_a_new_store(tmp_path: Path) -> None:
    """A file that mktemp or a deployment has made is no reason to refuse."""
    (tmp_path / "articles.db").touch()
    store = await used(tmp_path / "articles.db")
    await store.open()
    assert guids(await look(store)) == ["a", "b"]
    await store.close()


async def test_opening_again_writes_nothing(tmp_path: Path) -> None:
    """A store that is up to date is opened without a write: a full disk, a busy writer are no matter."""
    path = tmp_path / "articles.db"
    store = await used(path)
    before = path.read_bytes()
    await store.open()
    await look(store)
    await store.close()
    assert path.read_bytes() == before


async def test_the_time_of_the_first_import_stays(tmp_path: Path) -> None:
    """Replaced, an article keeps the time of its first import."""
    clock = Clock()
    store = SqliteStore(tmp_path / "articles.db", clock=clock)
    await store.open()
    await make_sections(store, "world")
    await put(store, article("a"))
    first, clock.time = int(clock.time), clock.time + 60
    await put(store, article("a", title="new"), article("b"))
    await store.close()
    imported = ask(tmp_path / "articles.db", "SELECT guid, imported FROM articles ORDER BY guid")
    assert imported == [("a", first), ("b", first + 60)]


def make_other(path: Path) -> None:
    ask(path, "CREATE TABLE posts (id)")


def make_text(path: Path) -> None:
    path.write_text("title,url\n" * 500, encoding="utf-8")


OTHERS = "is a database, but not of this program; name another in [store] url"
NO_DATABASE = "the store is no SQLite database; name another in [store] url, or move it away"
NO_OPENING = "the store can't be opened; see that its folder exists and may be written by this user"
NEWER = (
    f"was written by a newer version (schema {VERSION + 7}, this one knows {VERSION});"
    " upgrade this program, or restore a backup"
)

REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "a newer schema": (lambda path: ask(path, OURS, f"PRAGMA user_version = {VERSION + 7}"), NEWER),
    "no database": (make_text, NO_DATABASE),
    "another program's": (make_other, OTHERS),
    "another's of our version": (lambda path: ask(path, f"PRAGMA user_version = {VERSION}"), OTHERS),
    "another's without tables": (lambda path: ask(path, "PRAGMA application_id = 7"), OTHERS),
    "a folder": (lambda path: path.mkdir(), NO_OPENING),
    "in a folder that is not there": (lambda path: shutil.rmtree(path.parent), NO_OPENING),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_what_is_no_store_is_refused(tmp_path: Path, case: str) -> None:
    """One clear message that names the file and says what would be right; the file stays as it was."""
    prepare, message = REFUSED[case]
    path = tmp_path / "folder" / "articles.db"
    path.parent.mkdir()
    prepare(path)
    before = path.read_bytes() if path.is_file() else None
    store = SqliteStore(path, clock=Clock())
    with pytest.raises(StoreRefused) as refusal:
        await store.open()
    assert str(refusal.value) == f"{path}: {message}"
    assert (path.read_bytes() if path.is_file() else None) == before
    with pytest.raises(StoreUnavailable, match="not open"):
        await look(store)
    await store.close()


async def test_a_damaged_file_is_called_damaged(tmp_path: Path) -> None:
    """A store whose pages are overwritten answers with a message, and other stores are no worse for it."""
    path = tmp_path / "articles.db"
    store = await used(path)
    ((size,),) = ask(path, "PRAGMA page_size")
    assert isinstance(size, int)
    # But not those that say what tables there are, else it could not even be opened.
    roots = ask(path, "SELECT rootpage FROM sqlite_master WHERE name IN ('scopes', 'listings', 'articles')")
    with path.open("r+b") as file:
        for (page,) in roots:
            assert isinstance(page, int)
            file.seek((page - 1) * size)
            file.write(b"\xa5" * size)
    await store.open()
    for _ in range(3):
        with pytest.raises(StoreUnavailable, match=r"articles\.db: the store is damaged; restore it from"):
            await look(store)
    await store.close()


async def test_nobody_may_not_make_a_store_in_a_foreign_folder(reachable: Path, start: Callable[..., Child]) -> None:
    """A folder without write permission is one line, no traceback."""
    os.chmod(reachable, 0o555)  # noqa: PTH101
    path = reachable / "articles.db"
    assert start("unprivileged", path).rest() == [f"StoreRefused: {path}: {NO_OPENING}"]


async def test_nobody_may_not_open_a_foreign_store(reachable: Path, start: Callable[..., Child]) -> None:
    """A file that this user may not read is one line, no traceback."""
    path = reachable / "articles.db"
    await used(path)
    path.chmod(0)
    assert start("unprivileged", path).rest() == [f"StoreRefused: {path}: {NO_OPENING}"]


async def test_nobody_may_read_but_not_write(reachable: Path, start: Callable[..., Child]) -> None:
    """A file that this user may read only is served; writing it is refused with a message."""
    path = reachable / "articles.db"
    await used(path)
    path.chmod(0o444)
    os.chmod(reachable, 0o777)  # noqa: PTH101
    denial = "may not be written; give this user permission for the file and its folder"
    expected = ["opened", "read", f"StoreUnavailable: {path}: the store {denial}"]
    assert start("unprivileged", path).rest() == expected


async def test_a_full_disk_is_a_message(tmp_path: Path, start: Callable[..., Child]) -> None:
    """Without room nothing of the write is kept, the message says where to look, and reading goes on."""
    path = tmp_path / "articles.db"
    store = await used(path)
    (said,) = start("fill", path).rest()
    assert said == f"StoreUnavailable: {path}: the store can't be read or written; look at its disk"
    await store.open()
    assert guids(await look(store)) == ["a", "b"]
    await store.close()


async def test_a_store_that_is_being_made_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where SQLite gives up at once on a file that another process turns into a store, it is asked again."""
    migrate, tries = opening.migrate, []

    async def hindered(db: Connection, path: Path, second: int) -> None:
        tries.append(db)
        if len(tries) < 3:
            with closing(sqlite3.connect(tmp_path / "x")) as one:
                one.execute("BEGIN EXCLUSIVE")
                ask(tmp_path / "x", "PRAGMA busy_timeout = 0", "BEGIN IMMEDIATE")
        await migrate(db, path, second)

    monkeypatch.setattr(opening, "migrate", hindered)
    await used(tmp_path / "articles.db")
    assert len(tries) == 3


def test_a_bug_is_no_state_of_the_store() -> None:
    """What waiting or an editor can't mend passes through as it is: it is a fault of ours."""
    with (
        pytest.raises(sqlite3.OperationalError, match="no such table"),
        translated(Path("articles.db")),
        closing(sqlite3.connect(":memory:")) as connection,
    ):
        connection.execute("SELECT * FROM nowhere")


@pytest.mark.parametrize(
    ("statement", "parameters", "index"),
    [
        (WALK, (ALL, 0, 50), "SEARCH listings USING PRIMARY KEY (scope_id=? AND position<?)"),
        (NEXT_EMBARGO, (ALL, 0), "SEARCH listings USING PRIMARY KEY (scope_id=? AND position>?)"),
        (GRAVES, (ALL, 20), "SEARCH t USING PRIMARY KEY (scope_id=?)"),
        (ARTICLES, ("[1, 2]",), "SEARCH articles USING INTEGER PRIMARY KEY (rowid=?)"),
        (TOPIC, ("tag", "x"), "SEARCH scopes USING INDEX sqlite_autoindex_scopes_1 (kind=? AND slug=?)"),
        (NAMED, ("tag", "[]"), "SEARCH scopes USING INDEX scopes_by_name (kind=? AND name=?)"),
        (FOUND, ("[1, 2]",), "SEARCH articles USING INDEX articles_by_words (words_id=?)"),
        (DAY, (ALL, 0, 1), "SEARCH listings USING PRIMARY KEY (scope_id=? AND position>? AND position<?)"),
        (EARLIER, (ALL, 0, ALL, 0), "SEARCH buried USING PRIMARY KEY (scope_id=? AND position<?)"),
        (LATER, (ALL, 0, 1, ALL, 0, 1), "SEARCH buried USING PRIMARY KEY (scope_id=? AND position>? AND position<?)"),
        (BURIED, (ALL, 0, 1), "SEARCH b USING PRIMARY KEY (scope_id=? AND position>? AND position<?)"),
        (CHANGED, (ALL, 0, 1), "SEARCH quarters USING PRIMARY KEY (scope_id=? AND quarter>? AND quarter<?)"),
        (RECENT, (ALL, 1, 0, 50), "SEARCH listings USING PRIMARY KEY (scope_id=? AND position>? AND position<?)"),
        (OLDER, (ALL, 0), "SEARCH listings USING PRIMARY KEY (scope_id=? AND position<?)"),
        (HEADLINES, ("[1, 2]",), "SEARCH articles USING INTEGER PRIMARY KEY (rowid=?)"),
        (
            LATEST_ROWS,
            ("[0, 1]",),
            "SEARCH articles USING COVERING INDEX articles_by_words (words_id>? AND words_id<?)",
        ),
    ],
    ids=[
        "WALK",
        "NEXT_EMBARGO",
        "GRAVES",
        "ARTICLES",
        "TOPIC",
        "NAMED",
        "FOUND",
        "DAY",
        "EARLIER",
        "LATER",
        "BURIED",
        "CHANGED",
        "RECENT",
        "OLDER",
        "HEADLINES",
        "LATEST_ROWS",
    ],
)
async def test_a_feed_is_a_walk_of_an_index(
    tmp_path: Path, statement: str, parameters: tuple[object, ...], index: str
) -> None:
    """Latest-N of a section is one walk of a key: no scan of a table, nothing sorted, with statistics or not."""
    path = tmp_path / "articles.db"
    store = await used(path)
    await store.open()
    await put(store, *(article(f"{n}", at=NOW - n * MINUTE, tags=(f"tag {n}",)) for n in range(500)))
    await store.shelf(EVERYTHING, limit=1, graves=1, now=NOW)
    await store.close()
    for preparation in ("SELECT 1", "ANALYZE"):
        ask(path, preparation)
        with closing(sqlite3.connect(path)) as connection:
            steps = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
        assert index in steps
        # What a walk found is no table.
        ours = [step for step in steps if "json_each" not in step and "(subquery" not in step]
        assert not [step for step in ours if step.startswith("SCAN") or "TEMP B-TREE" in step]
