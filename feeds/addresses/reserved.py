"""First segments that mean something else than a section, now or in a later version."""

RESERVED = frozenset(
    [
        "about",
        "api",
        "archive",
        "article",
        "articles",
        "atom.xml",
        "author",
        "authors",
        "category",
        "comments",
        "feed",
        "feed.json",
        "healthz",
        "manifest.webmanifest",
        "metrics",
        "news-sitemap.xml",
        "openapi.json",
        "opml.xml",
        "readyz",
        "robots.txt",
        "rss.xml",
        "search",
        "static",
        "tag",
        "tags",
    ]
)
