"""The one right address of everything."""

from collections.abc import Mapping
from urllib.parse import urlencode

from feeds.addresses.values import Address, FeedAddress, ListingAddress, PageAddress, PartnerAddress
from feeds.model import FeedFormat, Selection, TopicKind
from feeds.text.slug import quote_slug

FILES: Mapping[FeedFormat, str] = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}
_TOPIC_FOLDERS: Mapping[TopicKind, str] = {"tag": "tags", "author": "authors"}


def path_of(address: Address) -> str:
    """The one right path of an address, percent-encoded, with its query."""
    if isinstance(address, ListingAddress):
        return f"/{_listing_file(address)}"
    if isinstance(address, PartnerAddress):
        return f"{_folder(address.selection)}{partner_file(address.profile)}"
    query: dict[str, str | int | None] = {"q": address.selection.search or None}
    file = ""
    if isinstance(address, FeedAddress):
        file = FILES[address.format]
        query |= {"limit": address.limit, "content": address.content}
    elif address.article is not None:
        return f"/articles/{address.article}/"
    elif address.about:
        return "/about/"
    tail = urlencode({name: value for name, value in query.items() if value is not None})
    return f"{_folder(address.selection)}{file}" + (f"?{tail}" if tail else "")


def spelling(address: Address) -> list[str]:
    """The decoded segments of an address that is written right."""
    if isinstance(address, ListingAddress):
        return [_listing_file(address)]
    if isinstance(address, PartnerAddress):
        return [*_segments_of(address.selection), partner_file(address.profile)]
    if isinstance(address, PageAddress) and address.article is not None:
        return ["articles", address.article, ""]
    if isinstance(address, PageAddress) and address.about:
        return ["about", ""]
    return [*_segments_of(address.selection), FILES[address.format] if isinstance(address, FeedAddress) else ""]


def partner_file(profile: str) -> str:
    """The last segment of the addresses of a partner's feeds."""
    return f"{profile}.xml"


def _listing_file(address: ListingAddress) -> str:
    if address.kind == "opml":
        return "opml.xml"
    return "news-sitemap.xml" if address.part is None else f"news-sitemap-{address.part}.xml"


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
