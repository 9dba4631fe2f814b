"""`feeds import`: brings articles in, reports what it can't take, and can be run again at any time."""

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Run, environment, item, kept, lines


def test_it_says_what_became_of_the_records(feeds: Run) -> None:
    done = feeds("import", "-", given=lines(item("1"), item("2")))
    assert (done.returncode, done.stdout) == (0, "new 2, updated 0, unchanged 0, rejected 0\n")


def test_what_is_unchanged_stays_untouched_and_what_changed_is_updated(feeds: Run, folder: Path) -> None:
    feeds("import", "-", given=lines(item("1"), item("2")))
    done = feeds("import", "-", given=lines(item("1"), item("2", title="عنوان آخر")))
    assert done.stdout == "new 0, updated 1, unchanged 1, rejected 0\n"


@pytest.mark.parametrize("form", ["lines", "array", "document", "pretty"])
def test_a_file_is_told_by_its_content(feeds: Run, folder: Path, form: str) -> None:
    items = [item("1"), item("2")]
    text = {
        "lines": lines(*items),
        "array": json.dumps(items),
        "document": json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": items}),
        "pretty": json.dumps({"title": "x", "items": items}, indent=2, ensure_ascii=False),
    }[form]
    (folder / "articles.txt").write_text("\ufeff" + text, "utf-8")
    assert feeds("import", "articles.txt").stdout == "new 2, updated 0, unchanged 0, rejected 0\n"


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ("oops", "is not JSON: expecting value at column 1; give one whole item on each line"),
        (item("", title="x"), "id is empty; give a text that is this article's for ever"),
        (item("a\0b"), "id holds U+0000, which XML forbids; give an id without it"),
        (item("a\ud800b"), "id"),
        (item(date_published="yesterday"), 'date_published is "yesterday"; give a time such as'),
        ({"id": "1", "title": "x", "sections": ["world"]}, "date_published is missing; give a time such as"),
        (item(url="javascript:alert(1)"), 'url is "javascript:alert(1)"; give a whole address, https://…'),
        (item(sections=[]), 'sections is empty; name one at least, such as ["world"], or --section'),
        (item(title=5), "title is 5; give a text"),
        (item(title="", content_html=""), "has neither title nor content; give one of them"),
        (item(title="x" * 20_000), "title has 20000 characters; give 10000 at most"),
        (item(language="ar_LY"), 'language is "ar_LY"; give a language tag such as "ar" or "ar-LY"'),
        (item(language="arabic"), 'language is "arabic"; give a language tag such as "ar" or "ar-LY"'),
        ([1], "is a list; give an object, {…}"),
    ],
)
def test_a_bad_record_is_reported_with_its_place_and_the_rest_goes_in(
    feeds: Run, folder: Path, bad: object, message: str
) -> None:
    spoilt = f"{bad}\n" if isinstance(bad, str) else f"{json.dumps(bad)}\n"
    (folder / "in.jsonl").write_text(lines(item("first")) + spoilt + lines(item("last")), "utf-8")
    done = feeds("import", "in.jsonl")
    assert done.returncode == 1
    assert done.stdout == "new 2, updated 0, unchanged 0, rejected 1\n"
    assert done.stderr.startswith(f"in.jsonl:2: {message}")


def test_an_id_that_stands_twice_in_a_file_is_reported_with_the_first_place(feeds: Run, folder: Path) -> None:
    (folder / "in.jsonl").write_text(lines(item("1"), item("2"), item("1", title="آخر")), "utf-8")
    done = feeds("import", "in.jsonl")
    assert 'in.jsonl:3: id "1" stands at in.jsonl:1 already' in done.stderr
    assert done.stdout == "new 2, updated 0, unchanged 0, rejected 1\n"


def test_a_title_of_fifty_megabytes_is_refused_and_the_rest_goes_in(feeds: Run) -> None:
    done = feeds("import", "-", given=lines(item("1", title="ع" * 25_000_000), item("2")))
    assert "standard input:1: title has 25000000 characters" in done.stderr
    assert done.stdout == "new 1, updated 0, unchanged 0, rejected 1\n"


def test_strict_writes_nothing_if_one_record_is_bad(feeds: Run) -> None:
    done = feeds("import", "--strict", "-", given=lines(item("1"), item("2", date_published="?")))
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "nothing was written: right 1, rejected 1; with --strict, every record must be right"
    )
    assert feeds("import", "-", given=lines(item("1"))).stdout.startswith("new 1,")


def test_strict_writes_all_if_every_record_is_right(feeds: Run) -> None:
    assert feeds("import", "--strict", "-", given=lines(item("1"))).stdout.startswith("new 1,")


def test_a_dry_run_writes_nothing_and_says_what_would_be(feeds: Run) -> None:
    done = feeds("import", "--dry-run", "-", given=lines(item("1")))
    assert done.stdout.splitlines() == [
        'standard input:1: would be new: "خبر 1" in world, 2026-11-23T14:30+02:00',
        "would be new 1, would be updated 0, unchanged 0, rejected 0",
    ]
    assert feeds("import", "-", given=lines(item("1"))).stdout.startswith("new 1,")


