"""What a validator would say of a finished feed: RSS 2.0, Atom 1.0, JSON Feed 1.1, ours or anybody's.

And of OPML documents and sitemaps.
"""

from feeds.check.documents import check_feed
from feeds.check.findings import Finding

__all__ = ["Finding", "check_feed"]
