"""An article -> the interchange form, as it would come in: taken in again, it changes nothing."""

from typing import Any

from feeds.model import Article, Tombstone


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
        "authors": [_filled({"name": author.name, "url": author.url}) for author in article.authors],
        "tags": list(article.tags),
        "language": article.language,
        "image": article.image.url if article.image else None,
        "attachments": [
            _filled(
                {
                    "url": file.url,
                    "mime_type": file.mime_type,
                    "title": file.title,
                    "size_in_bytes": file.size,
                    "duration_in_seconds": file.duration,
                }
            )
            for file in article.attachments
        ],
        "sections": list(article.sections),
        "_feeds": _extension(article),
    }
    return _filled(item)


def tombstone_of(tombstone: Tombstone) -> dict[str, Any]:
    """What is told of a withdrawn article."""
    return _filled(
        {"id": tombstone.guid, "withdrawn": tombstone.withdrawn.isoformat(), "reason": tombstone.reason or None}
    )


def _extension(article: Article) -> dict[str, Any]:
    found: dict[str, Any] = {"correction": True} if article.correction else {}
    if image := article.image:
        found["image"] = _filled(
            {
                "mime_type": image.mime_type,
                "size_in_bytes": image.size,
                "width": image.width,
                "height": image.height,
                "description": image.description,
                "credit": image.credit,
            }
        )
    if article.origin:
        found["source"] = {"title": article.origin.title, "url": article.origin.url}
    return _filled(found)


def _filled(keys: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in keys.items() if value not in (None, "", [], {})}
