"""Saved HTML pages -> records: what the page itself says of its article, and its text by trafilatura."""

import re
from collections.abc import Iterator

from lxml.etree import ParserError
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from feeds.importers.encoding import declared, decoded
from feeds.importers.languages import language_of
from feeds.importers.pages.article import said_of
from feeds.importers.pages.body import body_of
from feeds.importers.source import Source
from feeds.model import Place, Record, Rejection

MAX_PAGE = 16 * 1024 * 1024
# Trafilatura's work grows by the square of some elements: of so many, seconds are left.
MAX_ELEMENTS = 12_000
_DECLARATION = re.compile(r"\s*+<\?xml[^>]*+\?>", re.IGNORECASE)
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def records(source: Source) -> Iterator[Record | Rejection]:
    """The article of a page. Raises BadSource where it is longer than MAX_PAGE."""
    raw = source.whole(MAX_PAGE)
    place = Place(source=source.name)
    text = _ILLEGAL.sub("", decoded(raw, [source.charset, declared(raw)]))
    tree = _tree(text)
    if tree is None:
        yield Rejection(place=place, reason="holds no HTML; save the page again")
        return
    if sum(1 for _ in tree.iter()) > MAX_ELEMENTS:
        reason = (
            f"has more than {MAX_ELEMENTS} elements; save the article alone, as the browser's reading view shows it"
        )
        yield Rejection(place=place, reason=reason)
        return
    said = said_of(tree, text, source.address)
    html = body_of(tree, said.title, said.text)
    if not html:
        yield Rejection(place=place, reason="holds no article that could be found; give the page of one article")
        return
    yield _record(place, source, said.item() | {"content_html": html}, said.base, said.language)


def _record(place: Place, source: Source, item: dict[str, object], base: str | None, language: str | None) -> Record:
    undated = "date_published" not in item
    if undated and source.changed:
        item["date_published"] = source.changed.isoformat()
    if tag := language_of(language, str(item.get("title") or "")):
        item["language"] = tag
    return Record(place=place, item=item, base=base, unnamed="id" not in item, undated=undated)


def _tree(text: str) -> HtmlElement | None:
    parser = HTMLParser(collect_ids=False, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        return document_fromstring(_DECLARATION.sub("", text, count=1).encode("utf-8"), parser=parser)
    except (ParserError, ValueError, AssertionError):
        return None
