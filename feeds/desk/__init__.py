"""The composition root: wires the parts, answers with finished representations."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from typing import Literal

from feeds.addresses import Address, Defaults, PartnerAddress
from feeds.cache import Found
from feeds.conditional import Coding
from feeds.desk.holdings import Holdings
from feeds.desk.press import Press
from feeds.desk.production import Production
from feeds.desk.topics import TopicNames
from feeds.desk.watcher import TICK, Watcher
from feeds.edition import Edition
from feeds.errors import StoreUnavailable
from feeds.metrics import Metrics
from feeds.model import EVERYTHING, State, Tombstone, TopicKind
from feeds.processes import has_gone, make_name
from feeds.render.pages import STATIC_FILES, Pages
from feeds.render.partners import Judged, Objection
from feeds.render.profiles import profiles
from feeds.representation import Representation
from feeds.sections import SectionNames
from feeds.settings import Settings
from feeds.settling import settle, software
from feeds.store.contract import Store
from feeds.websub.calling import Caller, agent_of
from feeds.websub.courier import Courier


class Desk:
    """Everything that a server or a command needs, wired. `clock` gives the present time, aware, and `tick` are
    the seconds between looks at the store; `metrics` are counted. The newsroom's templates are read now, and stay as
    they are with it. Raises ConfigurationError for templates that can't be used.

    For who keeps a copy of everything elsewhere, `copied` gives the version that the copy shows: nobody is told of
    what is newer. Whoever asks gets what the store holds now, and nothing is made before somebody asks.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        *,
        clock: Callable[[], datetime],
        tick: float = TICK,
        metrics: Metrics | None = None,
        copied: Callable[[], int] | None = None,
    ) -> None:
        self._copied = copied
        self.settings = settings
        self.pages = Pages(settings)
        # What makes the bytes of feeds and pages, besides the store and the configuration.
        self.software = software(self.pages.digest)
        self.metrics = metrics or Metrics()
        self.store = store
        self.defaults = Defaults(limit=settings.feeds.entries, content=settings.feeds.content)
        self.clock = clock
        self._watcher = Watcher(
            store,
            settings.section_list(),
            prepare=lambda: settle(store, settings, made_by=self.software),
            clock=lambda: clock().timestamp(),
            tick=tick,
            noticed=lambda: None if copied else self._holdings.renewal.notice(),
        )
        self._topics = TopicNames(lambda kind, name: store.topic(kind, name, clock()))
        self._press = Press(settings, store, self._watcher, self.pages, clock=clock)
        self._production = Production(self._press, self._watcher, metrics=self.metrics, clock=clock)
        self._holdings = Holdings(self._production, self._watcher, max_bytes=settings.cache.max_bytes, clock=clock)
        self._served = 0
        self._courier = Courier(
            settings,
            store.outbox,
            Caller(agent=agent_of(settings)),
            name=make_name(),
            serves=lambda: self.serves,
            gone=has_gone,
            clock=clock,
            steady=time.monotonic,
            metrics=self.metrics,
        )
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Opens the store, brings its sections in line with the configuration, and watches it from then on.

        Raises StoreRefused; a store that is only unavailable is tried again.
        """
        await self._watcher.start()
        self._tasks = [asyncio.create_task(part.run()) for part in (self._holdings.renewal, self._courier)]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._watcher.close()

    @property
    def serves(self) -> int:
        """The version of the whole desk that every answer shows from now on, as long as nothing is wrong."""
        if self._copied:
            return self._copied()
        if self._holdings.renewal.is_over:
            self._served = self._production.version
        return self._served

    @property
    def seen(self) -> tuple[State, float]:
        """The state of the whole desk that no answer is older than, and the Unix time at which it was the store's."""
        return self._watcher.state(EVERYTHING), self._watcher.looked

    @property
    def trouble(self) -> str:
        """What is wrong with the store at present; empty where nothing is."""
        return self._watcher.trouble

    @property
    def ready(self) -> bool:
        """Whether anything can be served."""
        return self._watcher.ready

    @property
    def held(self) -> tuple[int, int]:
        """The bytes and the number of what the cache holds."""
        return self._holdings.cache.size, len(self._holdings.cache)

    @property
    def names(self) -> SectionNames:
        """The sections there are."""
        return self._watcher.names

    async def learn(self, path: str) -> None:
        """Sees to it that `lookup` knows the tag or the author that a path asks for. Raises StoreUnavailable."""
        await self._topics.learn(path)

    def lookup(self, kind: Literal["section", "profile", "file"] | TopicKind, name: str) -> str | None:
        """The slug of what is called so, for `addresses.find`: of tags and authors, those that were learned; of a file,
        its name below /static/."""
        match kind:
            case "section":
                return self.names.slug(name)
            case "profile":
                return name if name in profiles() else None
            case "file":
                return name.lower() if name.lower() in STATIC_FILES else None
        return self._topics.slug(kind, name)

    @property
    def edition(self) -> Edition:
        return Edition(self.settings, self._watcher.names)

    @property
    def knowledge(self) -> int:
        """Raised with each change of what is known of the store: while it stays, what is at hand stays so, but for
        the ends of embargoes."""
        return self._watcher.knowledge

    def at_hand(self, address: Address) -> Found[Representation] | None:
        """What `get` would answer with at once, if anything."""
        return self._holdings.at_hand(address)

    async def get(self, address: Address) -> Found[Representation] | Tombstone | None:
        """The representation at an address; the tombstone where an article was withdrawn; None where there is
        no such article. Raises StoreUnavailable where it was never made and can't be now."""
        return await self._holdings.get(address)

    async def encoded(self, address: Address, representation: Representation, coding: Coding) -> bytes:
        """A representation's bytes in a coding, made on first demand."""
        return await self._holdings.encoded(address, representation, coding)

    def weigh(self, address: Address) -> None:
        """Says that the representation at an address has grown."""
        self._holdings.cache.weigh(address)

    async def follow(self, other: "Desk", seconds: float) -> int:
        """Makes what another desk has at hand, what was used last first, for some seconds; how much it was.

        Raises StoreUnavailable where the store can't be read: the other one may have at hand what could not be made.
        """
        if not self._watcher.readable:
            raise StoreUnavailable(self.trouble)
        return await self._holdings.follow(other._holdings, seconds)

    async def judged(self, address: PartnerAddress) -> tuple[list[Judged], list[Objection]]:
        """What a partner would say now of a section's articles and of its feed; `feeds check` asks."""
        return await self._press.judged(address)

    async def look(self, *, settling: bool = True) -> None:
        """Learns what the store holds, after it was brought in line with the configuration unless nothing is to be
        written. For commands: it is open, and nothing is watched."""
        if settling:
            await settle(self.store, self.settings)
        await self._watcher.look()
