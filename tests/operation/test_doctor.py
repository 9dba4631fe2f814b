"""`feeds doctor`: what it says of a desk, and of its configuration; what would be right."""

import json
from pathlib import Path

import pytest

from tests.live.server import LOCAL, stock
from tests.newsroom import CONFIG
from tests.operation.conftest import Command, said

pytestmark = pytest.mark.usefixtures("nothing_serves")


def test_a_desk_in_order_has_nothing_wrong(folder: Path, command: Command) -> None:
    """Exit status 0; of a store, a clock, a disk and files it says how they are."""
    stock(folder, "a", "b")
    done = command("doctor")
    assert done.status == 0, done.out
    assert said(done, "ok", "configuration") == ["config.toml: right; 3 sections"]
    assert said(done, "ok", "store")[0].startswith("articles.db: was read through, and is whole; 2 articles, ")
    assert said(done, "ok", "disk")
    assert done.out.splitlines()[-1].endswith(" looked at, 0 wrong")


def test_every_fault_of_the_configuration_is_said(folder: Path, command: Command) -> None:
    """Exit status 1: of what rests on it nothing can be said."""
    (folder / "config.toml").write_text(CONFIG.replace("url =", "urls =").replace('"sports"', '"feed"'), "utf-8")
    done = command("doctor")
    assert done.status == 1
    assert len(said(done, "wrong", "configuration")) == 3
    assert done.out.splitlines()[-1] == "3 looked at, 3 wrong"


def test_what_is_right_for_a_trial_alone_is_noted(folder: Path, command: Command) -> None:
    """A loopback address, no https, the example's contact; a secret that everyone may read is wrong."""
    text = LOCAL.replace("[site]", '[site]\ncontact = "feeds@example.org"') + '\n[cdn]\nheaders = { "Key" = "x" }\n'
    (folder / "config.toml").write_text(text, "utf-8")
    (folder / "config.toml").chmod(0o644)
    done = command("doctor", "--quick")
    assert done.status == 1
    notes = said(done, "note", "configuration")
    assert [note.split(";")[0] for note in notes] == [
        "[site] url is http://127.0.0.1:8000, this machine itself",
        "[site] contact is the example's, feeds@example.org",
        "[site] icon and logo are not given: readers show feeds without",
    ]
    assert "chmod o-r" in said(done, "wrong", "configuration")[0]
    (folder / "config.toml").chmod(0o640)
    (folder / "config.toml").write_text(CONFIG.replace("https", "http"), "utf-8")
    done = command("doctor", "--quick")
    assert done.status == 0
    assert "want https" in said(done, "note", "configuration")[0]


def test_the_configuration_alone(folder: Path, command: Command) -> None:
    """As before a reload: whatever else is wrong is no reason against it."""
    (folder / "articles.db").write_bytes(b"noise" * 1000)
    done = command("doctor", "--configuration")
    assert (done.status, len(done.out.splitlines())) == (0, 3)


def test_templates_that_can_not_be_used_are_wrong(folder: Path, command: Command) -> None:
    """A reload would be refused."""
    (folder / "own").mkdir()
    (folder / "own" / "page.css").write_text("{% block %}", "utf-8")
    (folder / "config.toml").write_text(CONFIG.replace("[site]", '[site]\ntemplates = "own"', 1), "utf-8")
    done = command("doctor", "--configuration")
    assert done.status == 1
    assert "own/page.css:1: " in said(done, "wrong", "configuration")[0]


def test_it_speaks_json(folder: Path, command: Command) -> None:
    done = command("doctor", "--quick", "--json")
    found = [json.loads(line) for line in done.out.splitlines()]
    assert {tuple(each) for each in found} == {("level", "subject", "text")}
    assert done.err.endswith(" wrong\n")


def test_without_a_store_there_is_a_note_and_none_is_made(folder: Path, command: Command) -> None:
    done = command("doctor")
    assert done.status == 0
    assert "there is none yet" in said(done, "note", "store")[0]
    assert not (folder / "articles.db").exists()
