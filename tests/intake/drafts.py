"""Items as a newsroom gives them, and the drafts that are made of them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from feeds.errors import BadRecord
from feeds.intake.draft import Draft, Drafter
from feeds.model import Article, Place, Record

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SITE = "https://news.example/desk"
PLACE = Place(source="in.jsonl", position="7")


def item(**more: Any) -> dict[str, Any]:
    """An item with all that is required; a field given as `...` is left out."""
    made = {
        "id": "1",
        "title": "خبر",
        "content_html": "<p>نص الخبر.</p>",
        "date_published": "2026-11-23T10:30:00+02:00",
        "sections": ["world"],
        **more,
    }
    return {name: value for name, value in made.items() if value is not ...}


def draft(raw: Mapping[str, Any], *, zone: str = "Africa/Tripoli", now: datetime = NOW, undated: bool = False) -> Draft:
    record = Record(place=PLACE, item=raw, undated=undated)
    return Drafter(base=SITE, zone=ZoneInfo(zone)).draft(record, now)


def article(**more: Any) -> Article:
    """What is made of an item."""
    return draft(item(**more)).article


def refused(**more: Any) -> str:
    """Why an item is refused."""
    with pytest.raises(BadRecord) as fault:
        draft(item(**more))
    return str(fault.value)
