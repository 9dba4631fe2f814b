"""Which feed a page names."""

import re
from html import unescape

from feeds.importers.encoding import declared, decoded
from feeds.text.iri import to_uri

_LINK = re.compile(r"<link\b[^>]{0,2000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-z-]{1,20})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_ARTICLE = re.compile(
    r"""<meta\s[^>]{0,300}?article:published_time|"@type"\s*:\s*\[?\s*"(?:[A-Za-z]{0,20}Article|BlogPosting)\"""",
    re.IGNORECASE,
)
_TYPES = ("application/atom+xml", "application/rss+xml", "application/feed+json", "application/rdf+xml")


def feed_of(head: bytes, url: str, charset: str | None) -> str | None:
    """The address of the first feed that the beginning of a page names, comments' feeds aside (RFC 4287 §7.1); None
    where the page is an article itself."""
    text = decoded(head, [charset, declared(head)])
    if _ARTICLE.search(text):
        return None
    for link in _LINK.findall(text):
        found = {name.lower(): unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(link)}
        rels = found.get("rel", "").lower().split()
        if "alternate" in rels and found.get("type", "").strip().lower() in _TYPES and "/comments/" not in link:
            return to_uri(found.get("href", ""), url)
    return None
