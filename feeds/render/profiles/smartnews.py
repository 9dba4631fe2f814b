"""SmartNews: SmartFormat 2.1, an extension of RSS 2.0."""

from collections.abc import Iterator
from email.utils import format_datetime

from feeds.model import Document, Entry, Grave
from feeds.render.partners.profile import MEDIA, Length, Markup, Pictures, Profile, Tag
from feeds.sanitize import TAGS

_PUBLISHERS = "https://publishers.smartnews.com/hc"
_SPECIFICATION = f"{_PUBLISHERS}/en-us/articles/56500436151065"
_DELETING = f"{_PUBLISHERS}/en-us/articles/360021354914-Deleting-Articles"
_CHECKER = f"{_PUBLISHERS}/ja/articles/360022876234"
_OVERVIEW = f"{_PUBLISHERS}/ja/articles/360036526213"
_TRAFFIC = f"{_PUBLISHERS}/en-us/articles/360049232353-What-to-do-if-your-traffic-on-SmartNews-drops-significantly"
# What others read in the specification, where we could not.
_OTHERS = "https://github.com/mt8/feedwright/blob/main/playground/seeds/seed-smartnews.php"


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
    sources=(_SPECIFICATION, _DELETING, _CHECKER, _OVERVIEW, _TRAFFIC, _OTHERS),
    # What its checker shows; a feed of whole texts stays small.
    entries=20,
    # The checker finds a file invalid that is larger than 1 MB.
    size=1_000_000,
    namespaces={"snf": "http://www.smartnews.be/snf", "media": MEDIA},
    lengths=(
        Length(field="title", at_least=1, source=_SPECIFICATION),
        Length(field="content", at_least=1, source=_SPECIFICATION),
    ),
    pictures=(
        # 200 by 200 pixels at least, the longer side 3.3 times the shorter at most.
        Pictures(required=True, level="advice", shorter=200, ratio=(1 / 3.3, 3.3), source=_OTHERS),
    ),
    # Of the elements that a text may hold, in the order of letters, audio is none.
    markup=Markup(source=_OVERVIEW, elements=frozenset(TAGS - {"audio"}), without=frozenset(("audio",))),
    # "Make sure to strip any UTM parameters appended to the end of a URL."
    untracked=_TRAFFIC,
    # "Short description (30 characters or less)".
    described=30,
    # An item is looked at again where its pubDate has changed.
    again=True,
    channel=_channel,
    item=_item,
    removal=_removal,
)
