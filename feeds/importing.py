"""What `feeds import` does with its sources: opens them, takes them in, says how it goes."""

import asyncio
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import BinaryIO

import click

from feeds import __version__, importers
from feeds.desk import present
from feeds.fetch import Fetcher, without_secrets
from feeds.fetching import Fetched, Memory, fetch
from feeds.gathering import Address, Harvest, Heap, Stream, called, changed, gather, opened
from feeds.heaps import Pile
from feeds.importers import Reading, detect
from feeds.importers.source import Source
from feeds.intake import Change, Intake, Options, patiently
from feeds.model import Record, Rejection
from feeds.progress import Counted, Measured, Progress
from feeds.reports import Report
from feeds.sections import section_keys
from feeds.settings import Settings
from feeds.settling import settle
from feeds.store.contract import Store

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Bringing:
    """How articles are brought: what is taken of them, how sources are read, whether the network may be a private
    one."""

    options: Options
    reading: Reading
    allow_private: bool = False

    def trial(self) -> "Bringing":
        """The same, writing nothing."""
        return replace(self, options=replace(self.options, dry_run=True))


class Sources:
    """The sources of an import by name. What can be read only once is kept, for those who read twice.

    Open files are few, however many sources there are.
    """

    def __init__(self, names: Sequence[str], *, twice: bool) -> None:
        self._names = names
        self._twice = twice
        self._kept: dict[str, BinaryIO] = {}
        self._fetched: dict[str, Fetched] = {}
        self._stack = ExitStack()
        self._harvest = Harvest(sources=())

    def __enter__(self) -> "Sources":
        """Looks at all that can be looked at, before anything is taken. Raises BadSource with every fault."""
        self._harvest = gather(self._names)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def passed_over(self) -> Sequence[str]:
        """What was found in folders and is no source, in words."""
        return self._harvest.passed_over

    async def bring(self, store: Store, settings: Settings, how: Bringing, report: Report) -> None:
        """Takes every source into a store, and tells what becomes of it."""
        if not how.options.dry_run:
            await patiently(lambda: settle(store, settings))
        how = replace(how, reading=replace(how.reading, sections=section_keys(settings.section_list())))
        run = _Run(store, settings, how, report)
        for source in self._harvest.sources:
            match source:
                case Stream(name=name):
                    await self._bring_stream(run, name)
                case Heap():
                    pile = Pile(source, how.reading, present())
                    await run.take(source.name, pile, pile.records)
                case Address(url=url):
                    await self._bring_address(run, url)

    async def _bring_stream(self, run: "_Run", name: str) -> None:
        with self._opened(name) as file:
            counted = Counted(called(name), file)
            try:
                if self._twice and counted.size is None:
                    counted = Counted(called(name), await self._keep(name, counted))
            except asyncio.CancelledError:
                counted.stop()
                raise
            source = Source.of(called(name), counted, changed=changed(file, present()))
            await run.take(called(name), counted, lambda: run.records(source))

    async def _bring_address(self, run: "_Run", url: str) -> None:
        with ExitStack() as own:
            if url not in self._fetched:
                fetched = await run.fetch(url, (self._stack if self._twice else own).enter_context)
                if fetched is None:
                    return
                self._fetched[url] = fetched
            fetched = self._fetched[url]
            fetched.file.seek(0)
            where = fetched.answer
            source = Source.of(
                fetched.name,
                counted := Counted(fetched.name, fetched.file),
                changed=present(),
                address=where.url,
                charset=where.charset,
            )
            rejected = run.report.tally.rejected
            await run.take(fetched.name, counted, lambda: run.records(source))
            if run.report.tally.rejected == rejected:
                await run.remember(url, fetched)

    @contextmanager
    def _opened(self, name: str) -> Iterator[BinaryIO]:
        if name in self._kept:
            self._kept[name].seek(0)
            yield self._kept[name]
        else:
            with opened(name) as file:
                yield file

    async def _keep(self, name: str, pipe: Counted) -> BinaryIO:
        copy = self._stack.enter_context(tempfile.TemporaryFile(buffering=0))  # noqa: SIM115 — the stack closes it
        while piece := await asyncio.to_thread(pipe.read, _PIECE):
            copy.write(piece)
        copy.seek(0)
        self._kept[name] = copy
        return copy


class _Run:
    """One going through all sources."""

    def __init__(self, store: Store, settings: Settings, how: Bringing, report: Report) -> None:
        self._store = store
        self._settings = settings
        self._how = how
        self._intake = Intake(store, settings, clock=present)
        self.report = report

    async def take(self, name: str, measured: Measured, records: Callable[[], Iterator[Record | Rejection]]) -> None:
        """Takes the records of one source in, and says how it goes."""
        report = self.report
        with Progress(name, measured, report.tally) as progress:

            def tell(change: Change) -> None:
                for line in report.of_change(change):
                    progress.say(line)
                for line in report.of_trial(change):
                    progress.say(line, err=False)

            try:
                # Where the source is a pipe, even its beginning may be long in coming.
                found = await asyncio.to_thread(records)
                await self._intake.take(
                    found,
                    self._how.options,
                    tally=report.tally,
                    reject=lambda rejection: progress.say(str(rejection)),
                    tell=tell,
                    progress=progress,
                )
            except asyncio.CancelledError:
                measured.stop()
                raise
            finally:
                for line in report.remarks():
                    progress.say(f"{name}: {line}")

    def records(self, source: Source) -> Iterator[Record | Rejection]:
        return importers.records(detect(source.name, source.peek()), source, self._how.reading)

    async def fetch(self, url: str, keep: Callable[[BinaryIO], BinaryIO]) -> Fetched | None:
        """What stands at an address; None where that has not changed since it was taken in the same way."""
        name = without_secrets(url)
        stored = await self._store.recall(name)
        memory = Memory.loaded(stored) if stored else None
        agent = f"Khulasat/{__version__} (+{self._settings.site.url})"
        with Fetcher(agent=agent, allow_private=self._how.allow_private, say=_say) as fetcher:
            known = memory if memory and memory.how == self._manner() else None
            try:
                fetched = await asyncio.to_thread(fetch, fetcher, url, known, keep)
            except asyncio.CancelledError:
                fetcher.stop()
                raise
        if fetched is None:
            _say(f"{name}: has not changed since the last import")
        return fetched

    async def remember(self, url: str, fetched: Fetched) -> None:
        """Notes what came from an address, to be asked for again only where it has changed."""
        if self._how.options.dry_run:
            return
        memory = Memory(url=fetched.answer.url, how=self._manner(), validators=fetched.answer.validators)

        async def write() -> None:
            async with self._store.writing() as writing:
                await writing.remember(without_secrets(url), memory.dumped())

        name = without_secrets(url)
        if await self._store.recall(name) != memory.dumped():
            await patiently(write)

    def _manner(self) -> str:
        """How articles are taken, but for what makes no difference to them: another way asks for all again."""
        return repr((replace(self._how.options, dry_run=False), self._how.reading))


def _say(line: str) -> None:
    click.echo(line, err=True)


async def holds_articles(store: Store) -> bool:
    """Whether anything was ever brought into the store and is there."""
    return any(report.articles for report in await store.report())
