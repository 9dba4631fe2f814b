"""Ctrl-C ends an import cleanly; how far it has come is shown as the place allows."""

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Run, environment, item, kept, lines

INTERRUPTED = 130


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """A terminal: its two ends."""
    ends = pty.openpty()
    yield ends
    for end in ends:
        os.close(end)


def heard(terminal: int) -> str:
    """What stands on a terminal, of which the other end is open still."""
    found = b""
    while select.select([terminal], [], [], 0)[0]:
        found += os.read(terminal, 65_536)
    return found.decode("utf-8")


def importing(folder: Path, *arguments: str, stdin: int, stderr: int = subprocess.PIPE) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "feeds", "import", *arguments],
        cwd=folder,
        env=environment(TERM="xterm"),
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
    )


def reads(process: "subprocess.Popen[str]") -> bool:
    """Whether it has opened its store, or a file to keep its source in, and so waits for the source."""
    try:
        files = [str(link.readlink()) for link in Path(f"/proc/{process.pid}/fd").iterdir()]
    except OSError:
        return False
    return any("articles.db" in file or "(deleted)" in file for file in files)


@pytest.mark.parametrize("option", [[], ["--strict"]])
def test_ctrl_c_ends_an_import_that_waits_for_somebody_to_type(
    folder: Path, terminal: tuple[int, int], option: list[str]
) -> None:
    process = importing(folder, *option, "-", stdin=terminal[1])
    while not reads(process):
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err.strip()) == (INTERRUPTED, "", "interrupted")


def test_ctrl_c_in_the_middle_of_a_file_keeps_what_was_done(feeds: Run, folder: Path) -> None:
    with (folder / "in.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(lines(item(str(number))) for number in range(20_000))
    process = importing(folder, "in.jsonl", stdin=subprocess.DEVNULL)
    while kept(folder) < 1000:
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == INTERRUPTED
    assert "Traceback" not in err
    new = int(out.removeprefix("new ").split(",")[0])
    assert out == f"new {new}, updated 0, unchanged 0, rejected 0\n"
    assert 1000 <= new < 20_000
    world = next(line for line in feeds("sections").stdout.splitlines() if line.startswith("world"))
    assert int(world.split()[1]) == new


def test_ctrl_c_while_it_checks_says_that_nothing_was_done(folder: Path) -> None:
    """Of --strict: what was only checked is not counted as taken."""
    process = importing(folder, "--strict", "-", stdin=subprocess.PIPE)
    assert process.stdin
    # More than a pipe holds: it reads.
    for number in range(3000):
        process.stdin.write(lines(item(str(number))))
    process.stdin.flush()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (INTERRUPTED, "")
    assert "Traceback" not in err
    assert not (folder / "articles.db").exists()


def test_on_a_terminal_a_bad_record_has_a_line_of_its_own(folder: Path, terminal: tuple[int, int]) -> None:
    (folder / "in.jsonl").write_text(lines(*(item(str(n)) for n in range(900)), item("")), "utf-8")
    process = importing(folder, "in.jsonl", stdin=subprocess.DEVNULL, stderr=terminal[1])
    out, _ = process.communicate(timeout=60)
    shown = heard(terminal[0])
    assert out == "new 900, updated 0, unchanged 0, rejected 1\n"
    assert "100%" in shown
    assert "\x1b[2Kin.jsonl:901: id is empty" in shown


def test_elsewhere_there_are_plain_lines_for_each_source(folder: Path) -> None:
    for name in ("one", "two"):
        with (folder / f"{name}.jsonl").open("w", encoding="utf-8") as file:
            # Rejected ones are quicker, and count too.
            file.writelines("{}\n" for _ in range(21_000))
    process = importing(folder, "--dry-run", "one.jsonl", "two.jsonl", stdin=subprocess.DEVNULL)
    out, err = process.communicate(timeout=100)
    told = [line for line in err.splitlines() if line.endswith(" records")]
    assert told == ["one.jsonl: 20000 records", "two.jsonl: 20000 records"]
    assert out == "would be new 0, would be updated 0, unchanged 0, rejected 42000\n"


def test_samples_are_utf_8_whatever_the_terminal_speaks(feeds: Run) -> None:
    done = feeds("samples", variables={"PYTHONIOENCODING": "latin-1"})
    assert all(json.loads(line)["title"] for line in done.stdout.splitlines())


def test_what_a_terminal_can_not_show_is_no_reason_to_stop(feeds: Run) -> None:
    feeds("import", "-", given=lines(item()))
    done = feeds("sections", variables={"PYTHONIOENCODING": "latin-1"})
    assert done.returncode == 0
    assert r"\u062f\u0648\u0644\u064a" in done.stdout


def test_an_id_that_is_no_text_is_just_not_there(feeds: Run) -> None:
    done = feeds("withdraw", os.fsdecode(b"\xff"), "2", "--reason", os.fsdecode(b"\xff"))
    assert done.returncode == 1
    assert done.stderr.count("there is no such article, or it is withdrawn already") == 2
