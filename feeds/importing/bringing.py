"""What `feeds import` does with its sources: opens them, takes them in, says how it goes."""

import asyncio
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import BinaryIO, TypeVar

import click

from feeds import __version__, importers
from feeds.clock import present
from feeds.fetch import Fetcher, without_secrets
from feeds.importers import Reading, detect
from feeds.importers.source import Source
from feeds.importers.wordpress.post import Category
from feeds.importers.wordpress.site import Closed, Site
from feeds.importing.fetching import Fetched, Memory, Pages, fetch
from feeds.importing.gathering import Address, Harvest, Heap, Stream, called, changed, gather, opened
from feeds.importing.heaps import Pile
from feeds.importing.in_step import InStep, Wanted, call_sections
from feeds.importing.progress import Counted, Measured, Progress
from feeds.importing.reports import Report
from feeds.intake.door import Change, Intake, Options, patiently
from feeds.model import Record, Rejection
from feeds.sections import section_keys
from feeds.settings import Settings
from feeds.settling import settle
from feeds.store.contract import Store

T = TypeVar("T")

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Bringing:
    """How articles are brought: what is taken of them, how sources are read, whether the network may be a private
    one; of a WordPress site, what is wanted and in which language."""

    options: Options
    reading: Reading
    allow_private: bool = False
    wanted: Wanted = field(default_factory=Wanted)
    language: str | None = None

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
        with ExitStack() as own:
            run = _Run(store, settings, how, report, own)
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


class _Asked:
    """A site that is asked page by page."""

    size = None
    taken = 0

    def __init__(self, fetcher: Fetcher) -> None:
        self.stop = fetcher.stop


