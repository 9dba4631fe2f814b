"""A changed configuration takes the place of the one from before, or is refused."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.types import ASGIApp

from feeds.desk import Desk
from feeds.errors import StoreUnavailable
from feeds.metrics import Metrics
from feeds.settings import Settings, load
from feeds.text.guid import article_key
from feeds.web.app import routed
from feeds.web.counting import Books
from feeds.web.fastlane import LANE
from feeds.web.succession import Succession
from tests.newsroom import CONFIG, Answer, CountingStore, WallClock, ask, story, until
from tests.store.articles import put

pytestmark = pytest.mark.anyio


class Service:
    """An application that can be told to read its configuration again."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "config.toml"
        self.clock = WallClock()
        self.desks: list[Desk] = []
        self.metrics: list[Metrics] = []
        self.state: dict[str, Any] = {}
        # Of the stores to come.
        self.blindness: Exception | None = None
        self.write(CONFIG)
        self.app = Succession(
            read=lambda: load(self.path, {}),
            wire=self._wire,
            standing=lambda settings: {"[server] port": settings.server.port},
        )

    def write(self, text: str) -> None:
        self.path.write_text(text, "utf-8")

    def _wire(self, settings: Settings, metrics: Metrics, books: Books) -> tuple[Desk, ASGIApp]:
        store = CountingStore(settings.store_path, clock=self.clock.seconds)
        store.blindness = self.blindness
        desk = Desk(settings, store, clock=self.clock, tick=0.02, metrics=metrics)
        self.desks.append(desk)
        self.metrics.append(metrics)
        return desk, routed(desk, books)

    async def ask(self, target: str) -> Answer:
        return await ask(self.app, target.encode(), "GET", [("host", "news.example")])

    async def run(self, orders: "asyncio.Queue[dict[str, str]]", said: "asyncio.Queue[Any]") -> None:
        await self.app({"type": "lifespan", "state": self.state}, orders.get, said.put)


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """With an article in its store."""
    service = Service(tmp_path)
    orders: asyncio.Queue[dict[str, str]] = asyncio.Queue()
    said: asyncio.Queue[Any] = asyncio.Queue()
    running = asyncio.create_task(service.run(orders, said))
    await orders.put({"type": "lifespan.startup"})
    assert (await said.get())["type"] == "lifespan.startup.complete"
    await put(service.desks[0].store, story("a"))
    await until(lambda: service.desks[0].knowledge > 2)
    yield service
    await orders.put({"type": "lifespan.shutdown"})
    assert (await said.get())["type"] == "lifespan.shutdown.complete"
    await running
    assert not any(desk.ready for desk in service.desks)


TITLED: Callable[[str], str] = lambda title: CONFIG.replace("خُلاصات", title, 1)  # noqa: E731


async def test_the_next_one_has_at_hand_what_the_one_before_had(service: Service) -> None:
    """So that nobody waits, and nothing that was served once can fail from then on."""
    for target in ("/rss.xml", "/world/atom.xml?limit=3", "/world/"):
        assert (await service.ask(target))["cache-status"] == "khulasat; fwd=miss; stored"
    service.write(TITLED("الجديدة"))
    service.app.reload()
    await until(lambda: len(service.desks) == 2 and not service.desks[0].ready)
    for target in ("/rss.xml", "/world/atom.xml?limit=3", "/world/"):
        answer = await service.ask(target)
        assert answer["cache-status"] == "khulasat; hit"
        assert "الجديدة".encode() in answer.body


