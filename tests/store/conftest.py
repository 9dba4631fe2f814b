"""Every store there is, each test on a new one."""

import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from feeds.store.contract import Store
from feeds.store.sqlite import SqliteStore
from tests.store.articles import Clock, make_sections

ROOT = Path(__file__).parents[2]

# Seconds. The store's limit is two; a machine that is busy with other things may take longer.
PATIENCE = 8

Maker = Callable[[Path, Callable[[], float]], Store]

# A second implementation is a second line.
IMPLEMENTATIONS: dict[str, Maker] = {
    "sqlite": lambda folder, clock: SqliteStore(folder / "articles.db", clock=clock),
}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=IMPLEMENTATIONS)
def stores(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Callable[[], Store]:
    """Makes stores, not open yet, all of the same articles: as different processes have them."""
    make = IMPLEMENTATIONS[request.param]
    return lambda: make(tmp_path, clock)


@pytest.fixture
async def store(stores: Callable[[], Store]) -> AsyncIterator[Store]:
    """An open store with the sections world and sports, and nothing in them."""
    store = stores()
    await store.open()
    await make_sections(store, "world", "sports")
    yield store
    await store.close()


class Child:
    """Another process (child.py)."""

    def __init__(self, act: str, *arguments: object) -> None:
        command = [sys.executable, "-m", "tests.store.child", act, *map(str, arguments)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", cwd=ROOT
        )

    def hear(self) -> str:
        """The next line that it says; empty at its end."""
        assert self.process.stdout
        return self.process.stdout.readline().rstrip("\n")

    def go(self) -> None:
        """Tells it to go on."""
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def rest(self) -> list[str]:
        """Tells it to go on; the other lines that it says until its end, which comes within 30 seconds."""
        spoken, _ = self.process.communicate("\n", timeout=30)
        assert self.process.returncode == 0
        return spoken.splitlines()


@pytest.fixture
def start() -> Iterator[Callable[..., Child]]:
    """Starts other processes; none of them outlives the test."""
    children: list[Child] = []

    def start(act: str, *arguments: object) -> Child:
        children.append(Child(act, *arguments))
        return children[-1]

    yield start
    for child in children:
        child.process.kill()
        child.process.communicate()
