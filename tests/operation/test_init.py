"""`feeds init`: a configuration where there is none, and never over one."""

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from feeds.settings import load
from tests.operation.conftest import Command

ROOT = Path(__file__).parents[2]


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_writes_the_example_of_the_repository(empty: Path, command: Command) -> None:
    """One source: what stands at the top of the repository, byte for byte, which is a working configuration."""
    done = command("init")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("config.toml: written; ")
    assert (empty / "config.toml").read_bytes() == (ROOT / "config.toml").read_bytes()
    assert load(empty / "config.toml", {}).sections


def test_it_never_writes_over_one(empty: Path, command: Command) -> None:
    """Whatever stands there stays as it is; exit status 2."""
    (empty / "config.toml").write_text("# mine\n")
    done = command("init")
    assert done.status == 2
    assert done.err == "config.toml: is there already, and stays as it is; name another with --config\n"
    assert (empty / "config.toml").read_text() == "# mine\n"


def test_it_writes_where_it_is_told_to(empty: Path, command: Command) -> None:
    """`--config` in either place, and FEEDS_CONFIG."""
    assert command("init", "--config", "a.toml").status == 0
    assert command("--config", "b.toml", "init").status == 0
    assert (empty / "a.toml").read_bytes() == (empty / "b.toml").read_bytes()
    done = command("init", "--config", "nowhere/c.toml")
    assert (done.status, done.err) == (2, "nowhere/c.toml: can't be written: No such file or directory\n")


@pytest.fixture
def full_disk() -> Iterator[None]:
    """No file may have more than a few bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_leaves_no_half_of_it(empty: Path, command: Command, full_disk: None) -> None:
    done = command("init")
    assert (done.status, done.err) == (2, "config.toml: can't be written: File too large\n")
    assert not (empty / "config.toml").exists()
