"""HTML pages: what a browser shows of a selection, an article, an error."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from feeds import locales
from feeds.addresses import FeedAddress, PageAddress, path_of
from feeds.direction import direction_of
from feeds.model import EVERYTHING, REGISTERED_TYPES, Document, Entry, Section, Selection
from feeds.render.templates import TEMPLATES
from feeds.settings import Settings
from feeds.text.bidi import rtl_dominant, starts_left

_NAMES = {"atom": "Atom", "rss": "RSS", "json": "JSON Feed"}
STATIC = Path(__file__).parent / "static"
_LATEST = locales.Plural(
    zero="لا أخبار هنا بعد",
    one="آخر خبر",
    two="آخر خبرين",
    few="آخر {} أخبار",
    many="آخر {} خبرًا",
    other="آخر {} خبر",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLink:
    """One format of a feed: a relative address to follow, an absolute one to copy."""

    name: str
    type: str
    path: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A section as the landing page shows it."""

    section: Section
    path: str
    feeds: Sequence[FeedLink]


@cache
def _environment() -> Environment:
    """The templates, read once a process: they are part of the program."""
    loader = FileSystemLoader(TEMPLATES)
    # A later template must not fail half way through a page: what is not given is a bug of ours.
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters |= {"bdi": _isolated, "dir": _turned}
    return made


@cache
def _turned(text: str) -> str:
    """The `dir` of an element that holds a string: "auto" but where its first letter misleads.

    Pages have no marks (RTL.md R1), and `auto`, as in a bare bdi, turns «FIFA تعلن …» the wrong way.
    """
    return "rtl" if starts_left(text) and rtl_dominant(text) else "auto"


def _isolated(text: str) -> Markup:
    """A string from the store among others (RTL.md R8)."""
    opened = '<bdi dir="rtl">' if _turned(text) == "rtl" else "<bdi>"
    return Markup(f"{opened}{escape(text)}</bdi>")


def selection_page(document: Document, selection: Selection, sections: Sequence[Section], settings: Settings) -> bytes:
    """The page of a section, of several, of a tag, an author or a search, or of the whole desk: the landing page."""
    site = settings.site
    root = _root(path_of(PageAddress(selection=selection)).partition("?")[0])
    return _render(
        "landing.html" if selection.is_everything else "selection.html",
        settings,
        root=root,
        document=document,
        search=selection.search,
        latest=locales.counted(len(document.entries), _LATEST, locale=site.display_locale, digits=site.digits),
        feeds=_feed_links(selection, root, settings),
        everything=_feed_links(EVERYTHING, root, settings),
        cards=[_card(section, root, settings) for section in sections],
    )


def article_page(entry: Entry, settings: Settings) -> bytes:
    """The page of an article that has no address of its own."""
    return _render(
        "article.html",
        settings,
        root="../../",
        entry=entry,
        content=Markup(entry.content_html or ""),
        direction=direction_of(entry.language),
        everything=_feed_links(EVERYTHING, "../../", settings),
        sections=[_card(section, "../../", settings) for section in entry.sections],
    )


def error_page(title: str, text: str, settings: Settings) -> bytes:
    """A page that says in Arabic what went wrong. It may stand at any address, so its links are absolute."""
    root = f"{settings.site.url}/"
    return _render(
        "error.html", settings, root=root, title=title, text=text, everything=_feed_links(EVERYTHING, root, settings)
    )


def _render(template: str, settings: Settings, **values: Any) -> bytes:
    site = settings.site

    def moment(when: datetime) -> str:
        return locales.moment(when, zone=site.zone, locale=site.display_locale, digits=site.digits)

    def local(address: str) -> str:
        # Pages link to each other relatively; an article may stand elsewhere.
        inside = address.startswith(f"{site.url}/")
        return str(values["root"]) + address.removeprefix(f"{site.url}/") if inside else address

    page = _environment().get_template(template)
    direction = direction_of(site.language)
    text = page.render(site=site, direction_of_site=direction, moment=moment, local=local, **values)
    return text.encode("utf-8")


def _root(path: str) -> str:
    """The way from a page to the landing page."""
    return "../" * (path.count("/") - 1) or "./"


def _card(section: Section, root: str, settings: Settings) -> Card:
    selection = Selection(sections=(section.slug,))
    return Card(
        section=section,
        path=root + path_of(PageAddress(selection=selection)).removeprefix("/"),
        feeds=_feed_links(selection, root, settings),
    )


def _feed_links(selection: Selection, root: str, settings: Settings) -> list[FeedLink]:
    found = []
    for format, kind in REGISTERED_TYPES.items():
        path = path_of(FeedAddress(selection=selection, format=format))
        found.append(
            FeedLink(
                name=_NAMES[format],
                type=kind,
                path=root + path.removeprefix("/"),
                url=settings.site.url + path,
            )
        )
    return found
