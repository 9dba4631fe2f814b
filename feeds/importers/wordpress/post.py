"""A post as the REST API gives it -> a record."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from feeds.configured import language_tag
from feeds.importers.wordpress.content import cleaned, text_of
from feeds.importers.wordpress.texts import guid_of, plain, slug_of, summary_of, time_of
from feeds.model import Place, Record, Rejection

# What is asked for of each post: nothing else is sent.
FIELDS = (
    "id,date,date_gmt,modified,modified_gmt,guid,link,title,content,excerpt,author,categories,tags,featured_media,"
    "status,lang,wpml_current_locale,_links,_embedded"
)
EMBED = "author,wp:term,wp:featuredmedia"


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A category: its number, its slug (decoded), its name, the number of the one above it, or 0, and its page."""

    number: int
    slug: str
    name: str
    parent: int = 0
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post: its number, when it was modified (by the site's clock, and in GMT), and the record that it makes.

    `hidden` is one that asks for a password or is not published: it makes no record.
    """

    number: int
    modified: str
    modified_gmt: str
    guid: str
    hidden: bool
    record: Record | Rejection | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is known of a site's categories by number and its authors' names, and whether an article belongs to a
    category's ancestors too."""

    categories: Mapping[int, Category] = field(default_factory=dict)
    authors: Mapping[int, str] = field(default_factory=dict)
    parents: bool = False

    def category(self, number: object) -> Category | None:
        """The category of a number, if it is one that is known."""
        return self.categories.get(number) if isinstance(number, int) else None

    def above(self, category: Category) -> Iterator[Category]:
        """A category's ancestors, the nearest first."""
        seen = {category.number}
        while (above := self.categories.get(category.parent)) and above.number not in seen:
            seen.add(above.number)
            yield above
            category = above


def read_post(raw: Any, source: str, terms: Terms) -> Post | None:
    """What a post says; None where it is nothing that has a number."""
    number = raw.get("id") if isinstance(raw, dict) else None
    if not isinstance(number, int):
        return None
    place = Place(source=source, position=f"post {number}")
    guid = guid_of(_text(raw, "guid", "rendered"))
    content = raw.get("content")
    hidden = raw.get("status", "publish") != "publish" or (isinstance(content, dict) and bool(content.get("protected")))
    record: Record | Rejection | None = None
    if not hidden:
        item = _item(raw, guid, terms) if guid else None
        reason = "has no guid; the API leaves it out, so ask those who run the site"
        record = Record(place=place, item=item) if item else Rejection(place=place, reason=reason)
    return Post(
        number=number,
        modified=_text(raw, "modified"),
        modified_gmt=_text(raw, "modified_gmt"),
        guid=guid,
        hidden=hidden,
        record=record,
    )


def language_of(raw: Any) -> str:
    """The language that Polylang or WPML names, as a tag; empty where none does."""
    found = _text(raw, "lang") or _text(raw, "wpml_current_locale")
    return found.replace("_", "-")


def _item(raw: Mapping[str, Any], guid: str, terms: Terms) -> dict[str, Any]:
    content = cleaned(_text(raw, "content", "rendered"))
    sections, tags = _terms(raw, terms)
    item: dict[str, Any] = {
        "id": guid,
        "url": _text(raw, "link") or None,
        "title": plain(_text(raw, "title", "rendered")),
        "summary": summary_of(plain(_text(raw, "excerpt", "rendered")), text_of(content)),
        "content_html": content,
        "date_published": time_of(_text(raw, "date"), _text(raw, "date_gmt")),
        "date_modified": time_of(_text(raw, "modified"), _text(raw, "modified_gmt")) or None,
        "authors": _authors(raw, terms),
        "tags": tags,
        "sections": sections,
        # Sites call their languages as they like.
        "language": language_tag(language_of(raw)),
    }
    picture = _picture(raw)
    if picture:
        item["image"] = picture.pop("url")
        item["_feeds"] = {"image": picture}
    return item


def _terms(raw: Mapping[str, Any], terms: Terms) -> tuple[list[str], list[str]]:
    """The sections (by slug, or by name where the slug is none) and the tags."""
    found = [term for group in _embedded(raw, "wp:term") if isinstance(group, list) for term in group]
    categories = [
        terms.category(term.get("id")) or read_category(term)
        for term in found
        if isinstance(term, dict) and term.get("taxonomy") == "category"
    ]
    if not categories:
        numbers = raw.get("categories")
        categories = [terms.category(number) for number in numbers] if isinstance(numbers, list) else []
    known = [category for category in categories if category]
    if terms.parents:
        known += [above for category in known for above in terms.above(category)]
    tags = [
        plain(_text(term, "name")) for term in found if isinstance(term, dict) and term.get("taxonomy") == "post_tag"
    ]
    return list(dict.fromkeys(category.slug for category in known)), tags


def read_category(raw: Any) -> Category | None:
    """A category; None where it has no number or no name."""
    number, name = (raw.get("id"), plain(_text(raw, "name"))) if isinstance(raw, dict) else (None, "")
    if not isinstance(number, int) or not name:
        return None
    parent = raw.get("parent")
    slug = slug_of(_text(raw, "slug")) or name
    return Category(
        number=number,
        slug=slug,
        name=name,
        parent=parent if isinstance(parent, int) else 0,
        link=_text(raw, "link"),
    )


def _authors(raw: Mapping[str, Any], terms: Terms) -> list[dict[str, str]]:
    names = [plain(_text(author, "name")) for author in _embedded(raw, "author")]
    # Where nobody may see the users, the embedded one is an error without a name.
    number = raw.get("author")
    closed = terms.authors.get(number, "") if isinstance(number, int) else ""
    return [{"name": name} for name in names if name] or ([{"name": closed}] if closed else [])


def unnamed_authors(posts: Collection[Any]) -> set[int]:
    """The numbers of authors that posts have but do not name."""
    return {
        raw["author"]
        for raw in posts
        if isinstance(raw, dict)
        and isinstance(raw.get("author"), int)
        and raw["author"] > 0
        and not any(_text(author, "name") for author in _embedded(raw, "author"))
    }


def _picture(raw: Mapping[str, Any]) -> dict[str, Any] | None:
    media = next(iter(_embedded(raw, "wp:featuredmedia")), None)
    address = _text(media, "source_url")
    if not address or not isinstance(media, dict) or media.get("media_type", "image") != "image":
        return None
    details = media.get("media_details")
    details = details if isinstance(details, dict) else {}
    return picture(
        address=address,
        kind=_text(media, "mime_type"),
        width=details.get("width"),
        height=details.get("height"),
        size=details.get("filesize"),
        alt=_text(media, "alt_text"),
        caption=plain(_text(media, "caption", "rendered")),
    )


def picture(
    *, address: str, kind: str, width: object, height: object, size: object, alt: str, caption: str
) -> dict[str, Any]:
    """A leading picture as a record has it: alt says what is to be seen, the caption goes before it."""
    numbers = {"width": width, "height": height, "size_in_bytes": size}
    known = {name: value for name, value in numbers.items() if isinstance(value, int) and value > 0}
    texts = {"mime_type": kind, "description": caption or plain(alt)}
    return {"url": address, **known, **{name: text for name, text in texts.items() if text}}


def _embedded(raw: Any, name: str) -> list[Any]:
    embedded = raw.get("_embedded") if isinstance(raw, dict) else None
    found = embedded.get(name) if isinstance(embedded, dict) else None
    return found if isinstance(found, list) else []


def _text(raw: Any, *path: str) -> str:
    """The text at a path; empty where there is none."""
    for name in path:
        raw = raw.get(name) if isinstance(raw, dict) else None
    return raw if isinstance(raw, str) else ""
