"""Brings an outlet in line with the store, once or for as long as it is wanted."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from feeds.desk import Desk
from feeds.errors import PublishError, StoreError
from feeds.logs import event
from feeds.publish.bringing import Bringer, Tally
from feeds.publish.contents import Contents, Mark, Unit
from feeds.publish.outlet import Held, Outlet
from feeds.publish.servers import FOLDER as SERVER
from feeds.publish.servers import server_files
from feeds.publish.service import Service
from feeds.representation import COMPRESSORS

log = logging.getLogger("feeds")

# Seconds between looks whether there is something to do; between visits to what changes with time itself; until what
# could not be put there is tried again.
_BEAT = 0.05
_VISIT = 30.0
_AGAIN = 2.0
# Seconds after which the second of the last change is over.
_SETTLED = 3.0
# Seconds that the rest of a long pass goes on before a change overtakes it; and after which it is not begun anew for
# that, but waits: what it has done would have to be looked at again.
_STRETCH = 0.2
_LONG = 30.0
_NONE = Held(digest="")


@dataclass(slots=True, kw_only=True, eq=False)
class Pass:
    """A way through what stands otherwise at a mark than at an earlier one; through everything, if it is `whole`.

    `steps` do it, and tell after each whether the rest may wait; they have taken `spent` seconds. `knowledge` is the
    desk's as it began, until `ends`.
    """

    before: Mark | None
    mark: Mark
    generation: int
    knowledge: int
    ends: datetime
    steps: AsyncIterator[bool]
    spent: float

    @property
    def whole(self) -> bool:
        return self.before is None


class Publisher:
    """Asks the service for everything that stands otherwise, and hands it to the outlet."""

    def __init__(
        self,
        desk: Desk,
        service: Service,
        outlet: Outlet,
        *,
        progress: Callable[[Tally], None] = lambda _: None,
    ) -> None:
        self._desk = desk
        self._outlet = outlet
        self._progress = progress
        self._contents = Contents(desk.settings, desk.store)
        self._software = " ".join([desk.settings.fingerprint(desk.software), *sorted(COMPRESSORS.values())])
        # What was published to its end, of which state of the store's file; and the version that feeds show.
        self._mark: Mark | None = None
        self._generation = -1
        self._shows = 0
        self._latest: Pass | None = None
        self._pruned = False
        self.tally = Tally()
        self._bringer = Bringer(desk, service, outlet, self.tally)

    @property
    def shows(self) -> int:
        """The version of the whole desk that is published: by what shows sections, and all of them."""
        return self._shows

    async def later(self) -> None:
        """Waits until nothing more can change in the very second of the last change: files are dated by it. Where the
        clock was set back, not until then."""
        end = time.monotonic() + _SETTLED
        while not self._desk.trouble and time.monotonic() < end:
            state, looked = self._desk.seen
            # No answer is dated later than a second before it.
            if looked >= state.changed + 1:
                break
            await asyncio.sleep(_BEAT)

    async def begin(self) -> None:
        """Learns what was published before."""
        self._mark = _mark_of(await self._outlet.recall())
        self._shows = self._mark.version if self._mark else 0

    async def turn(self) -> None:
        """Publishes what stands otherwise than it was published. What changes meanwhile goes before the rest of what
        takes long: nobody waits for a million pages to see a withdrawal. Raises StoreError, PublishError."""
        # What could not be made is tried again each time.
        for unit in list(self.tally.failed):
            await self._publish(unit, self._desk.clock(), whole=False)
        latest = await self._pass(self._mark, self._generation)
        passes = [latest]
        while passes:
            last = passes[-1]
            if await self._go(last):
                passes.pop()
                continue
            if last.whole or last.spent >= _LONG:
                latest = await self._pass(latest.mark, latest.generation)
            else:
                passes.pop()
                latest = await self._pass(last.before, last.generation, last.spent)
            # Where the store is another one, what the others were at is of no use any more.
            passes = [latest] if latest.whole else [*passes, latest]
        self._mark, self._generation = latest.mark, latest.generation
        if not self.tally.failed:
            await self._outlet.note(_text_of(self._mark))

    async def _pass(self, before: Mark | None, known: int, spent: float = 0.0) -> Pass:
        """The way from what was published before, of that state of the store's file, to what is known now."""
        now = self._desk.clock()
        generation, knowledge = self._desk.store.generation, self._desk.knowledge
        state, looked = self._desk.seen
        second = state.changed + (looked >= state.changed)
        mark = Mark(version=state.version, second=second, at=now, software=self._software)
        if not (before and known in (-1, generation) and await self._follows(before, mark)):
            before = None
        # From now on: an embargo that ends meanwhile may come too late for what is made first.
        ends = await self._contents.next_change(now)
        self._latest = Pass(
            before=before,
            mark=mark,
            generation=generation,
            knowledge=knowledge,
            ends=ends,
            steps=self._steps(before, mark),
            spent=spent,
        )
        return self._latest

    async def _steps(self, before: Mark | None, mark: Mark) -> AsyncIterator[bool]:
        """Brings in line what stands otherwise than before; everything, if nothing is known of that."""
        now = mark.at
        if not self._outlet.keeps_headers:
            await self._equip()
        async for unit in self._contents.since(before, now) if before else self._contents.everything(now):
            await self._publish(unit, now, whole=before is None)
            self._progress(self.tally)
            yield unit.may_wait
        async for _ in self._clear(now, whole=before is None):
            yield True

    async def _go(self, work: Pass) -> bool:
        """Goes on with a pass. False where something has changed that goes before the rest of it."""
        began = time.monotonic()
        overtaken = False
        async for may_wait in work.steps:
            await self._outlet.tidy()
            overtaken = may_wait and time.monotonic() - began >= _STRETCH and self._is_overtaken()
            if overtaken:
                break
        work.spent += time.monotonic() - began
        await self._outlet.tidy()
        if work is self._latest:
            # What may wait is no feed that hubs are told of.
            self._shows = work.mark.version
        return not overtaken

    def _is_behind(self) -> bool:
        """Whether anything is known otherwise than as the last pass began."""
        last = self._latest
        return not last or self._desk.knowledge != last.knowledge or self._desk.clock() >= last.ends

    def _is_overtaken(self) -> bool:
        """Whether something has changed since, or its beginning is long ago. (Of tags and authors more is known with
        each one that is published: that is no change.)"""
        last = self._latest
        assert last
        now, version = self._desk.clock(), self._desk.seen[0].version
        stored = version != last.mark.version or self._desk.store.generation != last.generation
        return stored or now >= last.ends or (now - last.mark.at).total_seconds() >= _VISIT

    async def visit(self) -> None:
        """Publishes what changes with time itself, without a write."""
        for unit in self._contents.always():
            await self._publish(unit, self._desk.clock(), whole=False)
        await self._outlet.tidy()

    async def watch(self) -> None:
        """Goes on for ever. What goes wrong is said once, and tried again."""
        trouble = ""
        # Where a configuration has just changed everything, nothing tells apart what changes within that second, too.
        await self.later()
        while True:
            try:
                await self.turn()
                if trouble:
                    log.info(event("publish_well"))
                trouble = ""
            except (StoreError, PublishError) as fault:
                if str(fault) != trouble:
                    trouble = str(fault)
                    log.error(event("publish_failed", reason=trouble))
                await asyncio.sleep(_AGAIN)
                continue
            await self._wait()

    async def _wait(self) -> None:
        """Until there is something to do."""
        visited = began = self._desk.clock()
        again = began + timedelta(seconds=_AGAIN)
        while not self._is_behind() and not (self.tally.failed and self._desk.clock() >= again):
            await asyncio.sleep(_BEAT)
            await self._outlet.tidy()
            if (self._desk.clock() - visited).total_seconds() >= _VISIT:
                visited = self._desk.clock()
                with suppress(StoreError, PublishError):
                    await self.visit()

    async def _follows(self, before: Mark, mark: Mark) -> bool:
        """Whether what was published before is an earlier state of what is stored, by the same rules."""
        same = before.software == mark.software and before.at <= mark.at
        later = before.version <= mark.version and before.second <= mark.second
        return same and later and not await self._contents.is_all_new(before)

    async def _publish(self, unit: Unit, now: datetime, *, whole: bool) -> None:
        shown = await self._outlet.shown(unit.folder)
        if shown is None and not unit.expected:
            return
        there = await self._bringer.bring(unit, shown, anew=whole and self._outlet.keeps_headers)
        # In a whole pass the others come, too.
        if unit.chain and there != (shown is not None) and not whole:
            # Of what was pruned nothing tells but the days that are gone.
            self._pruned |= not there and not unit.chain[0]
            for beside in await self._contents.neighbours(unit.chain, now):
                await self._bringer.bring(beside, await self._outlet.shown(beside.folder))

    async def _equip(self) -> None:
        """Puts beside the files what a web server needs to know."""
        files = server_files(self._desk.pages, self._desk.names, int(self._desk.clock().timestamp()))
        shown = await self._outlet.shown(SERVER)
        if shown is None or any(shown.files.get(file.name, _NONE).digest != file.digest for file in files):
            await self._outlet.put(SERVER, files, keep=(), marks=())

    async def _clear(self, now: datetime, *, whole: bool) -> AsyncIterator[None]:
        """Takes away what is there no more: sections under former slugs; after everything was published, the rest."""
        groups = await self._contents.groups()
        known = {slug for slug in await self._desk.store.states() if slug}
        known |= {unit.folder for unit in self._contents.always()} | {"static", *groups}
        async for name in self._outlet.folders(""):
            if name not in known:
                await self._remove(name)
        swept, self._pruned = groups if whole else ["articles"] if self._pruned else [], False
        for group in swept:
            async for name in self._outlet.folders(group):
                yield
                if not await self._contents.is_there(group, name, now):
                    await self._remove(f"{group}/{name}")

    async def _remove(self, folder: str) -> None:
        await self._outlet.remove(folder)
        self.tally.removed += 1


def _mark_of(text: str) -> Mark | None:
    """What was noted; None for what nobody of ours has."""
    try:
        found = json.loads(text)
        return Mark(**{**found, "at": datetime.fromisoformat(found["at"])})
    except (ValueError, TypeError, KeyError):
        return None


def _text_of(mark: Mark) -> str:
    values = {"version": mark.version, "second": mark.second, "at": mark.at.isoformat(), "software": mark.software}
    return json.dumps(values, indent=1) + "\n"
