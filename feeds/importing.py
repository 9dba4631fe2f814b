"""What `feeds import` does with its sources: opens them, takes them in, says how it goes."""

import asyncio
import os
import stat
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO

from feeds.desk import present
from feeds.errors import BadSource
from feeds.importers import jsonfeed
from feeds.importers.source import Source
from feeds.intake import Intake, Options, Tally, patiently
from feeds.progress import Counted, Progress
from feeds.settings import Settings
from feeds.settling import settle
from feeds.store.contract import Store

STANDARD_INPUT = "-"
_PIECE = 1 << 20


class Sources:
    """The sources of an import by name. What can be read only once is kept, for those who read twice.

    Open files are few, however many sources there are.
    """

    def __init__(self, names: Sequence[str], *, twice: bool) -> None:
        self._names = tuple(dict.fromkeys(names))
        self._twice = twice
        self._kept: dict[str, BinaryIO] = {}
        self._stack = ExitStack()

    def __enter__(self) -> "Sources":
        """Looks at all that can be looked at, before anything is taken. Raises BadSource with every fault."""
        faults = []
        for name in self._names:
            try:
                _look_at(name)
            except BadSource as fault:
                faults.append(str(fault))
        if faults:
            raise BadSource("\n".join(faults))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    async def bring(self, store: Store, settings: Settings, options: Options, tally: Tally) -> None:
        """Takes every source into a store, counting into `tally`."""
        if not options.dry_run:
            await patiently(lambda: settle(store, settings))
        intake = Intake(store, settings, clock=present)
        for name in self._names:
            with self._opened(name) as file:
                counted = Counted(_called(name), file)
                try:
                    if self._twice and counted.size is None:
                        counted = Counted(_called(name), await self._keep(name, counted))
                    await _take(intake, _called(name), counted, options, tally)
                except asyncio.CancelledError:
                    counted.stop()
                    raise

    @contextmanager
    def _opened(self, name: str) -> Iterator[BinaryIO]:
        if name in self._kept:
            self._kept[name].seek(0)
            yield self._kept[name]
        else:
            with _open(name) as file:
                yield file

    async def _keep(self, name: str, pipe: Counted) -> BinaryIO:
        copy = self._stack.enter_context(tempfile.TemporaryFile(buffering=0))  # noqa: SIM115 — the stack closes it
        while piece := await asyncio.to_thread(pipe.read, _PIECE):
            copy.write(piece)
        copy.seek(0)
        self._kept[name] = copy
        return copy


async def _take(intake: Intake, name: str, file: Counted, options: Options, tally: Tally) -> None:
    with Progress(name, file, tally) as progress:
        # Where the source is a pipe, even its beginning may be long in coming.
        records = await asyncio.to_thread(jsonfeed.records, Source.of(name, file))
        await intake.take(
            records,
            options,
            tally=tally,
            reject=lambda rejection: progress.say(str(rejection)),
            progress=progress,
        )


def _look_at(name: str) -> None:
    """Raises BadSource where a file is missing or no source of ours. What gives its bytes only once is left alone."""
    if name == STANDARD_INPUT:
        return
    with _refusing(name):
        mode = Path(name).stat().st_mode
    if stat.S_ISREG(mode):
        with _open(name) as file:
            jsonfeed.records(Source.of(_called(name), Counted(_called(name), file)))
    elif stat.S_ISDIR(mode):
        raise BadSource(f"{_called(name)}: is a folder; name the files in it")


def _open(name: str) -> BinaryIO:
    """A source without a buffer of ours, so that a wait for its bytes is seen. Raises BadSource."""
    if name == STANDARD_INPUT and sys.stdin is None:
        raise BadSource("standard input: is closed; give a file, or a pipe that ends in `feeds import -`")
    with _refusing(name):
        if name == STANDARD_INPUT:
            return open(sys.stdin.fileno(), "rb", buffering=0, closefd=False)
        return Path(name).open("rb", buffering=0)


@contextmanager
def _refusing(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise BadSource(f"{_called(name)}: can't be read: {fault.strerror}") from None


def _called(name: str) -> str:
    """A source's name as it is shown; one that is no text has signs in it that say so."""
    return "standard input" if name == STANDARD_INPUT else os.fsencode(name).decode("utf-8", "replace")


def summary(tally: Tally, *, dry_run: bool) -> str:
    """What became of all records, in one line."""
    would = "would be " if dry_run else ""
    counts = (f"{would}new {tally.new}", f"{would}updated {tally.updated}", f"unchanged {tally.unchanged}")
    return ", ".join((*counts, f"rejected {tally.rejected}"))


async def holds_articles(store: Store) -> bool:
    """Whether anything was ever brought into the store and is there."""
    return any(report.articles for report in await store.report())
