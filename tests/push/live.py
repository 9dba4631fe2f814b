"""A desk that runs, and what happens to its store meanwhile."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from http.client import HTTPConnection
from pathlib import Path

from feeds.clock import present
from feeds.intake import door as intake
from feeds.model import Article
from feeds.settings import load
from feeds.settling import settle
from feeds.store.contract import ALWAYS, Store
from feeds.store.sqlite import SqliteStore
from feeds.web.tokens import digest as token_digest
from tests.live.server import LOCAL, Server, item
from tests.newsroom import PATIENCE
from tests.store.articles import article, digest

TOKEN = f"""
[[api.tokens]]
name = "newsroom"
sha256 = "{token_digest("a token")}"
"""


def configure_desk(folder: Path, *hubs: str, more: str = "") -> None:
    listed = ", ".join(f'"{hub}"' for hub in hubs)
    (folder / "config.toml").write_text(f"{LOCAL}\n[websub]\nhubs = [{listed}]\n{more}\n", "utf-8")


def with_store(folder: Path, work: Callable[[Store], Awaitable[object]]) -> None:
    """Does something with the store as another process would."""

    async def run() -> None:
        settings = load(folder / "config.toml", {})
        store = SqliteStore(settings.store_path, clock=time.time)
        await store.open()
        try:
            await settle(store, settings)
            await work(store)
        finally:
            await store.close()

    asyncio.run(run())


def publish(folder: Path, guid: str, section: str = "world") -> None:
    """Publishes an article as the newsroom's push does: all are told."""
    made: Article = article(guid, at=present(), sections=(section,), url=f"https://elsewhere.example/{guid}")

    async def work(store: Store) -> None:
        async with store.writing() as writing:
            await writing.put([(made, digest(made))], news_since=ALWAYS)

    with_store(folder, work)


def withdraw(folder: Path, guid: str) -> None:
    async def work(store: Store) -> None:
        assert (await intake.withdraw(store, [guid], "", present()))[guid]

    with_store(folder, work)


def push(server: Server, guid: str) -> None:
    """Publishes an article as a newsroom's program does."""
    line = item(guid, date_published=present().isoformat(timespec="seconds"))
    assert _ask(server, "POST", "/articles", line.encode())["created"] == 1


def withdraw_by_push(server: Server, guid: str) -> object:
    return _ask(server, "DELETE", f"/articles?id={guid}")


def _ask(server: Server, method: str, target: str, body: bytes = b"") -> dict[str, object]:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    try:
        headers = {"Authorization": "Bearer a token", "Content-Type": "application/json"}
        connection.request(method, target, body, headers)
        found: dict[str, object] = json.loads(connection.getresponse().read())
        return found
    finally:
        connection.close()
