"""`kill -9` at any moment of an import, and the import again to the end: exactly what one clean import gives."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from benchmarks.made import lines
from tests.cli.conftest import Run, environment
from tests.importers.test_copies import page

# When something was done; all else is the same whenever it is done.
_MOMENTS = {
    "quarters": {"changed"},
    "scopes": {"changed", "since"},
    "articles": {"imported"},
    "announcements": {"since"},
}


def rows(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in a store, table by table, but for the moments of its making; of the index every word's places."""
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")]
        found = {name: _of_table(db, name) for name in names if not name.startswith("words")}
        db.execute("CREATE VIRTUAL TABLE temp.places USING fts5vocab(main, words, 'instance')")
        return found | {"words": sorted(db.execute("SELECT * FROM temp.places").fetchall())}


def _of_table(db: sqlite3.Connection, name: str) -> list[tuple[Any, ...]]:
    columns = [column[1] for column in db.execute(f"PRAGMA table_info({name})")]
    kept = [column for column in columns if column not in _MOMENTS.get(name, ())]
    return sorted(db.execute(f"SELECT {', '.join(kept)} FROM {name}").fetchall(), key=repr)


def interrupted(folder: Path, sources: list[str], seconds: float) -> bool:
    """Kills an import after some seconds; whether it was still at work."""
    process = subprocess.Popen(
        [sys.executable, "-m", "feeds", "import", *sources],
        cwd=folder,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


def begin_anew(folder: Path) -> None:
    for file in folder.glob("articles.db*"):
        file.unlink()


def same_after_kills(feeds: Run, folder: Path, sources: list[str], kills: int) -> None:
    began = time.monotonic()
    clean = feeds("import", *sources)
    took = time.monotonic() - began
    assert clean.returncode == 0, clean.stderr
    expected = rows(folder / "articles.db")
    begin_anew(folder)
    chance, hit = random.Random(20261123), 0
    while hit < kills:
        if interrupted(folder, sources, chance.uniform(0.1, took)):
            hit += 1
        else:
            # It came to its end: the next is killed while it takes what is new, too.
            begin_anew(folder)
    assert feeds("import", *sources).returncode == 0
    assert rows(folder / "articles.db") == expected
    again = feeds("import", *sources)
    assert again.stdout.startswith("new 0, updated 0, unchanged ")
    assert rows(folder / "articles.db") == expected


def test_a_few_kills_leave_what_one_clean_import_gives(feeds: Run, folder: Path) -> None:
    (folder / "in.jsonl").write_text("\n".join(lines(800, 6)), "utf-8")
    same_after_kills(feeds, folder, ["in.jsonl"], kills=3)


def test_kills_among_files_leave_what_one_clean_import_gives(feeds: Run, folder: Path) -> None:
    (folder / "copies").mkdir()
    for number in range(300):
        (folder / "copies" / f"{number}.txt").write_text(page(number), "utf-8")
    same_after_kills(feeds, folder, ["copies"], kills=2)


@pytest.mark.soak
def test_twenty_kills_in_twenty_thousand_articles_leave_what_one_clean_import_gives(feeds: Run, folder: Path) -> None:
    (folder / "in.jsonl").write_text("\n".join(lines(20_000, 6)), "utf-8")
    same_after_kills(feeds, folder, ["in.jsonl"], kills=20)
