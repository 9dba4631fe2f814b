"""The list of feeds in a reader that we did not write: newsboat imports it, fetches what it names, and shows it."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.live.server import Server, stock

NEWSBOAT = shutil.which("newsboat")
pytestmark = pytest.mark.skipif(not NEWSBOAT, reason="apt-get install newsboat")


def newsboat(home: Path, *arguments: str) -> str:
    """What it says, with its files in a folder of its own."""
    assert NEWSBOAT
    home.mkdir(exist_ok=True)
    files = {"-u": "urls", "-c": "cache.db", "-C": "config"}
    for name in files.values():
        if name != "cache.db":
            (home / name).touch()
    command = [NEWSBOAT, *(part for option, name in files.items() for part in (option, str(home / name))), *arguments]
    environment = {"HOME": str(home), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "NO_PROXY": "*"}
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", timeout=60, check=True)
    return done.stdout


def test_newsboat_imports_every_feed_and_reads_it(start: Callable[..., Server], folder: Path, tmp_path: Path) -> None:
    """Each section's address and title come in, under one tag; what it then fetches are the feeds themselves."""
    stock(folder, "a", "b", url="https://elsewhere.example/x")
    server = start().ready()
    listed = tmp_path / "opml.xml"
    listed.write_bytes(server.ask("/opml.xml").body)
    home = tmp_path / "home"
    assert "Import of" in newsboat(home, "-i", str(listed)) and "finished" in newsboat(home, "-i", str(listed))
    lines = (home / "urls").read_text("utf-8").splitlines()
    slugs = ("world", "sports", "%D8%AB%D9%82%D8%A7%D9%81%D8%A9")
    assert [line.split()[0] for line in lines] == [f"{server.base}/{slug}/atom.xml" for slug in slugs]
    assert all("خُلاصات" in line for line in lines)
    assert newsboat(home, "-x", "reload", "print-unread").strip().startswith("2 ")
