"""An import of a WordPress site that is killed again and again ends as if nothing had been."""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.cli.conftest import Run, environment
from tests.fetch.servers import serving
from tests.wordpress.recorded import HOME, Recorded

COUNT = 300
_ROWS = (
    "SELECT guid, title, summary, content_html, published, modified, details, url FROM articles ORDER BY guid",
    "SELECT s.slug, l.guid FROM listings l JOIN scopes s ON s.id = l.scope_id ORDER BY s.kind, s.slug, l.guid",
    "SELECT name, value FROM facts WHERE name LIKE 'source %' ORDER BY name",
)


def rows(folder: Path) -> list[list[tuple[Any, ...]]]:
    with sqlite3.connect(folder / "articles.db") as db:
        found = [db.execute(statement).fetchall() for statement in _ROWS]
    db.close()
    return found


def many(wordpress: Recorded) -> None:
    """Makes hundreds of posts of one, in three to a minute."""
    template = wordpress.post("news-2")
    for n in range(COUNT):
        when = f"2026-10-{1 + n // 200:02}T{n // 60 % 24:02}:{n % 60 // 3:02}:00"
        wordpress.posts.append(
            template
            | {"id": 1000 + n, "guid": {"rendered": f"{HOME}/?p={1000 + n}"}, "title": {"rendered": f"خبر {n}"}}
            | {"modified": when, "modified_gmt": when}
        )


def test_killed(folder: Path, feeds: Run) -> None:
    """Killed at each of its pages, and run to the end then, it leaves what one clean import leaves, row by row."""
    with serving() as server:
        wordpress = Recorded(server=server)
        many(wordpress)
        command = ["import", "--allow-private", f"{wordpress.home}/"]
        clean = feeds(*command)
        assert clean.stdout == f"new {COUNT + 11}, updated 0, unchanged 0, rejected 0\n"
        expected = rows(folder)
        for file in folder.glob("articles.db*"):
            file.unlink()
        reply = server.otherwise
        assert callable(reply)
        for page in range(1, 4):
            running: list[subprocess.Popen[bytes]] = []
            asked = 0

            def killing(request: Any, connection: Any) -> bytes | None:
                nonlocal asked
                asked += "/posts" in request.target
                if asked == page and running:  # noqa: B023
                    os.kill(running[0].pid, signal.SIGKILL)  # noqa: B023
                    return None
                return reply(request, connection)

            server.otherwise = killing
            with subprocess.Popen(
                [sys.executable, "-m", "feeds", *command],
                cwd=folder, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            ) as process:  # fmt: skip
                running.append(process)
                process.wait(100)
        server.otherwise = reply
        assert feeds(*command).returncode == 0
        assert rows(folder) == expected
        assert feeds(*command).stdout.startswith("new 0, updated 0")
