"""Flipboard: RSS 2.0 with whole texts and large pictures.

It names no element for what was withdrawn, which just leaves.
"""

from collections.abc import Iterator

from feeds.model import Entry
from feeds.render.media import image_type
from feeds.render.partners.profile import MEDIA, Length, Pictures, Profile, Tag

_SPECIFICATION = "https://about.flipboard.com/rss-spec/"
_FIELDS = "https://flipboard.helpshift.com/hc/en/1-flipboard/faq/1023-resubmit-an-rss-feed/"


def _item(entry: Entry) -> Iterator[Tag]:
    image = entry.image
    if image is None:
        return
    sides = {"width": image.width, "height": image.height}
    attributes = {"url": image.url, "type": image_type(image), "medium": "image"}
    attributes |= {name: str(side) for name, side in sides.items() if side}
    credit = [Tag(name="media:credit", text=image.credit)] if image.credit else []
    described = [Tag(name="media:description", text=image.description)] if image.description else []
    yield Tag(name="media:content", attributes=attributes, children=(*described, *credit))


PROFILE = Profile(
    partner="Flipboard",
    sources=(_SPECIFICATION, _FIELDS),
    # "At least 30 items", after those that can't be taken are left out; another of its pages asks for 20.
    entries=50,
    enough=30,
    namespaces={"media": MEDIA},
    lengths=(
        Length(field="title", at_least=1, source=_SPECIFICATION),
        # "The entire body copy of your article, not just headlines and summaries."
        Length(field="content", at_least=1, source=_SPECIFICATION),
        # "It should generally contain 300 or more characters."
        Length(field="description", at_least=300, level="advice", source=_FIELDS),
        # "<dc:creator>: The author(s) of the article."
        Length(field="author", at_least=1, level="advice", source=_FIELDS),
    ),
    pictures=(
        # "At least one image per article, no less than 400px in the smallest dimension."
        Pictures(required=True, shorter=400, source=_SPECIFICATION),
        # "The smallest dimension should not be under 500px."
        Pictures(shorter=500, level="advice", source=_FIELDS),
    ),
    enclosure=True,
    # "It is preferred that the domain name of the host in the URL should match the domain for the RSS feed itself."
    own_host=_FIELDS,
    item=_item,
)
