"""Plain-text copies of article pages -> records."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from feeds.importers.copies.shape import understand
from feeds.importers.copies.site import shared
from feeds.importers.encoding import decoded
from feeds.importers.source import Source
from feeds.model import Place, Record, Rejection
from feeds.text.clean import clean_text

# Longer than any page that somebody copied.
MAX_COPY = 4 * 1024 * 1024


def records(source: Source, *, site: Collection[str], sections: Collection[str]) -> Iterator[Record | Rejection]:
    """The article of a copy. `site` are lines of the site (as of `repeated`), `sections` names of sections that are
    known, both by sections.name_key. Raises BadSource where it is longer than MAX_COPY."""
    place = Place(source=source.name)
    found = understand(lines_of(source.whole(MAX_COPY)), site=site, sections=sections)
    if isinstance(found, str):
        yield Rejection(place=place, reason=found)
        return
    item = {
        "title": found.title,
        "summary": found.summary,
        "content_html": found.html,
        "sections": [found.section] if found.section else None,
        "authors": [{"name": found.author}] if found.author else None,
        "date_published": found.date or (source.changed.isoformat() if source.changed else None),
    }
    yield Record(
        place=place,
        item={name: value for name, value in item.items() if value},
        unnamed=True,
        undated=not found.date,
        understood=found.account,
    )


def repeated(copies: Iterable[bytes]) -> frozenset[str]:
    """What stands on many pages of one site, and so is the site's, by sections.name_key."""
    return shared(map(lines_of, copies))


def lines_of(raw: bytes) -> Sequence[str]:
    """The lines of a text, clean; empty ones are left out."""
    text = decoded(raw).replace("\r\n", "\n").replace("\r", "\n")
    return [line for line in map(clean_text, text.split("\n")) if line]
