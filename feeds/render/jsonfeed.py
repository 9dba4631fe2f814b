"""Document -> JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

import json
from typing import Any

from feeds.items import attachments_of, authors_of, extension_of, filled
from feeds.model import Document, Entry
from feeds.render.marks import marked

_VERSION = "https://jsonfeed.org/version/1.1"


def json_feed(document: Document) -> bytes:
    """The document as UTF-8, its keys in the order of the specification."""
    mode = document.title_direction
    feed: dict[str, Any] = {
        "version": _VERSION,
        "title": marked(document.title, mode),
        "home_page_url": document.page_url,
        # JSON Feed 1.1: pages that `next_url` leads to are of the same feed.
        "feed_url": (document.history.current or document.self_urls)["json"],
        "next_url": document.history.previous["json"] if document.history.previous else None,
        "description": marked(document.description, mode),
        "icon": document.icon,
        "authors": [{"name": document.publisher, "url": document.publisher_url}],
        "language": document.language,
        "hubs": [{"type": "WebSub", "url": hub} for hub in document.hubs],
    }
    items = [_item(entry, document) for entry in document.entries]
    return json.dumps(
        {**filled(feed), "items": items}, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode("utf-8")


def _item(entry: Entry, document: Document) -> dict[str, Any]:
    mode = document.title_direction
    summary = marked(entry.summary, mode)
    title = marked(entry.title, mode)
    image = entry.image
    item: dict[str, Any] = {
        "id": entry.guid,
        "url": entry.permalink,
        "title": title,
        "content_html": entry.content_html,
        # An item needs one of the two.
        "content_text": None if entry.content_html else summary or title,
        "summary": summary,
        "image": image.url if image else None,
        "date_published": entry.published.isoformat(),
        "date_modified": entry.updated.isoformat(),
        "authors": authors_of(entry),
        # A tag may be called like a section.
        "tags": list(dict.fromkeys([*(section.title for section in entry.sections), *entry.tags])),
        "language": entry.language if entry.language != document.language else None,
        "attachments": attachments_of(entry),
        "_feeds": extension_of(entry),
    }
    return filled(item)
