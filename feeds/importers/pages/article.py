"""What a page says of its article: JSON-LD before OpenGraph before the rest."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from feeds.errors import BadRecord
from feeds.importers.pages.linked import Linked, linked_of
from feeds.interchange import read_time
from feeds.text.clean import clean_text
from feeds.text.iri import to_uri

# What browsers write into pages that they save (the "mark of the web"), and wget.
_SAVED_FROM = re.compile(
    r"<!--\s*(?:saved from url=\(\d+\)|Page saved with SingleFile\s+url:\s*)(https?://[^\s>]{1,2000})"
)
_HEAD = 4096
# Names of <meta> that tell dates, in the order of trust.
_PUBLISHED = (
    "article:published_time",
    "og:published_time",
    "datepublished",
    "parsely-pub-date",
    "dc.date.issued",
    "pubdate",
)
_MODIFIED = ("article:modified_time", "og:updated_time", "datemodified", "last-modified")
_SUFFIX = re.compile(r"\s+[|\-–—•:»]\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a page says. `text` is the article's own text where it says that, too; `base` of relative addresses."""

    url: str | None
    base: str | None
    title: str
    summary: str
    sections: tuple[str, ...]
    published: str | None
    modified: str | None
    authors: tuple[dict[str, str], ...]
    tags: tuple[str, ...]
    image: str | None
    picture: dict[str, Any]
    language: str | None
    text: str

    def item(self) -> dict[str, Any]:
        """The interchange item, without content."""
        found = {
            "id": self.url,
            "url": self.url,
            "title": self.title,
            "summary": self.summary,
            "sections": list(self.sections),
            "date_published": self.published,
            "date_modified": self.modified,
            "authors": list(self.authors),
            "tags": list(self.tags),
            "image": self.image,
            "_feeds": {"image": self.picture} if self.image and self.picture else None,
        }
        return {name: value for name, value in found.items() if value}


class _Metas:
    """A page's <meta> by name, property or itemprop; the order of the page stays."""

    def __init__(self, tree: HtmlElement) -> None:
        self._found: dict[str, list[str]] = {}
        for meta in tree.iter("meta"):
            value = clean_text(meta.get("content") or "")
            for attribute in ("property", "name", "itemprop"):
                name = (meta.get(attribute) or "").strip().lower()
                if name and value:
                    self._found.setdefault(name, []).append(value)

    def all(self, *names: str) -> list[str]:
        return [value for name in names for value in self._found.get(name, ())]

    def one(self, *names: str) -> str:
        return next(iter(self.all(*names)), "")


def said_of(tree: HtmlElement, text: str, address: str | None) -> Said:
    """What a page says of its article; `address` is where it was fetched from."""
    metas, linked = _Metas(tree), linked_of(tree)
    saved = _SAVED_FROM.search(text[:_HEAD])
    here = address or (to_uri(saved[1]) if saved else None)
    url = _address(tree, metas, linked, here)
    based = next((each.get("href") for each in tree.iter("base") if each.get("href")), None)
    base = to_uri(based, here or url) if based else here or url
    image, picture = _picture(metas, linked, base)
    return Said(
        url=url,
        base=base,
        title=_title(tree, metas, linked),
        summary=clean_text(linked.summary or metas.one("og:description", "description", "twitter:description")),
        sections=tuple(linked.sections or _names(metas.all("article:section")) or linked.crumbs),
        published=_first_time((linked.published, *metas.all(*_PUBLISHED), *_marked_times(tree))),
        modified=_first_time((linked.modified, *metas.all(*_MODIFIED))),
        authors=tuple(linked.authors or _authors(metas)),
        tags=tuple(_names((*metas.all("article:tag"), *linked.tags, *_listed(metas.all("news_keywords", "keywords"))))),
        image=image,
        picture=picture,
        language=linked.language or tree.get("lang") or metas.one("og:locale"),
        text=linked.text,
    )