def test_it_says_which_sections_it_made(feeds: Run, folder: Path) -> None:
    """One may be a typing error."""
    (folder / "in.jsonl").write_text(
        lines(item("1", sections=["econmy"]), item("2", sections=["نادي  الكتاب", "econmy", "world"]), item("3")),
        "utf-8",
    )
    assert feeds("import", "--dry-run", "in.jsonl").stdout.splitlines()[-3:] == [
        "would make section econmy (econmy)",
        "would make section نادي-الكتاب (نادي الكتاب)",
        "would be new 3, would be updated 0, unchanged 0, rejected 0",
    ]
    done = feeds("import", "in.jsonl")
    assert done.stdout == "new 3, updated 0, unchanged 0, rejected 0\n"
    assert done.stderr == "made section econmy (econmy)\nmade section نادي-الكتاب (نادي الكتاب)\n"
    assert feeds("import", "in.jsonl").stderr == ""


def test_sections_of_an_earlier_configuration_that_held_nothing_are_unknown(feeds: Run, folder: Path) -> None:
    """For a dry run, for an import that makes none, and for the list."""
    feeds("sections")
    text = (folder / "config.toml").read_text("utf-8").replace('slug = "world"', 'slug = "tripoli"', 1)
    text = text.replace("دولي", "طرابلس").replace('aliases = ["international", "العالم"]', "")
    (folder / "config.toml").write_text(f'{text}\n[feeds]\nunknown_sections = "refuse"\n', "utf-8")
    for command in (["import", "--dry-run", "-"], ["import", "-"]):
        done = feeds(*command, given=lines(item("1")))
        assert done.stderr == (
            'standard input:1: sections holds "world", which is not configured; known are tripoli, sports, ثقافة\n'
        )
    listed = [line.split()[0] for line in feeds("sections").stdout.splitlines()]
    assert listed == ["section", "tripoli", "sports", "ثقافة"]


def test_a_section_may_be_added_to_every_article(feeds: Run) -> None:
    feeds("import", "--section", "رياضة", "-", given=lines({k: v for k, v in item().items() if k != "sections"}))
    assert "sports" in feeds("sections").stdout


def test_if_empty_does_nothing_where_the_store_holds_articles(feeds: Run) -> None:
    assert feeds("import", "--if-empty", "-", given=lines(item("1"))).stdout.startswith("new 1,")
    done = feeds("import", "--if-empty", "-", given=lines(item("2")))
    assert (done.returncode, done.stdout) == (0, "the store holds articles already: nothing was imported\n")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("[]".encode("utf-16"), "standard input: is UTF-16 or UTF-32; save it as UTF-8"),
        (b"body { color: red }", "standard input: is no source of articles that is known; give JSON Lines"),
    ],
)
def test_a_source_that_is_none_is_one_message(feeds: Run, given: bytes, message: str) -> None:
    done = feeds("import", "-", given=given)
    assert done.returncode == 2
    assert done.stderr.startswith(message)


def test_a_file_that_is_not_there_is_one_message(feeds: Run) -> None:
    done = feeds("import", "none.jsonl")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "none.jsonl: can't be read: No such file or directory\n"


def test_ctrl_c_ends_cleanly_and_what_was_done_is_kept(feeds: Run, folder: Path) -> None:
    command = [sys.executable, "-m", "feeds", "import", "-"]
    importing = subprocess.Popen(
        command,
        cwd=folder,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert importing.stdin and importing.stderr
    for number in range(3000):
        importing.stdin.write(lines(item(str(number))))
    importing.stdin.flush()
    # Batches were written; then it waits for more.
    while kept(folder) < 1000:
        assert importing.poll() is None
        time.sleep(0.01)
    importing.send_signal(signal.SIGINT)
    importing.stdin.close()
    out, err = importing.stdout.read() if importing.stdout else "", importing.stderr.read()
    assert importing.wait(timeout=60) == 130
    importing.stderr.close()
    if importing.stdout:
        importing.stdout.close()
    assert "Traceback" not in err
    new = int(out.split()[1].rstrip(","))
    assert new >= 1000
    world = next(line for line in feeds("sections").stdout.splitlines() if line.startswith("world"))
    assert int(world.split()[1]) == new


def test_on_a_terminal_there_is_a_progress_bar(folder: Path) -> None:
    (folder / "in.jsonl").write_text(lines(*(item(str(number)) for number in range(500))), "utf-8")
    terminal, end = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "feeds", "import", "in.jsonl"],
        cwd=folder,
        env=environment(TERM="xterm"),
        stderr=end,
        stdout=subprocess.PIPE,
        timeout=60,
    )
    os.close(end)
    shown = os.read(terminal, 100_000).decode("utf-8")
    os.close(terminal)
    assert done.returncode == 0
    assert "in.jsonl" in shown and "100%" in shown
