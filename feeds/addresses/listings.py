"""The lists for machines and the partners' feeds that the segments of a path mean, however they are spelled."""

import re
from collections.abc import Sequence

from feeds.addresses.values import ListingAddress, Lookup, PartnerAddress

# A sitemap has no more parts: memory is bounded, and what there can't be is not looked for.
NEWS_PARTS = 20
_SITEMAP = re.compile(r"news-sitemap(?:-0*([1-9][0-9]?))?\.xml")
_ENDING = ".xml"


def listing_at(names: Sequence[str]) -> ListingAddress | None:
    """The OPML document, the news sitemap or a part of it."""
    if len(names) != 1:
        return None
    name = names[0].lower()
    if name == "opml.xml":
        return ListingAddress(kind="opml")
    found = _SITEMAP.fullmatch(name)
    part = int(found[1]) if found and found[1] else None
    return ListingAddress(kind="news", part=part) if found and (part or 0) <= NEWS_PARTS else None


def partner_at(names: Sequence[str], lookup: Lookup) -> PartnerAddress | None:
    """A section's feed in a partner's profile. Several sections have none."""
    if len(names) != 2 or not names[1].lower().endswith(_ENDING) or "+" in names[0]:
        return None
    profile = lookup("profile", names[1][: -len(_ENDING)].lower())
    section = lookup("section", names[0]) if profile else None
    return PartnerAddress(section=section, profile=profile) if section and profile else None
