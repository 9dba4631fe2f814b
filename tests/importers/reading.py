"""Bytes read as a source of JSON."""

import io
import json
from typing import Any

from feeds.importers import jsonfeed
from feeds.importers.source import Source
from feeds.model import Record, Rejection

NAME = "in.json"


def read(raw: bytes | str) -> list[Record | Rejection]:
    """All that an importer finds in some bytes."""
    data = raw.encode("utf-8") if isinstance(raw, str) else raw
    return list(jsonfeed.records(Source.of(NAME, io.BytesIO(data))))


def told(raw: bytes | str) -> list[Any]:
    """The same, short: an item for a record, its place and reason for a rejection."""
    return [found.item if isinstance(found, Record) else str(found) for found in read(raw)]


def places(raw: bytes | str) -> list[str]:
    return [str(found.place) for found in read(raw)]


def item(id: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "title": f"خبر {id}", **more}


def dumped(value: Any, **how: Any) -> str:
    return json.dumps(value, ensure_ascii=False, **how)
