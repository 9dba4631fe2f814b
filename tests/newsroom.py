"""A newsroom to serve in tests: a configuration, a store that counts, a clock that is set, and who asks."""

import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import anyio
from starlette.types import ASGIApp, Message, Scope

from feeds.desk import Desk
from feeds.model import Article, Author, Selection, State, Topic, TopicKind
from feeds.settings import Settings, load
from feeds.store.contract import Shelf
from feeds.store.sqlite import SqliteStore
from feeds.web.app import application
from tests.store.articles import NOW, article, put

SITE = "https://news.example"
CONFIG = """
[site]
title = "خُلاصات"
description = "أخبار ليبيا والعالم"
url = "https://news.example"
timezone = "Africa/Tripoli"

[[sections]]
slug = "world"
title = "دولي"
aliases = ["international", "العالم"]

[[sections]]
slug = "sports"
title = "رياضة"

[[sections]]
slug = "ثقافة"
title = "ثقافة وفنون"
"""
CULTURE = "%D8%AB%D9%82%D8%A7%D9%81%D8%A9"
# Seconds that a condition may take to come true on a busy machine.
PATIENCE = 50.0


def configure(folder: Path, text: str = CONFIG, **environment: str) -> Settings:
    """The settings of a configuration in a folder; `SITE__URL="…"` overrides `[site] url`."""
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load(path, {f"FEEDS_{name}": value for name, value in environment.items()})


# A query without an end.
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


class WallClock:
    """The time of the desk, which goes when it is told to."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def seconds(self) -> float:
        return self.now.timestamp()

    def go(self, **by: float) -> None:
        self.now += timedelta(**by)


class CountingStore(SqliteStore):
    """The real store, which counts the shelves that are read: one for each representation that is made.

    With `bug` it raises that instead; with `blindness` it does not tell its states. The next `hangs` reads do not end
    by themselves.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float]) -> None:
        super().__init__(path, clock=clock)
        self.shelves: list[Selection] = []
        self.bug: Exception | None = None
        self.blindness: Exception | None = None
        self.hangs = 0
        self.looks = 0
        self.recents = 0
        # Happens once, just before states are read.
        self.meanwhile: Callable[[], Awaitable[object]] | None = None

    async def states(self) -> Mapping[str, State]:
        self.looks += 1
        if self.blindness:
            raise self.blindness
        await self._hang()
        if self.meanwhile:
            happening, self.meanwhile = self.meanwhile, None
            await happening()
        return await super().states()

    async def recent(self, since: datetime, limit: int, now: datetime) -> Shelf:
        self.recents += 1
        return await super().recent(since, limit, now)

    async def shelf(self, selection: Selection, *, limit: int, graves: int, now: datetime) -> Shelf:
        self.shelves.append(selection)
        if self.bug:
            raise self.bug
        await self._hang()
        return await super().shelf(selection, limit=limit, graves=graves, now=now)

    async def topic(self, kind: TopicKind, name: str, now: datetime) -> Topic | None:
        await self._hang()
        return await super().topic(kind, name, now)

    async def _hang(self) -> None:
        if self.hangs:
            self.hangs -= 1
            async with self._pool(0).lend() as db:
                await db.execute_fetchall(ENDLESS)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A response as the application gave it."""

    status: int
    fields: list[tuple[str, str]]
    body: bytes

    def get(self, name: str) -> str | None:
        """A header's value; none stands twice."""
        values = [value for field, value in self.fields if field == name]
        assert len(values) <= 1, f"{name} stands {len(values)} times"
        return values[0] if values else None

    def __getitem__(self, name: str) -> str:
        value = self.get(name)
        assert value is not None, f"{name} is missing"
        return value

    @property
    def head(self) -> dict[str, str]:
        """The headers that one address and state have, however the answer was come by."""
        assert len(dict(self.fields)) == len(self.fields)
        return {name: value for name, value in self.fields if name != "cache-status"}