async def test_a_wrong_one_is_refused(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    """With its message; nothing else happens."""
    lane = service.state[LANE]
    service.write(CONFIG.replace("url =", "urls ="))
    service.app.reload()
    await until(lambda: "event=reload_refused" in caplog.text)
    assert "[site] urls: is not known" in caplog.text
    assert len(service.desks) == 1
    assert service.state[LANE] is lane
    assert (await service.ask("/rss.xml")).status == 200


@pytest.mark.parametrize("store", ["nowhere/articles.db", "noise.db"])
async def test_one_whose_store_can_not_be_used_is_refused(
    service: Service, store: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The desk that was made for it is closed again."""
    (service.path.parent / "noise.db").write_bytes(b"noise" * 1000)
    service.write(f'{CONFIG}\n[store]\nurl = "sqlite:{store}"\n')
    service.app.reload()
    await until(lambda: "event=reload_refused" in caplog.text)
    assert store in caplog.text
    assert (await service.ask("/rss.xml")).status == 200
    service.write(TITLED("بعد ذلك"))
    service.app.reload()
    await until(lambda: service.desks[0].trouble == "the service is ending")
    assert "بعد ذلك".encode() in (await service.ask("/rss.xml")).body


async def test_while_the_store_is_unwell_it_waits(
    service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What is at hand could not be made anew; said once, and taken by itself once the store is well."""
    monkeypatch.setattr("feeds.web.succession._AGAIN", 0.01)
    before = await service.ask("/rss.xml")
    service.blindness = StoreUnavailable("articles.db: the store is locked by another process")
    service.write(TITLED("الجديدة"))
    service.app.reload()
    await until(lambda: len(service.desks) > 4)
    assert caplog.text.count("event=reload_waits") == 1
    assert "articles.db: the store is locked by another process" in caplog.text
    assert (await service.ask("/rss.xml")).body == before.body
    service.blindness = None
    await until(lambda: service.desks[0].trouble == "the service is ending")
    assert "الجديدة".encode() in (await service.ask("/rss.xml")).body
    assert not any(desk.ready for desk in service.desks[:-1])


async def test_a_bug_in_it_is_logged_and_changes_nothing(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    service.app._read = lambda: 1 // 0  # type: ignore[assignment,return-value]
    service.app.reload()
    await until(lambda: 'event=reload_refused reason="a bug"' in caplog.text)
    assert (await service.ask("/rss.xml")).status == 200


async def test_who_was_asked_answers(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    """A request that was begun before ends as it would have; the desk is closed after it."""
    entered, go = asyncio.Event(), asyncio.Event()
    store = service.desks[0].store
    assert isinstance(store, CountingStore)
    shelf = store.shelf

    async def slow(*arguments: Any, **rest: Any) -> Any:
        entered.set()
        await go.wait()
        return await shelf(*arguments, **rest)

    store.shelf = slow  # type: ignore[method-assign]
    caplog.set_level("INFO", "feeds")
    asked = asyncio.create_task(service.ask("/world/rss.xml"))
    await entered.wait()
    service.write(TITLED("الجديدة"))
    service.app.reload()
    # Not that it is ready: it is asked a moment later, and until then the slow one is.
    await until(lambda: "event=reloaded" in caplog.text)
    assert "الجديدة".encode() in (await service.ask("/world/rss.xml")).body
    assert service.desks[0].ready
    go.set()
    answer = await asked
    assert answer.status == 200
    assert "الجديدة".encode() not in answer.body
    await until(lambda: not service.desks[0].ready)


async def test_the_one_that_serves_keeps_its_templates(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    """While the next one is made ready, and where it is refused half way: by a template, or by what it is made of."""
    caplog.set_level("INFO", "feeds")
    own = service.path.parent / "own"
    own.mkdir()
    (own / "error.html").write_text("first", "utf-8")
    (own / "article.html").write_text("{{ entry.title }} first", "utf-8")
    service.write(CONFIG.replace("[site]", '[site]\ntemplates = "own"', 1))
    service.app.reload()
    await until(lambda: "event=reloaded" in caplog.text)
    await put(service.desks[1].store, *(story(guid, url=None) for guid in ("b", "c", "d")))
    pages = [f"/articles/{article_key(guid)}/" for guid in ("b", "c", "d")]

    async def serves(page: str, word: bytes) -> None:
        # The one of an error was made as it began, the other is made now.
        assert (await service.ask("/nothing/")).body == word
        assert (await service.ask(page)).body.endswith(b" " + word)

    # A page fails, after others were made by the new ones; then the store can't be read, after all were.
    (own / "error.html").write_text("second", "utf-8")
    (own / "article.html").write_text("{{ entry.nothing.there }}", "utf-8")
    service.app.reload()
    await until(lambda: "article.html: " in caplog.text)
    await serves(pages[0], b"first")
    (own / "article.html").write_text("{{ entry.title }} second", "utf-8")
    opened, go = asyncio.Event(), asyncio.Event()

    async def follow(coming: Desk, other: Desk, seconds: float) -> int:
        opened.set()
        await go.wait()
        raise StoreUnavailable("a disk")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Desk, "follow", follow)
        service.app.reload()
        await opened.wait()
        await serves(pages[1], b"first")
        go.set()
        await until(lambda: 'reason="a disk"' in caplog.text)
    await serves(pages[2], b"first")
    caplog.clear()
    service.app.reload()
    await until(lambda: "event=reloaded" in caplog.text)
    await serves(pages[2], b"second")


async def test_numbers_go_on_and_what_a_process_can_not_change_is_said(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    """No counter falls; a new port is taken at the next start."""
    await service.ask("/rss.xml")
    service.write(f"{CONFIG}\n[server]\nport = 9000\n")
    service.app.reload()
    await until(lambda: "event=reload_in_part" in caplog.text)
    assert 'at_the_next_start="[server] port"' in caplog.text
    assert service.metrics[0] is service.metrics[1]
