"""What is known of the store without asking it: its sections, how far each has come, and whether it is well."""

import asyncio
import contextlib
import logging
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence

from feeds.errors import StoreError, StoreUnavailable
from feeds.logs import event
from feeds.model import Section, Selection, State, Topic
from feeds.sections import SectionNames
from feeds.store.contract import Store
from feeds.store.turns import once_more

log = logging.getLogger("feeds")

# Seconds between looks at the store: a change is to be served within one.
TICK = 0.4
_NOTHING = State(version=0, changed=0)
# Of a tag or an author that is not followed: nothing that is held is as new as that.
_UNKNOWN = State(version=sys.maxsize, changed=0)
# Tags and authors that are followed; the feeds of others are made anew when they are asked for.
_FOLLOWED = 10_000


class Watcher:
    """Opens the store, and sees within a second what was written to it by whatever process.

    `prepare` brings the store in line with the configuration, once. `clock` gives Unix seconds, and `tick` are
    the seconds between looks. `noticed` is called when more is known than before.
    """

    def __init__(
        self,
        store: Store,
        configured: Sequence[Section],
        *,
        prepare: Callable[[], Awaitable[object]],
        clock: Callable[[], float],
        tick: float = TICK,
        noticed: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._configured = configured
        self._prepare = prepare
        self._clock = clock
        self._tick = tick
        self._noticed = noticed
        self._states: Mapping[str, State] = {}
        # In the order of their last making.
        self._topics: dict[Topic, State] = {}
        self._opened = self._prepared = self._said = False
        # Whether something was written that was not looked at.
        self._behind = False
        self._generation: int | None = None
        self._learning = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._stored: Sequence[Section] = ()
        self.names = SectionNames(configured, ())
        # What is wrong; empty where nothing is.
        self.trouble = "the store was not read yet"
        # Whether the store can be read: it may be well enough for that while it can't be written.
        self.readable = False
        # Raised where versions say nothing about what was made before: another store stands in its place.
        self.epoch = 0
        # The Unix time up to which everything that was written is known.
        self.looked = 0.0
        # Raised with each change of what is known here: while it stays, what was fresh is, but for embargoes' ends.
        self.knowledge = 0
        # And from then on nothing may seem to have changed earlier than this Unix second.
        self.floor = 0

    @property
    def ready(self) -> bool:
        """Whether the store was ever read, and was not closed since."""
        return bool(self._states)

    def state(self, selection: Selection) -> State:
        """How far a selection had come when the store was looked at last; as `Shelf.state`."""
        if selection.topic:
            return self._topics.get(selection.topic, _UNKNOWN)
        found = [self._states.get(slug, _NOTHING) for slug in selection.sections or ("",)]
        return State(version=sum(each.version for each in found), changed=max(each.changed for each in found))

    def follow(self, topic: Topic, state: State) -> None:
        """Looks at a tag or an author from now on, of which a feed was made in this state."""
        known = self._topics.pop(topic, state)
        self._topics[topic] = state if state.version > known.version else known
        if len(self._topics) > _FOLLOWED:
            del self._topics[next(iter(self._topics))]
        self.knowledge += 1

    async def start(self) -> None:
        """Opens the store and looks at it, from then on again and again.

        Raises StoreRefused; a store that is only unavailable is tried again.
        """
        try:
            await once_more(self._turn)
        except StoreUnavailable as fault:
            self._note(str(fault))
        except BaseException:
            # Its threads would keep the process alive.
            await self._store.close()
            raise
        self._task = asyncio.create_task(self._watch())

    async def close(self) -> None:
        self._states = {}
        self.knowledge += 1
        self.readable = False
        self.trouble = "the service is ending"
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self._store.close()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._tick)
            try:
                # Nobody is told that it is unwell, and nothing is held back, until it was twice.
                await once_more(self._turn)
            except Exception as fault:
                self.readable = False
                # Whatever it is, the next look may go well: without the watcher nothing new would ever be seen.
                known = isinstance(fault, StoreError)
                if not known and not self._said:
                    log.exception(event("watcher_failed"))
                self._note(str(fault) if known else f"{type(fault).__name__}: {fault}")

    async def _turn(self) -> None:
        if not self._opened:
            await self._store.open()
            self._opened = True
        trouble = await self._try_to_prepare()
        began = self._clock()
        # A change is told once, and a look may fail.
        self._behind = await self._store.changed() or self._behind or not self.readable
        while self._behind:
            await self.look()
            # What was written during the look was seen or not: the next change must be one after it.
            self._behind = await self._store.changed()
        self.looked = began
        self._note(trouble)

    async def _try_to_prepare(self) -> str:
        """What keeps the store from being prepared: it can be read all the same."""
        if not self._prepared:
            try:
                await self._prepare()
            except StoreUnavailable as fault:
                return str(fault)
            self._prepared = True
        return ""

    async def look(self) -> None:
        """Reads how far every section has come."""
        states = await self._store.states()
        await self.learn_names()
        topics = await self._store.topic_states(list(self._topics)) if self._topics else {}
        known = dict(self._topics)
        if is_another := self._is_another(states):
            # Everything is to be made anew, and the configuration to be recorded there too.
            self.floor = int(self._clock()) + 1
            self.epoch += 1
            self._prepared = False
            self._topics.clear()
        for topic, state in topics.items():
            if topic in self._topics:
                self._topics[topic] = state
        changed = is_another or states != self._states or topics != known or not self.readable
        self._states = states
        self._generation = self._store.generation
        self.readable = True
        # Much that is written is no change of any feed.
        if changed:
            self.knowledge += 1
            self._noticed()

    def _is_another(self, states: Mapping[str, State]) -> bool:
        """Whether another store stands where the one stood that was looked at last."""
        if self._generation not in (None, self._store.generation):
            return True
        # A backup may have been copied into the same file. In one store, versions and times only grow.
        known = [(state, states[slug]) for slug, state in self._states.items() if slug in states]
        return any(
            new.version < old.version or new.changed < old.changed or (new.version == old.version and new != old)
            for old, new in known
        )

    async def learn_names(self) -> None:
        """Reads what sections there are: one may have been made since the last look."""
        # One after the other: what was read first must not take the place of what was read later.
        async with self._learning:
            stored = await self._store.sections()
            if stored != self._stored:
                self._stored = stored
                self.names = SectionNames(self._configured, stored)
                self.knowledge += 1

    def _note(self, trouble: str) -> None:
        """Says once what is wrong, and once that it is well again."""
        if trouble and not self._said:
            log.error(event("store_unwell", reason=trouble))
        elif self._said and not trouble:
            log.info(event("store_well"))
        self._said = bool(trouble)
        self.trouble = trouble
