"""The one interchange form: a JSON Feed 1.1 item with `sections`, checked. https://www.jsonfeed.org/version/1.1/"""

import json
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

_TIME = 'give a time such as "2026-11-23T14:30:00+02:00"'
_NAMED = '{"name": "…"}'
_RIGHT: Mapping[str, str] = {
    "id": "give a text that is this article's for ever",
    "url": "give a whole address, https://…",
    "image": "give an address",
    "content_html": "give HTML as a text",
    "date_published": _TIME,
    "date_modified": _TIME,
    "authors": f"give a list such as [{_NAMED}]",
    "author": f"give an object such as {_NAMED}",
    "tags": 'give a list of texts such as ["…"]',
    "sections": 'give a list of section names such as ["world"]',
    "attachments": 'give a list such as [{"url": "https://…", "mime_type": "audio/mpeg"}]',
    "language": 'give a language tag such as "ar" or "ar-LY"',
}
# By what pydantic calls the fault: the first are right whatever the field.
_RIGHT_NUMBER: Mapping[str, str] = {
    "int_type": "give a whole number",
    "int_from_float": "give a whole number",
    "float_type": "give a number",
    "finite_number": "give a number",
    "greater_than_equal": "give 0 or more",
    "less_than_equal": "give a smaller number",
}
_RIGHT_TYPE: Mapping[str, str] = {
    "string_type": "give a text",
    "bool_type": "give true or false",
    "list_type": "give a list",
    "model_type": "give an object, {…}",
    "missing": "give it",
}
# Numbers with more digits are neither ids nor sizes.
_DIGITS = 100
# RFC 8259 §6: up to here every program reads the same whole number.
_LARGEST = 2**53 - 1
# Characters of a value that a message quotes.
_SHOWN = 80
# What would not show, or would do something to a terminal.
_UNSEEN = re.compile(r"[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]")


def shown(value: Any) -> str:
    """A value as messages quote it: as JSON on one line, cut where it is long."""
    if isinstance(value, str) and len(value) > _SHOWN:
        value = f"{value[: _SHOWN - 1]}…"
    try:
        text = str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False, default=str)
    except ValueError:
        # Python writes no number of more than 4300 digits.
        text = "a number"
    if not isinstance(value, str) and len(text) > _SHOWN:
        text = f"{text[: _SHOWN - 1]}…"
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _number_as_text(value: Any) -> Any:
    """JSON Feed 1.1, items: an id that is a number is taken as its digits."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return value
    if isinstance(value, int):
        return str(value) if abs(value) < 10**_DIGITS else value
    number = Decimal(repr(value)) if isinstance(value, float) else value
    if not number.is_finite() or abs(number.adjusted()) > _DIGITS:
        return value
    digits = f"{number:f}"
    digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
    return "0" if digits == "-0" else digits


def _whole(value: Any) -> Any:
    """A whole number that was written as 12.0 or came as a Decimal."""
    if isinstance(value, (float, Decimal)) and 0 <= value <= _LARGEST and value == int(value):
        return int(value)
    return value


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


Count = Annotated[int | None, Field(ge=0, le=_LARGEST), BeforeValidator(_whole)]
Seconds = Annotated[float | None, Field(ge=0, allow_inf_nan=False), BeforeValidator(_plain)]


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
    feeds: Annotated[Extension | None, Field(alias="_feeds")] = None


def read_item(raw: Mapping[str, Any]) -> Item:
    """A record's fields, checked. Raises BadRecord with everything that is wrong with their types."""
    try:
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
    first, *rest = error["loc"]
    name = f"{first}" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in rest)
    kind = error["type"]
    right = _RIGHT_NUMBER.get(kind) or _RIGHT.get(str(first)) or _RIGHT_TYPE.get(kind) or error["msg"]
    return f"{name} is {'missing' if kind == 'missing' else shown(error['input'])}; {right}"


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
        raise BadRecord(f"{name} is {shown(text)}; {_TIME}") from None
    if not 1900 <= moment.year < 9999:
        raise BadRecord(f"{name} is in the year {moment.year}; {_TIME}")
    return moment
