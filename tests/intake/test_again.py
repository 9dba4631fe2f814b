"""An import can be run again at any time, and again after being killed at any point."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from tests.cli.conftest import environment, item, kept
from tests.newsroom import CONFIG

ARTICLES = 1500


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Articles of several sections, some of which the configuration does not know."""
    path = tmp_path_factory.mktemp("again") / "articles.jsonl"
    sections = ["world", "رياضة", "اقتصاد", "مدن"]
    with path.open("w", encoding="utf-8") as file:
        for number in range(ARTICLES):
            made = item(str(number), sections=[sections[number % 4]], tags=["وسم"])
            file.write(json.dumps(made, ensure_ascii=False) + "\n")
    return path


@pytest.fixture(scope="module")
def clean(source: Path) -> Path:
    """The folder of one clean import, which is not changed any more."""
    ended(importing(source.parent / "clean", source))
    return source.parent / "clean"


def importing(folder: Path, source: Path) -> "subprocess.Popen[str]":
    folder.mkdir(exist_ok=True)
    (folder / "config.toml").write_text(CONFIG, "utf-8")
    command = [sys.executable, "-m", "feeds", "import", str(source)]
    return subprocess.Popen(command, cwd=folder, env=environment(), stdout=subprocess.PIPE, text=True)


def ended(process: "subprocess.Popen[str]") -> str:
    out, _ = process.communicate(timeout=100)
    assert process.returncode == 0
    return out


def rows(folder: Path) -> list[tuple[object, ...]]:
    """Everything that is kept of the articles, but for when it came and under which number."""
    db = sqlite3.connect(folder / "articles.db")
    try:
        slugs = dict(db.execute("SELECT id, slug FROM scopes"))
        found = db.execute(
            "SELECT key, guid, position, scopes, digest, withdrawn, url, title, summary, excerpt, content_html,"
            " published, modified, language, correction, details FROM articles ORDER BY key"
        ).fetchall()
        listed = db.execute(
            "SELECT s.slug, l.position, l.guid FROM listings l JOIN scopes s ON s.id = l.scope_id ORDER BY 1, 2, 3"
        ).fetchall()
    finally:
        db.close()
    return [(*row[:3], *(slugs[id] for id in json.loads(row[3])), *row[4:]) for row in found] + listed


def test_killed_at_any_point_and_run_again_it_gives_what_one_clean_import_gives(
    tmp_path: Path, source: Path, clean: Path
) -> None:
    broken = tmp_path / "broken"
    for target in sorted(Random(7).sample(range(1, ARTICLES), 3)):
        process = importing(broken, source)
        while process.poll() is None and kept(broken) < target:
            # Looking without a pause takes as much of the machine as the import.
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
    out = ended(importing(broken, source))
    assert "rejected 0" in out
    assert rows(broken) == rows(clean)


def test_again_it_writes_nothing_and_no_version_moves(source: Path, clean: Path) -> None:
    def state() -> list[tuple[object, ...]]:
        db = sqlite3.connect(clean / "articles.db")
        try:
            return db.execute("SELECT slug, version, changed FROM scopes ORDER BY id").fetchall()
        finally:
            db.close()

    before = state()
    assert ended(importing(clean, source)) == f"new 0, updated 0, unchanged {ARTICLES}, rejected 0\n"
    assert state() == before
