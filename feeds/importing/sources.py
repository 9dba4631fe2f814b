"""The sources of `feeds import`: found by their names, opened, and each brought in."""

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import BinaryIO

from feeds.clock import present
from feeds.importers.source import Source
from feeds.importing.fetching import Fetched
from feeds.importing.gathering import Address, Harvest, Heap, Stream, called, changed, gather, opened
from feeds.importing.heaps import Pile
from feeds.importing.progress import Counted
from feeds.importing.reports import Report
from feeds.importing.run import Bringing, Run
from feeds.sections import section_keys
from feeds.settings import Settings
from feeds.settling import settle
from feeds.store.contract import Store
from feeds.store.turns import patiently

_PIECE = 1 << 20


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
        with ExitStack() as own:
            run = Run(store, settings, how, report, own)
            for source in self._harvest.sources:
                match source:
                    case Stream(name=name):
                        await self._bring_stream(run, name)
                    case Heap():
                        pile = Pile(source, how.reading, present())
                        await run.take(source.name, pile, pile.records)
                    case Address(url=url):
                        await self._bring_address(run, url)

    async def _bring_stream(self, run: Run, name: str) -> None:
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

    async def _bring_address(self, run: Run, url: str) -> None:
        with ExitStack() as own:
            if url not in self._fetched:
                fetched = await run.fetch(url, (self._stack if self._twice else own).enter_context)
                if not isinstance(fetched, Fetched):
                    return await run.bring_site(fetched)
                self._fetched[url] = fetched
            fetched = self._fetched[url]
            rejected = run.report.tally.rejected
            await run.take_fetched(fetched)
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


async def holds_articles(store: Store) -> bool:
    """Whether anything was ever brought into the store and is there."""
    return any(report.articles for report in await store.report())
