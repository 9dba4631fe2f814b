"""Linked data in a page (JSON-LD): what schema.org's articles say of themselves."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from lxml.html import HtmlElement

from feeds.text.clean import clean_text

_ARTICLES = frozenset(
    "Article NewsArticle ReportageNewsArticle AnalysisNewsArticle OpinionNewsArticle BackgroundNewsArticle"
    " ReviewNewsArticle AskPublicNewsArticle LiveBlogPosting BlogPosting Report SocialMediaPosting".split()
)
# Before a page is one of articles, and how deep and how much of it is looked at.
_DEEPEST, _MOST = 12, 5000
_MAX_SCRIPT = 2_000_000
_AROUND = re.compile(r"^\s*(?://\s*)?<!\[CDATA\[|(?://\s*)?\]\]>\s*$|^\s*<!--|-->\s*$")

Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """What the data say; empty where they say nothing."""

    title: str = ""
    summary: str = ""
    url: str = ""
    sections: Sequence[str] = ()
    crumbs: Sequence[str] = ()
    published: str = ""
    modified: str = ""
    authors: Sequence[dict[str, str]] = ()
    tags: Sequence[str] = ()
    image: Mapping[str, Any] = field(default_factory=dict)
    language: str = ""
    text: str = ""


def linked_of(tree: HtmlElement) -> Linked:
    """What the first article in a page's linked data says of itself."""
    nodes = list(_nodes(tree))
    article = next((node for node in nodes if _types(node) & _ARTICLES), None)
    crumbs = next((_crumbs(node) for node in nodes if "BreadcrumbList" in _types(node)), [])
    if article is None:
        return Linked(crumbs=crumbs)
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    return Linked(
        title=_text(article.get("headline")) or _text(article.get("name")),
        summary=_text(article.get("description")),
        url=_id(article.get("url")) or _id(article.get("mainEntityOfPage")),
        sections=[name for each in _many(article.get("articleSection")) if (name := _text(each))],
        crumbs=crumbs,
        published=_text(article.get("datePublished")),
        modified=_text(article.get("dateModified")),
        authors=list(_authors(article, by_id)),
        tags=list(_tags(article)),
        image=_image(article, by_id),
        language=_text(article.get("inLanguage")),
        text=article["articleBody"] if isinstance(article.get("articleBody"), str) else "",
    )


def _nodes(tree: HtmlElement) -> Iterator[Node]:
    left = [_MOST]
    for script in tree.iter("script"):
        if (script.get("type") or "").partition(";")[0].strip().lower() == "application/ld+json":
            text = _AROUND.sub("", script.text or "")
            try:
                data = json.loads(text, strict=False) if len(text) <= _MAX_SCRIPT else None
            except (ValueError, RecursionError):
                continue
            yield from _within(data, 0, left)


def _within(data: Any, depth: int, left: list[int]) -> Iterator[Node]:
    if depth > _DEEPEST or left[0] <= 0:
        return
    left[0] -= 1
    if isinstance(data, dict):
        yield data
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart", "author", "image", "itemListElement"):
            if isinstance(data.get(key), (dict, list)):
                yield from _within(data[key], depth + 1, left)
    elif isinstance(data, list):
        for each in data:
            yield from _within(each, depth + 1, left)


def _types(node: Node) -> set[str]:
    return {each.rpartition("/")[2] for each in _many(node.get("@type")) if isinstance(each, str)}


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    # Many write HTML's entities into JSON.
    return clean_text(unescape(value)) if isinstance(value, str) else ""


def _id(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("@id") or value.get("url")
    return value.strip() if isinstance(value, str) else ""


def _looked_up(value: Any, by_id: Mapping[str, Node]) -> Node:
    if not isinstance(value, dict):
        return {}
    found = value.get("@id")
    return {**by_id.get(found, {}), **value} if isinstance(found, str) else value


def _authors(article: Node, by_id: Mapping[str, Node]) -> Iterator[dict[str, str]]:
    for each in _many(article.get("author") or article.get("creator")):
        node = _looked_up(each, by_id)
        name = _text(each) if isinstance(each, str) else _text(node.get("name"))
        if name and not name.startswith(("http:", "https:")):
            url = _id(node.get("url"))
            yield {"name": name, "url": url} if url.startswith("http") else {"name": name}


def _tags(article: Node) -> Iterable[str]:
    for each in _many(article.get("keywords")):
        name = _text(each.get("name") if isinstance(each, dict) else each)
        yield from (part.strip() for part in re.split(r"[,،;]", name) if part.strip())


def _image(article: Node, by_id: Mapping[str, Node]) -> dict[str, Any]:
    for each in (*_many(article.get("image")), *_many(article.get("thumbnailUrl"))):
        if isinstance(each, str) and each.strip():
            return {"url": each.strip()}
        node = _looked_up(each, by_id)
        url = _id(node.get("url")) or _id(node.get("contentUrl"))
        if url:
            found = {"url": url, "width": _size(node.get("width")), "height": _size(node.get("height"))}
            found["description"] = _text(node.get("caption"))
            found["credit"] = _text(node.get("creditText"))
            return found
    return {}


def _size(value: Any) -> int | None:
    if isinstance(value, dict):
        value = value.get("value")
    if isinstance(value, str):
        value = value.strip().removesuffix("px")
        value = int(value) if value.isascii() and value.isdigit() and len(value) < 6 else None
    return value if type(value) is int and 0 < value < 100_000 else None


def _crumbs(node: Node) -> list[str]:
    """The second of three steps or more: the first is the site, the last the article."""
    steps = [each for each in _many(node.get("itemListElement")) if isinstance(each, dict)]
    names = [_text(each.get("name")) or _text(_looked_up(each.get("item"), {}).get("name")) for each in steps]
    return [names[1]] if len(names) > 2 and names[1] else []
