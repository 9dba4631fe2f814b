"""A real server in a process of its own, on a free port."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from feeds.settings import load
from feeds.settling import settle
from feeds.store.sqlite import SqliteStore
from tests.newsroom import CONFIG, PATIENCE
from tests.store.articles import article, put

ROOT = Path(__file__).parents[2]
LOCAL = CONFIG.replace("https://news.example", "http://127.0.0.1:8000")


def feeds(folder: Path, *arguments: str, **rest: Any) -> "subprocess.CompletedProcess[str]":
    """Runs the command in a folder to its end."""
    command = [sys.executable, "-m", "feeds", *arguments]
    return subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=120, **rest)


def environment() -> dict[str, str]:
    # A child finds the package wherever it is started.
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


def stock(folder: Path, *guids: str, **rest: Any) -> None:
    """Writes articles as an import would, sooner."""

    async def write() -> None:
        settings = load(folder / "config.toml")
        store = SqliteStore(settings.store_path, clock=time.time)
        await store.open()
        try:
            await settle(store, settings)
            await put(store, *(article(guid, at=datetime(2026, 1, 1, 12, tzinfo=UTC), **rest) for guid in guids))
        finally:
            await store.close()

    asyncio.run(write())


def item(guid: str, section: str = "world", **rest: object) -> str:
    """A record, as a line."""
    record = {
        "id": guid,
        "title": f"عنوان {guid}",
        "content_html": f"<p>نص الخبر {guid}</p>",
        "date_published": "2026-01-01T12:00:00+02:00",
        "sections": [section],
        **rest,
    }
    return json.dumps(record, ensure_ascii=False) + "\n"


@dataclass(frozen=True, kw_only=True)
class Served:
    """An answer, read to its end."""

    status: int
    headers: Message
    body: bytes


class Server:
    """`feeds serve` as it runs; what it says is collected in `lines`. It may open so many `files`. It is this
    checkout's, unless another `program` is named."""

    def __init__(
        self,
        folder: Path,
        *arguments: str,
        files: int | None = None,
        program: Sequence[str] = (sys.executable, "-m", "feeds"),
        variables: Mapping[str, str] | None = None,
        descriptors: Sequence[int] = (),
    ) -> None:
        self.folder = folder
        command = [*program, "serve", *arguments]
        if files:
            command = ["sh", "-c", 'ulimit -n "$0"; exec "$@"', str(files), *command]
        # A group of its own: a signal to it reaches workers too, as Ctrl-C does.
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment() if variables is None else variables,
            pass_fds=descriptors,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        with self.process.stdout as said:
            for line in said:
                self.lines.append(line.rstrip("\n"))

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    @property
    def base(self) -> str:
        """The address that it said to open, without the slash."""
        return self.said(r"^  pages +(\S+)/$")

    @property
    def port(self) -> int:
        return int(self.base.rpartition(":")[2])

    def said(self, pattern: str) -> str:
        """Waits for a line, and gives the group in it."""
        wait(lambda: re.search(pattern, self.output, re.MULTILINE), self)
        found = re.search(pattern, self.output, re.MULTILINE)
        assert found
        return found[1] if found.re.groups else found[0]

    def ask(self, path: str, headers: Mapping[str, str] | None = None, method: str = "GET") -> Served:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, headers=dict(headers or {}))
            answer = connection.getresponse()
            return Served(status=answer.status, headers=answer.headers, body=answer.read())
        finally:
            connection.close()

    def ready(self) -> "Server":
        """Waits until it can serve; where it never can, it is killed."""

        def answers() -> bool:
            try:
                return self.ask("/readyz").status == 200
            except OSError:
                return False

        try:
            wait(answers, self)
        except BaseException:
            # Nobody has it yet who would end it.
            self.process.kill()
            raise
        return self

    def exchange(self, data: bytes) -> bytes:
        """What it sends on a connection of its own for these bytes, until it closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            connection.sendall(data)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def end(self, number: int = signal.SIGTERM, *, group: bool = False) -> int:
        """Sends a signal, waits for the end, and gives the exit status."""
        if self.process.poll() is None:
            (os.killpg if group else os.kill)(self.process.pid, number)
        return self.wait()

    def wait(self) -> int:
        status = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return status


def readiness(server: Server) -> str:
    """What it says of its store while it can serve anything."""
    answer = server.ask("/readyz")
    assert answer.status == 200
    return str(json.loads(answer.body)["status"])


def resident(server: Server) -> int:
    """The bytes that the process holds."""
    text = Path(f"/proc/{server.process.pid}/status").read_text("ascii")
    return int(text.partition("VmRSS:")[2].split()[0]) * 1024


def wait(condition: Callable[[], object], server: Server | None = None) -> None:
    """Waits for a condition; not longer than the server lives."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"the condition did not come true in time; {server and server.output}"
        if server and server.process.poll() is not None:
            server.wait()
            assert condition(), f"the server ended: {server.output}"
            return
        time.sleep(0.02)
