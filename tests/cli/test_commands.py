"""The other commands: what an editor and an operator type."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from feeds import __version__
from tests.cli.conftest import Run, environment, item, lines


@pytest.mark.parametrize("command", [[], ["serve"], ["import"], ["samples"], ["sections"], ["withdraw"], ["check"]])
def test_every_command_has_a_help_that_a_person_can_learn_from(feeds: Run, command: list[str]) -> None:
    done = feeds(*command, "--help")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 5


def test_the_version_is_said(feeds: Run) -> None:
    assert feeds("--version").stdout == f"feeds, version {__version__}\n"


def test_sections_are_listed_with_their_counts(feeds: Run) -> None:
    """In the configuration's order; what articles brought comes after."""
    feeds("import", "-", given=lines(item("1"), item("2", sections=["رياضه", "نادي الكتاب"])))
    rows = [line.split()[:2] for line in feeds("sections").stdout.splitlines()]
    configured = [["world", "1"], ["sports", "1"], ["ثقافة", "0"]]
    assert rows == [["section", "articles"], *configured, ["نادي-الكتاب", "1"]]


def test_a_withdrawn_article_is_refused_until_it_is_restored(feeds: Run) -> None:
    feeds("import", "-", given=lines(item("1")))
    done = feeds("withdraw", "1", "--reason", "خطأ في الاسم")
    assert (done.returncode, done.stdout) == (0, "1: withdrawn\n")
    refused = feeds("import", "-", given=lines(item("1", title="آخر")))
    assert refused.returncode == 1
    assert "was withdrawn; bring it back with `feeds restore`" in refused.stderr
    assert feeds("restore", "1").stdout == "1: restored\n"
    assert feeds("import", "-", given=lines(item("1", title="آخر"))).stdout.startswith("new 0, updated 1")


@pytest.mark.parametrize("command", ["withdraw", "restore"])
def test_what_is_not_there_is_said_and_counts_as_failed(feeds: Run, command: str) -> None:
    done = feeds(command, "nothing")
    assert done.returncode == 1
    assert done.stderr.startswith("nothing: there is no such")


def test_samples_pass_their_own_check(feeds: Run) -> None:
    samples = feeds("samples").stdout
    assert feeds("import", "-", given=samples).returncode == 0
    done = feeds("check")
    assert done.returncode == 0, done.stdout
    assert "0 errors, 0 warnings" in done.stdout


def test_check_takes_sections_by_any_name_and_speaks_json(feeds: Run) -> None:
    done = feeds("check", "العالم", "--json")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("6 documents, 0 errors")


def test_check_of_a_section_that_is_none_says_which_there_are(feeds: Run) -> None:
    done = feeds("check", "nowhere")
    assert done.returncode == 2
    assert done.stderr == 'there is no section "nowhere"; there are world, sports, ثقافة\n'


def test_check_fails_where_a_feed_is_wrong(feeds: Run, folder: Path) -> None:
    feeds("import", "-", given=lines(item("1", content_html='<p><a href="https://e.org/">x</a></p>')))
    with sqlite3.connect(folder / "articles.db") as db:
        # By hand, past the one door in: as no importer would write it.
        db.execute("UPDATE articles SET url = 'not an address'")
    db.close()
    done = feeds("check", "world", "--json")
    assert done.returncode == 1
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert any(each["level"] == "error" and "not an address" in each["what"] for each in found)
    assert "error: item 1" in feeds("check", "world").stdout


def test_whoever_reads_our_output_may_have_enough_of_it(folder: Path) -> None:
    reader = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m feeds samples | head -n 1"],
        cwd=folder,
        env=environment(),
        capture_output=True,
        timeout=60,
    )
    assert json.loads(reader.stdout)["sections"]
    assert reader.stderr == b""
