"""Other processes that hold the store, or can't write it: readers never learn of it."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.live.disk import fill, make_room, read_only
from tests.live.ledger import SHORT_AND_LONG, record, took
from tests.live.polling import Polls
from tests.live.server import Server, environment, feeds, item, readiness, stock, wait
from tests.live.writer import HELD, Writer
from tests.newsroom import PATIENCE

Start = Callable[..., Server]
MB = 2**20
LARGE = "".join(item(f"large-{n:03}", content_html=f"<p>{'نص الخبر. ' * 1000}</p>") for n in range(150))


@pytest.fixture
def served(start: Start, folder: Path) -> Iterator[Server]:
    """Whatever happens in a test, readers get 200 and 304 alone, and nothing is said of the store."""
    stock(folder, *map(str, range(9)), sections=("world", "sports"))
    server = start().ready()
    yield server
    assert server.end() == 0
    assert "Traceback" not in server.output
    assert "event=store_unwell" not in server.output


@pytest.fixture
def polls(served: Server) -> Iterator[Polls]:
    with Polls(served, first=True) as polls:
        yield polls
    assert polls.wrong == []
    assert polls.counts.keys() == {200, 304}


def go_on(polls: Polls, *, long: bool) -> None:
    """Until enough was answered and rendered, and for 30 s in a long run."""
    renders = polls.renders
    polls.more(500)
    polls.last(30 if long else 0)
    assert polls.renders - renders > 30, "too few of them were first renders"


@contextmanager
def importing(folder: Path, lines: str) -> "Iterator[subprocess.Popen[str]]":
    """An import that is under way; it tries for half a minute."""
    command = [sys.executable, "-m", "feeds", "import", "-"]
    # What coverage measures has no room either.
    variables = {name: value for name, value in environment().items() if not name.startswith("COVERAGE_")}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(command, cwd=folder, env=variables, text=True, **pipes) as child:  # type: ignore[call-overload]
        child.stdin.write(lines)
        child.stdin.close()
        child.stdin = None
        yield child
        child.kill()


@SHORT_AND_LONG
def test_locked_by_a_writer(served: Server, polls: Polls, folder: Path, long: bool) -> None:
    """200 and 304 alone, first renders too; what was held is served at once when it may be; another writer waits."""
    with Writer(folder) as writer, importing(folder, item("waited")) as other:
        go_on(polls, long=long)
        assert HELD not in served.ask("/world/rss.xml").body
        assert readiness(served) == "ok"
        writer.commit()
        again = took(lambda: HELD in served.ask("/world/rss.xml").body, served)
        said, _ = other.communicate(timeout=PATIENCE)
        assert (other.returncode, said.split(",")[0]) == (0, "new 1")
    if long:
        record("locked by a writer for 30 s", polls.counts, again)


@SHORT_AND_LONG
def test_a_writer_stopped_inside_a_transaction(served: Server, polls: Polls, folder: Path, long: bool) -> None:
    """`kill -STOP`: readers see what was before; it goes on where it was stopped."""
    with Writer(folder) as writer:
        writer.stop()
        go_on(polls, long=long)
        assert HELD not in served.ask("/world/rss.xml").body
        writer.go_on()
        writer.commit()
        again = took(lambda: HELD in served.ask("/world/rss.xml").body, served)
    if long:
        record("a writer stopped (`kill -STOP`) inside a transaction for 30 s", polls.counts, again)


@SHORT_AND_LONG
def test_a_writer_killed_inside_a_transaction(served: Server, polls: Polls, folder: Path, long: bool) -> None:
    """`kill -9`: nothing of it is ever seen, and the next writer need not wait."""
    with Writer(folder) as writer:
        polls.more(300)
        writer.kill()
        assert feeds(folder, "import", "-", input=item("next")).returncode == 0
        again = took(lambda: b"next" in served.ask("/world/rss.xml").body, served)
        go_on(polls, long=long)
        assert HELD not in served.ask("/world/rss.xml").body
    if long:
        record("a writer killed (`kill -9`) inside a transaction", polls.counts, again)


def is_full(folder: Path, largest: int) -> bool:
    """Whether a writer has written as much as it may."""
    return (folder / "articles.db-wal").stat().st_size > largest - 8192


@SHORT_AND_LONG
def test_no_room_on_the_disk(served: Server, polls: Polls, folder: Path, long: bool) -> None:
    """Neither for the server nor for who imports: readers learn nothing of it; room, and the import goes through."""
    fill(served.process.pid)
    largest = MB // 2
    with importing(folder, LARGE) as child:
        fill(child.pid, largest)
        wait(lambda: is_full(folder, largest), served)
        go_on(polls, long=long)
        assert readiness(served) == "ok"
        assert b"large" not in served.ask("/world/rss.xml").body
        if long:
            said, _ = child.communicate(timeout=PATIENCE)
            assert child.returncode != 0
            assert said.strip().startswith("articles.db: the store ")
            assert len(said.splitlines()) == 1
    with importing(folder, LARGE) as child:
        fill(child.pid, largest)
        wait(lambda: is_full(folder, largest), served)
        make_room(child.pid)
        make_room(served.process.pid)
        said, _ = child.communicate(timeout=PATIENCE)
        assert (child.returncode, said.split(",")[0]) == (0, "new 150")
    again = took(lambda: b"large-000" in served.ask("/world/rss.xml").body, served)
    if long:
        record("no room on the disk for 30 s (a limit on the size of files)", polls.counts, again)


@SHORT_AND_LONG
def test_a_disk_that_may_only_be_read(served: Server, polls: Polls, folder: Path, long: bool) -> None:
    """Whoever imports is told in a line; readers learn nothing of it."""
    with read_only(folder), importing(folder, item("refused")) as child:
        go_on(polls, long=long)
        assert readiness(served) == "ok"
        if long:
            said, _ = child.communicate(timeout=PATIENCE)
            assert child.returncode != 0
            assert said.strip().startswith("articles.db: the store ")
            assert len(said.splitlines()) == 1
    with importing(folder, item("written")) as child:
        said, _ = child.communicate(timeout=PATIENCE)
        assert (child.returncode, said.split(",")[0]) == (0, "new 1")
    again = took(lambda: b"written" in served.ask("/world/rss.xml").body, served)
    assert b"refused" not in served.ask("/world/rss.xml").body
    if long:
        record("a disk that may only be read for 30 s", polls.counts, again)
