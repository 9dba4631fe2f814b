"""`feeds doctor` on the store, the files and the disk that it lies on, and the clock."""

import getpass
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from feeds.doctor import machine, stored
from tests.live.server import environment, stock
from tests.operation.conftest import Command, said

pytestmark = pytest.mark.usefixtures("nothing_serves")

# Root may do everything but for this.
AS_ANYBODY = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
DAMAGES = {
    "newer": ("PRAGMA user_version = 99", "newer version"),
    "another's": ("PRAGMA application_id = 7", "not of this program"),
    "without tables": ("DROP TABLE listings", "is damaged (no such table: listings)"),
    "without counters": ("DELETE FROM scopes WHERE id = 1", "(1 counters of the whole desk missing)"),
    "listed": ("DELETE FROM articles WHERE guid = 'a'", "contradicts itself (2 listed, and no articles)"),
    "not listed": ("DELETE FROM listings", "contradicts itself (2 articles, and not listed)"),
    "buried": (
        "INSERT INTO tombstones (scope_id, withdrawn, guid, article_id) VALUES (1, 5, 'x', 999)",
        "contradicts itself (1 tombstones of what was not withdrawn)",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_store_that_can_not_be_trusted_is_wrong(folder: Path, command: Command, damage: str) -> None:
    stock(folder, "a", "b")
    statement, text = DAMAGES[damage]
    with closing(sqlite3.connect(folder / "articles.db", isolation_level=None)) as connection:
        connection.execute(statement)
    done = command("doctor")
    assert done.status == 1
    assert text in said(done, "wrong", "store")[0]


def doctor_without_rights(folder: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    command = [*AS_ANYBODY, sys.executable, "-m", "feeds", "doctor", "--quick"]
    return subprocess.run(command, env=environment() | variables, cwd=folder, capture_output=True, text=True)


@pytest.mark.parametrize("closed", [["."], ["articles.db", "articles.db-wal", "desk.sock"]])
def test_what_belongs_to_somebody_else_is_named_with_its_owner(folder: Path, closed: list[str]) -> None:
    """A folder that may not be entered is not one without a store."""
    (folder / "store").mkdir()
    stock(folder, "a")
    shutil.copy(folder / "articles.db", folder / "store" / "articles.db")
    (folder / "store" / "articles.db-wal").touch()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "store" / "desk.sock"))
        for name in closed:
            if os.geteuid() == 0:
                os.chown(folder / "store" / name, 65534, 65534)
            (folder / "store" / name).chmod(0o600 if os.geteuid() == 0 else 0)
        variables = {"FEEDS_STORE__URL": "sqlite:store/articles.db", "FEEDS_SERVER__UNIX_SOCKET": "store/desk.sock"}
        done = doctor_without_rights(folder, **variables)
        (folder / "store").chmod(0o700)
    assert (done.returncode, done.stderr) == (1, "")
    owner = "nobody" if os.geteuid() == 0 else getpass.getuser()
    for name in closed:
        place = Path(folder, "store", name) if name == "." else Path("store", name)
        of = "may not ask there" if name.endswith(".sock") else f"belongs to {owner}, and "
        assert any(f"{place}: " in line and of in line for line in done.stdout.splitlines()), done.stdout
    assert "there is none yet" not in done.stdout


def test_a_folder_that_can_not_be_reached_is_one_that_this_user_may_not_enter(folder: Path) -> None:
    (folder / "closed" / "store").mkdir(parents=True)
    if os.geteuid() == 0:
        os.chown(folder / "closed", 65534, 65534)
    (folder / "closed").chmod(0o600 if os.geteuid() == 0 else 0)
    done = doctor_without_rights(folder, FEEDS_STORE__URL="sqlite:closed/store/articles.db")
    (folder / "closed").chmod(0o700)
    assert (done.returncode, done.stderr) == (1, "")
    assert "let it enter the folders above" in done.stdout


def test_noise_in_the_store_is_found_by_reading_it_through(folder: Path, command: Command) -> None:
    """Not by `--quick`, where it lies in no page that it reads; a file that is none at all is."""
    stock(folder, *map(str, range(50)), content_html="x" * 4_000)
    with (folder / "articles.db").open("r+b") as file:
        file.seek(4096 * 30)
        file.write(os.urandom(4096 * 5))
    assert "restore it from a backup" in said(command("doctor"), "wrong", "store")[0]
    assert command("doctor", "--quick").status == 0
    (folder / "articles.db").write_bytes(b"noise" * 1000)
    assert "no SQLite database" in said(command("doctor", "--quick"), "wrong", "store")[0]


def test_a_store_of_an_earlier_version_is_left_as_it_is(folder: Path, command: Command) -> None:
    script = Path(__file__).parents[1] / "store" / "data" / "schema_1.sql"
    with closing(sqlite3.connect(folder / "articles.db")) as connection:
        connection.executescript(script.read_text())
    done = command("doctor")
    assert done.status == 0
    assert "earlier version" in said(done, "note", "store")[0]
    with closing(sqlite3.connect(folder / "articles.db")) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)


def test_a_clock_that_was_set_back_is_wrong(folder: Path, command: Command) -> None:
    """Seen by the store, which has a change of later."""
    stock(folder, "a")
    with closing(sqlite3.connect(folder / "articles.db", isolation_level=None)) as connection:
        connection.execute("UPDATE scopes SET changed = ?", (int(time.time()) + 3600,))
    done = command("doctor", "--quick")
    assert done.status == 1
    assert "seconds behind the store's latest change" in said(done, "wrong", "clock")[0]


def test_a_disk_without_room_is_wrong(folder: Path) -> None:
    """Room for what comes; for a copy of the store it is a note."""
    (found,) = machine.look_at_disk(folder / "articles.db", least=2**62)
    assert (found.level, "make room" in found.text) == ("wrong", True)
    (found,) = machine.look_at_disk(folder / "nowhere" / "articles.db")
    assert (found.level, "there is no such folder" in found.text) == ("wrong", True)
    with (folder / "articles.db").open("wb") as file:
        # A hole: it takes no room.
        file.truncate(shutil.disk_usage(folder).free + 2**30)
    (found,) = machine.look_at_disk(folder / "articles.db", least=1)
    assert (found.level, "less than a copy" in found.text) == ("note", True)


def test_a_store_over_a_network_is_found_by_its_mount(tmp_path: Path) -> None:
    """The innermost mount counts; spaces are written in octal digits."""
    folder = tmp_path / "a b" / "desk"
    folder.mkdir(parents=True)
    mounts = tmp_path / "mounts"
    place = str(tmp_path / "a b").replace(" ", "\\040")
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/x {place} nfs4 rw 0 0\n")
    assert stored.file_system(folder / "articles.db", mounts) == "nfs4"
    assert stored.file_system(tmp_path / "articles.db", mounts) == "ext4"
    assert stored.file_system(tmp_path, tmp_path / "nothing") == ""
