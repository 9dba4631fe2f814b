"""`feeds publish` as it is typed: what it says, and what a full disk, a signal or a kill does to the folder."""

import gzip
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import brotli
import pytest

from tests.live.disk import fill, make_room, read_only
from tests.live.server import environment, feeds, item, stock, wait
from tests.newsroom import CONFIG, PATIENCE
from tests.push.receiver import Receiver

# Room for what SQLite needs, and for small feeds; and an article that no feed has room for then.
ROOM = 100_000
LARGE = "<p>" + "نص " * 30_000 + "</p>"


class Watching:
    """`feeds publish out --watch` as it runs; what it says is collected."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "watch.log"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "feeds", "publish", "out", "--watch"],
                cwd=folder,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    @property
    def said(self) -> str:
        return self._log.read_text("utf-8")

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with a configuration and an article."""
    (tmp_path / "config.toml").write_text(CONFIG, "utf-8")
    stock(tmp_path, "first")
    return tmp_path


@pytest.fixture
def watching(desk: Path) -> Iterator[Watching]:
    made = Watching(desk)
    wait(lambda: (desk / "out" / ".published").exists())
    yield made
    if made.process.poll() is None:
        made.end(signal.SIGKILL)


def publish_article(folder: Path, guid: str, **rest: Any) -> None:
    done = feeds(folder, "import", "-", input=item(guid, **rest))
    assert done.returncode == 0, done.stderr


def shows(folder: Path, text: str) -> bool:
    return text in (folder / "out" / "world" / "rss.xml").read_text("utf-8")


def check_whole(folder: Path) -> None:
    """Every file in the folder is whole, and its compressed forms hold the same."""
    found = [path for path in (folder / "out").rglob("*.xml") if "/." not in str(path.relative_to(folder / "out"))]
    assert found
    for path in found:
        body = path.read_bytes()
        assert body.rstrip().endswith(b">"), path
        if (beside := path.with_name(path.name + ".br")).is_symlink():
            assert brotli.decompress(beside.read_bytes()) == body
            assert gzip.decompress(path.with_name(path.name + ".gz").read_bytes()) == body


def test_the_command_says_what_it_did_and_a_web_server_may_read_it(desk: Path) -> None:
    """Whatever its writer keeps to itself otherwise (systemd's UMask=0077)."""
    first = feeds(desk, "publish", "new/out", umask=0o077)
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.startswith("written ")
    assert first.stdout.endswith("removed 0\n")
    for path in (desk / "new" / "out").rglob("*"):
        if not path.is_symlink() and path.name not in (".lock", ".trash"):
            assert path.stat().st_mode & 0o777 == (0o755 if path.is_dir() else 0o644), path
    again = feeds(desk, "publish", "new/out")
    assert again.stdout.startswith("written 0  unchanged ")


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (
            "ftp://elsewhere/x",
            "ftp://elsewhere/x: is neither a folder nor a bucket; name a folder, or s3://bucket/prefix\n",
        ),
        ("config.toml/out", "config.toml/out: a file stands in its place or above it; name a folder\n"),
        ("config.toml", "config.toml: a file stands in its place or above it; name a folder\n"),
        (".", ".: holds files that are not ours; name an empty folder, or a new one\n"),
    ],
)
def test_a_place_that_can_not_be_published_to_is_told(desk: Path, target: str, said: str) -> None:
    done = feeds(desk, "publish", target)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


def test_a_disk_that_is_full_or_may_not_be_written_is_told_and_leaves_nothing_half(desk: Path) -> None:
    """What was published stays, whole and of one state; with room again all is there."""
    assert feeds(desk, "publish", "out").returncode == 0
    before = {path: path.stat().st_ino for path in (desk / "out").rglob("*") if path.is_file()}

    def no_room() -> None:
        fill(os.getpid(), ROOM)

    publish_article(desk, "large", content_html=LARGE)
    command = [sys.executable, "-m", "feeds", "publish", "out"]
    # There is no room for what coverage measured either.
    variables = {name: value for name, value in environment().items() if not name.startswith("COVERAGE_")}
    done = subprocess.run(
        command, cwd=desk, env=variables, capture_output=True, text=True, timeout=60, preexec_fn=no_room
    )
    assert done.returncode == 2
    assert done.stderr == "out/world: no file may grow so large; make room: until then it stays as it was\n"
    check_whole(desk)
    with read_only(desk / "out"):
        refused = feeds(desk, "publish", "out")
    assert refused.returncode == 2
    assert refused.stderr.startswith("out")
    assert refused.stderr.endswith("give this user permission for it\n")
    assert not shows(desk, "large")
    assert all(path.stat().st_ino == inode for path, inode in before.items() if path.exists())
    assert feeds(desk, "publish", "out").returncode == 0
    assert shows(desk, "large")
    check_whole(desk)


