"""`feeds backup` of a store that is served and written, and what a restored one serves."""

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.live.ledger import SHORT_AND_LONG, record
from tests.live.polling import PATHS, Polls, write_articles
from tests.live.server import Server, environment, feeds, stock, wait

Start = Callable[..., Server]

# A transaction of an import.
BATCH = 400


def tags(server: Server) -> dict[str, str]:
    return {path: str(server.ask(path).headers["etag"]) for path in PATHS}


def articles(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return int(connection.execute("SELECT count(*) FROM articles").fetchone()[0])


@SHORT_AND_LONG
def test_a_copy_under_load_is_of_one_moment(start: Start, folder: Path, long: bool) -> None:
    """While an import writes and readers poll: whole transactions in the copy, no wrong answer, the import unharmed."""
    number = 12_000 if long else 1_200
    write_articles(folder / "articles.jsonl", number)
    stock(folder, "first")
    server = start().ready()
    command = [sys.executable, "-m", "feeds", "import", "articles.jsonl"]
    copies: list[Path] = []
    with Polls(server, 3 if long else 1) as polls, subprocess.Popen(command, cwd=folder, env=environment()) as importer:
        wait(lambda: articles(folder / "articles.db") > 1, server)
        while importer.poll() is None:
            copies.append(folder / f"copy-{len(copies)}.db")
            done = feeds(folder, "backup", copies[-1].name)
            assert (done.returncode, done.stderr) == (0, "")
        polls.more(100)
        assert importer.returncode == 0
    assert polls.wrong == []
    assert polls.counts.keys() == {200, 304}
    assert articles(folder / "articles.db") == number + 1
    assert {(articles(copy) - 1) % BATCH for copy in copies} == {0}
    assert len({articles(copy) for copy in copies}) > 1 or not long
    assert server.end() == 0
    assert "event=store_unwell" not in server.output
    if long:
        record("`feeds backup`, again and again, during an import of 12,000 articles", polls.counts, "at once")


@pytest.mark.parametrize("stopped", [False, True], ids=["while it is served", "while it is stopped"])
def test_a_restored_copy_is_served_with_the_same_tags(start: Start, folder: Path, stopped: bool) -> None:
    """As docs/operating.md says: with `mv` while it is served, which nobody who polls notices; or where the service
    has stopped, by whatever cause, without what SQLite left beside the old one."""
    stock(folder, *(f"z-{number}" for number in range(60)), sections=("world", "sports"))
    server = start().ready()
    before = tags(server)
    assert feeds(folder, "backup", "copy.db").returncode == 0
    stock(folder, "later", sections=("world", "sports"))
    wait(lambda: set(tags(server).values()).isdisjoint(before.values()), server)
    if stopped:
        # With a log that was not folded in: SQLite would play it over the copy.
        server.end(9)
        assert (folder / "articles.db-wal").stat().st_size
        for end in ("-wal", "-shm"):
            (folder / f"articles.db{end}").unlink()
        shutil.copy(folder / "copy.db", folder / "articles.db")
        server = start(port=server.port).ready()
        assert tags(server) == before
    else:
        with Polls(server) as polls:
            polls.more(50)
            shutil.copy(folder / "copy.db", folder / "restored.db")
            (folder / "restored.db").replace(folder / "articles.db")
            wait(lambda: tags(server) == before, server)
            polls.more(50)
        assert polls.wrong == []
        assert polls.counts.keys() == {200, 304}
    # What is written from now on is seen, in the very store that was put back.
    stock(folder, "anew")
    wait(lambda: b"anew" in server.ask("/world/rss.xml").body, server)
    assert b"later" not in server.ask("/world/rss.xml").body
    assert server.end() == 0
    assert "Traceback" not in server.output
