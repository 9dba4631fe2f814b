"""All that stands at fixed addresses: for commands that go through it."""

from collections.abc import AsyncIterator, Sequence

from feeds.addresses import NEWS_PARTS, Address, FeedAddress, ListingAddress, PartnerAddress
from feeds.cache import Found
from feeds.desk import Desk
from feeds.model import EVERYTHING, FEED_FORMATS, Selection
from feeds.render.profiles import profiles
from feeds.representation import Representation

Standing = tuple[Address, Representation]


async def every_feed(desk: Desk, names: Sequence[str] = ()) -> AsyncIterator[Standing]:
    """The feed of the whole desk and of every section in every format; or of some sections.

    Raises BadParameter for a name that no section has.
    """
    await desk.look()
    for slug in _chosen(desk, names) if names else ["", *_chosen(desk, ())]:
        for format in FEED_FORMATS:
            selection = Selection(sections=(slug,)) if slug else EVERYTHING
            yield await _standing(desk, FeedAddress(selection=selection, format=format))


async def every_partner_feed(desk: Desk, names: Sequence[str] = ()) -> AsyncIterator[Standing]:
    """The feed of every section, or of some, in every partner's profile. Raises BadParameter."""
    await desk.look()
    for slug in _chosen(desk, names):
        for profile in profiles():
            yield await _standing(desk, PartnerAddress(section=slug, profile=profile))


async def every_listing(desk: Desk) -> AsyncIterator[Standing]:
    """The lists for machines: OPML, the news sitemap and, where it is an index, its parts."""
    await desk.look()
    yield await _standing(desk, ListingAddress(kind="opml"))
    yield await _standing(desk, ListingAddress(kind="news"))
    # The first part is the sitemap itself where there is no second.
    if await desk.get(ListingAddress(kind="news", part=2)) is None:
        return
    for part in range(1, NEWS_PARTS + 1):
        address = ListingAddress(kind="news", part=part)
        found = await desk.get(address)
        if isinstance(found, Found):
            yield address, found.value


def _chosen(desk: Desk, names: Sequence[str]) -> list[str]:
    """The slugs of what is called so, or of all sections."""
    return [desk.names.sure(name) for name in names] or [section.slug for section in desk.names]


async def _standing(desk: Desk, address: Address) -> Standing:
    found = await desk.get(address)
    assert isinstance(found, Found)
    return address, found.value
