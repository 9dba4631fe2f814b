"""Servers for tests: on free ports, none outlives its test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.live.server import LOCAL, Server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a configuration whose address is this machine's own."""
    (tmp_path / "config.toml").write_text(LOCAL, encoding="utf-8")
    return tmp_path


@pytest.fixture
def start(folder: Path) -> Iterator[Callable[..., Server]]:
    """Starts servers on free ports; none outlives the test."""
    servers: list[Server] = []

    def start(*arguments: str, port: int = 0, files: int | None = None) -> Server:
        servers.append(Server(folder, "--port", str(port), *arguments, files=files))
        return servers[-1]

    yield start
    for server in servers:
        if server.process.poll() is None:
            server.end(group=True)
