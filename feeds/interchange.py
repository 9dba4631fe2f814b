"""The one interchange form: a JSON Feed 1.1 item with `sections`, checked. https://www.jsonfeed.org/version/1.1/"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from feeds.errors import BadRecord

# A date and, if need be, a time (RFC 3339 §5.6; the offset may be left out).
_DATE = re.compile(r"\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d(:\d\d([.,]\d+)?)?\s?([Zz]|[+-]\d\d:?\d\d)?)?")
MAX_TITLE = 10_000
MAX_SUMMARY = 100_000
MAX_CONTENT = 8_000_000

_RIGHT: Mapping[str, str] = {
    "id": "give a text that is this article's for ever",
    "title": "give a text",
    "content_html": "give HTML as a text",
    "content_text": "give a text",
    "date_published": 'give a time such as "2026-11-23T14:30:00+02:00"',
    "date_modified": 'give a time such as "2026-11-23T14:30:00+02:00"',
    "authors": 'give a list such as [{"name": "…"}]',
    "tags": 'give a list of texts such as ["…"]',
    "sections": 'give a list of section names such as ["world"]',
    "attachments": 'give a list such as [{"url": "https://…", "mime_type": "audio/mpeg"}]',
    "language": 'give a language tag such as "ar" or "ar-LY"',
}


def _number_as_text(value: Any) -> Any:
    """JSON Feed 1.1, items: an id that is a number is taken as its digits."""
    if isinstance(value, bool):
        return value
    return str(value) if isinstance(value, (int, float, Decimal)) else value


def _whole(value: Any) -> Any:
    """A whole number that was written as 12.0 or came as a Decimal."""
    if isinstance(value, (float, Decimal)) and value == value // 1:
        return int(value)
    return value


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


Count = Annotated[int | None, Field(ge=0), BeforeValidator(_whole)]
Seconds = Annotated[float | None, Field(ge=0), BeforeValidator(_plain)]


class _Part(BaseModel):
    # Unknown keys are somebody's extensions: JSON Feed 1.1 has them ignored.
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class ItemAuthor(_Part):
    name: str | None = None
    url: str | None = None


class ItemAttachment(_Part):
    url: str
    mime_type: str
    title: str | None = None
    size_in_bytes: Count = None
    duration_in_seconds: Seconds = None


class ItemImage(_Part):
    """What `image` alone does not say."""

    mime_type: str | None = None
    size_in_bytes: Count = None
    width: Count = None
    height: Count = None
    description: str | None = None
    credit: str | None = None


class ItemSource(_Part):
    title: str
    url: str


class Extension(_Part):
    """Our own extension of an item, `_feeds`."""

    correction: bool = False
    image: ItemImage | None = None
    source: ItemSource | None = None


class Item(_Part):
    """A record whose fields have the right types. Nothing in it is clean yet."""

    id: Annotated[str, BeforeValidator(_number_as_text)]
    url: str | None = None
    title: str | None = None
    summary: str | None = None
    content_html: str | None = None
    content_text: str | None = None
    date_published: str
    date_modified: str | None = None
    authors: list[ItemAuthor] | None = None
    author: ItemAuthor | None = None
    tags: list[str] | None = None
    language: str | None = None
    image: str | None = None
    attachments: list[ItemAttachment] | None = None
    sections: list[str] | None = None
    feeds: Extension | None = None


def read_item(raw: Mapping[str, Any]) -> Item:
    """A record's fields, checked. Raises BadRecord with everything that is wrong with their types."""
    try:
        if "_feeds" in raw:
            raw = {**raw, "feeds": raw["_feeds"]}
        item = Item.model_validate(raw)
    except ValidationError as fault:
        raise BadRecord("; ".join(dict.fromkeys(_say(error) for error in fault.errors()))) from None
    if item.title and len(item.title) > MAX_TITLE:
        raise BadRecord(f"title has {len(item.title)} characters; give {MAX_TITLE} at most")
    if item.summary and len(item.summary) > MAX_SUMMARY:
        raise BadRecord(f"summary has {len(item.summary)} characters; give {MAX_SUMMARY} at most")
    if max(len(item.content_html or ""), len(item.content_text or "")) > MAX_CONTENT:
        raise BadRecord(f"content has more than {MAX_CONTENT} characters; split the article")
    return item


def _say(error: ErrorDetails) -> str:
    loc = error["loc"]
    first = "_feeds" if loc[0] == "feeds" else str(loc[0])
    name = first + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc[1:])
    if error["type"] == "missing":
        return f"{name} is missing; {_RIGHT.get(first, 'give it')}"
    value = repr(error["input"])
    shown = value if len(value) <= 60 else f"{value[:57]}…"
    if error["type"] == "string_unicode":
        shown = "a text with half a surrogate pair"
    return f"{name} is {shown}; {_RIGHT.get(first, error['msg'][:1].lower() + error['msg'][1:])}"


def read_time(name: str, text: str, zone: tzinfo) -> datetime:
    """A time with its offset in whole minutes; one without an offset is in `zone`. Raises BadRecord."""
    text = text.strip()
    try:
        if not _DATE.fullmatch(text):
            raise ValueError
        moment = datetime.fromisoformat(text.upper().replace(" ", "T", 1).replace(" ", ""))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone)
        offset = moment.utcoffset() or timedelta()
        # RFC 3339 knows no seconds in an offset; zones of a hundred years ago have them.
        minutes = round(offset / timedelta(minutes=1))
        fixed = timezone(timedelta(minutes=minutes)) if minutes else UTC
        moment = moment.astimezone(fixed)
    except (ValueError, OverflowError):
        shown = text if len(text) <= 40 else f"{text[:39]}…"
        raise BadRecord(f'{name} is "{shown}"; {_RIGHT[name]}') from None
    if not 1900 <= moment.year < 9999:
        raise BadRecord(f"{name} is in the year {moment.year}; {_RIGHT[name]}")
    return moment
