"""Address -> representation: what stands there is read from the store, edited and rendered."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, datetime

from feeds.addresses import Address, FeedAddress, ListingAddress, PageAddress, PartnerAddress, path_of
from feeds.desk.listings import Listings
from feeds.desk.watcher import Watcher
from feeds.edition import GRAVES, Edition
from feeds.heads import feed_headers, page_headers, partner_headers, purged_with
from feeds.made import Absent, Made
from feeds.model import Article, Selection
from feeds.render.jsonfeed import json_feed
from feeds.render.pages import FRONT, Pages
from feeds.render.partners import Judged, Objection, judged, partner_feed
from feeds.render.profiles import profiles
from feeds.render.xml import atom, rss
from feeds.representation import Headers, Representation, represent
from feeds.settings import Settings
from feeds.store.contract import Shelf, Store

_RENDERERS = {"rss": rss, "atom": atom, "json": json_feed}


class Press:
    """Makes representations. `watcher` has the sections' names, `pages` the newsroom's templates; `clock` gives the
    present time, aware."""

    def __init__(
        self, settings: Settings, store: Store, watcher: Watcher, pages: Pages, *, clock: Callable[[], datetime]
    ) -> None:
        self._settings = settings
        self._pages = pages
        self._store = store
        self._watcher = watcher
        self._clock = clock
        self._listings = Listings(settings, store, watcher, clock=clock)

    async def make(self, address: Address) -> Made:
        """The representation at an address. Raises Absent, StoreUnavailable."""
        # Before anything is read: what is found then can only be newer.
        epoch = self._watcher.epoch
        if isinstance(address, FeedAddress):
            day = address.selection.day
            return await (self._archive(address, day, epoch) if day else self._feed(address, epoch))
        if isinstance(address, ListingAddress):
            return await self._listings.make(address, epoch)
        if isinstance(address, PartnerAddress):
            return await self._partner(address, epoch)
        if address.about:
            return await self._about(address, epoch)
        if address.article is None:
            return await (self._landing if address.selection.is_everything else self._page)(address, epoch)
        return await self._article(address, address.article, epoch)

    async def _feed(self, address: FeedAddress, epoch: int) -> Made:
        shelf = await self._shelf(address, limit=address.limit, graves=GRAVES)
        edition = self._edition()

        def render() -> Representation:
            document = edition.document(address, shelf)
            headers = feed_headers(address, document, self._settings)
            return self._finished(_RENDERERS[address.format](document), headers, shelf)

        return _made(await asyncio.to_thread(render), address, shelf, epoch)

    async def _partner(self, address: PartnerAddress, epoch: int) -> Made:
        profile = profiles()[address.profile]
        shelf = await self._shelf(address, limit=profile.entries, graves=GRAVES if profile.removal else 0)
        edition = self._edition()

        def render() -> Representation:
            document = edition.partner(address, shelf)
            headers = partner_headers(document, address.selection, self._settings)
            return self._finished(partner_feed(document, profile), headers, shelf)

        return _made(await asyncio.to_thread(render), address, shelf, epoch)

    async def judged(self, address: PartnerAddress) -> tuple[list[Judged], list[Objection]]:
        """What a partner would say now of a section's articles, and of its feed. Raises StoreUnavailable."""
        profile = profiles()[address.profile]
        shelf = await self._shelf(address, limit=profile.entries, graves=0)
        return judged(self._edition().partner(address, shelf), profile, self._clock())

    async def _archive(self, address: FeedAddress, day: date, epoch: int) -> Made:
        edition, now = self._edition(), self._clock()
        begin, end = edition.span(day)
        (section,) = address.selection.sections or ("",)
        shelf = await self._store.day(section, begin, end, now)
        if not (shelf.articles or shelf.tombstones):
            raise Absent(None)

        def render() -> Representation:
            document = edition.archive(address, shelf, now)
            over = document.history.over
            # The day's end and the newest article's time change what is shown without a write.
            ends = [shelf.articles[0].listed_at] if shelf.articles else []
            ends += [end] if over else []
            ends += [shelf.newer] if shelf.newer else []
            coming = [moment for moment in (shelf.changes_at, None if over else end) if moment]
            return represent(
                _RENDERERS[address.format](document),
                headers=feed_headers(address, document, self._settings),
                changed=max(shelf.changed, self._watcher.floor, *(int(moment.timestamp()) + 1 for moment in ends), 0),
                expires=min(coming).timestamp() if coming else None,
            )

        return Made(representation=await asyncio.to_thread(render), state=shelf.state, epoch=epoch)

    async def _page(self, address: PageAddress, epoch: int) -> Made:
        shelf = await self._shelf(address, limit=None, graves=0)
        edition, sections = self._edition(), list(self._watcher.names)

        def render() -> Representation:
            shown = FeedAddress(selection=address.selection, format="atom", content="summary")
            body = self._pages.selection(edition.document(shown, shelf), address.selection, sections)
            return self._finished(body, self._page_headers(address, purged_with(address.selection)), shelf)

        return _made(await asyncio.to_thread(render), address, shelf, epoch)

    async def _landing(self, address: PageAddress, epoch: int) -> Made:
        shelf = await self._shelf(address, limit=FRONT, graves=0)
        # Read later, so no older; and what ends an embargo in a section ends one in the whole.
        fronts = await self._store.fronts(limit=FRONT, now=self._clock())
        edition, sections = self._edition(), list(self._watcher.names)

        def render() -> Representation:
            shown = FeedAddress(selection=address.selection, format="atom", content="summary")
            entries = {slug: [edition.entry(one, "summary") for one in front] for slug, front in fronts.items()}
            body = self._pages.landing(edition.document(shown, shelf), entries, sections)
            return self._finished(body, self._page_headers(address, purged_with(address.selection)), shelf)

        return _made(await asyncio.to_thread(render), address, shelf, epoch)

    async def _about(self, address: PageAddress, epoch: int) -> Made:
        # It changes with the configuration alone, which is a change of everything.
        state = (await self._store.states())[""]
        made = represent(
            await asyncio.to_thread(self._pages.about),
            headers=self._page_headers(address, purged_with(address.selection)),
            changed=max(state.changed, self._watcher.floor),
            expires=None,
        )
        return Made(representation=made, state=state, epoch=epoch)

    async def _shelf(self, address: Address, *, limit: int | None, graves: int) -> Shelf:
        shelf = await self._store.shelf(
            address.selection, limit=limit or self._settings.feeds.entries, graves=graves, now=self._clock()
        )
        if shelf.state.version > self._watcher.state(address.selection).version:
            # What was written since the last look may stand in a section that was made then.
            await self._watcher.learn_names()
        if address.selection.topic:
            self._watcher.follow(address.selection.topic, shelf.state)
        return shelf

    def _finished(self, body: bytes, headers: Headers, shelf: Shelf) -> Representation:
        """What was made of a shelf. Its bytes last changed by a write, or in the second after an embargo's end."""
        newest = int(shelf.articles[0].listed_at.timestamp()) + 1 if shelf.articles else 0
        return represent(
            body,
            headers=headers,
            changed=max(shelf.state.changed, newest, self._watcher.floor),
            expires=shelf.changes_at.timestamp() if shelf.changes_at else None,
        )

    async def _article(self, address: PageAddress, key: str, epoch: int) -> Made:
        states = await self._store.states()
        article = await self._store.find(key)
        if not isinstance(article, Article):
            raise Absent(article)
        # Articles with an address of their own have no page here; embargoed ones not yet.
        if article.url is not None or article.listed_at > self._clock():
            raise Absent(None)
        await self._watcher.learn_names()
        made = represent(
            await asyncio.to_thread(self._pages.article, self._edition().entry(article, "full")),
            # The page names its sections, and changes with the article, which stands in them.
            headers=self._page_headers(address, purged_with(Selection(sections=article.sections))),
            # The page names the sections, and no section changes unseen.
            changed=max(
                int(article.listed_at.timestamp()) + 1,
                self._watcher.floor,
                *(states[slug].changed for slug in article.sections if slug in states),
            ),
            expires=None,
        )
        return Made(representation=made, state=states[""], epoch=epoch)

    def _page_headers(self, address: PageAddress, tags: Sequence[str]) -> Headers:
        return page_headers(path_of(address), self._settings, tags=tags)

    def _edition(self) -> Edition:
        return Edition(self._settings, self._watcher.names)


def _made(representation: Representation, address: Address, shelf: Shelf, epoch: int) -> Made:
    found_nothing = address.selection.search is not None and not shelf.articles
    return Made(representation=representation, state=shelf.state, epoch=epoch, fleeting=found_nothing)
