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
from feeds.render.pages.assets import asset_links
from feeds.render.pages.colours import accent
from feeds.render.pages.environment import environment, translated
from feeds.render.pages.subscribing import Card
from feeds.settings import Settings
from feeds.text.slug import slugify

# Headlines of each section on the landing page, and of the whole.
FRONT = 3


def landing_page(
    document: Document, fronts: Mapping[str, Sequence[Entry]], sections: Sequence[Section], settings: Settings
) -> bytes:
    """The landing page: every section with its latest headlines (`fronts`, by slug), and everything."""
    properties, linked = described.of_selection(document, settings)
    cards = [
        Card(
            section=section,
            path=subscribing.section_path(section, "./"),
            feed=_feed_of(section, "./", settings),
            entries=fronts.get(section.slug, ()),
        )
        for section in sections
    ]
    return _render("landing.html", settings, "./", document=document, cards=cards, properties=properties, linked=linked)


def selection_page(document: Document, selection: Selection, sections: Sequence[Section], settings: Settings) -> bytes:
    """The page of a section, of several, of a tag, an author or a search."""
    root = _root(path_of(PageAddress(selection=selection)).partition("?")[0])
    heading = document.title.removesuffix(f" - {settings.site.title}")
    properties, linked = described.of_selection(document, settings)
    return _render(
        "selection.html",
        settings,
        root,
        document=document,
        heading=heading,
        search=selection.search,
        feed=subscribing.feed(selection, heading, root, settings) if selection.search != "" else None,
        cards=[Card(section=section, path=subscribing.section_path(section, root)) for section in sections],
        shown=frozenset(selection.sections),
        properties=properties,
        linked=linked,
    )


def article_page(entry: Entry, settings: Settings) -> bytes:
    """The page of an article that has no address of its own."""
    properties, linked = described.of_article(entry, settings)
    root = "../../"
    return _render(
        "article.html",
        settings,
        root,
        entry=entry,
        content=Markup(entry.content_html or ""),
        direction=direction_of(entry.language),
        cards=[
            Card(
                section=section,
                path=subscribing.section_path(section, root),
                feed=_feed_of(section, root, settings),
            )
            for section in entry.sections
        ],
        tags=[(tag, _topic_path("tag", tag, root)) for tag in entry.tags],
        authors=[(author.name, _topic_path("author", author.name, root)) for author in entry.authors],
        properties=properties,
        linked=linked,
    )


def about_page(settings: Settings) -> bytes:
    """What a feed is, for people; what to count on and whom to write to, for those who collect feeds."""
    return _render(
        "about.html",
        settings,
        "../",
        apps=subscribing.apps(),
        services=subscribing.services(),
        hubs=settings.websub.hubs,
        minutes=settings.feeds.ttl,
        entries=settings.feeds.entries,
    )


def error_page(status: int, settings: Settings, near: Sequence[Section] = ()) -> bytes:
    """A page that says what went wrong, and where to go on: sections that may have been meant. It may stand at any
    address, so its links are absolute."""
    root = f"{settings.site.url}/"
    cards = [Card(section=section, path=subscribing.section_path(section, root)) for section in near]
    with translated("error.html", settings):
        return _render("error.html", settings, root, status=status, cards=cards)


def _render(template: str, settings: Settings, root: str, **values: Any) -> bytes:
    site = settings.site
    language = catalogues.spoken(site.display_locale)

    def moment(when: datetime) -> str:
        return locales.moment(when, zone=site.zone, locale=site.display_locale, digits=site.digits)

    def number(value: int) -> str:
        return locales.number(value, locale=site.display_locale, digits=site.digits)

    def local(address: str) -> str:
        # Pages link to each other relatively; an article may stand elsewhere.
        inside = address.startswith(f"{site.url}/")
        return root + address.removeprefix(f"{site.url}/") if inside else address

    text = (
        environment(settings)
        .get_template(template)
        .render(
            site=site,
            root=root,
            # The newsroom's own tag where it speaks the page's language: ar-LY rather than ar.
            page_language=site.language if site.language.split("-")[0] == language else language,
            page_direction=direction_of(language),
            # What the script writes times in: the configured locale and digits (Unicode LDML, "u" extension).
            spoken=f"{site.display_locale.replace('_', '-')}-u-nu-{site.digits}",
            accent=accent(site.accent),
            icon=described.asset(site.icon, settings),
            logo=described.asset(site.logo or site.icon, settings),
            assets=asset_links(settings, root),
            everything=subscribing.feed(EVERYTHING, site.title, root, settings),
            longest_query=MAX_QUERY,
            moment=moment,
            number=number,
            local=local,
            **values,
        )
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
