"""The one door in: a record -> a clean article -> an idempotent write; withdrawals too."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from feeds.errors import BadParameter, BadRecord
from feeds.intake.admission import Admission
from feeds.intake.batches import Batch, Batches
from feeds.intake.deciding import Change, Outcome, change_of
from feeds.intake.draft import Draft
from feeds.intake.placing import Placing
from feeds.intake.seen import SeenIds
from feeds.intake.workshop import Workshop
from feeds.model import Record, Rejection, Section
from feeds.settings import Settings
from feeds.store.contract import ALWAYS, Known, Store
from feeds.store.turns import patiently
from feeds.text.clean import clean_text, xml_illegal

_Kept = tuple[Sequence[Rejection], Sequence[Change]]

# An import of old articles is no news: nobody is told of each.
NEWS = timedelta(hours=24)


@dataclass(slots=True)
class Tally:
    """What became of the records so far."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    # Published before what was asked for.
    left_out: int = 0
    # The sections that were made for them and that the configuration does not name, by slug.
    made: dict[str, Section] = field(default_factory=dict)

    @property
    def taken(self) -> int:
        return self.new + self.updated + self.unchanged

    def count(self, outcomes: Iterable[Outcome]) -> None:
        found = Counter(outcomes)
        self.new += found["new"]
        self.updated += found["updated"]
        self.unchanged += found["unchanged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How records are taken: `section` is added to each one's own; `titles` are those of sections that records name
    by slug; `dry_run` writes nothing; the others as of Admission, `limit` over all the sources that an intake takes
    one after the other. `only` are the slugs of the sections that articles may stand in and come from; `restoring`
    brings withdrawn ones back. Others are told of what stands in the feeds by a time within `news` before now; None:
    of all."""

    section: str | None = None
    titles: Mapping[str, str] = field(default_factory=dict)
    dry_run: bool = False
    since: datetime | None = None
    limit: int | None = None
    embargo: timedelta | None = None
    only: frozenset[str] | None = None
    restoring: bool = False
    news: timedelta | None = NEWS


class Intake:
    """Takes records into a store, in batches, each one transaction: it can be stopped and run again anywhere."""

    def __init__(self, store: Store, settings: Settings, *, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._settings = settings
        self._configured = {section.slug for section in settings.section_list()}
        self._clock = clock
        self._options = Options()
        self._admission = _admission(self._options)

    async def take(
        self,
        records: Iterable[Record | Rejection],
        options: Options,
        *,
        tally: Tally,
        reject: Callable[[Rejection], None],
        tell: Callable[[Change], None] = lambda change: None,
        unchanged: Callable[[Change], None] = lambda change: None,
        progress: Callable[[], None] = lambda: None,
    ) -> None:
        """Takes the records of one source, counting into `tally`; each that can't be taken goes to `reject`, what each
        of the others changed to `tell`, those that changed nothing to `unchanged`.

        Raises BadSource where the source can't be read, StoreUnavailable where the store stays away, BadParameter
        where the section of `options` can't be; what was counted until then is kept. Cancelled, it ends at once,
        or with the batch that is being written; its reading of the source ends by itself.
        """
        await self._check(options)
        if (bounds := replace(options, titles={})) != self._options:
            self._options, self._admission = bounds, _admission(options)
        seen = SeenIds()
        workshop = Workshop(base=self._settings.site.url, zone=self._settings.site.zone)
        batches = Batches(records, workshop=workshop, seen=seen, admission=self._admission, clock=self._clock)
        try:
            # Nobody knows yet whether more is wanted where there is a limit.
            async with aclosing(batches.all(ahead=options.limit is None)) as found:
                async for batch in found:
                    rejections, changes = await self._keep(batch, seen, options, tally)
                    for rejection in rejections:
                        tally.rejected += 1
                        reject(rejection)
                    for change in changes:
                        (unchanged if change.outcome == "unchanged" else tell)(change)
                    progress()
        finally:
            seen.close()
            await asyncio.to_thread(workshop.close)

    @property
    def over(self) -> bool:
        """Whether as many came in as were wanted."""
        return self._admission.over

    async def _check(self, options: Options) -> None:
        """Raises BadParameter where every record would be refused for the section that is to be added."""
        if options.section is None:
            return
        placing = Placing(self._settings, await self._store.sections())
        try:
            placing.find([options.section])
        except BadRecord as fault:
            raise BadParameter(str(fault).replace("sections holds", "--section is", 1)) from None

    async def _keep(self, batch: Batch, seen: SeenIds, options: Options, tally: Tally) -> _Kept:
        """Writes a batch; returns all that is rejected of it, and what was changed."""
        writing: asyncio.Future[_Kept] | None = None

        async def write() -> _Kept:
            nonlocal writing
            writing = asyncio.ensure_future(self._write(batch, seen, options, tally))
            return await asyncio.shield(writing)

        try:
            return await patiently(write)
        finally:
            # Cancelled or not: what is being written is kept, and counted.
            if writing is not None:
                await asyncio.wait({writing})

    async def _write(self, batch: Batch, seen: SeenIds, options: Options, tally: Tally) -> _Kept:
        async with self._store.writing() as writing:
            # An import drops them first (settling.py), unless they are configured.
            without = await self._store.unused_sections() if options.dry_run else ()
            stored = [section for section in await writing.sections() if section.slug not in without]
            placing = Placing(self._settings, stored, options.titles)
            drafts = [_named(each, placing, seen, options.section) for each in batch if each]
            known = await writing.known([draft.article.guid for draft in drafts if isinstance(draft, Draft)])
            now = self._clock()
            found = [_decided(draft, known, placing, options, now) for draft in drafts]
            changes = [each for each in found if isinstance(each, Change)]
            kept = [(change.article, change.digest) for change in changes if change.outcome != "unchanged"]
            # Not those that only rejected records name.
            used = {slug for article, _ in kept for slug in article.sections}
            made = [section for section in placing.made if section.slug in used]
            if kept and not options.dry_run:
                for section in made:
                    await writing.make_section(section)
                await writing.put(kept, news_since=ALWAYS if options.news is None else now - options.news)
        tally.count(change.outcome for change in changes)
        tally.left_out += batch.count(None)
        tally.made |= {section.slug: section for section in made if section.slug not in self._configured}
        return [each for each in found if isinstance(each, Rejection)], changes


def _admission(options: Options) -> Admission:
    return Admission(since=options.since, limit=options.limit, embargo=options.embargo)


def _named(draft: Draft | Rejection, placing: Placing, seen: SeenIds, added: str | None) -> Draft | Rejection:
    """A draft that has its id by now."""
    if isinstance(draft, Rejection) or not draft.unnamed:
        return draft
    try:
        named = placing.named(draft, added)
    except BadRecord as fault:
        return Rejection(place=draft.place, reason=str(fault))
    first = seen.first(named.article.guid, named.place)
    if first is None:
        return named
    reason = f"title and section are those of {first}; give the article once, or another title"
    return Rejection(place=draft.place, reason=reason)


def _decided(
    draft: Draft | Rejection, known: Mapping[str, Known], placing: Placing, options: Options, now: datetime
) -> Change | Rejection:
    if isinstance(draft, Rejection):
        return draft
    before = known.get(draft.article.guid)
    added, only, restoring = options.section, options.only, options.restoring
    return change_of(draft, before, placing, added=added, only=only, restoring=restoring, now=now)


async def withdraw(store: Store, guids: Sequence[str], reason: str, now: datetime) -> Mapping[str, bool]:
    """Withdraws articles; says of each guid whether there was something to withdraw."""

    async def write() -> Mapping[str, bool]:
        async with store.writing() as writing:
            # An id that XML forbids was never taken.
            return {
                guid: xml_illegal(guid) is None and await writing.withdraw(guid, now, clean_text(reason))
                for guid in guids
            }

    return await patiently(write)


async def restore(store: Store, guids: Sequence[str], now: datetime) -> Mapping[str, bool]:
    """Brings withdrawn articles back; says of each guid whether it was withdrawn."""

    async def write() -> Mapping[str, bool]:
        async with store.writing() as writing:
            return {guid: xml_illegal(guid) is None and await writing.restore(guid, now) for guid in guids}

    return await patiently(write)
