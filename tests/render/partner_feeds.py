"""Feeds for partners of made articles."""

from typing import Any

from feeds.addresses import PartnerAddress
from feeds.model import Article, Document
from feeds.render.partners import partner_feed
from feeds.render.profiles import profiles
from feeds.settings import Settings
from tests.render.articles import article, configured, edition, shelf

LONG = "يبدأ العمل غدا في المرحلة الثانية من ترميم الميناء القديم في طرابلس"
PICTURE = {"image": "https://news.example/1.jpg", "_feeds": {"image": {"width": 1200, "height": 800, "credit": "مصور"}}}


def document(articles: list[Article], name: str, settings: Settings | None = None, **rest: Any) -> Document:
    made = edition(settings or configured())
    address = PartnerAddress(section=rest.pop("section", "world"), profile=name)
    return made.partner(address, shelf(articles, **rest))


def feed(articles: list[Article], name: str, settings: Settings | None = None, **rest: Any) -> bytes:
    return partner_feed(document(articles, name, settings, **rest), profiles()[name])


def good(guid: str = "1", **item: Any) -> Article:
    """An article that every partner takes."""
    url, authors = f"https://news.example/{guid}", [{"name": "سالم"}]
    return article(**{"id": guid, "url": url, "title": LONG, "authors": authors, **PICTURE, **item})
