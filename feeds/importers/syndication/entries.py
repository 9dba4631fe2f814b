"""An entry as feedparser has it -> an interchange item."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from feeds.errors import BadRecord
from feeds.importers.languages import language_of
from feeds.importers.syndication.document import Document
from feeds.interchange import read_time
from feeds.sanitize import text_of
from feeds.text.iri import to_uri

_HTML = ("text/html", "application/xhtml+xml")
# With more tags a summary is none, and a title neither; to count is cheaper than to parse.
_MOST_TAGS = 200
_BREAK = re.compile(r"<br\s*/?>\s*</br\s*>", re.IGNORECASE)
_MAILED = re.compile(r"[^\s@]+@[^\s@]+\s*\(([^@]+)\)")
# Names of zones that RFC 5322 does not know, and would have read as UTC: those of which there is one only.
_ZONES = {"WET": "+0000", "WEST": "+0100", "CET": "+0100", "CEST": "+0200", "EET": "+0200", "EEST": "+0300"}
_ZONE = re.compile(r"\b(?:WES?T|CES?T|EES?T)$")
# RFC 6838 §4.2
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,127}/[a-z0-9!#$&^_.+-]{1,127}")


def item_of(entry: Mapping[str, Any], document: Document, categories: bool) -> tuple[dict[str, Any], str | None]:
    """The item, and the base of its relative addresses where that is not its own address."""
    base = _base(entry, document)
    url = to_uri(entry.get("feedburner_origlink") or entry.get("link") or "", base)
    body, kind = _body(entry)
    files = _files(entry, base or url)
    named = [name for tag in entry.get("tags") or () if (name := (tag.get("label") or tag.get("term") or "").strip())]
    image, more = _image(entry, files, base or url)
    extension = {"image": more, "source": _source(entry, base)}
    item = {
        "id": entry.get("id") or url,
        "url": url,
        "title": _plain(entry.get("title_detail") or {}),
        "summary": _summary(entry, body),
        "content_html" if kind in _HTML else "content_text": body,
        "date_published": _time(entry, "published") or _time(entry, "updated") or _time(entry, "created"),
        "date_modified": _time(entry, "updated"),
        "authors": _authors(entry),
        "sections" if categories else "tags": list(dict.fromkeys(named)),
        "language": _language(entry, document),
        "image": image,
        "attachments": [file for file in files if file["url"] != image],
        "_feeds": {name: value for name, value in extension.items() if value},
    }
    return {name: value for name, value in item.items() if value}, base


def _base(entry: Mapping[str, Any], document: Document) -> str | None:
    """xml:base where there is one; of an entry without an address, the feed's own address."""
    details = [*(entry.get("content") or ()), entry.get("summary_detail") or {}, entry.get("title_detail") or {}]
    base = next((detail["base"] for detail in details if detail.get("base")), None)
    if base == document.address and entry.get("link"):
        # RSS knows no base: what editors write is relative to the article.
        return to_uri(base or "") if document.version.startswith("atom") else None
    return to_uri(base or document.address or "")


def _body(entry: Mapping[str, Any]) -> tuple[str, str]:
    """The content and its type: HTML before text, the longest of several; without one, the summary stands for it."""
    found = [(part.get("value") or "", part.get("type") or "") for part in entry.get("content") or ()]
    found = [(value, kind) for value, kind in found if value.strip()]
    if not found:
        detail = entry.get("summary_detail") or {}
        found = [(detail.get("value") or entry.get("summary") or "", detail.get("type") or "text/html")]
    value, kind = max(found, key=lambda part: (part[1] in _HTML, len(part[0])))
    # Markup that stood in the XML comes back with an end tag, which HTML takes for a second break.
    return (_BREAK.sub("<br>", value), kind) if kind in _HTML else (value, kind)


def _summary(entry: Mapping[str, Any], body: str) -> str:
    detail = entry.get("summary_detail") or {}
    return "" if _BREAK.sub("<br>", detail.get("value") or "") == body else _plain(detail)


