"""The pages themselves: what each template is given."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup

from feeds import locales
from feeds.addresses import MAX_QUERY, PageAddress, path_of
from feeds.direction import direction_of
from feeds.locales import catalogues
from feeds.model import EVERYTHING, Document, Entry, Section, Selection, Topic, TopicKind
from feeds.render.pages import described, subscribing
from feeds.render.pages.assets import asset_links, assets
from feeds.render.pages.colours import accent
from feeds.render.pages.environment import environment, translated
from feeds.render.pages.subscribing import Card
from feeds.render.templates import own_templates
from feeds.settings import Settings
from feeds.text.slug import slugify

# Headlines of each section on the landing page, and of the whole.
FRONT = 3


class Pages:
    """The pages of a newsroom, made of its templates as they stood when this was made: a desk has one, so whoever comes
    or goes beside it renders by others. Raises ConfigurationError for templates that can't be used.

    `assets` are the files below /static/ that are made of templates, by name; `digest` tells one state of what pages
    are made of from another.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        own = own_templates(settings.templates_path)
        self.digest = own.digest
        self._language = catalogues.spoken(settings.site.display_locale)
        self._templates = environment(own, self._language)
        self.assets = assets(self._templates, settings, self._language)
        self._links = asset_links(self.assets)

    def landing(self, document: Document, fronts: Mapping[str, Sequence[Entry]], sections: Sequence[Section]) -> bytes:
        """The landing page: every section with its latest headlines (`fronts`, by slug), and everything."""
        properties, linked = described.of_selection(document, self.settings)
        cards = [
            Card(
                section=section,
                path=subscribing.section_path(section, "./"),
                feed=_feed_of(section, "./", self.settings),
                entries=fronts.get(section.slug, ()),
            )
            for section in sections
        ]
        return self._render("landing.html", "./", document=document, cards=cards, properties=properties, linked=linked)

    def selection(self, document: Document, selection: Selection, sections: Sequence[Section]) -> bytes:
        """The page of a section, of several, of a tag, an author or a search."""
        root = _root(path_of(PageAddress(selection=selection)).partition("?")[0])
        heading = document.title.removesuffix(f" - {self.settings.site.title}")
        properties, linked = described.of_selection(document, self.settings)
        feed = subscribing.feed(selection, heading, root, self.settings) if selection.search != "" else None
        return self._render(
            "selection.html",
            root,
            document=document,
            heading=heading,
            search=selection.search,
            feed=feed,
            cards=[Card(section=section, path=subscribing.section_path(section, root)) for section in sections],
            shown=frozenset(selection.sections),
            properties=properties,
            linked=linked,
        )

    def article(self, entry: Entry) -> bytes:
        """The page of an article that has no address of its own."""
        properties, linked = described.of_article(entry, self.settings)
        root = "../../"
        return self._render(
            "article.html",
            root,
            entry=entry,
            content=Markup(entry.content_html or ""),
            direction=direction_of(entry.language),
            cards=[
                Card(
                    section=section,
                    path=subscribing.section_path(section, root),
                    feed=_feed_of(section, root, self.settings),
                )
                for section in entry.sections
            ],
            tags=[(tag, _topic_path("tag", tag, root)) for tag in entry.tags],
            authors=[(author.name, _topic_path("author", author.name, root)) for author in entry.authors],
            properties=properties,
            linked=linked,
        )

    def about(self) -> bytes:
        """What a feed is, for people; what to count on and whom to write to, for those who collect feeds."""
        return self._render(
            "about.html",
            "../",
            apps=subscribing.apps(),
            services=subscribing.services(),
            hubs=self.settings.websub.hubs,
            minutes=self.settings.feeds.ttl,
            entries=self.settings.feeds.entries,
        )

    def error(self, status: int, near: Sequence[Section] = ()) -> bytes:
        """A page that says what went wrong, and where to go on: sections that may have been meant. It may stand at any
        address, so its links are absolute."""
        root = f"{self.settings.site.url}/"
        cards = [Card(section=section, path=subscribing.section_path(section, root)) for section in near]
        # Every application makes some as it begins.
        with translated("error.html", self.settings.templates_path):
            return self._render("error.html", root, status=status, cards=cards)

    def _render(self, template: str, root: str, **values: Any) -> bytes:
        site = self.settings.site

        def moment(when: datetime) -> str:
            return locales.moment(when, zone=site.zone, locale=site.display_locale, digits=site.digits)

        def number(value: int) -> str:
            return locales.number(value, locale=site.display_locale, digits=site.digits)

        def local(address: str) -> str:
            # Pages link to each other relatively; an article may stand elsewhere.
            inside = address.startswith(f"{site.url}/")
            return root + address.removeprefix(f"{site.url}/") if inside else address

        text = self._templates.get_template(template).render(
            site=site,
            root=root,
            # The newsroom's own tag where it speaks the page's language: ar-LY rather than ar.
            page_language=site.language if site.language.split("-")[0] == self._language else self._language,
            page_direction=direction_of(self._language),
            # What the script writes times in: the configured locale and digits (Unicode LDML, "u" extension).
            spoken=f"{site.display_locale.replace('_', '-')}-u-nu-{site.digits}",
            accent=accent(site.accent),
            icon=described.asset(site.icon, self.settings),
            logo=described.asset(site.logo or site.icon, self.settings),
            assets=self._links.below(root),
            everything=subscribing.feed(EVERYTHING, site.title, root, self.settings),
            longest_query=MAX_QUERY,
            moment=moment,
            number=number,
            local=local,
            **values,
        )
        return text.encode("utf-8")


def _root(path: str) -> str:
    """The way from a page to the landing page."""
    return "../" * (path.count("/") - 1) or "./"


def _feed_of(section: Section, root: str, settings: Settings) -> subscribing.Feed:
    return subscribing.feed(Selection(sections=(section.slug,)), section.title, root, settings)


def _topic_path(kind: TopicKind, name: str, root: str) -> str | None:
    """The page of a tag or an author, by the name as it stands: the slug may be another spelling's."""
    if not slugify(name) or "/" in name:
        return None
    return root + path_of(PageAddress(selection=Selection(topic=Topic(kind, name)))).removeprefix("/")
