"""The pages that the segments of a path mean, however they are spelled: whatever has a feed has one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from feeds.addresses.parameters import SECTION, search_of
from feeds.addresses.segments import TOPICS
from feeds.addresses.values import Lookup, PageAddress
from feeds.model import EVERYTHING, Selection, Topic

# A day of the history, as its addresses have it.
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")

# An article's key (text/guid.py): 26 characters of base32.
_KEY = re.compile("[a-z2-7]{26}")


def page_at(names: Sequence[str], parameters: Mapping[str, str], lookup: Lookup) -> PageAddress | None:
    """The page of a selection or of an article. Raises BadParameter."""
    if not names:
        return PageAddress()
    first = names[0].lower()
    if first == "about" and len(names) == 1:
        return PageAddress(about=True)
    if first == "articles" and len(names) == 2:
        key = names[1].lower()
        return PageAddress(article=key) if _KEY.fullmatch(key) else None
    if first == "search" and len(names) == 1:
        return PageAddress(selection=Selection(search=search_of(parameters)))
    if first in TOPICS and len(names) == 2:
        kind = TOPICS[first]
        known = lookup(kind, names[1])
        return PageAddress(selection=Selection(topic=Topic(kind, known))) if known else None
    if first == "category" and len(names) > 1:
        # A nested category's own name is its last.
        names = names[-1:]
    if len(names) != 1:
        return None
    slugs = [lookup("section", name) for name in names[0].split("+")]
    if any(slug is None for slug in slugs):
        return None
    return PageAddress(selection=Selection(sections=tuple(sorted({slug for slug in slugs if slug is not None}))))


def joined(page: PageAddress, parameters: Mapping[str, str], lookup: Lookup) -> PageAddress:
    """What `?section=` makes of the landing page, once or several times: the page of those sections. Names that no
    section has mean nothing."""
    slugs = {slug for name in parameters.get(SECTION, "").split("+") if name and (slug := lookup("section", name))}
    return PageAddress(selection=Selection(sections=tuple(sorted(slugs)))) if slugs else page


def day_at(names: Sequence[str], lookup: Lookup) -> PageAddress | None:
    """One day of a section's history, or of the whole desk's."""
    if len(names) not in (2, 3) or names[-2].lower() != "archive" or not _DAY.fullmatch(names[-1]):
        return None
    try:
        day = date.fromisoformat(names[-1])
    except ValueError:
        return None
    page = page_at(names[:-2], {}, lookup)
    if (
        page is None
        or not page.has_feed
        or page.selection not in (EVERYTHING, Selection(sections=page.selection.sections[:1]))
    ):
        return None
    return PageAddress(selection=replace(page.selection, day=day))
