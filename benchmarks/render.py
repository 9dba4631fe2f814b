"""How long a feed's first render takes against feedgen alone: `python -m benchmarks.render`.

The same 50 full-text entries, alternating in one run: ours is `Edition.document` and the renderer, from stored
articles to bytes; feedgen's own is a plain FeedGenerator that is given the finished titles, links, guids, dates,
descriptions, contents, categories and authors (its `dc` extension), and `rss_str` or `atom_str`. Each figure is the
mean of the best three of nine. The aim is at most 1.5 times feedgen's own.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean
from time import perf_counter
from typing import Any

# Before feedgen.util, which uses lxml.etree without importing it.
from lxml import etree  # noqa: F401

from feedgen.feed import FeedGenerator  # isort: skip

from feeds import samples
from feeds.addresses import FeedAddress
from feeds.edition import Edition
from feeds.intake.draft import Drafter
from feeds.model import EVERYTHING, Article, Document, FeedFormat, Place, Record, State
from feeds.render.xml import atom, rss
from feeds.sections import SectionNames
from feeds.settings import Settings, load
from feeds.store.contract import Shelf

COUNT = 50
ROUNDS = 9
BEST = 3
AIM = 1.5

_NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
_CONFIG = Path(__file__).parent.parent / "config.toml"


def articles(settings: Settings, names: SectionNames) -> list[Article]:
    """The newest samples, as intake would have them."""
    drafter = Drafter(base=settings.site.url, zone=settings.site.zone)
    found = []
    for number, item in enumerate(samples.items(site_url=settings.site.url, now=_NOW)):
        draft = drafter.draft(Record(place=Place(source="samples", position=str(number)), item=item), _NOW)
        slugs = [slug for slug in map(names.slug, draft.names or ()) if slug]
        found.append(replace(draft.article, sections=tuple(slugs)))
    return [article for article in found if article.listed_at <= _NOW][:COUNT]


def feedgen_alone(document: Document, build: str) -> bytes:
    """What feedgen makes of the same entries by itself; `build` is its method, rss_str or atom_str."""
    feed = FeedGenerator()
    feed.load_extension("dc")
    feed.id(document.id)
    feed.title(document.title)
    feed.description(document.description)
    feed.link(href=document.page_url, rel="alternate")
    feed.language(document.language)
    feed.updated(document.updated)
    for entry in document.entries:
        made = feed.add_entry(order="append")
        made.guid(entry.uri, permalink=False)
        made.title(entry.title)
        made.link(href=entry.permalink)
        made.published(entry.published)
        made.updated(entry.updated)
        made.description(entry.summary, isSummary=True)
        made.content(entry.content_html, type="html")
        made.category([{"term": section.title} for section in entry.sections])
        made.category([{"term": tag} for tag in entry.tags])
        made.author([{"name": author.name} for author in entry.authors])
        made.dc.dc_creator([author.name for author in entry.authors])
    made_bytes: bytes = getattr(feed, build)()
    return made_bytes


def _timed(work: Callable[[], Any]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


def compare(format: FeedFormat) -> tuple[float, float]:
    """Seconds of feedgen alone and of ours, for a feed in this format."""
    settings = load(_CONFIG, {})
    names = SectionNames(settings.section_list(), ())
    edition = Edition(settings, names)
    shelf = Shelf(
        state=State(version=1, changed=0),
        articles=articles(settings, names),
        tombstones=(),
        changes_at=None,
        since=_NOW,
    )
    address = FeedAddress(selection=EVERYTHING, format=format)
    render = {"rss": rss, "atom": atom}[format]
    document = edition.document(address, shelf)
    alone: list[float] = []
    ours: list[float] = []
    for _ in range(ROUNDS):
        alone.append(_timed(lambda: feedgen_alone(document, f"{format}_str")))
        ours.append(_timed(lambda: render(edition.document(address, shelf))))
    return fmean(sorted(alone)[:BEST]), fmean(sorted(ours)[:BEST])


def main() -> None:
    """Prints both times and their ratio, for RSS and Atom."""
    formats: tuple[FeedFormat, ...] = ("rss", "atom")
    for format in formats:
        alone, ours = compare(format)
        print(
            f"render {format}: {COUNT} entries, feedgen alone {alone * 1000:.2f} ms, ours {ours * 1000:.2f} ms,"
            f" ratio {ours / alone:.2f} (aim: at most {AIM})"
        )


if __name__ == "__main__":
    main()
