"""What `feeds import` reads: files, pipes, many of them; a source that is none is said before anything is written."""

import gzip
import json
import os
import random
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run, environment, item, lines

KNOWN = (
    "give JSON Lines, a JSON array, a JSON Feed, RSS, Atom, an export of WordPress, a saved page, or the copied text"
    " of an Arabic one"
)


def test_every_source_that_is_none_is_said_before_anything_is_written(feeds: Run, folder: Path) -> None:
    (folder / "good.jsonl").write_text(lines(item()), "utf-8")
    (folder / "page.css").write_text("p { color: red }", "utf-8")
    (folder / "a.jsonl.gz").write_bytes(gzip.compress(lines(item()).encode()))
    (folder / "wide.json").write_bytes("[]".encode("utf-16"))
    (folder / "inner").mkdir()
    done = feeds("import", "good.jsonl", "none", "page.css", "a.jsonl.gz", "wide.json", "inner")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        "none: can't be read: No such file or directory",
        f"page.css: is no source of articles that is known; {KNOWN}",
        "a.jsonl.gz: is compressed; unpack it, such as by `gunzip -c FILE | feeds import -`",
        "wide.json: is UTF-16 or UTF-32; save it as UTF-8",
        "inner: holds no source of articles (files: 0); check the name",
    ]
    assert not (folder / "articles.db").exists()


def test_a_file_that_can_not_be_read_is_one_line(feeds: Run, folder: Path) -> None:
    # It can be opened, but not read.
    done = feeds("import", "/proc/self/mem")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "/proc/self/mem: can't be read further: Input/output error\n"


def test_a_source_that_breaks_off_is_said_and_what_came_before_is_kept(feeds: Run, folder: Path) -> None:
    (folder / "good.jsonl").write_text(lines(item()), "utf-8")
    # The one end of a terminal whose other end is gone.
    end, other = os.openpty()
    os.close(other)
    done = subprocess.run(
        [sys.executable, "-m", "feeds", "import", "good.jsonl", "-"],
        cwd=folder,
        env=environment(),
        stdin=end,
        capture_output=True,
        text=True,
        timeout=60,
    )
    os.close(end)
    assert (done.returncode, done.stdout) == (2, "new 1, updated 0, unchanged 0, rejected 0\n")
    assert done.stderr == "standard input: can't be read further: Input/output error\n"


def test_a_name_that_is_no_text_is_no_obstacle(feeds: Run, folder: Path) -> None:
    name = os.fsdecode(b"\xff.jsonl")
    (folder / name).write_text(lines(item("1"), item("1"), "x"), "utf-8")
    done = feeds("import", name)
    assert done.stdout == "new 1, updated 0, unchanged 0, rejected 2\n"
    assert done.stderr.startswith('\ufffd.jsonl:2: id "1" stands at \ufffd.jsonl:1 already')


def test_more_sources_than_files_may_be_open_are_taken(folder: Path) -> None:
    names = [f"{number}.json" for number in range(200)]
    for name in names:
        (folder / name).write_text(json.dumps([item(name)]), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "feeds", "import", *names],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=100,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (60, 60)),
    )
    assert (done.stdout, done.stderr) == ("new 200, updated 0, unchanged 0, rejected 0\n", "")


@pytest.mark.parametrize("option", [[], ["--strict"]])
def test_a_pipe_with_a_name_is_read_once(feeds: Run, folder: Path, option: list[str]) -> None:
    os.mkfifo(folder / "pipe")
    with subprocess.Popen([sys.executable, "-c", f"print({lines(item())!r}, file=open('pipe', 'w'))"], cwd=folder):
        assert feeds("import", *option, "pipe").stdout.startswith("new 1,")


def test_a_standard_input_that_is_closed_is_one_line(folder: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", f"exec {sys.executable} -m feeds import - <&-"], cwd=folder, env=environment(), capture_output=True
    )
    assert done.returncode == 2
    assert done.stderr == b"standard input: is closed; give a file, or a pipe that ends in `feeds import -`\n"


@pytest.mark.parametrize("option", ["--dry-run", "--strict"])
def test_what_writes_nothing_makes_no_store(feeds: Run, folder: Path, option: str) -> None:
    done = feeds("import", option, "-", given=lines(item("1"), item("2", sections=["جديد"]), item("")))
    assert done.returncode == 1
    assert sorted(path.name for path in folder.iterdir()) == ["config.toml"]


