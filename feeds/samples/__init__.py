"""Sample articles: made-up news of a made-up newsroom, dated from now, in the interchange form."""

import tomllib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent
_MEDIA = _FOLDER.parent / "render" / "static" / "samples"
# Pictures and sound are files of ours, served from /static/.
_TYPES = {".png": "image/png", ".mp3": "audio/mpeg"}
_WIDTH, _HEIGHT = 1200, 675
_SECONDS = 6


def items(*, site_url: str, now: datetime) -> Iterator[dict[str, Any]]:
    """The samples as JSON Feed items, newest first; `age` in the files is minutes before `now`."""
    found = [
        article
        for file in sorted(_FOLDER.glob("*.toml"))
        for article in tomllib.loads(file.read_text("utf-8"))["articles"]
    ]
    for article in sorted(found, key=lambda article: (article["age"], article["id"])):
        yield _item(article, site_url, now)


def _item(article: dict[str, Any], site_url: str, now: datetime) -> dict[str, Any]:
    item: dict[str, Any] = {
        key: article[key] for key in ("id", "title", "summary", "language", "tags", "sections") if key in article
    }
    html = article["html"].strip().replace('src="/static/', f'src="{site_url}/static/')
    item |= {
        "content_html": html,
        "date_published": _time(now, article["age"]),
        "authors": [{"name": name} for name in article["authors"]],
    }
    if "modified_age" in article:
        item["date_modified"] = _time(now, article["modified_age"])
    if "image" in article:
        image = article["image"]
        item["image"] = f"{site_url}/static/samples/{image['file']}"
        item["_feeds"] = {
            "image": {
                **_file(image["file"]),
                "width": _WIDTH,
                "height": _HEIGHT,
                "description": image["description"],
                "credit": image["credit"],
            }
        }
    if "attachments" in article:
        item["attachments"] = [
            {
                "url": f"{site_url}/static/samples/{file['file']}",
                **_file(file["file"]),
                "title": file["title"],
                "duration_in_seconds": _SECONDS,
            }
            for file in article["attachments"]
        ]
    return item


def _file(name: str) -> dict[str, Any]:
    path = _MEDIA / name
    return {"mime_type": _TYPES[path.suffix], "size_in_bytes": path.stat().st_size}


def _time(now: datetime, minutes: int) -> str:
    return (now - timedelta(minutes=minutes)).replace(microsecond=0).isoformat()
