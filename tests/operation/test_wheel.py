"""The wheel: what is installed from it needs nothing of the checkout."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.server import ROOT, Server

# What a person types in an empty folder (README.md).
BEGIN = "feeds init && feeds samples | feeds import - && feeds check"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (made,) = folder.glob("khulasat-*.whl")
    return made


def environment(venv: Path) -> dict[str, str]:
    """That of a person who knows of no checkout."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("FEEDS_", "PYTHON", "COVERAGE"))}
    return ours | {"PATH": f"{venv / 'bin'}:{os.environ['PATH']}", "PYTHONUNBUFFERED": "1"}


@pytest.fixture(scope="module")
def venv(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel, and the libraries of this one. (From a `.pth`, the editable install among them is
    not found.)"""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    (packages,) = (folder / "lib").glob("python*/site-packages")
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python")]
    command = [*pip, "install", "--quiet", "--no-deps", "--no-index", "--no-compile", str(wheel)]
    subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.fixture
def served(venv: Path, tmp_path: Path) -> Iterator[Server]:
    """`feeds serve` after the first steps, in what was an empty folder."""
    done = subprocess.run(
        ["sh", "-ec", BEGIN], cwd=tmp_path, env=environment(venv), capture_output=True, text=True, timeout=110
    )
    assert done.returncode == 0, done.stderr
    assert "new 73, updated 0, unchanged 0, rejected 0" in done.stdout
    assert "0 errors, 0 warnings" in done.stdout
    server = Server(tmp_path, "--port", "0", program=[str(venv / "bin" / "feeds")], variables=environment(venv))
    yield server.ready()
    assert server.end() == 0
    assert "Traceback" not in server.output


def test_the_first_steps_work_in_an_empty_folder(served: Server, venv: Path) -> None:
    """Configuration, samples, templates, style sheets, pictures and catalogues all come with the wheel."""
    for path in ("/", "/world/", "/world/rss.xml", "/atom.xml", "/feed.json", "/static/page.css", "/static/icon.png"):
        answer = served.ask(path)
        assert answer.status == 200, path
        assert answer.body
    where = [str(venv / "bin" / "python"), "-c", "import feeds; print(feeds.__file__)"]
    found = subprocess.run(where, cwd="/", env=environment(venv), capture_output=True, text=True, check=True)
    assert found.stdout.startswith(str(venv))


def test_everything_beside_the_modules_is_in_the_wheel(wheel: Path) -> None:
    """Every file of the package but compiled ones, and the configuration; nothing of tests or tools."""
    names = set(zipfile.ZipFile(wheel).namelist())
    package = ROOT / "feeds"
    ours = {
        str(Path("feeds") / path.relative_to(package))
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert ours <= names
    assert {name for name in names if not name.startswith("khulasat-")} - ours == {"feeds/config.toml"}
    assert zipfile.ZipFile(wheel).read("feeds/config.toml") == (ROOT / "config.toml").read_bytes()


@pytest.mark.soak
def test_what_the_wheel_names_is_all_that_it_needs(wheel: Path, tmp_path: Path) -> None:
    """`pip install` into an environment without anything, from the registry; then the same first steps."""
    venv, folder = tmp_path / "venv", tmp_path / "desk"
    folder.mkdir()
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    install = [str(venv / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", str(wheel)]
    subprocess.run(install, check=True, timeout=600)
    done = subprocess.run(["sh", "-ec", BEGIN], cwd=folder, env=environment(venv), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "new 73, updated 0, unchanged 0, rejected 0" in done.stdout
    server = Server(folder, "--port", "0", program=[str(venv / "bin" / "feeds")], variables=environment(venv))
    assert server.ready().ask("/world/rss.xml").status == 200
    assert server.end() == 0
