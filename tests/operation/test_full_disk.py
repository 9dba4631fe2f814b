"""An import on a disk that is full: said in one line, whole articles only, and run again it goes on."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from feeds.store import turns
from tests.cli.conftest import item, lines
from tests.live.server import stock
from tests.operation.conftest import Command
from tests.operation.test_backup import largest


def test_an_import_on_a_full_disk(folder: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit status 2; what was taken until then is kept, in whole transactions."""
    # It would try for half a minute.
    monkeypatch.setattr(turns, "_PATIENCE", (0.01,))
    stock(folder, "before")
    text = "<p>نص الخبر كما ورد.</p>" * 40
    records = [item(str(number), content_html=text) for number in range(1200)]
    (folder / "articles.jsonl").write_text(lines(*records), "utf-8")
    size = (folder / "articles.jsonl").stat().st_size
    with largest(size):
        done = command("import", "articles.jsonl")
    assert done.status == 2
    assert "the store has no room left on its disk" in done.err or "can't be read or written" in done.err
    assert len(done.err.splitlines()) == 1
    with closing(sqlite3.connect(folder / "articles.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        kept = connection.execute("SELECT count(*) FROM articles").fetchone()[0] - 1
        assert connection.execute("SELECT count(*) FROM listings WHERE scope_id = 1").fetchone()[0] == kept + 1
    assert kept % 400 == 0
    assert kept < 1200
    again = command("import", "articles.jsonl")
    assert again.out == f"new {1200 - kept}, updated 0, unchanged {kept}, rejected 0\n"
