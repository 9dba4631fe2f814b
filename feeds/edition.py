"""Selection + articles + settings -> Document: what a feed holds, and nothing of XML."""

from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from feeds.addresses import FeedAddress, PageAddress, path_of
from feeds.direction import direction_of, wrapped
from feeds.model import (
    FEED_FORMATS,
    Article,
    ContentLevel,
    Document,
    Entry,
    FeedFormat,
    Grave,
    Origin,
    Section,
    Selection,
)
from feeds.sections import SectionNames
from feeds.settings import Settings
from feeds.store.contract import Shelf
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
        settings = self._settings
        content = address.content or settings.feeds.content
        entries = tuple(self.entry(article, content) for article in shelf.articles)
        graves = tuple(
            Grave(uri=entry_uri(tomb.guid), withdrawn=tomb.withdrawn, reason=tomb.reason) for tomb in shelf.tombstones
        )
        shown = [entry.updated for entry in entries] + [grave.withdrawn for grave in graves]
        plain = address.limit is None and address.content is None
        # What nobody pings must not announce a hub: readers would stop polling it.
        pinged = plain and (selection.is_everything or len(selection.sections) == 1)
        return Document(
            id=self.url(path_of(FeedAddress(selection=selection, format="atom"))),
            title=self.title(selection, shelf.title),
            description=self.description(selection, shelf.title),
            language=self._site.language,
            page_url=self.url(path_of(PageAddress(selection=selection))),
            self_urls={format: self.url(path_of(self._as(address, format))) for format in FEED_FORMATS},
            publisher=self._site.by,
            publisher_url=self.url("/"),
            title_direction=settings.feeds.title_direction,
            # Nothing that is not shown may change the bytes, so not the store's time of change.
            updated=max(shown, default=shelf.since),
            ttl=settings.feeds.ttl,
            entries=entries,
            graves=graves,
            hubs=settings.websub.hubs if pinged else (),
            icon=self._asset(self._site.icon),
            logo=self._asset(self._site.logo),
            copyright=self._site.copyright,
            stylesheets=self._stylesheets,
        )

    def _as(self, address: FeedAddress, format: FeedFormat) -> FeedAddress:
        return FeedAddress(selection=address.selection, format=format, limit=address.limit, content=address.content)

    def title(self, selection: Selection, topic: str = "") -> str:
        """The title of a selection's feed and page; `topic` is what a tag or an author is called."""
        if selection.is_everything:
            return self._site.title
        comma = "، " if direction_of(self._site.language) == "rtl" else ", "
        named = topic or selection.search or comma.join(self.section(slug).title for slug in selection.sections)
        if selection.search is not None:
            named = f"بحث: {named}" if named else "بحث"
        return f"{named} - {self._site.title}"

    def description(self, selection: Selection, topic: str = "") -> str:
        """The description of a selection's feed; never empty: RSS requires one."""
        if len(selection.sections) == 1 and (own := self.section(selection.sections[0]).description):
            return own
        return self._site.description or self.title(selection, topic)

    def section(self, slug: str) -> Section:
        # A section made a moment ago by another process may not be known here yet.
        return self._slugs.get(slug) or Section(slug=slug, title=slug)

    def permalink(self, article: Article) -> str:
        """The article's own address, or that of its page here."""
        return article.url or self.url(path_of(PageAddress(article=article_key(article.guid))))

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


def _named(origin: Origin) -> Origin:
    """An origin with a title: RSS's `source` is nothing but one."""
    return origin if origin.title else replace(origin, title=urlsplit(origin.url).hostname or origin.url)


def headline(article: Article) -> str:
    """An article's title or, without one, its summary's beginning."""
    return article.title or summarize(article.summary or article.excerpt, _TITLE_FROM_SUMMARY)