def _plain(detail: Mapping[str, Any]) -> str:
    text = detail.get("value") or ""
    if detail.get("type") not in _HTML:
        return str(text)
    return text_of(text) if text.count("<") <= _MOST_TAGS else ""


def _time(entry: Mapping[str, Any], name: str) -> str | None:
    """A time with its offset, or None where there is none that can be read."""
    # feedparser would give the one for the other, with a warning.
    if name not in entry:
        return None
    said = _ZONE.sub(lambda zone: _ZONES[zone[0]], str(entry[name] or "").strip())
    try:
        # RFC 5322 §3.3 first: most feeds are RSS. "-0000" is a time in UTC that says nothing of where.
        moment = parsedate_to_datetime(said)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        pass
    try:
        return read_time(name, said, UTC).isoformat()
    except BadRecord:
        pass
    try:
        year, month, day, hour, minute, second = entry[f"{name}_parsed"][:6]
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC).isoformat()
    except (KeyError, ValueError, TypeError, OverflowError):
        return None


def _authors(entry: Mapping[str, Any]) -> list[dict[str, str]]:
    """Those with a name; an e-mail address is none, and stays private."""
    # RSS 2.0 has this form, and feedparser no ear for names in it that are not Latin.
    if mailed := _MAILED.fullmatch(str(entry.get("author") or "").strip()):
        return [{"name": mailed[1]}]
    found = []
    for author in entry.get("authors") or ():
        name = str(author.get("name") or "").strip()
        if name and "@" not in name:
            found.append({"name": name, **({"url": author["href"]} if to_uri(author.get("href") or "") else {})})
    return found


def _files(entry: Mapping[str, Any], base: str | None) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    parts: Iterable[Mapping[str, Any]] = [*(entry.get("enclosures") or ()), *(entry.get("media_content") or ())]
    for part in parts:
        url = to_uri(part.get("href") or part.get("url") or "", base)
        kind = str(part.get("type") or "").partition(";")[0].strip().lower()
        if url and _MEDIA_TYPE.fullmatch(kind):
            size = part.get("length") or part.get("filesize") or ""
            file = {"url": url, "mime_type": kind}
            found.setdefault(url, file | ({"size_in_bytes": int(size)} if _digits(size) and int(size) else {}))
    return list(found.values())


def _digits(text: Any) -> bool:
    return isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 15


def _image(
    entry: Mapping[str, Any], files: list[dict[str, Any]], base: str | None
) -> tuple[str | None, dict[str, Any] | None]:
    """The leading picture and what is known of it."""
    for part in (*(entry.get("media_content") or ()), *(entry.get("media_thumbnail") or ())):
        url = to_uri(part.get("url") or "", base)
        kind = str(part.get("type") or "")
        if url and (kind.startswith("image/") or (not kind and part.get("medium", "image") == "image")):
            sizes = {name: int(part[name]) for name in ("width", "height") if _digits(part.get(name))}
            return url, sizes | ({"mime_type": kind} if _MEDIA_TYPE.fullmatch(kind) else {})
    for file in files:
        if file["mime_type"].startswith("image/"):
            return file["url"], {name: file[name] for name in ("mime_type", "size_in_bytes") if name in file}
    return to_uri((entry.get("image") or {}).get("href") or "", base), None


def _source(entry: Mapping[str, Any], base: str | None) -> dict[str, str] | None:
    source = entry.get("source") or {}
    url = to_uri(source.get("href") or source.get("link") or "", base)
    return {"title": source["title"], "url": url} if url and source.get("title") else None


def _language(entry: Mapping[str, Any], document: Document) -> str | None:
    details = [*(entry.get("content") or ()), entry.get("title_detail") or {}]
    said = next((detail["language"] for detail in details if detail.get("language")), None)
    return language_of(str(said or document.feed.get("language") or ""), str(entry.get("title") or ""))
