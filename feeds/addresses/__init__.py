"""What an address asks for, and the one right address of everything. Pure: names are looked up by the caller.

An address is read loosely (any percent-encoding, case, spelling, doubled slash, WordPress's forms) and written
in one way. Where what was asked is not written that way, the answer is a redirect to the right address; another
percent-encoding of the same characters is the same address (RFC 3986 §6.2.2) and is served.
"""

from feeds.addresses.listings import NEWS_PARTS
from feeds.addresses.parameters import MAX_LIMIT, MAX_QUERY
from feeds.addresses.reading import find
from feeds.addresses.reserved import RESERVED
from feeds.addresses.segments import segments_of, topic_named
from feeds.addresses.values import (
    Address,
    Defaults,
    FeedAddress,
    Gone,
    ListingAddress,
    Located,
    Lookup,
    Moved,
    PageAddress,
    PartnerAddress,
)
from feeds.addresses.wordpress import category_name
from feeds.addresses.writing import FILES, partner_file, path_of

__all__ = [
    "FILES",
    "MAX_LIMIT",
    "MAX_QUERY",
    "NEWS_PARTS",
    "RESERVED",
    "Address",
    "Defaults",
    "FeedAddress",
    "Gone",
    "ListingAddress",
    "Located",
    "Lookup",
    "Moved",
    "PageAddress",
    "PartnerAddress",
    "category_name",
    "find",
    "partner_file",
    "path_of",
    "segments_of",
    "topic_named",
]
