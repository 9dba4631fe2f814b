"""Lists for machines: what stands in the OPML document and in the news sitemap, read from the store."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from feeds.addresses import NEWS_PARTS, FeedAddress, ListingAddress, PageAddress, path_of
from feeds.desk.watcher import Watcher
from feeds.edition import Edition, headline
from feeds.heads import listing_headers
from feeds.made import Absent, Made
from feeds.model import EVERYTHING, Article, Selection, State
from feeds.render import listings
from feeds.render.listings import NewsEntry, SitemapPart, Subscription, Subscriptions
from feeds.representation import represent
from feeds.settings import Settings
from feeds.store.contract import Shelf, Store

# Search engines want articles of the last two days, and take a thousand in one document.
NEWS_WINDOW = timedelta(days=2)
NEWS_ENTRIES = 1000
# https://www.sitemaps.org/protocol.html#locdef: "less than 2,048 characters".
_LONGEST_URL = 2047


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """The entries of a news sitemap, the latest first. `expires` is when it holds others without a write, and
    `turned` when it last did, if it did."""

    entries: Sequence[NewsEntry]
    expires: datetime | None
    turned: datetime | None

    @property
    def parts(self) -> Sequence[Sequence[NewsEntry]]:
        """The entries of each document; one at least, which may be empty."""
        return [self.entries[at : at + NEWS_ENTRIES] for at in range(0, len(self.entries), NEWS_ENTRIES)] or [[]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A sitemap's entries, the state of the store that they were read in, and the Unix second of its last change."""

    news: News
    state: State
    changed: int
    epoch: int

    def holds(self, known: State, epoch: int, now: datetime) -> bool:
        """Whether it still is what the store holds, as far as is known."""
        # What was read between two looks at the store is ahead of what is known.
        current = self.state.version > known.version or self.state == known
        ended = self.news.expires is not None and now >= self.news.expires
        return current and self.epoch == epoch and not ended


class Listings:
    """Makes lists for machines. `watcher` has the sections' names, `clock` gives the present time, aware."""

    def __init__(self, settings: Settings, store: Store, watcher: Watcher, *, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._store = store
        self._watcher = watcher
        self._clock = clock
        self._read: _Read | None = None

    async def make(self, address: ListingAddress, epoch: int) -> Made:
        """The list at an address. Raises Absent for a part that a sitemap does not have, StoreUnavailable."""
        return await (self._opml(epoch) if address.kind == "opml" else self._sitemap(address.part, epoch))

    async def _opml(self, epoch: int) -> Made:
        states = await self._store.states()
        # A section may have been made since the last look.
        await self._watcher.learn_names()
        body = listings.opml(subscriptions(self._edition(), self._settings))
        made = represent(
            body,
            headers=listing_headers(self._settings, listings.OPML_TYPE),
            # No section changes unseen.
            changed=max(states[""].changed, self._watcher.floor),
            expires=None,
        )
        return Made(representation=made, state=states[""], epoch=epoch)

    async def _sitemap(self, part: int | None, epoch: int) -> Made:
        read = await self._news(epoch)
        body = await asyncio.to_thread(self._document, self._edition(), read.news, part)
        if body is None:
            raise Absent(None)
        expires = read.news.expires
        made = represent(
            body,
            headers=listing_headers(self._settings, listings.SITEMAP_TYPE),
            changed=read.changed,
            expires=expires.timestamp() if expires else None,
        )
        return Made(representation=made, state=read.state, epoch=epoch)

    async def _news(self, epoch: int) -> "_Read":
        """What the sitemap lists: read once for all its parts, and for those that it does not have."""
        now, known, read = self._clock(), self._watcher.state(EVERYTHING), self._read
        if read is not None and read.holds(known, epoch, now):
            return read
        shelf = await self._store.recent(now - NEWS_WINDOW, NEWS_PARTS * NEWS_ENTRIES, now)
        found = await asyncio.to_thread(news, self._edition(), shelf, now, language=self._settings.site.language)
        ends = [found.turned, *(article.listed_at for article in shelf.articles[:1])]
        seconds = [int(moment.timestamp()) + 1 for moment in ends if moment]
        changed = max(shelf.state.changed, self._watcher.floor, *seconds, 0)
        self._read = _Read(news=found, state=shelf.state, changed=changed, epoch=epoch)
        return self._read

    def _document(self, edition: Edition, found: News, part: int | None) -> bytes | None:
        """The sitemap itself where it is one document, else its index; or a part of it, if there is one."""
        parts = found.parts
        if part is None and len(parts) > 1:
            return listings.sitemap_index(
                [
                    SitemapPart(
                        url=edition.url(path_of(ListingAddress(kind="news", part=number))),
                        updated=max(entry.updated for entry in entries),
                    )
                    for number, entries in enumerate(parts, 1)
                ]
            )
        number = part or 1
        if number > len(parts):
            return None
        return listings.news_sitemap(parts[number - 1], self._settings.site.title)

    def _edition(self) -> Edition:
        return Edition(self._settings, self._watcher.names)


def subscriptions(edition: Edition, settings: Settings) -> Subscriptions:
    """Every section's feed, in the order of the landing page."""
    site = settings.site
    return Subscriptions(
        title=site.title,
        owner=site.by,
        contact=site.contact,
        feeds=[
            Subscription(
                title=edition.title(selection),
                description=section.description,
                language=site.language,
                # Of the formats the one that tells most: of changes, of withdrawals, of languages.
                feed_url=edition.url(path_of(FeedAddress(selection=selection, format="atom"))),
                page_url=edition.url(path_of(PageAddress(selection=selection))),
            )
            for section in edition.sections
            for selection in [Selection(sections=(section.slug,))]
        ],
    )


def news(edition: Edition, shelf: Shelf, now: datetime, *, language: str) -> News:
    """What a news sitemap lists: what was published within two days, each address once."""
    first = now - NEWS_WINDOW
    shown = [article for article in shelf.articles if article.published > first]
    # A correction stands at its modification, and may be of an article that is too old.
    past = [article.published for article in shelf.articles if article.published <= first]
    past += [shelf.older] if shelf.older else []
    coming = [article.published + NEWS_WINDOW for article in shown]
    coming += [shelf.changes_at] if shelf.changes_at else []
    return News(
        entries=list(_entries(edition, shown, language)),
        expires=min(coming, default=None),
        turned=max(past) + NEWS_WINDOW if past else None,
    )


def _entries(edition: Edition, articles: Sequence[Article], language: str) -> Iterator[NewsEntry]:
    seen: set[str] = set()
    for article in articles:
        url = edition.permalink(article)
        if url in seen or len(url) > _LONGEST_URL:
            continue
        seen.add(url)
        yield NewsEntry(
            url=url,
            title=headline(article),
            # "ar" of ar-LY: the schema has no regions.
            language=(article.language or language).partition("-")[0],
            published=article.published,
            updated=max(article.published, article.modified),
        )
