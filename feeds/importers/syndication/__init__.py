"""RSS, Atom and RDF -> records, by feedparser."""

from collections.abc import Iterator

from feeds.errors import BadSource
from feeds.importers.source import Source
from feeds.importers.syndication.document import Document, read
from feeds.importers.syndication.entries import item_of
from feeds.importers.syndication.hidden import asks_password
from feeds.model import Place, Record, Rejection

# feedparser has the whole feed in memory, several times its size.
MAX_FEED = 32 * 1024 * 1024


def records(source: Source, *, categories: bool) -> Iterator[Record | Rejection]:
    """The records of a feed, in its order; with `categories` those it names are sections, else tags. What asks for a
    password is passed over.

    Raises BadSource where it is longer than MAX_FEED, declares entities, or is no feed.
    """
    document = read(source.name, source.whole(MAX_FEED), address=source.address, charset=source.charset)
    if not document.version and not document.entries:
        raise BadSource(f"{source.name}: is no feed that can be read: {document.fault or 'it holds nothing'}; mend it")
    return _records(source, document, categories)


def _records(source: Source, document: Document, categories: bool) -> Iterator[Record | Rejection]:
    stand_in = source.changed.isoformat(timespec="seconds") if source.changed else None
    for number, entry in enumerate(document.entries, start=1):
        if asks_password(entry):
            continue
        item, base = item_of(entry, document, categories)
        yield Record(
            place=Place(source=source.name, position=f"item {number}"),
            item=item if "date_published" in item or not stand_in else {**item, "date_published": stand_in},
            base=base,
            unnamed="id" not in item and bool(item.get("title")),
            undated="date_published" not in item,
        )
    if document.fault:
        place = Place(source=source.name, position=str(document.line))
        reason = f"the XML is broken: {document.fault}; what could be read was taken, mend it and give it again"
        yield Rejection(place=place, reason=reason)
