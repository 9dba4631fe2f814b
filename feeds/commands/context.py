"""What every command begins with: the configuration, the opened store, exit statuses."""

import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import click

from feeds.settings import Settings, load
from feeds.store.contract import Store
from feeds.store.sqlite import SqliteStore

T = TypeVar("T")

SOME_FAILED = 1
WRONG_USE = 2
INTERRUPTED = 130


def with_config(command: Callable[..., T]) -> Callable[..., T]:
    """--config may stand behind the command's name too."""
    option = click.option("--config", type=click.Path(path_type=Path), help="The configuration.")
    return option(click.pass_context(command))


def settings_of(context: click.Context, config: Path | None) -> Settings:
    return load(config or context.obj)


def with_store(settings: Settings, work: Callable[[Store], Awaitable[T]], *, trial: bool = False) -> T:
    """Runs some work on the opened store. A trial, which writes nothing, does not make one that is not there."""

    async def run(path: Path) -> T:
        store = SqliteStore(path, clock=time.time)
        try:
            await store.open()
            return await work(store)
        finally:
            # Its threads would keep the process alive.
            await store.close()

    if trial and not os.path.exists(settings.store_path):  # noqa: PTH110 — Path's raises where a folder is closed
        with tempfile.TemporaryDirectory() as folder:
            return asyncio.run(run(Path(folder, "articles.db")))
    return asyncio.run(run(settings.store_path))
