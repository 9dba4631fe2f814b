"""`feeds prune --before DATE`: old articles go, and what was said of them elsewhere stays right."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.conftest import item, lines
from tests.operation.conftest import Command

OLD = item("old", date_published="2020-03-01T10:00:00+02:00")
NEW = item("new", date_published="2026-03-01T10:00:00+02:00")


@pytest.fixture
def stocked(folder: Path, command: Command) -> Path:
    """A folder with an old and a new article in its store."""
    (folder / "articles.jsonl").write_text(lines(OLD, NEW), "utf-8")
    assert command("import", "articles.jsonl").status == 0
    return folder


def counts(command: Command) -> dict[str, str]:
    return {row.split()[0]: row.split()[1] for row in command("sections").out.splitlines()[1:]}


def test_what_is_older_is_dropped_and_said(stocked: Path, command: Command) -> None:
    """A date without a time is midnight in [site] timezone; run again, there is nothing left to drop."""
    done = command("prune", "--before", "2024-01-01")
    said = "older than 2024-01-01T00:00+02:00\n"
    assert (done.status, done.out, done.err) == (0, f"dropped 1 article {said}", "")
    assert counts(command) == {"world": "1", "sports": "0", "ثقافة": "0"}
    assert command("prune", "--before", "2024-01-01").out == f"dropped 0 articles {said}"


def test_a_dry_run_says_what_would_go_and_drops_nothing(stocked: Path, command: Command) -> None:
    done = command("prune", "--before", "2024-01-01", "--dry-run")
    assert done.status == 0
    assert done.out.splitlines()[0] == "world: would drop 1 of 2, and keep 1"
    assert done.out.splitlines()[-1] == "would drop 1 article in all, older than 2024-01-01T00:00+02:00"
    assert counts(command)["world"] == "2"


@pytest.mark.parametrize(
    ("date", "said"), [("2999-01-01", "still to come"), ("yesterday", "--before is"), ("", "--before is")]
)
def test_a_date_that_can_not_be_meant_is_refused(stocked: Path, command: Command, date: str, said: str) -> None:
    done = command("prune", "--before", date)
    assert done.status == 2
    assert said in done.err
    assert counts(command)["world"] == "2"


def test_without_a_date_nothing_is_dropped(stocked: Path, command: Command) -> None:
    assert command("prune").status == 2
    assert counts(command)["world"] == "2"


def test_no_import_brings_it_back_as_new(stocked: Path, command: Command) -> None:
    """Not as it was, neither changed: it would be as old. It counts as unchanged."""
    command("prune", "--before", "2024-01-01")
    changed = {**OLD, "title": "غير ذلك", "date_modified": "2026-04-01T10:00:00+02:00"}
    (stocked / "changed.jsonl").write_text(lines(changed), "utf-8")
    for source in ("articles.jsonl", "changed.jsonl"):
        done = command("import", source)
        assert done.status == 0
        assert done.out.startswith("new 0, updated 0, unchanged ")
    assert counts(command)["world"] == "1"


def test_what_stands_at_a_later_time_now_comes_in_again(stocked: Path, command: Command) -> None:
    """An important correction of an old article: with the guid that it always had, so for no reader a new one."""
    command("prune", "--before", "2024-01-01")
    corrected = {**OLD, "date_modified": "2026-04-01T10:00:00+02:00", "_feeds": {"correction": True}}
    (stocked / "corrected.jsonl").write_text(lines(corrected), "utf-8")
    assert command("import", "corrected.jsonl").out.startswith("new 0, updated 1")
    assert counts(command)["world"] == "2"


def test_a_withdrawal_stays_one(stocked: Path, command: Command) -> None:
    """No import brings it back; neither does `feeds restore`, since what it said is gone."""
    assert command("withdraw", "old").status == 0
    assert command("prune", "--before", "2024-01-01").out.startswith("dropped 1 ")
    assert "was withdrawn" in command("import", "articles.jsonl").err
    done = command("restore", "old")
    assert done.status == 1
    assert done.err == "old: there is no such article, or it is not withdrawn, or it was pruned\n"


def test_its_words_are_gone_from_the_file(stocked: Path, command: Command) -> None:
    """Nothing that it said is kept; its guid is."""
    command("prune", "--before", "2024-01-01")
    with closing(sqlite3.connect(stocked / "articles.db")) as connection:
        row = connection.execute(
            "SELECT title, summary, excerpt, content_html, directed_html, url, details, words_id FROM articles"
            " WHERE guid = 'old'"
        ).fetchone()
        assert connection.execute("SELECT count(*) FROM listings").fetchone() == (2,)
    assert row == ("", "", "", "", None, None, json.dumps({}), None)
