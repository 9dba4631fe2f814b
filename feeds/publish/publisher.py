"""Brings an outlet in line with the store, once or for as long as it is wanted."""

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from feeds.desk import Desk
from feeds.errors import PublishError, StoreError, StoreUnavailable
from feeds.logs import event
from feeds.publish.contents import INDEX, Contents, Mark, Unit
from feeds.publish.outlet import GONE, TODAY, File, Held, Outlet, Shown
from feeds.publish.servers import FOLDER as SERVER
from feeds.publish.servers import server_files
from feeds.publish.service import Answer, Service
from feeds.representation import COMPRESSORS

log = logging.getLogger("feeds")

# Seconds between looks whether there is something to do; between visits to what changes with time itself; until what
# could not be put there is tried again.
_BEAT = 0.05
_VISIT = 30.0
_AGAIN = 2.0
_NONE = Held(digest="")
# Of days that are over.
_OVER = "max-age=3600"


@dataclass(slots=True, kw_only=True)
class Tally:
    """What a run has done: files written and left, folders taken away; and the address in each that can't be made."""

    written: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: dict[Unit, str] = field(default_factory=dict)


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
        self._service = service
        self._outlet = outlet
        self._progress = progress
        self._contents = Contents(desk.settings, desk.store)
        self._software = " ".join([desk.settings.fingerprint(desk.software), *sorted(COMPRESSORS.values())])
        self._mark: Mark | None = None
        self._generation = -1
        self._anew = self._pruned = self._whole = False
        self.tally = Tally()

    @property
    def shows(self) -> int:
        """The version of the whole desk that is published."""
        return self._mark.version if self._mark else 0

    async def later(self) -> None:
        """Waits until nothing more can change in the very second of the last change: files are dated by it."""
        while not self._desk.trouble:
            state, looked = self._desk.seen
            # No answer is dated later than a second before it.
            if looked >= state.changed + 1:
                break
            await asyncio.sleep(_BEAT)

    async def begin(self) -> None:
        """Learns what was published before."""
        self._mark = _mark_of(await self._outlet.recall())

    async def turn(self) -> Mark:
        """Publishes what stands otherwise than it was published. Raises StoreError, PublishError."""
        now = self._desk.clock()
        generation = self._desk.store.generation
        state, looked = self._desk.seen
        second = state.changed + (looked >= state.changed)
        mark = Mark(version=state.version, second=second, at=now, software=self._software)
        before = self._mark
        whole = not (before and self._generation in (-1, generation) and await self._follows(before, mark))
        self._whole = whole
        self._anew = whole and self._outlet.keeps_headers
        # What could not be made is tried again each time.
        for unit in list(self.tally.failed):
            await self._publish(unit, now)
        assert whole or before
        units = self._contents.everything(now) if whole or not before else self._contents.since(before, now)
        async for unit in units:
            await self._publish(unit, now)
            self._progress(self.tally)
        await self._clear(now, whole)
        if not self._outlet.keeps_headers:
            await self._equip()
        await self._outlet.tidy()
        self._mark, self._generation = mark, generation
        if not self.tally.failed:
            await self._outlet.note(_text_of(mark))
        return mark

    async def visit(self) -> None:
        """Publishes what changes with time itself, without a write."""
        for unit in self._contents.always():
            await self._publish(unit, self._desk.clock())
        await self._outlet.tidy()

    async def watch(self) -> None:
        """Goes on for ever. What goes wrong is said once, and tried again."""
        trouble = ""
        while True:
            known, ends, visited = self._desk.knowledge, None, self._desk.clock()
            try:
                mark = await self.turn()
                # From when it began: an embargo that ended meanwhile may have come too late for what was made first.
                ends = await self._contents.next_change(mark.at)
                if self.tally.failed:
                    ends = min(ends, self._desk.clock() + timedelta(seconds=_AGAIN))
                if trouble:
                    log.info(event("publish_well"))
                trouble = ""
            except (StoreError, PublishError) as fault:
                if str(fault) != trouble:
                    trouble = str(fault)
                    log.error(event("publish_failed", reason=trouble))
                await asyncio.sleep(_AGAIN)
                continue
            while self._desk.knowledge == known and self._desk.clock() < ends:
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

    async def _publish(self, unit: Unit, now: datetime) -> None:
        shown = await self._outlet.shown(unit.folder)
        if shown is None and not unit.expected:
            return
        there = await self._bring(unit, shown)
        # In a whole pass the others come, too.
        if unit.chain and there != (shown is not None) and not self._whole:
            # Of what was pruned nothing tells but the days that are gone.
            self._pruned |= not there and not unit.chain[0]
            for beside in await self._contents.neighbours(unit.chain, now):
                await self._bring(beside, await self._outlet.shown(beside.folder))

    async def _bring(self, unit: Unit, shown: Shown | None) -> bool:
        """Brings one folder in line; whether it is there then."""
        while True:
            answers = await self._answers(unit)
            if answers is None:
                return shown is not None
            found = {name: answer for name, answer in answers.items() if answer.status == 200}
            marks = _marks(unit, answers)
            held = shown or Shown(files={})
            if not found and not marks:
                if shown:
                    await self._outlet.remove(unit.folder)
                    self.tally.removed += 1
                return False
            changed = [name for name, answer in found.items() if self._is_new(answer, held.files.get(name))]
            if marks != held.marks and self._outlet.keeps_headers:
                changed = list(found)
            self.tally.unchanged += len(found) - len(changed)
            if not changed and set(found) == set(held.files) and marks == held.marks and shown:
                return True
            files = await self._files(unit, {name: found[name] for name in changed}, held)
            if files is not None:
                break
        keep = [name for name in found if name not in changed]
        await self._outlet.put(unit.folder, files, keep=keep, marks=marks)
        self.tally.written += len(files)
        return True

    def _is_new(self, answer: Answer, held: Held | None) -> bool:
        return self._anew or held is None or held.digest != answer.digest

    async def _answers(self, unit: Unit) -> dict[str, Answer] | None:
        """What is answered at each address of a folder; None where one of them fails for now."""
        self.tally.failed.pop(unit, None)
        answers: dict[str, Answer] = {}
        for name in (*unit.names, *unit.series):
            answer = await self._service.ask(unit.address(name))
            if not answer.is_sure:
                if self._desk.trouble:
                    raise StoreUnavailable(self._desk.trouble)
                self.tally.failed[unit] = unit.address(name)
                return None
            answers[name] = answer
            if name in unit.series and answer.status != 200:
                break
        return answers

    async def _files(self, unit: Unit, changed: dict[str, Answer], held: Shown) -> Sequence[File] | None:
        """The finished files; None where one has changed meanwhile."""
        files = []
        for name, answer in changed.items():
            # Servers tell states by their second: no two of one file have the same.
            earliest = held.files[name].modified + 1 if name in held.files and held.files[name].modified else 0
            if (wait := earliest - self._desk.clock().timestamp()) > 0:
                await asyncio.sleep(wait)
                return None
            variants = await self._service.variants(unit.address(name), answer)
            if not variants:
                return None
            # What has no time of its own changes when it is seen to.
            modified = max(answer.modified or int(self._desk.clock().timestamp()), earliest)
            files.append(File(name=name, variants=variants, modified=modified, headers=answer.headers))
        return files

    async def _equip(self) -> None:
        """Puts beside the files what a web server needs to know."""
        files = server_files(self._desk.pages, self._desk.names, int(self._desk.clock().timestamp()))
        shown = await self._outlet.shown(SERVER)
        if shown is None or any(shown.files.get(file.name, _NONE).digest != file.digest for file in files):
            await self._outlet.put(SERVER, files, keep=(), marks=())

    async def _clear(self, now: datetime, whole: bool) -> None:
        """Takes away what is there no more: sections under former slugs; after everything was published, the rest."""
        groups = await self._contents.groups()
        known = {slug for slug in await self._desk.store.states() if slug}
        known |= {unit.folder for unit in self._contents.always()} | {"static", *groups}
        async for name in self._outlet.folders(""):
            if name not in known:
                await self._outlet.remove(name)
                self.tally.removed += 1
        swept, self._pruned = groups if whole else ["articles"] if self._pruned else [], False
        for group in swept:
            async for name in self._outlet.folders(group):
                if not await self._contents.is_there(group, name, now):
                    await self._outlet.remove(f"{group}/{name}")
                    self.tally.removed += 1


def _marks(unit: Unit, answers: dict[str, Answer]) -> frozenset[str]:
    found = [answer for answer in answers.values() if answer.status == 200]
    if unit.chain and any(_OVER not in answer.headers["cache-control"] for answer in found):
        return frozenset([TODAY])
    gone = not found and answers.get(INDEX) and answers[INDEX].status == 410
    return frozenset([GONE] if gone else [])


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
