"""The composition root: wires the parts, answers with finished representations."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal

from feeds.addresses import Address, Defaults, PartnerAddress, path_of
from feeds.cache import Cache, Flights, Found, Freshness
from feeds.conditional import CODINGS, Coding
from feeds.desk.failures import Failures
from feeds.desk.press import Press
from feeds.desk.renewal import Renewal
from feeds.desk.topics import TopicNames
from feeds.desk.watcher import TICK, Watcher
from feeds.edition import Edition
from feeds.errors import StoreError, StoreUnavailable
from feeds.logs import event
from feeds.made import Absent, Made, kind
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

log = logging.getLogger("feeds")

# Productions under way at a time. More would not be faster, and each of them wants the store within its limit.
_AT_ONCE = 4


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
        self._cache: Cache[Address, Made] = Cache(
            max_bytes=settings.cache.max_bytes, released=lambda made: made.representation.prepared.end()
        )
        self._compressing: Flights[bytes] = Flights()
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._watcher = Watcher(
            store,
            settings.section_list(),
            prepare=lambda: settle(store, settings, made_by=self.software),
            clock=lambda: clock().timestamp(),
            tick=tick,
            noticed=lambda: None if copied else self._renewal.notice(),
        )
        self._topics = TopicNames(lambda kind, name: store.topic(kind, name, clock()))
        self._renewal = Renewal(stale=self._stale, renew=self._renew, clock=time.monotonic)
        self._failures = Failures(clock)
        # The versions of the whole that were known when what is being made was begun; and the one that is served.
        self._begun: dict[object, int] = {}
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
        self._press = Press(settings, store, self._watcher, self.pages, clock=clock)

    async def open(self) -> None:
        """Opens the store, brings its sections in line with the configuration, and watches it from then on.

        Raises StoreRefused; a store that is only unavailable is tried again.
        """
        await self._watcher.start()
        self._tasks = [asyncio.create_task(part.run()) for part in (self._renewal, self._courier)]

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
        if self._renewal.is_over:
            self._served = min([self._watcher.state(EVERYTHING).version, *self._begun.values()])
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
        return self._cache.size, len(self._cache)

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
        held = self._cache.last(address)
        if held is None:
            return None
        how: Freshness = "hit"
        if self._fresh(held, address):
            self._cache.touch(address)
        elif self._nothing_newer(held, address):
            how = "stale"
        else:
            return None
        self._renewal.ask(address)
        return Found(value=held.representation, how=how)

    def weigh(self, address: Address) -> None:
        """Says that the representation at an address has grown."""
        self._cache.weigh(address)

    async def get(self, address: Address) -> Found[Representation] | Tombstone | None:
        """The representation at an address; the tombstone where an article was withdrawn; None where there is
        no such article. Raises StoreUnavailable where it was never made and can't be now."""
        held = self._cache.last(address)
        self._renewal.ask(address)
        if held and not self._fresh(held, address) and self._nothing_newer(held, address):
            return Found(value=held.representation, how="stale")
        try:
            found = await self._cache.get(
                address,
                fresh=lambda held: self._fresh(held, address),
                produce=lambda: self._produce(address),
                spare=lambda fault: not isinstance(fault, Absent),
            )
        except Absent as absent:
            self._cache.drop(address)
            return absent.tombstone
        if found.value.fleeting:
            self._cache.drop(address)
        return Found(value=found.value.representation, how=found.how)

    async def follow(self, other: "Desk", seconds: float) -> int:
        """Makes what another desk has at hand, what was used last first, for some seconds; how much it was.

        Raises StoreUnavailable where the store can't be read: the other one may have at hand what could not be made.
        """
        if not self._watcher.readable:
            raise StoreUnavailable(self.trouble)
        end, made = time.monotonic() + seconds, 0
        for address, held in list(other._cache.latest()):
            if time.monotonic() >= end:
                break
            try:
                found = await self.get(address)
                if isinstance(found, Found):
                    for coding in CODINGS:
                        if held.representation.variant(coding) is not None:
                            await self.encoded(address, found.value, coding)
                    made += 1
            except StoreError:
                raise
            except Exception:
                # The log has it. It fails for whoever asks, too, or was no address any more.
                continue
        return made

    def _nothing_newer(self, held: Made, address: Address) -> bool:
        """Whether it makes no sense to wait: the store is known to be unwell, what stands there is known to fail,
        or it is being made anew already."""
        if not self._watcher.readable or self._known_to_fail(address):
            return True
        return self._renewal.covers(address) and not self._ended(held)

    def _stale(self) -> Sequence[Address]:
        """The addresses of what is held and not fresh any more, the one used last first."""
        return [address for address, held in self._cache.latest() if not self._fresh(held, address)]

    async def _renew(self, address: Address) -> None:
        """Makes what stands at an address anew, in the codings that it was asked for in, and swaps it in."""
        held = self._cache.last(address)
        if held is None or self._fresh(held, address):
            return

        async def produce() -> Made:
            made = await self._produce(address)
            for coding in CODINGS:
                if held.representation.variant(coding) is not None:
                    await asyncio.to_thread(made.representation.encode, coding)
            return made

        try:
            await self._cache.renew(address, produce)
        except Absent:
            self._cache.drop(address)

    async def encoded(self, address: Address, representation: Representation, coding: Coding) -> bytes:
        """A representation's bytes in a coding, made on first demand."""
        body = representation.variant(coding)
        if body is None:
            made = await self._compressing.join(
                representation.validators.etags[coding],
                lambda: asyncio.to_thread(representation.encode, coding),
                lambda _: self._cache.weigh(address),
            )
            body = made.value
        return body

    def _fresh(self, held: Made, address: Address) -> bool:
        # Of an article's page the selection is the whole desk: its address does not tell its sections.
        known = self._watcher.state(address.selection)
        # What was made between two looks at the store is ahead of what is known.
        current = held.state.version > known.version or held.state == known
        return current and held.epoch == self._watcher.epoch and not self._ended(held)

    def _ended(self, held: Made) -> bool:
        """Whether an embargo has ended since."""
        expires = held.representation.expires
        return expires is not None and self.clock().timestamp() >= expires

    async def _produce(self, address: Address) -> Made:
        async with self._turn:
            if not self._watcher.readable:
                raise StoreUnavailable(self._watcher.trouble)
            began = time.perf_counter_ns()
            work = object()
            # What is read from now on is no older than this.
            self._begun[work] = self._watcher.state(EVERYTHING).version
            try:
                made = await self._press.make(address)
                self.metrics.rendered(kind(address), time.perf_counter_ns() - began)
                return made
            except (StoreError, Absent):
                raise
            except Exception:
                self.metrics.add("failures", kind(address))
                if not self._known_to_fail(address):
                    log.exception(event("production_failed", path=path_of(address)))
                self._failures.note(address, self._ground(address))
                raise
            finally:
                del self._begun[work]

    def _known_to_fail(self, address: Address) -> bool:
        """Whether what stands at an address could not be made a moment ago of what is stored now."""
        return self._failures.known(address, self._ground(address))

    def _ground(self, address: Address) -> tuple[State, int]:
        return self._watcher.state(address.selection), self._watcher.epoch

    async def judged(self, address: PartnerAddress) -> tuple[list[Judged], list[Objection]]:
        """What a partner would say now of a section's articles and of its feed; `feeds check` asks."""
        return await self._press.judged(address)

    async def look(self, *, settling: bool = True) -> None:
        """Learns what the store holds, after it was brought in line with the configuration unless nothing is to be
        written. For commands: it is open, and nothing is watched."""
        if settling:
            await settle(self.store, self.settings)
        await self._watcher.look()
