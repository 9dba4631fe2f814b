"""The headers that every answer with a feed or a page carries, but for validators and coding."""

from feeds.addresses import FeedAddress
from feeds.model import REGISTERED_TYPES, Document, Selection
from feeds.representation import Headers
from feeds.settings import Settings
from feeds.text.slug import quote_slug

# RTL.md R15: no script runs in a feed that a browser shows, and nothing loads but our style sheet.
_FEED_POLICY = "default-src 'none'; style-src 'self'; sandbox"
_PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' https: http:; media-src https: http:;"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# Seconds that archives of days that are over live in caches.
PAST_MAX_AGE = 3600
PAGE_TYPE = "text/html; charset=utf-8"


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
    tags = [*_purged_with(address.selection), "all"]
    headers = [
        ("content-type", content_type(address, settings)),
        ("cache-control", _cache_control(PAST_MAX_AGE if document.history.over else settings.feeds.max_age)),
        ("vary", "Accept-Encoding"),
        ("link", ", ".join(links)),
        ("access-control-allow-origin", "*"),
        ("access-control-expose-headers", "ETag, Link"),
        ("x-content-type-options", "nosniff"),
        ("content-language", document.language),
        # Cloudflare's and Fastly's spelling of the same.
        ("cache-tag", ",".join(tags)),
        ("surrogate-key", " ".join(tags)),
    ]
    if address.format != "json":
        headers.append(("content-security-policy", _FEED_POLICY))
    return headers


def _purged_with(selection: Selection) -> list[str]:
    """The names of what a selection changes with."""
    if selection.topic:
        return [f"{selection.topic.kind}:{quote_slug(selection.topic.slug)}"]
    return [quote_slug(slug) for slug in selection.sections]


def page_headers(path: str, settings: Settings) -> Headers:
    """The headers of an HTML page; `path` is its own below the site's address."""
    return [
        ("content-type", PAGE_TYPE),
        ("cache-control", _cache_control(settings.feeds.max_age)),
        ("vary", "Accept-Encoding"),
        ("link", f'<{settings.site.url}{path}>; rel="canonical"'),
        ("x-content-type-options", "nosniff"),
        ("content-language", settings.site.language),
        *page_policy(),
    ]


def page_policy() -> Headers:
    """What a page may do: no script, nothing from elsewhere but pictures and sound in articles."""
    return [
        ("content-security-policy", _PAGE_POLICY),
        ("referrer-policy", "strict-origin-when-cross-origin"),
    ]
