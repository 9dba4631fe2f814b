"""Articles <-> rows of the articles table."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from feeds.model import Article, Attachment, Author, Image, Origin, Tombstone

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FIRST = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND
_LAST = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND

# In the order of `from_row`; `to_row` gives the same from `url` on.
COLUMNS = (
    "guid, scopes, withdrawn, reason, url, title, summary, excerpt, content_html,"
    " published, modified, language, correction, details, directed_html"
)

# Made once: by itself, json makes one for each value that is to be written so.
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def micros(moment: datetime) -> int:
    """A time as microseconds since 1970, which is how listings order articles."""
    return (moment - _EPOCH) // _MICROSECOND


def from_micros(position: int) -> datetime:
    """In UTC, which lacks the first hours of the year 1 and the last of the year 9999 of other zones."""
    return _EPOCH + min(max(position, _FIRST), _LAST) * _MICROSECOND


def to_row(article: Article) -> tuple[str | int | None, ...]:
    """The columns from `url` on."""
    return (
        article.url,
        article.title,
        article.summary,
        article.excerpt,
        article.content_html,
        article.published.isoformat(),
        article.modified.isoformat(),
        article.language,
        int(article.correction),
        _ENCODER.encode(_details(article)),
        article.directed_html,
    )


def _details(article: Article) -> dict[str, Any]:
    """What only the rendering of an entry needs. Empty parts are left out."""
    found: dict[str, Any] = {}
    if article.authors:
        found["authors"] = [[author.name, author.url] for author in article.authors]
    if article.tags:
        found["tags"] = article.tags
    if article.image:
        image = article.image
        found["image"] = [
            image.url,
            image.mime_type,
            image.size,
            image.width,
            image.height,
            image.description,
            image.credit,
        ]
    if article.attachments:
        found["attachments"] = [
            [file.url, file.mime_type, file.title, file.size, file.duration] for file in article.attachments
        ]
    if article.origin:
        found["origin"] = [article.origin.title, article.origin.url]
    return found


def from_row(row: Iterable[Any], slugs: Mapping[int, str]) -> Article | Tombstone:
    """A row of COLUMNS as an article or, if it was withdrawn, as its tombstone; `slugs` by scope id."""
    columns = tuple(row)
    guid, _, withdrawn, reason, url, *_ = columns
    if withdrawn is not None:
        return to_tombstone(guid, withdrawn, reason, url)
    return article_of(columns, slugs)


def to_tombstone(guid: str, withdrawn: str, reason: str, url: str | None) -> Tombstone:
    """A tombstone of these columns."""
    return Tombstone(guid=guid, withdrawn=datetime.fromisoformat(withdrawn), reason=reason, url=url)


def article_of(row: Iterable[Any], slugs: Mapping[int, str]) -> Article:
    """A row of COLUMNS as the article that it is, or was until it was withdrawn."""
    (guid, scopes, _, _, url, title, summary, excerpt, content_html,
     published, modified, language, correction, details, directed_html) = row  # fmt: skip
    found = json.loads(details)
    return Article(
        guid=guid,
        url=url,
        title=title,
        summary=summary,
        excerpt=excerpt,
        content_html=content_html,
        directed_html=directed_html,
        published=datetime.fromisoformat(published),
        modified=datetime.fromisoformat(modified),
        language=language,
        correction=bool(correction),
        sections=tuple(slugs[scope] for scope in json.loads(scopes)),
        authors=tuple(Author(name=name, url=page) for name, page in found.get("authors", ())),
        tags=tuple(found.get("tags", ())),
        image=_image(found["image"]) if "image" in found else None,
        attachments=tuple(_attachment(file) for file in found.get("attachments", ())),
        origin=Origin(title=found["origin"][0], url=found["origin"][1]) if "origin" in found else None,
    )


def _image(parts: list[Any]) -> Image:
    url, mime_type, size, width, height, description, credit = parts
    return Image(
        url=url,
        mime_type=mime_type,
        size=size,
        width=width,
        height=height,
        description=description,
        credit=credit,
    )


def _attachment(parts: list[Any]) -> Attachment:
    url, mime_type, title, size, duration = parts
    return Attachment(url=url, mime_type=mime_type, title=title, size=size, duration=duration)