def test_watching_goes_on_after_a_full_disk(desk: Path, watching: Watching) -> None:
    """It says so once, and that it is well again; a signal ends it at once, and in order."""
    publish_article(desk, "second")
    wait(lambda: shows(desk, "second"))
    fill(watching.process.pid, ROOM)
    publish_article(desk, "third", content_html=LARGE)
    wait(lambda: "event=publish_failed" in watching.said)
    check_whole(desk)
    assert not shows(desk, "third")
    tries: set[int] = set()

    def tried_again() -> bool:
        """Each try makes a folder, and takes it away."""
        tries.add((desk / "out" / "world").stat().st_mtime_ns)
        return len(tries) > 3

    wait(tried_again)
    assert watching.said.count("event=publish_failed") == 1
    make_room(watching.process.pid)
    wait(lambda: shows(desk, "third"))
    wait(lambda: "event=publish_well" in watching.said)
    check_whole(desk)
    assert watching.end() == 0
    assert "Traceback" not in watching.said
    assert not [
        path for path in (desk / "out" / "world").glob(".v*") if path.name != (desk / "out/world/.now").readlink().name
    ]


def test_killed_at_any_moment_it_leaves_a_whole_folder(desk: Path) -> None:
    """And goes on from there."""
    out = desk / "out"

    def versions() -> set[Path]:
        return set((out / "world").glob(".v*"))

    def kill_when(come: Callable[[], object]) -> None:
        child = Watching(desk)
        wait(come)
        child.end(signal.SIGKILL)
        check_whole(desk)

    publish_article(desk, "more-0")
    kill_when((out / "rss.xml").exists)
    publish_article(desk, "more-1")
    before = versions()
    kill_when(lambda: versions() - before)
    publish_article(desk, "more-2")
    kill_when(lambda: (out / "world" / "rss.xml").exists() and shows(desk, "more-2"))
    assert feeds(desk, "publish", "out").returncode == 0
    assert shows(desk, "more-2")
    check_whole(desk)


@pytest.mark.parametrize("watched", [True, False], ids=["watching", "by a timer"])
def test_a_hub_is_told_once_the_folder_shows_it(desk: Path, watched: bool) -> None:
    """There need be no live service: whoever is told finds the change in the folder."""
    seen: list[bool] = []
    hub = Receiver(lambda call: seen.append(shows(desk, "breaking")))
    try:
        (desk / "config.toml").write_text(f'{CONFIG}\n[websub]\nhubs = ["{hub.url}"]\n', "utf-8")
        child = Watching(desk) if watched else None
        if child:
            wait(lambda: (desk / "out" / ".published").exists())
        published = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        publish_article(desk, "breaking", date_published=published)
        if child:
            wait(lambda: seen)
            assert child.end() == 0
        else:
            assert feeds(desk, "publish", "out").returncode == 0
        assert seen[0]
    finally:
        hub.close()


@pytest.mark.soak
def test_memory_stays_as_it_is_however_much_is_published(tmp_path: Path) -> None:
    """Eight times as many articles, each with a page, a tag and a day of its own, take half as much more at most."""
    peaks = []
    for count in (100, 800):
        folder = tmp_path / str(count)
        folder.mkdir()
        (folder / "config.toml").write_text(CONFIG, "utf-8")
        text = "<p>" + "نص الخبر كما ورد من المراسل. " * 100 + "</p>"
        lines = [
            item(
                f"article-{number}",
                tags=[f"tag-{number}"],
                content_html=text,
                date_published=f"{2015 + number % 8}-{number // 8 % 12 + 1:02}-{number // 96 % 28 + 1:02}T12:00:00Z",
            )
            for number in range(count)
        ]
        assert feeds(folder, "import", "-", input="".join(lines)).returncode == 0
        child = subprocess.Popen([sys.executable, "-m", "feeds", "publish", "out"], cwd=folder, env=environment())
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        assert child.returncode == 0
        peaks.append(used.ru_maxrss)
    assert peaks[1] < 1.5 * peaks[0], peaks
