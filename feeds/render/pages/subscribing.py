"""Ways to subscribe: a feed's addresses, the services that take them with one tap, a code for the telephone."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import quote

import segno
from markupsafe import Markup

from feeds.addresses import FeedAddress, PageAddress, path_of
from feeds.model import REGISTERED_TYPES, Entry, FeedFormat, Section, Selection
from feeds.settings import Settings

_NAMES: dict[FeedFormat, str] = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}
# The quiet zone that ISO/IEC 18004 wants around a code, in modules.
_QUIET = 4
# A longer address makes a code that no telephone reads off a screen.
_LONGEST = 500
_CODES = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLink:
    """One format of a feed: a relative address to follow, an absolute one to copy."""

    format: FeedFormat
    name: str
    type: str
    path: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Somebody else's service, and the address there that subscribes to a feed."""

    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """A reader to install, and on what."""

    name: str
    on: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed to subscribe to: its formats (the first is the one to copy), services, and a code of its address."""

    title: str
    formats: Sequence[FeedLink]
    services: Sequence[Service]
    code: Markup

    @property
    def url(self) -> str:
        return self.formats[0].url


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A section as pages show it, with its latest headlines where they are wanted."""

    section: Section
    path: str
    feed: Feed | None = None
    entries: Sequence[Entry] = ()


def feed(selection: Selection, title: str, root: str, settings: Settings) -> Feed:
    """The feed of a selection, on a page from which `root` leads to the landing page."""
    links = feed_links(selection, root, settings)
    return Feed(title=title, formats=links, services=_services(links[0].url), code=_code(links[0].url))


def feed_links(selection: Selection, root: str, settings: Settings) -> list[FeedLink]:
    """A feed in each format."""
    found = []
    for format, kind in REGISTERED_TYPES.items():
        path = path_of(FeedAddress(selection=selection, format=format))
        link = FeedLink(
            format=format,
            name=_NAMES[format],
            type=kind,
            path=root + path.removeprefix("/"),
            url=settings.site.url + path,
        )
        found.append(link)
    return found


def section_path(section: Section, root: str) -> str:
    """The relative address of a section's page."""
    return root + path_of(PageAddress(selection=Selection(sections=(section.slug,)))).removeprefix("/")


def apps() -> Sequence[App]:
    """Readers to install."""
    return [App(**each) for each in _data()["apps"]]


def services() -> Sequence[str]:
    """What the services are called."""
    return [each["name"] for each in _data()["services"]]


def _services(url: str) -> Sequence[Service]:
    quoted = quote(url, safe="")
    return [Service(name=each["name"], url=each["subscribe"].format(feed=quoted)) for each in _data()["services"]]


@cache
def _data() -> dict[str, list[dict[str, str]]]:
    return tomllib.loads((Path(__file__).parent / "services.toml").read_text("utf-8"))


@lru_cache(maxsize=_CODES)
def _code(url: str) -> Markup:
    """The address as a QR code, for a telephone that looks at the screen; nothing for a long one."""
    if len(url) > _LONGEST:
        return Markup("")
    code = segno.make(url, error="m", micro=False)
    drawn = code.svg_inline(border=_QUIET, omitsize=True, svgclass="code", lineclass=None, dark="#000")
    return Markup(drawn.replace("<svg ", '<svg aria-hidden="true" ', 1))
