"""Pages of a newsroom, of every kind, for the tests of them."""

from collections.abc import Sequence

from lxml import html

from feeds.addresses import FeedAddress
from feeds.edition import Edition
from feeds.model import EVERYTHING, Article, Selection
from feeds.render.pages import Pages
from feeds.sections import SectionNames
from feeds.settings import Settings
from tests.render.articles import article, configured, shelf

KINDS = ["landing", "selection", "search", "article", "about", "error"]
# Those that show articles.
SHOWING = ["landing", "selection", "search", "article"]
SELECTIONS = {"landing": EVERYTHING, "selection": Selection(sections=("world",)), "search": Selection(search="ليبيا")}

HOSTILE = "</title></script><script>alert(1)</script><img src=x onerror=alert(1)> \" ' {{ 7*7 }} &amp;"
# RTL.md R8; FIFA begins it, so nothing but an element with `dir` turns it right.
MIXED = "FIFA تعلن مواعيد كأس العالم"


def edition(settings: Settings) -> Edition:
    return Edition(settings, SectionNames(settings.section_list(), ()))


def page(kind: str, articles: Sequence[Article] = (), settings: Settings | None = None) -> str:
    """A page of this kind, of a newsroom with these articles; the section `world` has them all."""
    return shown(kind, Pages(settings or configured()), articles)


def shown(kind: str, pages: Pages, articles: Sequence[Article] = ()) -> str:
    """The same, of a newsroom's pages."""
    settings = pages.settings
    sections = settings.section_list()
    if kind == "error":
        return pages.error(404, sections[:2]).decode()
    if kind == "about":
        return pages.about().decode()
    entries = [edition(settings).entry(one, "full") for one in articles or [article(url=None)]]
    if kind == "article":
        return pages.article(entries[0]).decode()
    selection = SELECTIONS[kind]
    address = FeedAddress(selection=selection, format="atom", content="summary")
    made = edition(settings).document(address, shelf(articles))
    if kind == "landing":
        return pages.landing(made, {"world": entries[:3]} if articles else {}, sections).decode()
    return pages.selection(made, selection, sections).decode()


def tree(kind: str, articles: Sequence[Article] = (), settings: Settings | None = None) -> html.HtmlElement:
    return html.document_fromstring(page(kind, articles, settings))


def everything(text: str) -> Article:
    """An article every plain string of which is this one."""
    return article(
        url=None,
        title=text,
        summary=text,
        authors=[{"name": text}],
        tags=[text],
        image="/1.png",
        _feeds={"image": {"description": text, "credit": text}},
        attachments=[{"url": "/1.mp3", "mime_type": "audio/mpeg", "title": text}],
    )


def newsroom(text: str) -> Settings:
    """A newsroom every plain string of which is this one."""
    site = dict.fromkeys(("title", "description", "copyright", "contact", "publisher"), text)
    return configured(site=site, sections=[{"slug": "world", "title": text, "description": text}])
