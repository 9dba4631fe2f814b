"""The headers that every answer with a feed or a page carries, but for validators and coding."""

from collections.abc import Sequence
from typing import Literal

from feeds.addresses import FeedAddress
from feeds.model import EVERYTHING, REGISTERED_TYPES, Document, Selection, TopicKind
from feeds.representation import Headers
from feeds.settings import Settings
from feeds.text.slug import quote_slug

POLICY = "content-security-policy"
# RTL.md R15: no script runs in a feed that a browser shows, and nothing loads but our style sheet.
FEED_POLICY = "default-src 'none'; style-src 'self'; sandbox"
_PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' https: http:; media-src https: http:;"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# Seconds that archives of days that are over live in caches.
PAST_MAX_AGE = 3600
PAGE_TYPE = "text/html; charset=utf-8"
# By this tag a cache lets everything go; by the other what shows the whole desk. (No slug has a colon.)
EVERY = "all"
WHOLE = "desk:all"


def _cache_control(seconds: int) -> str:
    # Never s-maxage: it forbids stale use (RFC 9111 §5.2.2.10).
    return f"public, max-age={seconds}, stale-while-revalidate=600, stale-if-error=86400"


def content_type(address: FeedAddress, settings: Settings) -> str:
    """A feed's media type: one that browsers show as a page, or the registered one."""
    if address.format == "json":
        return REGISTERED_TYPES["json"]
    kind = REGISTERED_TYPES[address.format] if settings.feeds.media_type == "registered" else "application/xml"
    return f"{kind}; charset=utf-8"


def feed_headers(address: FeedAddress, document: Document, settings: Settings) -> Headers:
    """The headers of a feed."""
    links = [f'<{document.self_urls[address.format]}>; rel="self"']
    links += [f'<{hub}>; rel="hub"' for hub in document.hubs]
    links.append(f'<{document.page_url}>; rel="alternate"; type="text/html"')
    tags = purged_with(address.selection)
    headers = [
        ("content-type", content_type(address, settings)),
        ("cache-control", _cache_control(PAST_MAX_AGE if document.history.over else settings.feeds.max_age)),
        ("vary", "Accept-Encoding"),
        ("link", ", ".join(links)),
        ("access-control-allow-origin", "*"),
        ("access-control-expose-headers", "ETag, Link"),
        ("x-content-type-options", "nosniff"),
        ("content-language", document.language),
        *_tagged(tags),
    ]
    if address.format != "json":
        headers.append((POLICY, FEED_POLICY))
    return headers


def partner_headers(document: Document, selection: Selection, settings: Settings) -> Headers:
    """The headers of a feed in a partner's profile: those of the section's RSS feed, with its own address."""
    address = FeedAddress(selection=selection, format="rss")
    return feed_headers(address, document, settings)


def listing_headers(settings: Settings, kind: str) -> Headers:
    """The headers of a list for machines, of this media type."""
    return [
        ("content-type", kind),
        ("cache-control", _cache_control(settings.feeds.max_age)),
        ("vary", "Accept-Encoding"),
        ("access-control-allow-origin", "*"),
        ("access-control-expose-headers", "ETag, Link"),
        ("x-content-type-options", "nosniff"),
        *_tagged(purged_with(EVERYTHING)),
        (POLICY, FEED_POLICY),
    ]


def tag_of(kind: Literal["all", "section"] | TopicKind, slug: str) -> str:
    """The name that a cache lets go by of what changes with a section, a tag, an author or the whole desk."""
    if kind == "all":
        return WHOLE
    return quote_slug(slug) if kind == "section" else f"{kind}:{quote_slug(slug)}"


def purged_with(selection: Selection) -> Sequence[str]:
    """The names of what a selection changes with, and the one that all have."""
    if selection.topic:
        return tag_of(*selection.topic), EVERY
    # What a search finds may change with anything.
    return (*(tag_of("section", slug) for slug in selection.sections), EVERY) if selection.sections else (WHOLE, EVERY)


def _tagged(tags: Sequence[str]) -> Headers:
    # Cloudflare's and Fastly's spelling of the same.
    return [("cache-tag", ",".join(tags)), ("surrogate-key", " ".join(tags))]


def page_headers(path: str, settings: Settings, *, tags: Sequence[str]) -> Headers:
    """The headers of an HTML page; `path` is its own below the site's address, `tags` what it is purged with."""
    return [
        ("content-type", PAGE_TYPE),
        ("cache-control", _cache_control(settings.feeds.max_age)),
        ("vary", "Accept-Encoding"),
        ("link", f'<{settings.site.url}{path}>; rel="canonical"'),
        ("x-content-type-options", "nosniff"),
        ("content-language", settings.site.language),
        *_tagged(tags),
        *page_policy(),
    ]


def page_policy() -> Headers:
    """What a page may do: one script of ours, nothing from elsewhere but pictures and sound in articles."""
    return [
        (POLICY, _PAGE_POLICY),
        ("referrer-policy", "strict-origin-when-cross-origin"),
    ]
