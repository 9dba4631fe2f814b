"""An article -> the interchange form, as it would come in: taken in again, it changes nothing. JSON Feed has parts of
it, too (render/jsonfeed.py)."""

from typing import Any

from feeds.model import Article, Entry, Tombstone


def item_of(article: Article) -> dict[str, Any]:
    """The JSON Feed 1.1 item of an article, with its sections' slugs. What is empty is left out."""
    item: dict[str, Any] = {
        "id": article.guid,
        "url": article.url,
        "title": article.title,
        "summary": article.summary,
        "content_html": article.content_html,
        "date_published": article.published.isoformat(),
        "date_modified": article.modified.isoformat(),
        "authors": authors_of(article),
        "tags": list(article.tags),
        "language": article.language,
        "image": article.image.url if article.image else None,
        "attachments": attachments_of(article),
        "sections": list(article.sections),
        "_feeds": ({"correction": True} if article.correction else {}) | extension_of(article),
    }
    return filled(item)


def tombstone_of(tombstone: Tombstone) -> dict[str, Any]:
    """What is told of a withdrawn article."""
    return filled(
        {"id": tombstone.guid, "withdrawn": tombstone.withdrawn.isoformat(), "reason": tombstone.reason or None}
    )


def authors_of(each: Article | Entry) -> list[dict[str, Any]]:
    return [filled({"name": author.name, "url": author.url}) for author in each.authors]


def attachments_of(each: Article | Entry) -> list[dict[str, Any]]:
    return [
        filled(
            {
                "url": file.url,
                "mime_type": file.mime_type,
                "title": file.title,
                "size_in_bytes": file.size,
                "duration_in_seconds": file.duration,
            }
        )
        for file in each.attachments
    ]


def extension_of(each: Article | Entry) -> dict[str, Any]:
    """What JSON Feed has no key for, as `_feeds` has it: of its image, and where it was republished from."""
    found: dict[str, Any] = {}
    if image := each.image:
        found["image"] = filled(
            {
                "mime_type": image.mime_type,
                "size_in_bytes": image.size,
                "width": image.width,
                "height": image.height,
                "description": image.description,
                "credit": image.credit,
            }
        )
    if each.origin:
        found["source"] = {"title": each.origin.title, "url": each.origin.url}
    return filled(found)


def filled(keys: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty: a key that is there says something."""
    return {key: value for key, value in keys.items() if value not in (None, "", [], {})}