@pytest.mark.parametrize("option", ["--dry-run", "--strict"])
def test_what_writes_nothing_leaves_a_store_as_it_is(feeds: Run, folder: Path, option: str) -> None:
    feeds("import", "-", given=lines(item("1")))
    before = (folder / "articles.db").read_bytes()
    config = (folder / "config.toml").read_text("utf-8").replace('"sports"', '"sport"')
    (folder / "config.toml").write_text(config, "utf-8")
    given = lines(item("1", title="آخر"), item("2", sections=["جديد"]), item(""))
    assert feeds("import", option, "-", given=given).returncode == 1
    assert (folder / "articles.db").read_bytes() == before


def test_strict_checks_every_source_before_the_first_is_written(feeds: Run, folder: Path) -> None:
    (folder / "good.jsonl").write_text(lines(item("1")), "utf-8")
    (folder / "bad.jsonl").write_text(lines(item("2"), item("3", date_published="?")), "utf-8")
    done = feeds("import", "--strict", "good.jsonl", "bad.jsonl", "-", given=lines(item("")))
    assert done.stdout == "new 0, updated 0, unchanged 0, rejected 2\n"
    assert [line.split("; ")[0] for line in done.stderr.splitlines()] == [
        'bad.jsonl:2: date_published is "?"',
        "standard input:1: id is empty",
        "nothing was written: right 2, rejected 2",
    ]
    done = feeds("import", "--strict", "good.jsonl", "-", given=json.dumps([item("4"), item("5")]))
    assert done.stdout == "new 3, updated 0, unchanged 0, rejected 0\n"


def test_if_empty_reads_nothing_where_the_store_holds_articles(feeds: Run) -> None:
    """So whoever gives the articles need not end first."""
    feeds("import", "-", given=lines(item()))
    done = feeds("import", "--if-empty", "-", given=b"\xff\xfe")
    assert (done.returncode, done.stderr) == (0, "")


def test_if_empty_takes_articles_where_only_sections_are(feeds: Run) -> None:
    feeds("sections")
    assert feeds("import", "--if-empty", "-", given=lines(item())).stdout.startswith("new 1,")


@pytest.mark.parametrize("name", ["!!", "م" * 300, ""])
def test_a_section_option_that_can_not_be_is_said_once(feeds: Run, name: str) -> None:
    done = feeds("import", "--section", name, "-", given=lines(item("1"), item("2")))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith('--section is "')
    assert len(done.stderr.splitlines()) == 1


ODD = [
    None, True, -1, 1.5, 10**30, "", " ", "\0", "\ud800", "\u202e", "x" * 200, [], [1], {}, {"a": 1}, "javascript:x",
    "<svg><script>x</script>", "2026-11-23", "ar_LY", [None], [{"name": 5}], ["!!"], {"image": {"width": "x"}},
]  # fmt: skip
FIELDS = [
    "id", "url", "title", "summary", "content_html", "content_text", "date_published", "date_modified", "authors",
    "author", "tags", "language", "image", "attachments", "sections", "_feeds",
]  # fmt: skip


def spoilt(chance: random.Random) -> bytes:
    """A record that somebody's program wrote wrong, in one of a thousand ways."""
    made = item(str(chance.random()))
    for field in chance.sample(FIELDS, chance.randint(1, 4)):
        made[field] = chance.choice(ODD)
    raw = bytearray(json.dumps(made).encode())
    for _ in range(chance.choice([0, 0, 0, 1, 5])):
        raw[chance.randrange(len(raw))] = chance.randrange(256)
    return bytes(raw).replace(b"\n", b"")


def test_whatever_stands_in_a_file_each_record_is_taken_or_reported_with_its_line(feeds: Run, folder: Path) -> None:
    chance = random.Random(20261123)
    records = [spoilt(chance) for _ in range(2000)]
    (folder / "in.jsonl").write_bytes(b"\n".join([lines(item("first")).strip().encode(), *records]))
    done = feeds("import", "in.jsonl")
    assert done.returncode == 1
    counts = [int(part.split()[1]) for part in done.stdout.split(",")]
    assert sum(counts) == 1 + sum(bool(record.strip()) for record in records)
    reported = done.stderr.splitlines()
    assert len(reported) == counts[3] > 1000
    places = [int(line.removeprefix("in.jsonl:").split(":")[0]) for line in reported]
    assert places == sorted(set(places))
    assert all("; " in line for line in reported)
    # And what was taken breaks no feed.
    assert feeds("check").returncode == 0
