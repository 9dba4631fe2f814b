"""Keeps the store in step with a WordPress site: takes what changed, notices what is gone, and remembers both."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from feeds.addresses import RESERVED, category_name
from feeds.importers.wordpress.post import Category, Post
from feeds.importers.wordpress.site import Page, Site
from feeds.importing.known_posts import PIECE, KnownPost, KnownPosts
from feeds.intake.deciding import Change
from feeds.intake.door import Intake, Options, Tally
from feeds.model import Rejection
from feeds.sections import SectionNames
from feeds.settings import Settings
from feeds.store.contract import Store, Writing
from feeds.store.turns import patiently
from feeds.text.plural import plural
from feeds.text.slug import slugify

# So many may go at once without a question.
_FEW = 20
_GONE = "no longer published on the site it was imported from"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What of a site is wanted: an article belongs to its categories' `parents` too; with `reconcile`, articles that
    are gone there are withdrawn here, `carefully` not if they are most of them."""

    parents: bool = False
    reconcile: bool = False
    carefully: bool = False


class InStep:
    """Brings a site's articles in. Every page of them is kept before the next: it can be stopped anywhere.

    `reject` is told of each record that can't be taken, `say` what the editor ought to know.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        intake: Intake,
        *,
        clock: Callable[[], datetime],
        tally: Tally,
        reject: Callable[[Rejection], None],
        say: Callable[[str], None],
        tell: Callable[[Change], None] = lambda change: None,
        progress: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._settings = settings
        self._intake = intake
        self._clock = clock
        self._tally = tally
        self._reject = reject
        self._say = say
        self._tell = tell
        self._progress = progress

    async def bring(self, site: Site, options: Options, wanted: Wanted) -> None:
        """Takes what is new and changed; raises what Intake.take does. What was taken until then is kept."""
        categories = await asyncio.to_thread(site.learn_categories, parents=wanted.parents)
        options = replace(options, titles={category.slug: category.name for category in categories})
        memory = await KnownPosts.of(self._store, _source(site, options, wanted))
        if memory.cursor is None:
            for kind, base in (await asyncio.to_thread(site.bases)).items():
                self._say(
                    f"{site.home}: its addresses begin with /{base}/ where others have /{kind}/; docs/"
                    "moving-from-wordpress.md (another base) has the line that leads their feeds here"
                )
        # A limit is of the newest; nothing is known then of what was left out.
        whole = options.limit is None
        pages = site.changed(memory.cursor, options.since) if whole else site.latest(options.since)
        async for page in _ahead(pages):
            if whole:
                memory.cursor = page.cursor or memory.cursor
            await self._take(page.posts, memory, options)
            if self._intake.over:
                break
        if wanted.reconcile and whole:
            await self._reconcile(site, memory, options, carefully=wanted.carefully)
        if not options.dry_run:
            await call_sections(self._store, self._settings, categories)

    async def _take(self, posts: Sequence[Post], memory: KnownPosts, options: Options) -> None:
        """Takes some posts, withdraws those that were hidden meanwhile, and keeps what is known of them then."""
        known = {post.number: memory.get(post.number) for post in posts}
        back = [post for post in posts if not post.hidden and (before := known[post.number]) and before.gone]
        hidden = [post.number for post in posts if post.hidden]
        if back and not options.dry_run:
            await self._restore(back)
        records = [post.record for post in posts if post.record]
        await self._intake.take(
            records, options, tally=self._tally, reject=self._reject, tell=self._tell, progress=self._progress
        )
        if options.dry_run:
            return
        met = {post.number: KnownPost(guid=post.guid, modified=post.modified_gmt) for post in posts if not post.hidden}
        await self._write(partial(memory.note, known=met))
        await self._withdraw(hidden, memory)

    async def _restore(self, posts: Sequence[Post]) -> None:
        """Brings back what was withdrawn here only because it was gone there."""

        async def write(writing: Writing) -> None:
            for post in posts:
                await writing.restore(post.guid, self._clock())

        await self._write(write)

    async def _withdraw(self, numbers: Iterable[int], memory: KnownPosts) -> int:
        """Withdraws posts that are not published any more; how many there were to withdraw."""
        going = [(number, known) for number in numbers if (known := memory.get(number)) and not known.gone]
        if not going:
            return 0
        count = 0

        async def write(writing: Writing) -> None:
            nonlocal count
            notes: dict[int, KnownPost | None] = {}
            count = 0
            for number, known in going:
                done = bool(known.guid) and await writing.withdraw(known.guid, self._clock(), _GONE)
                count += done
                # What an editor withdrew before stays the editor's, and is forgotten here.
                notes[number] = replace(known, gone=True) if done else None
            await memory.note(writing, notes)

        await self._write(write)
        return count

    async def _reconcile(self, site: Site, memory: KnownPosts, options: Options, *, carefully: bool) -> None:
        """Compares what is there with what is known of it: takes what was missed, withdraws what is gone."""
        listing = await asyncio.to_thread(site.listing, options.since)
        missing = [number for number, known in memory if not known.gone and number not in listing]
        # One may be passed over where pages move while they are listed: each is asked for again.
        there = {post.number for post in await asyncio.to_thread(site.of_numbers, missing) if not post.hidden}
        lost = [number for number in missing if number not in there]
        changed = [
            number
            for number, modified in listing.items()
            if (known := memory.get(number)) is None or known.gone or known.modified != modified
        ]
        for start in range(0, len(changed), PIECE):
            some = changed[start : start + PIECE]
            posts = await asyncio.to_thread(site.of_numbers, some)
            await self._take(posts, memory, options)
            met = {post.number for post in posts}
            left_out = {number: KnownPost(guid="", modified=listing[number]) for number in some if number not in met}
            if not options.dry_run:
                await self._write(partial(memory.note, known=left_out))
        if carefully and len(lost) > max(_FEW, sum(1 for _ in memory) // 2):
            self._say(
                f"{site.home}: {len(lost)} articles are gone at once, and nothing was withdrawn;"
                " if that is right, run the import with --reconcile and without --watch"
            )
        elif lost and options.dry_run:
            self._say(f"{site.home}: would withdraw {plural(len(lost), 'article')}, no longer published there")
        elif lost:
            count = await self._withdraw(lost, memory)
            self._say(f"{site.home}: withdrawn {count}, which are no longer published there")

    async def _write(self, act: Callable[[Writing], Awaitable[None]]) -> None:
        async def write() -> None:
            async with self._store.writing() as writing:
                await act(writing)

        await patiently(write)


async def call_sections(store: Store, settings: Settings, categories: Iterable[Category]) -> None:
    """Has sections found by what WordPress called them: by slug, for /category/…/feed/, and by number, for ?cat=3."""

    async def write() -> None:
        async with store.writing() as writing:
            stored = await writing.sections()
            names = SectionNames(settings.section_list(), stored)
            there = {section.slug for section in stored}
            for category in categories:
                section = names.find(category.slug) or names.find(category.name)
                slug = slugify(category.slug)
                known_as = [slug] if slug and slug not in RESERVED and names.find(slug) is None else []
                if section and section.slug in there:
                    await writing.call_section(section.slug, [*known_as, category_name(category.number)])

    await patiently(write)


def _source(site: Site, options: Options, wanted: Wanted) -> str:
    """Under what a site is remembered: whoever wants something else of it has not had that yet."""
    since = options.since.isoformat() if options.since else None
    how = [site.language, since, options.section, wanted.parents]
    return f"wordpress {site.home}" + (f" {json.dumps(how, ensure_ascii=False)}" if any(how) else "")


async def _ahead(pages: Iterator[Page]) -> AsyncIterator[Page]:
    """Pages of which the next is asked for while one is taken."""

    def following() -> "asyncio.Task[Page | None]":
        return asyncio.create_task(asyncio.to_thread(next, pages, None))

    coming = following()
    try:
        while (page := await coming) is not None:
            coming = following()
            yield page
    finally:
        coming.cancel()
