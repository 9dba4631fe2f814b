"""WordPress's addresses of feeds: …/feed/, …/feed/atom/, ?feed=rss2, ?feed=rss2&cat=3."""

from collections.abc import Mapping, Sequence

from feeds.addresses.places import page_at
from feeds.addresses.values import FeedAddress, Gone, Lookup, PageAddress
from feeds.model import FeedFormat

# What WordPress calls its formats: /feed/…/ and ?feed=…; RDF is served as RSS.
_FORMATS: Mapping[str, FeedFormat] = {
    "": "rss", "feed": "rss", "rss": "rss", "rss2": "rss", "rdf": "rss", "atom": "atom", "json": "json",
}  # fmt: skip


def category_name(number: int | str) -> str:
    """What a section is called by the number that its category has in WordPress: an alias of it."""
    return f"wp-category-{number}"


def feed_below(names: Sequence[str], at: int, lookup: Lookup) -> FeedAddress | None:
    """…/feed/, …/feed/atom/, where `at` is the place of "feed" among the names."""
    format = _FORMATS.get("".join(names[at + 1 : at + 2]).lower())
    if format is None or len(names) > at + 2:
        return None
    page = page_at(names[:at], {}, lookup)
    if page is None or not page.has_feed or page.selection.search is not None:
        return None
    return FeedAddress(selection=page.selection, format=format)


def with_query(
    page: PageAddress | None, parameters: Mapping[str, str], lookup: Lookup
) -> PageAddress | FeedAddress | Gone | None:
    """What `?feed=` and `&cat=` make of the page that they stand behind; without them, the page."""
    asked = parameters.get("feed", "").lower()
    if page == PageAddress() and "cat" in parameters:
        # Without ?feed=rss2, an unknown one means nothing.
        category = page_at([category_name(parameters["cat"])], {}, lookup)
        page = category if category or asked else page
    if page is None or not page.has_feed or not asked:
        return page
    if asked.startswith("comments"):
        return Gone()
    if asked not in _FORMATS:
        return None
    return FeedAddress(selection=page.selection, format=_FORMATS[asked])
