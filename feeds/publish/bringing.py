"""Brings a folder of an outlet in line with what the service answers."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from feeds.desk import Desk
from feeds.errors import StoreUnavailable
from feeds.publish.contents import INDEX, Unit
from feeds.publish.outlet import GONE, TODAY, File, Held, Outlet, Shown
from feeds.publish.service import Answer, Service

# Of days that are over.
_OVER = "max-age=3600"


@dataclass(slots=True, kw_only=True)
class Tally:
    """What a run has done: files written and left, folders taken away; and the address in each that can't be made."""

    written: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: dict[Unit, str] = field(default_factory=dict)


class Bringer:
    """Asks the service for all that may stand in a folder, and hands what stands otherwise to the outlet."""

    def __init__(self, desk: Desk, service: Service, outlet: Outlet, tally: Tally) -> None:
        self._desk = desk
        self._service = service
        self._outlet = outlet
        self._tally = tally

    async def bring(self, unit: Unit, shown: Shown | None, *, anew: bool = False) -> bool:
        """Brings one folder in line, of which that is shown; whether it is there then. `anew`: also what is right
        already, since another header is nothing that shows. Raises StoreError, PublishError."""
        while True:
            if shown:
                # What was written in this second can't be written again before the next one (_files).
                await self._wait_for(max((held.modified for held in shown.files.values()), default=0) + 1)
            answers = await self._answers(unit)
            if answers is None:
                return shown is not None
            found = {name: answer for name, answer in answers.items() if answer.status == 200}
            marks = _marks(unit, answers)
            held = shown or Shown(files={})
            if not found and not marks:
                if shown:
                    await self._outlet.remove(unit.folder)
                    self._tally.removed += 1
                return False
            changed = [name for name, answer in found.items() if anew or _is_new(answer, held.files.get(name))]
            if marks != held.marks and self._outlet.keeps_headers:
                changed = list(found)
            self._tally.unchanged += len(found) - len(changed)
            if not changed and set(found) == set(held.files) and marks == held.marks and shown:
                return True
            files = await self._files(unit, {name: found[name] for name in changed}, held)
            if files is not None:
                break
        keep = [name for name in found if name not in changed]
        await self._outlet.put(unit.folder, files, keep=keep, marks=marks)
        self._tally.written += len(files)
        return True

    async def _answers(self, unit: Unit) -> dict[str, Answer] | None:
        """What is answered at each address of a folder; None where one of them fails for now."""
        self._tally.failed.pop(unit, None)
        answers: dict[str, Answer] = {}
        for name in (*unit.names, *unit.series):
            answer = await self._service.ask(unit.address(name))
            if not answer.is_sure:
                if self._desk.trouble:
                    raise StoreUnavailable(self._desk.trouble)
                self._tally.failed[unit] = unit.address(name)
                return None
            answers[name] = answer
            if name in unit.series and answer.status != 200:
                break
        return answers

    async def _files(self, unit: Unit, changed: dict[str, Answer], held: Shown) -> Sequence[File] | None:
        """The finished files; None where one was waited for, and may have changed meanwhile."""
        files = []
        for name, answer in changed.items():
            # Servers tell states by their second: no two of one file have the same.
            earliest = held.files[name].modified + 1 if name in held.files and held.files[name].modified else 0
            if await self._wait_for(earliest):
                return None
            variants = await self._service.variants(answer)
            # What has no time of its own changes when it is seen to.
            modified = max(answer.modified or int(self._desk.clock().timestamp()), earliest)
            files.append(File(name=name, variants=variants, modified=modified, headers=answer.headers))
        return files

    async def _wait_for(self, second: int) -> bool:
        """Waits until the next Unix second, if it is that one; whether there was something to wait for."""
        wait = second - self._desk.clock().timestamp()
        # A clock that was set back has more to go: nobody waits for that.
        waits = 0 < wait <= 1
        if waits:
            await asyncio.sleep(wait)
        return waits


def _is_new(answer: Answer, held: Held | None) -> bool:
    return held is None or held.digest != answer.digest


def _marks(unit: Unit, answers: dict[str, Answer]) -> frozenset[str]:
    found = [answer for answer in answers.values() if answer.status == 200]
    if unit.chain and any(_OVER not in answer.headers["cache-control"] for answer in found):
        return frozenset([TODAY])
    gone = not found and answers.get(INDEX) and answers[INDEX].status == 410
    return frozenset([GONE] if gone else [])
