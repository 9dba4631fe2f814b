"""`feeds backup FILE`: a whole copy, of one moment, or none."""

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from feeds.errors import BadCopy
from feeds.store.sqlite.copying import copy
from tests.live.server import environment, stock
from tests.operation.conftest import Command


@contextmanager
def largest(size: int) -> Iterator[None]:
    """No file may become larger: to whoever writes it is a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def count(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return int(connection.execute("SELECT count(*) FROM articles").fetchone()[0])


def test_a_copy_is_whole_and_for_its_owner_alone(folder: Path, command: Command) -> None:
    """In one file, which holds what is under embargo, too; nothing else is left beside it."""
    stock(folder, "a", "b")
    done = command("backup", "copy.db")
    assert (done.status, done.err) == (0, "")
    assert done.out == f"copy.db: {(folder / 'copy.db').stat().st_size} bytes, as the store was when this began\n"
    assert (folder / "copy.db").stat().st_mode & 0o777 == 0o600
    assert not list(folder.glob("copy.db-*")) + list(folder.glob(".copy*"))
    assert count(folder / "copy.db") == 2


def test_where_it_can_not_be_made_another_way_is_named(
    folder: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows has not the locks that keep two copies from one another: one line, and nothing is left."""
    stock(folder, "a")
    monkeypatch.setattr(sys, "platform", "win32")
    done = command("backup", "copy.db")
    assert done.status == 2
    assert done.err == (
        f"{folder.resolve() / 'copy.db'}: feeds backup runs on Linux, macOS and BSD; here, SQLite's own program makes a"
        " copy while the store is used: sqlite3 with .backup\n"
    )
    assert not list(folder.glob("*copy*"))


def test_a_copy_is_of_the_moment_at_which_it_began(folder: Path) -> None:
    """What is written meanwhile is not in it, neither does it make the copying begin anew."""
    stock(folder, *map(str, range(300)), content_html="x" * 40_000)
    steps = []

    def meanwhile(left: int, whole: int) -> None:
        steps.append(left)
        if len(steps) == 1:
            stock(folder, "later")

    copy(folder / "articles.db", folder / "copy.db", meanwhile)
    assert len(steps) > 1
    assert steps == sorted(steps, reverse=True)
    assert (count(folder / "copy.db"), count(folder / "articles.db")) == (300, 301)


def test_a_later_copy_takes_the_place_of_an_earlier_one(folder: Path, command: Command) -> None:
    """Only at its end: what fails leaves the earlier one."""
    stock(folder, "a")
    assert command("backup", "copy.db").status == 0
    stock(folder, "b")
    with pytest.raises(KeyboardInterrupt):
        copy(folder / "articles.db", folder / "copy.db", lambda left, whole: signal.raise_signal(signal.SIGINT))
    assert count(folder / "copy.db") == 1
    assert command("backup", "copy.db").status == 0
    assert count(folder / "copy.db") == 2


def test_a_full_disk_is_said_and_leaves_nothing_half(folder: Path, command: Command) -> None:
    """The earlier copy stays; of the new one nothing is left."""
    stock(folder, "a")
    command("backup", "copy.db")
    stock(folder, "b", content_html="x" * 2_000_000)
    with largest(1_000_000):
        done = command("backup", "copy.db")
    assert done.status == 2
    assert done.err.endswith(
        "copy.db: there is no room for a copy of 3 MB; make room on its disk, or name another place\n"
    )
    assert count(folder / "copy.db") == 1
    assert not list(folder.glob(".copy*"))


@pytest.mark.parametrize(
    "name", ["articles.db", "articles.db-wal", "link.db", "config.toml", "other.db", ".", "no/c.db"]
)
def test_nothing_but_a_copy_is_written_over(folder: Path, command: Command, name: str) -> None:
    """Not the store, not by another name either, not another program's database, no other file."""
    stock(folder, "a")
    (folder / "link.db").symlink_to("articles.db")
    with closing(sqlite3.connect(folder / "other.db")) as connection:
        connection.execute("CREATE TABLE t (x)")
    path = folder / name
    before = path.read_bytes() if path.is_file() else None
    done = command("backup", name)
    assert done.status == 2
    assert len(done.err.splitlines()) == 1
    assert before is None or path.read_bytes() == before


def test_without_a_store_there_is_nothing_to_copy(folder: Path, command: Command) -> None:
    done = command("backup", "copy.db")
    assert done.status == 2
    assert "articles.db: there is no store yet" in done.err
    assert not list(folder.glob("*.db"))


@pytest.mark.parametrize(("version", "owner"), [(99, None), (None, 7)])
def test_a_store_that_is_not_understood_is_not_copied(
    folder: Path, command: Command, version: int | None, owner: int | None
) -> None:
    stock(folder, "a")
    with closing(sqlite3.connect(folder / "articles.db")) as connection:
        if version:
            connection.execute(f"PRAGMA user_version = {version}")
        if owner:
            connection.execute(f"PRAGMA application_id = {owner}")
        connection.commit()
    done = command("backup", "copy.db")
    assert done.status == 2
    assert "newer version" in done.err if version else "not of this program" in done.err
    assert not (folder / "copy.db").exists()


def test_a_damaged_store_is_said_and_not_copied(folder: Path, command: Command) -> None:
    """A copy that was made is one that can be read."""
    stock(folder, *map(str, range(50)), content_html="x" * 4_000)
    with (folder / "articles.db").open("r+b") as file:
        file.seek(4096 * 20)
        file.write(os.urandom(4096 * 10))
    done = command("backup", "copy.db")
    assert done.status == 2
    assert "is damaged" in done.err
    assert not list(folder.glob("*copy*"))


HOLD = """
import pathlib, sys
from feeds.store.sqlite.copying import copy
def wait(left, whole):
    print("begun", flush=True)
    sys.stdin.readline()
copy(pathlib.Path("articles.db"), pathlib.Path("copy.db"), wait)
"""


def test_two_do_not_write_one_copy_and_a_killed_one_leaves_none(folder: Path) -> None:
    """The second is told to wait; what a killed one left is in nobody's way."""
    stock(folder, "a")
    with subprocess.Popen(
        [sys.executable, "-c", HOLD],
        cwd=folder,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as first:
        assert first.stdout
        assert first.stdout.readline() == "begun\n"
        with pytest.raises(BadCopy, match="another process is writing this copy"):
            copy(folder / "articles.db", folder / "copy.db")
        first.kill()
        first.communicate()
    assert (folder / ".copy.db.part").exists()
    assert not (folder / "copy.db").exists()
    copy(folder / "articles.db", folder / "copy.db")
    assert count(folder / "copy.db") == 1
    assert not (folder / ".copy.db.part").exists()


def test_a_copy_of_a_copy_is_the_same(folder: Path, command: Command) -> None:
    """It is a store like any other."""
    stock(folder, "a")
    command("backup", "copy.db")
    shutil.copy(folder / "copy.db", folder / "again.db")
    copy(folder / "again.db", folder / "third.db")
    assert count(folder / "third.db") == 1