@dataclass(kw_only=True)
class Newsroom:
    """A served desk, and the parts behind it."""

    settings: Settings
    store: CountingStore
    desk: Desk
    clock: WallClock
    app: ASGIApp
    # Instead of the application itself.
    asked: Callable[[bytes, str, list[tuple[str, str]]], Awaitable[Answer]] | None = None

    async def ask(
        self, target: str | bytes, method: str = "GET", headers: Mapping[str, str] | Iterable[tuple[str, str]] = ()
    ) -> Answer:
        """What is answered to a target, byte for byte as it stands in a request line."""
        target = target.encode("ascii") if isinstance(target, str) else target
        pairs = list(headers.items() if isinstance(headers, Mapping) else headers)
        if "host" not in dict(pairs):
            pairs.insert(0, ("host", "news.example"))
        if self.asked:
            return await self.asked(target, method, pairs)
        return await ask(self.app, target, method, pairs)

    async def write(self, *articles: Article) -> None:
        """Writes articles, and waits until the desk has seen them."""
        await put(self.store, *articles)
        await self.seen()

    async def well(self) -> None:
        """Waits until the desk can read its store, and has made anew what changed meanwhile."""
        await until(lambda: not self.desk.trouble and not self.desk._holdings.renewal._pending)

    async def seen(self) -> None:
        """Waits until the desk knows what the store holds now."""
        states = await self.store.states()
        await until(lambda: self.desk._watcher._states == states and not self.desk._holdings.renewal._pending)

    async def shows(self, target: str, guid: str) -> None:
        """Waits until the article stands there; nothing but 200 is answered until then."""
        end = time.monotonic() + PATIENCE
        while f"عنوان {guid}<".encode() not in (answer := await self.ask(target)).body:
            assert answer.status == 200 and time.monotonic() < end
            await anyio.sleep(0.02)


async def ask(app: ASGIApp, target: bytes, method: str, headers: Iterable[tuple[str, str]]) -> Answer:
    sent: list[Message] = []
    asked = anyio.Event()

    async def receive() -> Message:
        if asked.is_set():
            # The other side stays.
            await anyio.sleep_forever()
        asked.set()
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    try:
        await app(_scope(target, method, headers), receive, send)
    except Exception:
        # Starlette answers 500, and hands the error on to the server.
        if not sent:
            raise
        traceback.print_exc()
    start, *bodies = sent
    assert start["type"] == "http.response.start"
    assert not bodies[-1].get("more_body", False)
    return Answer(
        status=start["status"],
        fields=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]],
        body=b"".join(part.get("body", b"") for part in bodies),
    )


def _scope(target: bytes, method: str, headers: Iterable[tuple[str, str]]) -> Scope:
    """A request as uvicorn hands it on."""
    raw_path, _, query = target.partition(b"?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(raw_path.decode("latin-1")),
        "raw_path": raw_path,
        "query_string": query,
        "root_path": "",
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers],
        "client": ("192.0.2.1", 50000),
        "server": ("192.0.2.2", 80),
    }


async def until(condition: Callable[[], object], patience: float = PATIENCE) -> None:
    """Waits for a condition, and fails where it does not come true."""
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end, "the condition did not come true in time"
        await anyio.sleep(0.02)


@asynccontextmanager
async def opened(
    folder: Path, *, text: str = CONFIG, clock: WallClock | None = None, **environment: str
) -> AsyncIterator[Newsroom]:
    """A desk that is open, on the store of a folder, with its application."""
    settings, clock = configure(folder, text, **environment), clock or WallClock()
    store = CountingStore(settings.store_path, clock=clock.seconds)
    desk = Desk(settings, store, clock=clock, tick=0.02)
    app = application(desk)
    async with app.router.lifespan_context(app):
        yield Newsroom(settings=settings, store=store, desk=desk, clock=clock, app=app)


def story(guid: str, *, minutes: float = 10, url: str | None = "", **rest: Any) -> Article:
    """An article of some length, published some minutes ago; it has an address of its own unless `url` is None."""
    values: dict[str, Any] = {
        "content_html": f"<p>{'نص الخبر كما ورد من المراسل. ' * 12}</p><p>{guid}</p>",
        "authors": (Author(name="سالم الورفلي"),),
        "tags": ("طرابلس",),
        "url": f"https://elsewhere.example/{guid}" if url == "" else url,
        **rest,
    }
    return article(guid, at=NOW - timedelta(minutes=minutes), **values)
