"""The store's file deleted, replaced, overwritten; the server killed: what readers see of it."""

import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.live.disk import fill, make_room
from tests.live.ledger import SHORT_AND_LONG, record, took
from tests.live.polling import PATHS, Polls
from tests.live.server import LOCAL, Server, feeds, item, readiness, stock, wait

Start = Callable[..., Server]

# In the order of the pages, as by a program that takes the file for another.
NOISE = """
import os, sys
with open(sys.argv[1], "r+b") as file:
    file.write(os.urandom(os.path.getsize(sys.argv[1])))
"""


@pytest.fixture
def served(start: Start, folder: Path) -> Iterator[Server]:
    """A server that has rendered everything that is polled."""
    stock(folder, "a", "b", sections=("world", "sports"))
    server = start().ready()
    for path in PATHS:
        assert server.ask(path).status == 200
    yield server
    assert server.end() == 0
    assert "Traceback" not in server.output


@pytest.fixture
def backup(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole copy of the store as it is at the beginning, with one article more."""
    other = tmp_path_factory.mktemp("backup")
    (other / "config.toml").write_text(LOCAL, encoding="utf-8")
    with closing(sqlite3.connect(folder / "articles.db")) as connection:
        connection.execute("VACUUM INTO ?", (str(other / "articles.db"),))
    stock(other, "of-the-copy")
    return other / "articles.db"


def put_back(backup: Path, served: Server) -> float:
    """The seconds from the moment that a whole store stands in its place until all is well and it is served."""
    shutil.copy(backup, served.folder / "whole.db")
    (served.folder / "whole.db").replace(served.folder / "articles.db")
    again = took(lambda: b"of-the-copy" in served.ask("/world/rss.xml").body, served)
    wait(lambda: readiness(served) == "ok", served)
    return again


@SHORT_AND_LONG
def test_a_store_deleted_while_serving(served: Server, folder: Path, backup: Path, long: bool) -> None:
    """Last good bytes for what was rendered, degraded and said once; a backup put in its place is served."""
    before = served.ask("/world/rss.xml")
    with Polls(served, first=True, lost=True) as polls:
        polls.more(100)
        (folder / "articles.db").unlink()
        wait(lambda: readiness(served) == "degraded", served)
        polls.more(500)
        polls.last(30 if long else 0)
        after = served.ask("/world/rss.xml", {"If-None-Match": "x"})
        assert (after.status, after.body, after.headers["etag"]) == (200, before.body, before.headers["etag"])
        assert served.output.count("event=store_unwell") == 1
        lost = polls.counts[503]
        assert lost > 10, "nobody asked for what was never rendered"
        again = put_back(backup, served)
        polls.more(200)
        assert served.ask("/sports/feed.json?limit=7").status == 200
    assert polls.wrong == []
    assert polls.counts.keys() == {200, 304, 503}
    assert served.output.count("event=store_well") == 1
    if long:
        record("the file deleted; after 30 s a backup put back", polls.counts, again)


@SHORT_AND_LONG
def test_a_store_replaced_while_serving(served: Server, folder: Path, backup: Path, long: bool) -> None:
    """Seen, and served from then on, and no answer but 200 and 304; imports into the new one too."""
    with Polls(served, first=True) as polls:
        polls.more(100)
        again = put_back(backup, served)
        polls.more(200)
        polls.last(5 if long else 0)
        assert feeds(folder, "import", "-", input=item("later")).returncode == 0
        wait(lambda: b"later" in served.ask("/world/rss.xml").body, served)
    assert polls.wrong == []
    assert polls.counts.keys() == {200, 304}
    if long:
        record("the file replaced by another store", polls.counts, again)


@SHORT_AND_LONG
def test_noise_over_the_store_while_serving(served: Server, folder: Path, backup: Path, long: bool) -> None:
    """Nothing that was rendered is lost; what was not is 503 at worst; a backup put in its place is served."""
    with closing(sqlite3.connect(folder / "articles.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = served.ask("/world/rss.xml")
    with Polls(served, first=True, lost=True) as polls:
        polls.more(100)
        subprocess.run([sys.executable, "-c", NOISE, folder / "articles.db"], check=True)
        # What SQLite holds in memory may answer the watcher for long.
        wait(lambda: readiness(served) == "degraded" or polls.counts[503], served)
        polls.more(500)
        polls.last(30 if long else 0)
        assert served.ask("/world/rss.xml").body == before.body
        again = put_back(backup, served)
        polls.more(200)
    assert polls.wrong == []
    assert polls.counts.keys() <= {200, 304, 503}
    if long:
        record("the file overwritten with noise; after 30 s a backup put back", polls.counts, again)


@SHORT_AND_LONG
def test_killed_and_started_again(start: Start, folder: Path, long: bool) -> None:
    """kill -9 costs nothing: the same bytes and tags on the same port, and polls go on with a 304."""
    stock(folder, "a", "b", sections=("world", "sports"))
    served = start().ready()
    port = served.port
    before = {path: served.ask(path) for path in PATHS}
    with Polls(served, patient=True) as polls:
        for _ in range(5 if long else 1):
            polls.more(300)
            assert served.end(signal.SIGKILL) == -signal.SIGKILL
            polls.server = served = start(port=port)
            again = took_to_answer(served)
            polls.more(300)
    for path, answer in before.items():
        after = served.ask(path)
        assert (after.body, after.headers["etag"]) == (answer.body, answer.headers["etag"])
        assert after.headers["last-modified"] >= answer.headers["last-modified"]
        assert served.ask(path, {"If-None-Match": answer.headers["etag"]}).status == 304
    assert polls.wrong == []
    assert polls.counts.keys() <= {0, 200, 304}
    assert served.end() == 0
    if long:
        record("the server killed (`kill -9`) five times and started again", polls.counts, again)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_started_on_a_full_disk(start: Start, folder: Path, number: int) -> None:
    """SQLite needs some room to begin: until there is, 503, and the reason in one line; then all is well by itself."""
    stock(folder, "a")
    start().ready().end(number)
    served = start()
    fill(served.process.pid)
    served.said("event=store_unwell")
    answer = served.ask("/world/rss.xml")
    assert (answer.status, answer.headers["retry-after"]) == (503, "30")
    assert served.ask("/healthz").status == 200
    make_room(served.process.pid)
    served.ready()
    assert served.ask("/world/rss.xml").status == 200
    assert served.end() == 0
    assert served.output.count("event=store_unwell") == 1
    assert "Traceback" not in served.output


def took_to_answer(server: Server) -> float:
    """The seconds until a feed is answered; before, nobody listens."""

    def answers() -> bool:
        try:
            return server.ask("/world/rss.xml").status == 200
        except OSError:
            return False

    return took(answers, server)
