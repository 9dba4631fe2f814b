"""The command as a person runs it: a process in a folder with a configuration."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.newsroom import CONFIG

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def environment(**more: str) -> dict[str, str]:
    """The environment of a person who set nothing of ours."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("FEEDS_")}
    return ours | {"PYTHONUNBUFFERED": "1"} | more


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(CONFIG, "utf-8")
    return tmp_path


@pytest.fixture
def feeds(folder: Path) -> Run:
    """Runs `feeds` with arguments and standard input; there is never a traceback."""

    def run(
        *arguments: str, given: str | bytes = "", variables: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        raw = given.encode("utf-8") if isinstance(given, str) else given
        done = subprocess.run(
            [sys.executable, "-m", "feeds", *arguments],
            cwd=folder,
            env=environment(**(variables or {})),
            input=raw,
            capture_output=True,
            timeout=100,
        )
        out, err = done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
        assert "Traceback" not in err, err
        return subprocess.CompletedProcess(done.args, done.returncode, out, err)

    return run


def item(id: str = "1", **more: Any) -> dict[str, Any]:
    """An article in the interchange form."""
    return {
        "id": id,
        "title": f"خبر {id}",
        "content_html": "<p>نص الخبر.</p>",
        "date_published": "2026-11-23T14:30:00+02:00",
        "sections": ["world"],
        **more,
    }


def lines(*items: Any) -> str:
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in items)


def kept(folder: Path) -> int:
    """How many articles are in the store, if there is one yet."""
    try:
        db = sqlite3.connect(f"file:{folder / 'articles.db'}?mode=ro", uri=True)
        try:
            return int(db.execute("SELECT count(*) FROM articles").fetchone()[0])
        finally:
            db.close()
    except sqlite3.Error:
        return 0
