"""Hubs, caches, and couriers that are told when to look."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from feeds.metrics import Metrics
from feeds.model import Article
from feeds.settings import Settings
from feeds.store.contract import ALWAYS
from feeds.store.sqlite import SqliteStore
from feeds.websub.calling import Caller
from feeds.websub.courier import Courier
from tests.newsroom import WallClock, configure, until
from tests.push.receiver import Receiver
from tests.store.articles import digest, make_sections


@pytest.fixture
def receivers() -> Iterator[Callable[[], Receiver]]:
    made: list[Receiver] = []

    def make() -> Receiver:
        made.append(Receiver())
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture
def hub(receivers: Callable[[], Receiver]) -> Receiver:
    return receivers()


@pytest.fixture
def cache(receivers: Callable[[], Receiver]) -> Receiver:
    receiver = receivers()
    receiver.status = 200
    return receiver


@dataclass(kw_only=True)
class Post:
    """A store, and the processes that serve it; `versions` are what each of them serves, `gone` who is dead."""

    settings: Settings
    store: SqliteStore
    clock: WallClock
    stack: AsyncExitStack
    metrics: Metrics = field(default_factory=Metrics)
    versions: dict[str, int] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    async def courier(self, name: str = "one", settings: Settings | None = None) -> Courier:
        """One of them; it serves everything, unless `versions` says otherwise."""
        caller = Caller(agent="Khulasat/test")
        await caller.open()
        self.stack.push_async_callback(caller.close)
        self.versions.setdefault(name, 10**9)
        return Courier(
            settings or self.settings,
            self.store.outbox,
            caller,
            name=name,
            serves=lambda: self.versions[name],
            gone=lambda other: other in self.gone,
            clock=self.clock,
            steady=self.clock.seconds,
            metrics=self.metrics,
        )

    async def publish(self, *articles: Article) -> int:
        """Writes articles as the newsroom's push does; the version that the desk has then."""
        async with self.store.writing() as writing:
            await writing.put([(each, digest(each)) for each in articles], news_since=ALWAYS)
        return (await self.store.states())[""].version

    async def turn(self, courier: Courier, *, calls: bool = True, **by: float) -> None:
        """Some time goes by; then it looks, and has its calls answered, and what follows from them."""
        self.clock.go(**by)
        await courier.turn()
        if calls:
            await self.answered(courier)

    async def answered(self, courier: Courier) -> None:
        while courier._calls:
            await until(lambda: not courier._calls)
            await courier.turn()

    async def tell(self, courier: Courier) -> None:
        """What was published is gathered, and told."""
        await self.turn(courier)
        await self.turn(courier, seconds=1)

    async def waiting(self) -> tuple[int, int, int]:
        """Announcements, purges and pings that wait."""
        found = await self.store.outbox.backlog()
        return found.announcements, found.purges, found.pings


@pytest.fixture
async def post(tmp_path: Path, hub: Receiver) -> AsyncIterator[Post]:
    async with opened_post(tmp_path, WEBSUB__HUBS=f'["{hub.url}"]') as post:
        yield post


class opened_post:
    """A post with sections world and sports, and nothing to tell."""

    def __init__(self, folder: Path, **environment: Any) -> None:
        self._folder = folder
        self._environment = environment

    async def __aenter__(self) -> Post:
        self._stack = await AsyncExitStack().__aenter__()
        settings, clock = configure(self._folder, **self._environment), WallClock()
        store = SqliteStore(settings.store_path, clock=clock.seconds)
        await store.open()
        self._stack.push_async_callback(store.close)
        await make_sections(store, "world", "sports")
        return Post(settings=settings, store=store, clock=clock, stack=self._stack)

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()
