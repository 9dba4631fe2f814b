"""The command in a folder, in this process: quick, and as a person meets it."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from feeds import cli
from tests.newsroom import CONFIG


@dataclass(frozen=True, kw_only=True)
class Done:
    status: int
    out: str
    err: str


Command = Callable[..., Done]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a configuration, which one stands in."""
    (tmp_path / "config.toml").write_text(CONFIG, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    """Runs `feeds` with arguments; there is never a traceback."""

    def run(*arguments: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["feeds", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        return Done(status=int(str(ended.value.code)), out=out, err=err)

    return run


@pytest.fixture
def nothing_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the configuration says; on the usual port there might be somebody else."""
    monkeypatch.setenv("FEEDS_SERVER__PORT", "9")


def said(done: Done, level: str, subject: str) -> list[str]:
    """What it says of a subject on a level."""
    rows = [line.split(maxsplit=2) for line in done.out.splitlines()[:-1]]
    return [text for of, about, text in rows if (of, about) == (level, subject)]
