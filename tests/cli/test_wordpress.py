"""`feeds import` of a WordPress site's address, with what a real one answered."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from feeds.commands.bring import watch
from feeds.errors import StoreUnavailable
from feeds.importers import Reading
from feeds.importing.run import Bringing
from feeds.intake.door import Options
from tests.cli.conftest import Run, environment
from tests.fetch.servers import NOT_HERE, Request, answer, serving
from tests.wordpress.recorded import DATA, HOME, Recorded

NOTHING = "new 0, updated 0, unchanged 1, rejected 0\n"


@pytest.fixture
def wordpress() -> Iterator[Recorded]:
    with serving() as server:
        yield Recorded(server=server)


def test_a_site(feeds: Run, wordpress: Recorded) -> None:
    """A site's address brings all its articles; again, nothing; from then on what changed."""
    command = ("import", "--allow-private", f"{wordpress.home}/")
    first = feeds(*command)
    assert (first.stdout, first.returncode) == ("new 11, updated 0, unchanged 0, rejected 0\n", 0)
    assert feeds(*command).stdout == NOTHING
    wordpress.edit("classic", title={"rendered": "آخر"})
    assert feeds(*command).stdout == "new 0, updated 1, unchanged 1, rejected 0\n"
    assert wordpress.server.asked[0].headers["user-agent"].startswith("Khulasat/")


def test_private(feeds: Run, wordpress: Recorded) -> None:
    """This machine is not asked unless that is meant."""
    done = feeds("import", wordpress.home)
    assert done.returncode == 2
    assert "no public address; where that is meant, give --allow-private" in done.stderr
    assert wordpress.server.asked == []


def test_reconcile(feeds: Run, wordpress: Recorded) -> None:
    command = ("import", "--allow-private", "--reconcile", f"{wordpress.home}/wp-json/")
    feeds(*command)
    wordpress.posts.remove(wordpress.post("news-3"))
    done = feeds(*command)
    assert done.stdout == NOTHING
    assert done.stderr == f"{wordpress.home}/: withdrawn 1, which are no longer published there\n"


def test_trial(feeds: Run, wordpress: Recorded) -> None:
    """A dry run tells of each article what would be."""
    done = feeds("import", "--allow-private", "--dry-run", "--limit", "2", wordpress.home)
    assert done.stdout.splitlines()[-1] == "would be new 2, would be updated 0, unchanged 0, rejected 0"
    assert f"{wordpress.home}/:post " in done.stdout


def test_no_languages(feeds: Run, wordpress: Recorded) -> None:
    done = feeds("import", "--allow-private", "--language", "ar", wordpress.home)
    assert (done.returncode, done.stdout) == (2, "")
    assert "tells no languages apart" in done.stderr


@pytest.fixture
def closed(wordpress: Recorded) -> Recorded:
    """A site whose API is closed: its feed has two pages; one article of the second asks for a password."""
    wordpress.closed.add("/")
    feed = (DATA / "feed.xml").read_text(encoding="utf-8")
    cut = feed.index("<item>", feed.index("<item>") + 1)
    pages = {"1": feed[:cut] + "</channel></rss>", "2": feed[: feed.index("<item>")] + feed[cut:]}
    for page, text in pages.items():
        wordpress.server.replies[f"/?feed=rss2&paged={page}"] = rss(text)
    wordpress.server.replies["/?feed=rss2&paged=3"] = NOT_HERE
    return wordpress


def rss(text: str) -> bytes:
    return answer(text.encode(), Content_Type="text/xml", ETag=f'"{len(text)}"')


def paged(wordpress: Recorded) -> list[str]:
    """The pages that were asked for since."""
    found = [target.rpartition("=")[2] for target in wordpress.server.targets if "paged=" in target]
    wordpress.server.asked.clear()
    return found


def test_a_closed_api(feeds: Run, closed: Recorded) -> None:
    """Where the API is closed, that is said, and the feed is read page by page; its articles have the same ids, and
    what asks for a password is none."""
    command = ("import", "--allow-private", "--sections-from-categories", closed.home)
    done = feeds(*command)
    assert "its REST API is closed (answers 403 at" in done.stderr
    assert done.stdout == "new 9, updated 0, unchanged 0, rejected 0\n"
    assert paged(closed) == ["1", "2", "3"]
    assert feeds("withdraw", f"{HOME}/?post_type=post&p=4").returncode == 0
    closed.server.replies["/?feed=rss2&paged=1"] = NOT_HERE
    done = feeds(*command)
    assert (done.returncode, "answers 404 Not Found" in done.stderr) == (2, True)


