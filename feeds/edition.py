"""Selection + articles + settings -> Document: what a feed holds, and nothing of XML."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from urllib.parse import urljoin, urlsplit

from feeds.addresses import FeedAddress, PageAddress, PartnerAddress, path_of
from feeds.direction import direction_of, wrapped
from feeds.heads import PAST_MAX_AGE
from feeds.locales import catalogues
from feeds.model import (
    FEED_FORMATS,
    Article,
    ContentLevel,
    Document,
    Entry,
    FeedFormat,
    Grave,
    History,
    Origin,
    Section,
    Selection,
    Tombstone,
)
from feeds.sections import SectionNames
from feeds.settings import Settings
from feeds.store.contract import DayShelf, Shelf
from feeds.text.guid import article_key, entry_uri
from feeds.text.summary import summarize

# DESIGN: an Atom feed shows the latest withdrawals, for readers that hold what was withdrawn.
GRAVES = 20
_TITLE_FROM_SUMMARY = 80
_STYLESHEETS: dict[FeedFormat, str] = {"rss": "static/rss.css", "atom": "static/atom.css"}


class Edition:
    """What stands in every feed, by the configuration and the sections there are."""

    def __init__(self, settings: Settings, names: SectionNames) -> None:
        self._settings = settings
        self._site = settings.site
        self._names = names
        path = self._site.path
        self._stylesheets = {format: f"{path}/{file}" for format, file in _STYLESHEETS.items()}
        self._slugs = {section.slug: section for section in names}

    def url(self, path: str) -> str:
        """The absolute address of a path below the site's."""
        return self._site.url + path

    def _asset(self, address: str) -> str | None:
        return urljoin(f"{self._site.url}/", address) if address else None

    def document(self, address: FeedAddress, shelf: Shelf) -> Document:
        """The document that stands at an address."""
        selection = address.selection
        plain = address.limit is None and address.content is None
        # What nobody pings must not announce a hub: readers would stop polling it.
        pinged = plain and _has_archives(selection)
        # RFC 5005 §4: a feed with `limit` is another one than its archives go on from.
        follows = _has_archives(selection) and address.limit is None and shelf.older is not None
        return self._document(
            address,
            shelf,
            hubs=self._settings.websub.hubs if pinged else (),
            history=History(previous=self._archive_urls(selection, shelf.older) if follows else None),
            ttl=self._settings.feeds.ttl,
            title=shelf.title,
        )

    def partner(self, address: PartnerAddress, shelf: Shelf) -> Document:
        """A section's document for a partner: whole texts as they came in, and nothing announced."""
        own = FeedAddress(selection=address.selection, format="rss", content="full")
        document = self._document(
            own, shelf, hubs=(), history=History(), ttl=self._settings.feeds.ttl, title=shelf.title
        )
        return replace(
            document,
            self_urls=dict.fromkeys(FEED_FORMATS, self.url(path_of(address))),
            entries=tuple(
                replace(entry, content_html=article.content_html or None)
                for entry, article in zip(document.entries, shelf.articles, strict=True)
            ),
            stylesheets={},
        )

    def archive(self, address: FeedAddress, shelf: DayShelf, now: datetime) -> Document:
        """The document of one day of a selection's history (RFC 5005 §4)."""
        assert address.selection.day
        over = self.span(address.selection.day)[1] <= now
        current = address.selection.current
        return self._document(
            address,
            shelf,
            hubs=(),
            history=History(
                current={format: self.url(path_of(self._as(address, format, current))) for format in FEED_FORMATS},
                previous=self._archive_urls(current, shelf.older),
                next=self._archive_urls(current, shelf.newer),
                over=over,
            ),
            ttl=PAST_MAX_AGE // 60 if over else self._settings.feeds.ttl,
        )

    def span(self, day: date) -> tuple[datetime, datetime]:
        """When a day begins in the site's time zone, and when the next one does."""
        # Not a day's length later: clocks are set forward and back.
        following = day + timedelta(days=1) if day < date.max else day
        begin, end = (datetime(each.year, each.month, each.day, tzinfo=self._site.zone) for each in (day, following))
        return begin, end

    def _archive_urls(self, selection: Selection, moment: datetime | None) -> Mapping[FeedFormat, str] | None:
        """The archive of the day that a moment is in."""
        if moment is None:
            return None
        try:
            day = replace(selection, day=moment.astimezone(self._site.zone).date())
        except OverflowError:
            # In the first or the last year of the calendar.
            return None
        return {format: self.url(path_of(FeedAddress(selection=day, format=format))) for format in FEED_FORMATS}

    def _document(
        self,
        address: FeedAddress,
        shelf: Shelf | DayShelf,
        *,
        hubs: Sequence[str],
        history: History,
        ttl: int,
        title: str = "",
    ) -> Document:
        selection = address.selection.current
        settings = self._settings
        content = address.content or settings.feeds.content
        entries = tuple(self.entry(article, content) for article in shelf.articles)
        graves = tuple(self._grave(tombstone) for tombstone in shelf.tombstones)
        shown = [entry.updated for entry in entries] + [grave.withdrawn for grave in graves]
        return Document(
            id=self.url(path_of(FeedAddress(selection=selection, format="atom"))),
            title=self.title(selection, title),
            description=self.description(selection, title),
            language=self._site.language,
            page_url=self.url(path_of(PageAddress(selection=selection))),
            self_urls={format: self.url(path_of(self._as(address, format))) for format in FEED_FORMATS},
            publisher=self._site.by,
            publisher_url=self.url("/"),
            title_direction=settings.feeds.title_direction,
            # Nothing that is not shown may change the bytes, so not the store's time of change.
            updated=max(shown, default=shelf.since),
            ttl=ttl,
            entries=entries,
            graves=graves,
            hubs=tuple(hubs),
            history=history,
            icon=self._asset(self._site.icon),
            logo=self._asset(self._site.logo),
            copyright=self._site.copyright,
            stylesheets=self._stylesheets,
        )

    def _as(self, address: FeedAddress, format: FeedFormat, selection: Selection | None = None) -> FeedAddress:
        return replace(address, format=format, selection=selection or address.selection)

    def title(self, selection: Selection, topic: str = "") -> str:
        """The title of a selection's feed and page; `topic` is what a tag or an author is called."""
        if selection.is_everything:
            return self._site.title
        comma = "، " if direction_of(self._site.language) == "rtl" else ", "
        named = topic or selection.search or comma.join(self.section(slug).title for slug in selection.sections)
        if selection.search is not None:
            _ = catalogues.translations(catalogues.spoken(self._site.language)).gettext
            named = _("Search: %(query)s") % {"query": named} if named else _("Search")
        return f"{named} - {self._site.title}"

    def description(self, selection: Selection, topic: str = "") -> str:
        """The description of a selection's feed; never empty: RSS requires one."""
        if len(selection.sections) == 1 and (own := self.section(selection.sections[0]).description):
            return own
        return self._site.description or self.title(selection, topic)

    @property
    def sections(self) -> Sequence[Section]:
        """All sections, in the order of the landing page."""
        return list(self._names)

    def section(self, slug: str) -> Section:
        # A section made a moment ago by another process may not be known here yet.
        return self._slugs.get(slug) or Section(slug=slug, title=slug)

    def permalink(self, article: Article | Tombstone) -> str:
        """The article's own address, or that of its page here."""
        return article.url or self.url(path_of(PageAddress(article=article_key(article.guid))))

    def _grave(self, tombstone: Tombstone) -> Grave:
        return Grave(
            guid=tombstone.guid,
            uri=entry_uri(tombstone.guid),
            permalink=self.permalink(tombstone),
            withdrawn=tombstone.withdrawn,
            reason=tombstone.reason,
        )

    def entry(self, article: Article, content: ContentLevel) -> Entry:
        """An article as it stands in a feed; without its text where `content` is "summary"."""
        summary = article.summary or article.excerpt
        language = article.language or self._site.language
        return Entry(
            guid=article.guid,
            uri=entry_uri(article.guid),
            permalink=self.permalink(article),
            title=headline(article),
            summary=summary,
            content_html=self._content(article, language) if content == "full" and article.content_html else None,
            published=article.published,
            # An embargoed article may have been changed before it was published.
            updated=max(article.published, article.modified),
            authors=article.authors,
            sections=tuple(self.section(slug) for slug in article.sections),
            tags=article.tags,
            language=language,
            image=article.image,
            attachments=article.attachments,
            origin=_named(article.origin) if article.origin else None,
        )

    def _content(self, article: Article, language: str) -> str:
        """The article's HTML as feeds hold it. One that names no language was directed as an Arabic one."""
        directed = article.language is not None or direction_of(language) == "rtl"
        return wrapped((article.directed_html if directed else None) or article.content_html, language)


def _has_archives(selection: Selection) -> bool:
    """Whether it is a section's or the whole desk's current feed."""
    return selection.is_everything or selection == Selection(sections=selection.sections[:1])


def _named(origin: Origin) -> Origin:
    """An origin with a title: RSS's `source` is nothing but one."""
    return origin if origin.title else replace(origin, title=urlsplit(origin.url).hostname or origin.url)


def headline(article: Article) -> str:
    """An article's title or, without one, its summary's beginning."""
    return article.title or summarize(article.summary or article.excerpt, _TITLE_FROM_SUMMARY)