def _address(tree: HtmlElement, metas: _Metas, linked: Linked, here: str | None) -> str | None:
    """The article's own address; one that is only the site's is no article's."""
    canonical = [
        link.get("href") for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split()
    ]
    for candidate in (*canonical, metas.one("og:url"), linked.url, here):
        url = to_uri(candidate or "", here)
        if url and (urlsplit(url).path.strip("/") or urlsplit(url).query):
            return url
    return None


def _title(tree: HtmlElement, metas: _Metas, linked: Linked) -> str:
    heading = [title for each in tree.iter("h1") if (title := clean_text(each.text_content()))]
    whole = clean_text(next((each.text_content() for each in tree.iter("title")), ""))
    found = (
        clean_text(linked.title) or metas.one("og:title", "twitter:title") or (heading[0] if len(heading) == 1 else "")
    )
    return _without_site(found or whole, metas.one("og:site_name"), whole if not found else "")


def _without_site(title: str, site: str, whole: str) -> str:
    """A title without the site's name behind it."""
    if site and title.endswith(site) and _SUFFIX.search(title[: -len(site)] + " "):
        return _SUFFIX.split(title[: -len(site)] + " ")[0].strip() or title
    if whole:
        parts = _SUFFIX.split(title)
        return parts[0] if len(parts) > 1 and len(parts[0]) > len(parts[-1]) else title
    return title


def _first_time(candidates: Iterable[str | None]) -> str | None:
    for said in candidates:
        text = clean_text(said or "")
        try:
            return read_time("date", text, UTC).isoformat() if _has_offset(text) else _local(text)
        except BadRecord:
            pass
        try:
            return parsedate_to_datetime(text).isoformat()
        except (ValueError, TypeError, IndexError, OverflowError):
            pass
    return None


def _has_offset(text: str) -> bool:
    return re.search(r"(?:Z|[+-]\d\d:?\d\d)$", text, re.IGNORECASE) is not None


def _local(text: str) -> str:
    """A time without an offset, which is in the desk's time zone. Raises BadRecord."""
    return read_time("date", text, UTC).replace(tzinfo=None).isoformat()


def _marked_times(tree: HtmlElement) -> Iterator[str]:
    """Dates in the text: those marked as the publication's, then the first in the article."""
    times = [each for each in tree.iter("time") if each.get("datetime")]
    for each in times:
        if (
            each.get("itemprop") == "datePublished"
            or each.get("pubdate") is not None
            or "published" in (each.get("class") or "")
        ):
            yield str(each.get("datetime"))
    for article in tree.iter("article"):
        yield from (str(each.get("datetime")) for each in list(article.iter("time"))[:1] if each.get("datetime"))
        break


def _authors(metas: _Metas) -> list[dict[str, str]]:
    names = metas.all("article:author", "author", "dc.creator", "parsely-author", "twitter:creator")
    return [{"name": name} for name in _names(names) if not name.startswith(("http:", "https:", "@"))]


def _names(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(filter(None, map(clean_text, values))))


def _listed(values: Iterable[str]) -> list[str]:
    return [name for value in values for name in re.split(r"[,،;]", value) if len(value) < 1000]


def _picture(metas: _Metas, linked: Linked, base: str | None) -> tuple[str | None, dict[str, Any]]:
    if url := to_uri(linked.image.get("url") or "", base):
        return url, {name: value for name, value in linked.image.items() if name != "url" and value}
    url = to_uri(
        metas.one("og:image:secure_url", "og:image:url", "og:image", "twitter:image", "twitter:image:src"), base
    )
    sizes = {name: metas.one(f"og:image:{name}") for name in ("width", "height")}
    picture: dict[str, Any] = {name: int(size) for name, size in sizes.items() if size.isdecimal() and len(size) < 6}
    if kind := metas.one("og:image:type"):
        picture |= {"mime_type": kind} if re.fullmatch(r"image/[a-z.+-]{1,40}", kind) else {}
    if alt := metas.one("og:image:alt", "twitter:image:alt"):
        picture["description"] = alt
    return url, picture
