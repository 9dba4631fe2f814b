"""The lines of docs/push.md do what it says, typed into a shell."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.live.server import LOCAL, ROOT, Server, environment, feeds

TEXT = (ROOT / "docs" / "push.md").read_text("utf-8")
DESK = "https://news.example/feeds"

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="apt-get install curl")


def test_the_lines_of_the_document(tmp_path: Path) -> None:
    """A token is made; an article goes in with the answer that stands there, is looked at, and is taken back."""
    (tmp_path / "config.toml").write_text(LOCAL, "utf-8")
    (make,) = re.findall(r"```sh\n(feeds token .*)\n```", TEXT)
    made = feeds(tmp_path, *make.split()[1:])
    (tmp_path / "config.toml").write_text(LOCAL + made.stdout, "utf-8")
    token = made.stderr.strip().rpartition(" ")[2]
    server = Server(tmp_path, "--port", "0")
    try:
        server.ready()

        def typed(line: str) -> object:
            here = line.replace(DESK, server.base)
            # Its own are those of a person's shell, not of a proxy's.
            variables = environment() | {"TOKEN": token, "no_proxy": "*"}
            done = subprocess.run(
                ["sh", "-c", f"{here} -sS"], env=variables, cwd=tmp_path, capture_output=True, timeout=60, check=True
            )
            return json.loads(done.stdout)

        blocks = re.findall(r"```sh\n(curl .*?)```", TEXT, re.DOTALL)
        (answer,) = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)
        pushed, (withdrawal, one, several) = blocks[0], blocks[1].strip().splitlines()
        assert typed(pushed.strip()) == json.loads(answer)
        assert isinstance(found := typed(one), dict) and found["title"] == "افتتاح سوق الأسماك"
        assert isinstance(listed := typed(several), dict) and [each["id"] for each in listed["items"]] == [found["id"]]
        assert typed(withdrawal) == {"id": found["id"], "status": "withdrawn"}
        assert isinstance(gone := typed(one), dict) and (gone["status"], gone["reason"]) == (410, "خطأ")
    finally:
        assert server.end() == 0
