"""One going through the sources of an import: the records of each are taken in, and it is said how that goes."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
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
from feeds.importing.fetching import Fetched, Pages, fetch
from feeds.importing.in_step import InStep, Wanted, call_sections
from feeds.importing.memories import Memories
from feeds.importing.progress import Counted, Measured, Progress
from feeds.importing.reports import Report
from feeds.intake.deciding import Change
from feeds.intake.door import Intake, Options
from feeds.model import Record, Rejection
from feeds.settings import Settings
from feeds.store.contract import Store

T = TypeVar("T")


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

    @property
    def manner(self) -> str:
        """How articles are taken, but for what makes no difference to them."""
        return repr((replace(self.options, dry_run=False), self.reading))


class _Asked:
    """A site that is asked page by page."""

    size = None
    taken = 0

    def __init__(self, fetcher: Fetcher) -> None:
        self.stop = fetcher.stop


class Run:
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
        self._memories = Memories(store, how.manner, trial=how.options.dry_run)
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
        known = await self._memories.known(url)
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

    async def remember(self, url: str, fetched: Fetched) -> None:
        """Notes what came from an address, to be asked for again only where it has changed."""
        await self._memories.remember(url, fetched.answer.validators, asked=fetched.asked)

    async def _bring_pages(self, closed: Closed) -> None:
        """Takes the pages of the feed of a site whose API is closed, the newest first: all of them, and once all were
        taken, as far as there is something new."""
        _say(f"{closed.home}: its REST API is closed ({closed.why}); reading its feed instead, page by page")
        name, tally = f"{closed.home}?feed=rss2", self.report.tally
        wanted = self._how.wanted
        known = None if wanted.reconcile and not wanted.carefully else await self._memories.known(name)
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
            await self._memories.remember(name, pages.validators, asked=name)


def _say(line: str) -> None:
    click.echo(line, err=True)