def test_a_closed_api_again(feeds: Run, closed: Recorded) -> None:
    """Once all pages were read, later runs ask for the first alone, and go on as far as there is something new."""
    command = ("import", "--allow-private", "--sections-from-categories", closed.home)
    # A site that gives the same for every page behind the last one ends, too.
    closed.server.replies["/?feed=rss2&paged=3"] = closed.server.replies["/?feed=rss2&paged=2"]
    feeds(*command)
    assert paged(closed) == ["1", "2", "3"]
    first = closed.server.replies["/?feed=rss2&paged=1"]
    assert isinstance(first, bytes)
    assert feeds(*command).stdout == "new 0, updated 0, unchanged 1, rejected 0\n"
    assert b"ETag: %b\r\n" % closed.server.asked[-1].headers["if-none-match"].encode() in first
    assert paged(closed) == ["1"]
    closed.server.replies["/?feed=rss2&paged=1"] = answer(status="304 Not Modified")
    done = feeds(*command)
    assert (done.stdout, paged(closed)) == ("new 0, updated 0, unchanged 0, rejected 0\n", ["1"])
    assert "has not changed since the last import" in done.stderr
    body = first.partition(b"\r\n\r\n")[2].decode()
    closed.server.replies["/?feed=rss2&paged=1"] = rss(body.replace("<title>", "<title>x "))
    assert feeds(*command).stdout == "new 0, updated 1, unchanged 8, rejected 0\n"
    assert paged(closed) == ["1", "2"]
    # With --reconcile all are read again, whatever is known; what is older than is wanted, is not.
    feeds(*command, "--reconcile")
    assert paged(closed) == ["1", "2", "3"]
    feeds(*command, "--since", "2027-01-01")
    assert paged(closed) == ["1"]


def test_watched(folder: Path, wordpress: Recorded) -> None:
    """Watched, it is asked again and again until Ctrl-C; what goes wrong meanwhile is said, and tried again."""
    command = [sys.executable, "-m", "feeds", "import", "--allow-private", "--watch", "1", wordpress.home]
    process = subprocess.Popen(
        command, cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout
    try:
        assert process.stdout.readline() == "new 11, updated 0, unchanged 0, rejected 0\n"
        wordpress.edit("classic", title={"rendered": "آخر"})
        assert process.stdout.readline() == "new 0, updated 1, unchanged 1, rejected 0\n"
        reply = wordpress.server.otherwise

        def once(request: Request, connection: object) -> bytes:
            wordpress.server.otherwise = reply
            return answer(b"", status="403 Forbidden")

        wordpress.server.otherwise = once
        assert process.stdout.readline() == NOTHING
    finally:
        os.kill(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "withdrawn" not in said
    assert "answers 403 Forbidden" in said and said.endswith("interrupted\n")


def test_watched_anew(folder: Path, feeds: Run, wordpress: Recorded) -> None:
    """Watching begins with a comparison of all that is published, without being asked to."""
    feeds("import", "--allow-private", wordpress.home)
    wordpress.posts.remove(wordpress.post("news-3"))
    command = [sys.executable, "-m", "feeds", "import", "--allow-private", "--watch", "60", wordpress.home]
    process = subprocess.Popen(
        command, cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout
    try:
        assert process.stdout.readline() == NOTHING
    finally:
        os.kill(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert f"{wordpress.home}/: withdrawn 1, which are no longer published there\n" in said


def test_compared_each_hour() -> None:
    """While it watches, all that is published is compared at least each hour, and after a failure at the next round."""
    rounds: list[bool] = []
    now = 0.0

    def bring(how: Bringing) -> None:
        assert how.wanted.carefully
        rounds.append(how.wanted.reconcile)
        if len(rounds) == 6:
            raise StoreUnavailable("away")
        if len(rounds) == 9:
            raise KeyboardInterrupt

    def wait(seconds: float) -> None:
        nonlocal now
        now += seconds

    with pytest.raises(KeyboardInterrupt):
        watch(bring, Bringing(options=Options(), reading=Reading()), 720, clock=lambda: now, wait=wait)
    assert rounds == [True, False, False, False, False, True, True, False, False]


def test_what_is_read_once_can_not_be_watched(feeds: Run) -> None:
    done = feeds("import", "--watch", "1", "-", given="[]")
    assert (done.returncode, done.stdout) == (2, "")
    assert "standard input can be read once; leave --watch out" in done.stderr


def test_an_export(feeds: Run, wordpress: Recorded) -> None:
    """An export brings the same articles as the site itself: what came from one is unchanged by the other."""
    export = str(DATA / "export.xml")
    assert feeds("import", export).stdout == "new 11, updated 0, unchanged 0, rejected 0\n"
    assert feeds("import", export).stdout == "new 0, updated 0, unchanged 11, rejected 0\n"
    text = (DATA / "posts.json").read_text(encoding="utf-8")
    assert HOME in text
    done = feeds("import", "--allow-private", "--dry-run", wordpress.home)
    assert "would be new 0" in done.stdout
    sections = feeds("sections").stdout
    assert "football" in sections and "uncategorized" not in sections
