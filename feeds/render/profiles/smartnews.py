"""SmartNews: SmartFormat 2.1, an extension of RSS 2.0."""

from collections.abc import Iterator
from email.utils import format_datetime

from feeds.model import Document, Entry, Grave
from feeds.render.partners.profile import MEDIA, Length, Profile, Tag

_SPECIFICATION = "https://publishers.smartnews.com/hc/en-us/articles/56500436151065"
_DELETING = "https://publishers.smartnews.com/hc/en-us/articles/360021354914-Deleting-Articles"
_CHECKER = "https://publishers.smartnews.com/hc/ja/articles/360022876234"


def _channel(document: Document) -> Iterator[Tag]:
    # Required, as lastBuildDate is not.
    yield Tag(name="pubDate", text=format_datetime(document.updated))
    if document.logo:
        yield Tag(name="snf:logo", children=(Tag(name="url", text=document.logo),))


def _item(entry: Entry) -> Iterator[Tag]:
    yield Tag(name="dc:language", text=entry.language)
    if entry.image:
        yield Tag(name="media:thumbnail", attributes={"url": entry.image.url})
    # Its text, not Media RSS's attribute.
    yield Tag(name="media:status", text="active")


def _removal(_: Grave) -> Iterator[Tag]:
    # With a newer pubDate, without which it is not looked at again; leaving alone says nothing.
    yield Tag(name="media:status", text="deleted")


PROFILE = Profile(
    partner="SmartNews",
    sources=(_SPECIFICATION, _DELETING, _CHECKER),
    # What its checker shows; a feed of whole texts stays small.
    entries=20,
    # The checker finds a file invalid that is larger than 1 MB.
    size=1_000_000,
    namespaces={"snf": "http://www.smartnews.be/snf", "media": MEDIA},
    lengths=(
        Length(field="title", at_least=1, source=_SPECIFICATION),
        Length(field="content", at_least=1, source=_SPECIFICATION),
    ),
    # "Short description (30 characters or less)".
    described=30,
    # An item is looked at again where its pubDate has changed.
    again=True,
    channel=_channel,
    item=_item,
    removal=_removal,
)
