"""Bad input gets one clear message that says what, where and what would be right; never a traceback."""

import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run, environment
from tests.newsroom import CONFIG


@pytest.mark.parametrize("command", [["sections"], ["serve"], ["check"], ["import", "-"], ["samples"]])
def test_every_fault_of_the_configuration_is_said_at_once(feeds: Run, folder: Path, command: list[str]) -> None:
    (folder / "config.toml").write_text(CONFIG.replace('"sports"', '"feed"').replace("title =", "titel =", 1), "utf-8")
    done = feeds(*command)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "config.toml: [site] title: is missing; it must be given",
        'config.toml: [site] titel: is not known; did you mean "title"?',
        'config.toml: [[sections]] 2: slug: "feed" is reserved; choose another',
    ]


def test_a_configuration_that_is_not_there_is_one_line(feeds: Run) -> None:
    done = feeds("sections", "--config", "none.toml")
    right = "name one with --config, or let `feeds init` write it"
    assert (done.returncode, done.stderr) == (2, f"none.toml: there is no such file; {right}\n")


def test_the_configuration_may_be_named_before_the_command_or_in_the_environment(feeds: Run, folder: Path) -> None:
    (folder / "other.toml").write_text(CONFIG.replace("sports", "sport"), "utf-8")
    assert "sport " in feeds("--config", "other.toml", "sections").stdout
    assert "sport " in feeds("sections", variables={"FEEDS_CONFIG": "other.toml"}).stdout


@pytest.mark.parametrize("command", ["samples", "--help"])
def test_what_is_printed_on_a_full_disk_is_one_line(folder: Path, command: str) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "feeds", command], cwd=folder, env=environment(), stdout=full, stderr=subprocess.PIPE
        )
    assert done.returncode == 2
    assert done.stderr == b"what is printed: can't be written: no room is left; make room\n"


def noise(path: Path) -> None:
    path.write_bytes(os.urandom(5000))


def foreign(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE theirs (x)")
    db.close()


def newer(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 999")
        db.execute("PRAGMA application_id = 1265137004")
    db.close()


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (noise, "no SQLite database"),
        (foreign, "not of this program"),
        (newer, "written by a newer version"),
        (lambda path: path.mkdir(), "can't be opened"),
    ],
)
@pytest.mark.parametrize("command", [["sections"], ["serve", "--port", "0"]])
def test_a_store_that_can_not_be_used_is_one_line(
    feeds: Run, folder: Path, spoil: object, message: str, command: list[str]
) -> None:
    assert callable(spoil)
    spoil(folder / "articles.db")
    done = feeds(*command)
    assert done.returncode == 2
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_port_in_use_is_one_line(feeds: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = feeds("serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "Address already in use; choose another with --port" in done.stderr


# Root may do anything, so somebody else goes on once the program has run, and so is loaded, for root.
AS_NOBODY = """
import contextlib, os, pathlib, sys
from feeds.cli import main
sys.argv = ["feeds", "sections"]
if os.getuid() == 0:
    with contextlib.suppress(SystemExit), contextlib.redirect_stdout(None):
        main()
    for file in pathlib.Path().glob("articles.db*"):
        file.unlink()
    os.setuid(65534)
main()
"""


def test_a_folder_without_permission_is_one_line(folder: Path) -> None:
    for parent in (folder, *folder.parents[:3]):
        parent.chmod(0o755)
    folder.chmod(0o555)
    # Nobody may write what coverage measured.
    variables = {name: value for name, value in environment().items() if not name.startswith("COVERAGE_")}
    done = subprocess.run(
        [sys.executable, "-c", AS_NOBODY], cwd=folder, env=variables, capture_output=True, text=True, timeout=60
    )
    folder.chmod(0o755)
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "articles.db: the store can't be opened" in done.stderr


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["import"], ["serve", "--port", "99999"], ["withdraw"], ["import", "--nope", "x"]]
)
def test_wrong_use_is_explained(feeds: Run, arguments: list[str]) -> None:
    done = feeds(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("Usage: ")


def test_a_template_that_can_not_be_read_is_one_line(feeds: Run, folder: Path) -> None:
    (folder / "own").mkdir()
    (folder / "own" / "base.html").write_text("{% block %}", "utf-8")
    path = folder / "config.toml"
    path.write_text(path.read_text("utf-8").replace("[site]", '[site]\ntemplates = "own"', 1), "utf-8")
    done = feeds("serve", "--port", "0", "--workers", "2")
    assert done.returncode == 2
    assert done.stderr.startswith("own/base.html:1: ")
    assert len(done.stderr.splitlines()) == 1
