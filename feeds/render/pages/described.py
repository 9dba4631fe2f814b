"""What pages say of themselves to machines: OpenGraph for whoever shows a link, JSON-LD for search engines."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urljoin

from markupsafe import Markup

from feeds.model import Document, Entry
from feeds.settings import Settings

_LISTED = 20
# So that no text ends the element, or begins a comment in it (HTML §4.12.1.3).
_UNQUOTED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}

Properties = Sequence[tuple[str, str]]


def of_selection(document: Document, settings: Settings) -> tuple[Properties, Markup]:
    """OpenGraph and JSON-LD of a page that lists articles."""
    listed = [
        {"@type": "ListItem", "position": number, "url": entry.permalink, "name": entry.title}
        for number, entry in enumerate(document.entries[:_LISTED], 1)
    ]
    properties = _properties("website", document.title, document.description, document.page_url, settings)
    return properties, _linked(
        {
            "@type": "CollectionPage",
            "url": document.page_url,
            "name": document.title,
            "description": document.description,
            "inLanguage": document.language,
            "publisher": _publisher(settings),
            "mainEntity": {"@type": "ItemList", "itemListElement": listed},
        }
    )


def of_article(entry: Entry, settings: Settings) -> tuple[Properties, Markup]:
    """OpenGraph and JSON-LD of an article's page."""
    picture = entry.image.url if entry.image else None
    properties = [
        *_properties("article", entry.title, entry.summary, entry.permalink, settings, picture),
        ("article:published_time", entry.published.isoformat()),
        ("article:modified_time", entry.updated.isoformat()),
        *(("article:section", section.title) for section in entry.sections[:1]),
        *(("article:tag", tag) for tag in entry.tags),
    ]
    return properties, _linked(
        {
            "@type": "NewsArticle",
            "mainEntityOfPage": entry.permalink,
            "headline": entry.title,
            "description": entry.summary or None,
            "datePublished": entry.published.isoformat(),
            "dateModified": entry.updated.isoformat(),
            "inLanguage": entry.language,
            "image": picture,
            "articleSection": [section.title for section in entry.sections],
            "keywords": list(entry.tags) or None,
            "author": [{"@type": "Person", "name": author.name, "url": author.url} for author in entry.authors] or None,
            "publisher": _publisher(settings),
        }
    )


def asset(address: str, settings: Settings) -> str | None:
    """The absolute address of a picture that the configuration names, if it does."""
    return urljoin(f"{settings.site.url}/", address) if address else None


def _properties(
    kind: str, title: str, description: str, url: str, settings: Settings, picture: str | None = None
) -> list[tuple[str, str]]:
    site = settings.site
    shown = picture or asset(site.logo or site.icon, settings)
    return [
        ("og:type", kind),
        ("og:title", title),
        *([("og:description", description)] if description else []),
        ("og:url", url),
        ("og:site_name", site.title),
        ("og:locale", site.language.replace("-", "_")),
        *([("og:image", shown)] if shown else []),
    ]


def _publisher(settings: Settings) -> Mapping[str, Any]:
    logo = asset(settings.site.logo or settings.site.icon, settings)
    return {"@type": "NewsMediaOrganization", "name": settings.site.by, "url": f"{settings.site.url}/", "logo": logo}


def _linked(thing: Mapping[str, Any]) -> Markup:
    """JSON-LD as the text of a script element; what is None is left out."""
    text = json.dumps({"@context": "https://schema.org", **_given(thing)}, ensure_ascii=False, separators=(",", ":"))
    return Markup("".join(_UNQUOTED.get(letter, letter) for letter in text))


def _given(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _given(inner) for name, inner in value.items() if inner is not None}
    return [_given(inner) for inner in value] if isinstance(value, list) else value
