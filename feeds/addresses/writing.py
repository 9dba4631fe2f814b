"""The one right address of everything."""

from collections.abc import Mapping
from urllib.parse import urlencode

from feeds.addresses.values import Address, FeedAddress, PageAddress
from feeds.model import FeedFormat, Selection, TopicKind
from feeds.text.slug import quote_slug

FILES: Mapping[FeedFormat, str] = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}
_TOPIC_FOLDERS: Mapping[TopicKind, str] = {"tag": "tags", "author": "authors"}


def path_of(address: Address) -> str:
    """The one right path of an address, percent-encoded, with its query."""
    query: dict[str, str | int | None] = {"q": address.selection.search or None}
    file = ""
    if isinstance(address, FeedAddress):
        file = FILES[address.format]
        query |= {"limit": address.limit, "content": address.content}
    elif address.article is not None:
        return f"/articles/{address.article}/"
    tail = urlencode({name: value for name, value in query.items() if value is not None})
    return f"{_folder(address.selection)}{file}" + (f"?{tail}" if tail else "")


def spelling(address: Address) -> list[str]:
    """The decoded segments of an address that is written right."""
    if isinstance(address, PageAddress) and address.article is not None:
        return ["articles", address.article, ""]
    return [*_segments_of(address.selection), FILES[address.format] if isinstance(address, FeedAddress) else ""]


def _folder(selection: Selection) -> str:
    segments = "/".join(quote_slug(segment).replace("%2B", "+") for segment in _segments_of(selection))
    return f"/{segments}/" if segments else "/"


def _segments_of(selection: Selection) -> list[str]:
    if selection.topic:
        return [_TOPIC_FOLDERS[selection.topic.kind], selection.topic.slug]
    if selection.search is not None:
        return ["search"]
    # No slug holds a plus sign.
    names = ["+".join(selection.sections)] if selection.sections else []
    return [*names, "archive", selection.day.isoformat()] if selection.day else names
