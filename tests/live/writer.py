"""Another process that has begun a transaction, and ends it when it is told to."""

import signal
import subprocess
import sys
from pathlib import Path

from tests.live.server import ROOT, environment
from tests.newsroom import PATIENCE

CODE = """
import asyncio, pathlib, sys, time
from datetime import UTC, datetime
import feeds.store.sqlite.store as sqlite
from tests.store.articles import article, digest

# A writer of ours would have given up.
sqlite.WRITE_LIMIT = 600.0

async def write():
    store = sqlite.SqliteStore(pathlib.Path("articles.db"), clock=time.time)
    await store.open()
    async with store.writing() as writing:
        # Enough of it that part stands in the file already, not in the writer's memory alone.
        made = [article(f"held-{n}", at=datetime(2026, 1, 2, tzinfo=UTC), content_html="x" * 20000) for n in range(300)]
        await writing.put([(each, digest(each)) for each in made])
        print("held", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
    await store.close()

asyncio.run(write())
"""
# Stands in the feed once the transaction has ended well.
HELD = b"held-0"


class Writer:
    """Holds the one lock for writing from the beginning of a block to its end, or to `commit`."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", CODE],
            cwd=folder,
            env={**environment(), "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "Writer":
        assert self._process.stdout
        assert self._process.stdout.readline() == "held\n"
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate(timeout=PATIENCE)

    def stop(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(PATIENCE)

    def commit(self) -> None:
        self._process.communicate("\n", timeout=PATIENCE)
        assert self._process.returncode == 0
