"""Every page of something made up: what a newsroom's templates have wrong is found before anything begins."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial

from feeds.addresses import FeedAddress, PageAddress, path_of
from feeds.model import (
    EVERYTHING,
    FEED_FORMATS,
    Attachment,
    Author,
    Document,
    Entry,
    Image,
    Section,
    Selection,
    Topic,
)
from feeds.render.pages.environment import translated
from feeds.render.pages.making import Pages
from feeds.settings import Settings

_SECTION = Section(slug="trial", title="Trial", description="A section")
_WHEN = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)


def try_out(pages: Pages) -> None:
    """Makes every page once, where a newsroom has templates of its own. Raises ConfigurationError where one can't be
    made of them."""
    own = pages.settings.templates_path
    for template, make in _makers(pages).items() if own else ():
        with translated(template, own):
            make()


def _makers(pages: Pages) -> Mapping[str, Callable[[], object]]:
    """What is made of each template."""
    settings = pages.settings
    everything = _document(EVERYTHING, settings)
    selections = [
        Selection(sections=(_SECTION.slug,)),
        Selection(topic=Topic("tag", "trial")),
        Selection(topic=Topic("author", "trial")),
        Selection(search="trial"),
        Selection(search=""),
    ]
    return {
        "error.html": lambda: [pages.error(status, [_SECTION]) for status in (404, 503)],
        "landing.html": partial(pages.landing, everything, {_SECTION.slug: everything.entries}, [_SECTION]),
        "selection.html": lambda: [
            pages.selection(_document(selection, settings), selection, [_SECTION]) for selection in selections
        ],
        "article.html": partial(pages.article, _entry(settings)),
        "about.html": pages.about,
    }


def _entry(settings: Settings) -> Entry:
    url = f"{settings.site.url}/articles/trial"
    return Entry(
        guid=url,
        uri=url,
        permalink=f"{url}/",
        title="An article",
        summary="A summary.",
        content_html="<p>A text.</p>",
        published=_WHEN,
        updated=_WHEN,
        authors=(Author(name="An author"),),
        sections=(_SECTION,),
        tags=("trial",),
        language=settings.site.language,
        image=Image(url=f"{url}.png", credit="A photographer", description="A picture"),
        attachments=(Attachment(url=f"{url}.mp3", mime_type="audio/mpeg"),),
        origin=None,
    )


def _document(selection: Selection, settings: Settings) -> Document:
    site = settings.site
    urls = {format: site.url + path_of(FeedAddress(selection=selection, format=format)) for format in FEED_FORMATS}
    return Document(
        id=urls["atom"],
        title=f"Trial - {site.title}",
        description=site.description,
        language=site.language,
        page_url=site.url + path_of(PageAddress(selection=selection)),
        self_urls=urls,
        publisher=site.by,
        publisher_url=f"{site.url}/",
        title_direction=settings.feeds.title_direction,
        updated=_WHEN,
        ttl=settings.feeds.ttl,
        entries=(_entry(settings),),
        hubs=settings.websub.hubs,
        copyright=site.copyright,
    )
