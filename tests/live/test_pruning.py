"""`feeds prune` of a store that is served and written, and killed while it is at it."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.live.ledger import SHORT_AND_LONG, record
from tests.live.polling import Polls
from tests.live.server import Server, environment, feeds, item, stock, wait


def listed(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "articles.db")) as connection:
        return int(connection.execute("SELECT count(*) FROM listings WHERE scope_id = 1").fetchone()[0])


@SHORT_AND_LONG
def test_under_load_and_killed(start: Callable[..., Server], folder: Path, long: bool) -> None:
    """Not a wrong answer while old articles are dropped and new ones come in; run again, it goes on where it was."""
    number = 12_000 if long else 1_200
    text = "<p>" + "نص الخبر كما ورد من المراسل في المدينة. " * 20 + "</p>"
    stock(folder, *(f"article-{n}" for n in range(number)), content_html=text, sections=("world", "sports"))
    (folder / "old.jsonl").write_text("".join(item(f"article-{n}") for n in range(0, number, 4)), "utf-8")
    (folder / "new.jsonl").write_text(
        "".join(item(f"new-{n}", date_published="2026-06-01") for n in range(400)), "utf-8"
    )
    server = start().ready()
    command = [sys.executable, "-m", "feeds", "prune", "--before", "2026-05-01"]
    bring = [sys.executable, "-m", "feeds", "import", "new.jsonl"]
    with Polls(server, 3 if long else 1, first=long) as polls:
        polls.more(100)
        with subprocess.Popen(command, cwd=folder, env=environment(), stdout=subprocess.DEVNULL) as pruning:
            wait(lambda: listed(folder) < number, server)
            pruning.kill()
        # On a busy machine it may have been quicker than the kill.
        assert listed(folder) < number
        with subprocess.Popen(bring, cwd=folder, env=environment(), stdout=subprocess.PIPE, text=True) as importer:
            done = feeds(folder, "prune", "--before", "2026-05-01")
            brought, _ = importer.communicate()
        assert done.returncode == 0, done.stderr
        assert brought == "new 400, updated 0, unchanged 0, rejected 0\n"
        wait(lambda: b"article-" not in server.ask("/world/rss.xml").body, server)
        polls.more(100)
    assert polls.wrong == []
    assert polls.counts.keys() == {200, 304}
    assert listed(folder) == 400
    again = feeds(folder, "import", "old.jsonl")
    assert again.stdout == f"new 0, updated 0, unchanged {number // 4}, rejected 0\n"
    assert listed(folder) == 400
    with closing(sqlite3.connect(folder / "articles.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert server.end() == 0
    assert "Traceback" not in server.output
    if long:
        record("`feeds prune` of 12,000 articles, killed once, during an import", polls.counts, "at once")
