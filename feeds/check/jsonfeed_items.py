"""The items of a JSON Feed."""

from collections.abc import Iterator
from typing import cast

from feeds.check import markup
from feeds.check.addresses import iri
from feeds.check.dates import rfc3339, rfc3339_moment
from feeds.check.fields import Fault, language_tag, media_type
from feeds.check.findings import Finding, error, numbered, warning
from feeds.check.members import Kind, Member, authors, hygiene, members, required, strings, table

_SPEC = "JSON Feed 1.1, Items"
_ATTACHMENTS = "JSON Feed 1.1, Attachments"


def _date(value: str) -> Fault | None:
    fault = rfc3339(value)
    if fault and not rfc3339(value.upper()):
        # JSON Feed asks for RFC 3339, which only recommends capitals; Atom demands them.
        return fault._replace(source="RFC 3339 §5.6", level="warning")
    return fault


_MEMBERS = {
    "id": Member(Kind.STRING),
    "url": Member(Kind.STRING, iri),
    "external_url": Member(Kind.STRING, iri),
    "title": Member(Kind.STRING),
    "content_html": Member(Kind.STRING),
    "content_text": Member(Kind.STRING),
    "summary": Member(Kind.STRING),
    "image": Member(Kind.STRING, iri),
    "banner_image": Member(Kind.STRING, iri),
    "date_published": Member(Kind.STRING, _date),
    "date_modified": Member(Kind.STRING, _date),
    "authors": Member(Kind.ARRAY),
    "author": Member(Kind.OBJECT),
    "tags": Member(Kind.ARRAY),
    "language": Member(Kind.STRING, language_tag),
    "attachments": Member(Kind.ARRAY),
}
_ATTACHMENT = {
    "url": Member(Kind.STRING, iri),
    "mime_type": Member(Kind.STRING, media_type),
    "title": Member(Kind.STRING),
    "size_in_bytes": Member(Kind.NUMBER),
    "duration_in_seconds": Member(Kind.NUMBER),
}


def items(found: object) -> Iterator[Finding]:
    """Every item, then what is wrong with them together."""
    seen: set[str] = set()
    for number, item in enumerate(cast("list[object]", found) if isinstance(found, list) else [], 1):
        if not isinstance(item, dict):
            yield error(f"item {number}", "is not an object", "an object with an id and content", _SPEC)
            continue
        identity = item.get("id")
        where = numbered("item", number, "id", identity if isinstance(identity, str) else "")
        yield from _item(where, item)
        if isinstance(identity, str):
            if identity and identity in seen:
                yield error(where, "id is another item's too", "an id of its own", _SPEC)
            seen.add(identity)


def _item(where: str, item: dict[str, object]) -> Iterator[Finding]:
    yield from members(where, "", item, _MEMBERS, _SPEC)
    yield from required(where, "", item, ("id",), _SPEC)
    if item.get("id") == "":
        yield error(where, "id is empty", "a permanent identity", _SPEC)
    yield from _texts(where, item)
    published, modified = item.get("date_published"), item.get("date_modified")
    if isinstance(published, str) and isinstance(modified, str):
        first, last = rfc3339_moment(published), rfc3339_moment(modified)
        if first and last and last < first:
            right = "the time of publication, or a later one"
            yield warning(where, "date_modified is before date_published", right, _SPEC)
    yield from authors(where, item)
    yield from strings(where, item, "tags", _SPEC)
    yield from table(where, item, "attachments", _ATTACHMENT, ("url", "mime_type"), _ATTACHMENTS)
    yield from hygiene(where, item)


def _texts(where: str, item: dict[str, object]) -> Iterator[Finding]:
    if item.get("content_html") is None and item.get("content_text") is None:
        right = "content_html or content_text; content_text is the summary where there is nothing else"
        yield error(where, "has no content", right, _SPEC)
    if isinstance(title := item.get("title"), str):
        yield from markup.title(where, "title", title, _SPEC)
    for name in ("summary", "content_text"):
        if isinstance(value := item.get(name), str):
            yield from markup.plain(where, name, value, _SPEC)
    if isinstance(body := item.get("content_html"), str):
        yield from markup.content(where, "content_html", body, relative="JSON Feed 1.1 knows no base address")
