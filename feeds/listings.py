"""Lists for machines: what stands in the OPML document and in the news sitemap, read from the store."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from feeds.addresses import FeedAddress, ListingAddress, PageAddress, path_of
from feeds.edition import Edition, headline
from feeds.heads import listing_headers
from feeds.made import Absent, Made
from feeds.model import Article, Selection
from feeds.render import listings
from feeds.render.listings import NewsEntry, SitemapPart, Subscription, Subscriptions
from feeds.representation import Representation, represent
from feeds.settings import Settings
from feeds.store.contract import Shelf, Store
from feeds.watcher import Watcher

# Search engines want articles of the last two days, and take a thousand in one document.
NEWS_WINDOW = timedelta(days=2)
NEWS_ENTRIES = 1000
# Memory is bounded: of more articles in two days, the latest are listed.
NEWS_PARTS = 20
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


class Listings:
    """Makes lists for machines. `watcher` has the sections' names, `clock` gives the present time, aware."""

    def __init__(self, settings: Settings, store: Store, watcher: Watcher, *, clock: Callable[[], datetime]) -> None:
        self._settings = settings
        self._store = store
        self._watcher = watcher
        self._clock = clock

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
        now = self._clock()
        shelf = await self._store.recent(now - NEWS_WINDOW, NEWS_PARTS * NEWS_ENTRIES, now)
        edition = self._edition()

        def render() -> Representation | None:
            found = news(edition, shelf, now, language=self._settings.site.language)
            body = self._document(edition, found, part)
            newest = shelf.articles[0].listed_at if shelf.articles else None
            ends = [moment for moment in (found.turned, newest) if moment]
            if body is None:
                return None
            return represent(
                body,
                headers=listing_headers(self._settings, listings.SITEMAP_TYPE),
                changed=max(
                    shelf.state.changed, self._watcher.floor, *(int(moment.timestamp()) + 1 for moment in ends)
                ),
                expires=found.expires.timestamp() if found.expires else None,
            )

        made = await asyncio.to_thread(render)
        if made is None:
            raise Absent(None)
        return Made(representation=made, state=shelf.state, epoch=epoch)

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