class _Run:
    """One going through all sources. What it opens is closed with `stack`."""

    def __init__(self, store: Store, settings: Settings, how: Bringing, report: Report, stack: ExitStack) -> None:
        self._stack = stack
        self._fetching: Fetcher | None = None
        # Of the export that is to be taken next.
        self._categories: list[Category] = []
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
                self._tell(change, progress)

            try:
                # Where the source is a pipe, even its beginning may be long in coming.
                found = await asyncio.to_thread(records)
                categories, self._categories = self._categories, []
                await self._intake.take(
                    found,
                    replace(self._how.options, titles={each.slug: each.name for each in categories}),
                    tally=report.tally,
                    reject=lambda rejection: progress.say(str(rejection)),
                    tell=tell,
                    progress=progress,
                )
                if categories and not self._how.options.dry_run:
                    await call_sections(self._store, self._settings, categories)
            except asyncio.CancelledError:
                measured.stop()
                raise
            finally:
                for line in report.remarks():
                    progress.say(f"{name}: {line}")

    def _tell(self, change: Change, progress: Progress) -> None:
        for line in self.report.of_change(change):
            progress.say(line)
        for line in self.report.of_trial(change):
            progress.say(line, err=False)

    def records(self, source: Source) -> Iterator[Record | Rejection]:
        kind = detect(source.name, source.peek())
        if kind != "wxr":
            return importers.records(kind, source, self._how.reading)
        export = importers.export(source, self._how.reading)
        self._categories = export.categories
        return export.records()

    async def fetch(self, url: str, keep: Callable[[BinaryIO], BinaryIO]) -> Fetched | Site | Closed | None:
        """What stands at an address; None where that has not changed since it was taken in the same way."""
        known = await self._known(url)
        fetched = await self._fetched(partial(fetch, address=url, known=known, keep=keep))
        if fetched is None:
            _say(f"{without_secrets(url)}: has not changed since the last import")
        return fetched

    async def _fetched(self, act: Callable[[Fetcher], T]) -> T:
        """What is fetched, in a thread that ends when this is given up."""
        if self._fetching is None:
            agent = f"Khulasat/{__version__} (+{self._settings.site.url})"
            fetcher = Fetcher(agent=agent, allow_private=self._how.allow_private, say=_say)
            self._fetching = self._stack.enter_context(fetcher)
        try:
            return await asyncio.to_thread(act, self._fetching)
        except asyncio.CancelledError:
            self._fetching.stop()
            raise

    async def take_fetched(self, fetched: Fetched) -> None:
        """Takes the records of what was fetched."""
        fetched.file.seek(0)
        source = Source.of(
            fetched.name,
            counted := Counted(fetched.name, fetched.file),
            changed=present(),
            address=fetched.answer.url,
            charset=fetched.answer.charset,
        )
        await self.take(fetched.name, counted, lambda: self.records(source))

    async def bring_site(self, site: Site | Closed | None) -> None:
        """Takes what is new and changed on a WordPress site."""
        if isinstance(site, Closed):
            await self._bring_pages(site)
        elif site is not None:
            await self._in_step(site.speaking(self._how.language))

    async def _in_step(self, site: Site) -> None:
        report, fetching = self.report, self._fetching
        assert fetching
        with Progress(site.home, _Asked(fetching), report.tally) as progress:

            def tell(change: Change) -> None:
                self._tell(change, progress)

            in_step = InStep(
                self._store,
                self._settings,
                self._intake,
                clock=present,
                tally=report.tally,
                reject=lambda rejection: progress.say(str(rejection)),
                say=progress.say,
                tell=tell,
                progress=progress,
            )
            try:
                await in_step.bring(site, self._how.options, self._how.wanted)
            except asyncio.CancelledError:
                fetching.stop()
                raise

    async def _bring_pages(self, closed: Closed) -> None:
        """Takes the pages of the feed of a site whose API is closed, the newest first: all of them, and once all were
        taken, as far as there is something new."""
        _say(f"{closed.home}: its REST API is closed ({closed.why}); reading its feed instead, page by page")
        name, tally = f"{closed.home}?feed=rss2", self.report.tally
        wanted = self._how.wanted
        known = None if wanted.reconcile and not wanted.carefully else await self._known(name)
        pages, rejected, went_on = Pages(closed, known), tally.rejected, True
        while went_on:
            with ExitStack() as own:
                page = await self._fetched(partial(pages.following, keep=own.enter_context))
                if page is None:
                    break
                before = replace(tally)
                await self.take_fetched(page)
                if self._intake.over:
                    return
                # What follows is older: left out as this was, or known already.
                news = tally.new + tally.updated > before.new + before.updated
                went_on = (news or not known) and not (tally.left_out > before.left_out and tally.taken == before.taken)
        if pages.unchanged:
            _say(f"{closed.home}: has not changed since the last import")
        elif tally.rejected == rejected:
            await self._remember(name, Memory(url=None, how=self._manner(), validators=pages.validators))

    async def remember(self, url: str, fetched: Fetched) -> None:
        """Notes what came from an address, to be asked for again only where it has changed."""
        asked = None if fetched.asked == url else fetched.asked
        await self._remember(url, Memory(url=asked, how=self._manner(), validators=fetched.answer.validators))

    async def _remember(self, url: str, memory: Memory) -> None:
        name = without_secrets(url)

        async def write() -> None:
            async with self._store.writing() as writing:
                await writing.remember(name, memory.dumped())

        if not self._how.options.dry_run and await self._store.recall(name) != memory.dumped():
            await patiently(write)

    async def _known(self, url: str) -> Memory | None:
        """What is kept of an address whose articles were taken in the same way."""
        stored = await self._store.recall(without_secrets(url))
        memory = Memory.loaded(stored) if stored else None
        return memory if memory and memory.how == self._manner() else None

    def _manner(self) -> str:
        """How articles are taken, but for what makes no difference to them: another way asks for all again."""
        return repr((replace(self._how.options, dry_run=False), self._how.reading))


def _say(line: str) -> None:
    click.echo(line, err=True)


async def holds_articles(store: Store) -> bool:
    """Whether anything was ever brought into the store and is there."""
    return any(report.articles for report in await store.report())
