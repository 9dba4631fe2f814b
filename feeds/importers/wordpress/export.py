"""A WordPress export (WXR) -> records, as a stream: memory does not grow with it."""

import io
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any
from xml.etree import ElementTree as etree

from feeds.errors import BadSource
from feeds.importers.source import Source
from feeds.importers.wordpress.attachments import Attachment, Waiting, shown_in, sizes_of, with_pictures
from feeds.importers.wordpress.content import cleaned, text_of
from feeds.importers.wordpress.post import Category, picture
from feeds.importers.wordpress.texts import plain, slug_of, summary_of, time_of
from feeds.importers.wordpress.typography import paragraphed, typographic
from feeds.model import Place, Record, Rejection

# Which XML forbids, and WordPress writes all the same.
_FORBIDDEN = bytes([*range(9), 11, 12, *range(14, 32)])
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
# Bytes that are read at a time.
_PIECE = 65_536
# Where a channel's children stand in RSS, and which of them are wanted.
_LEVEL, _WANTED = 3, frozenset(["item", "category", "author"])
# Down to a name and a value in a field of an item; and how much of one is read, an element being as good as so many
# characters: it may be anybody's export.
_DEEPEST, _LARGEST, _ELEMENT = 3, 32 * 1024 * 1024, 500
_TOO_LARGE = "too large"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"


class _Clean(io.RawIOBase):
    """A stream without the characters that XML forbids."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._stream = stream

    def read(self, size: int = -1, /) -> bytes:
        # Not the end, though there be nothing else in a piece.
        while piece := self._stream.read(size):
            if kept := piece.translate(None, _FORBIDDEN):
                return kept
        return b""


class _Items:
    """What an XML parser tells, put together: items, authors and categories of the channel, each once it has ended.

    A target of the standard library's parser, and not lxml's: that one dies where another thread goes on with it,
    and an import reads each batch in whatever thread is free.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        # From the channel's child on, down to where the parser stands.
        self._open: list[etree.Element] = []
        self._depth = 0
        self._text: list[str] = []
        # Of what is open, in characters.
        self._size = 0
        self.ended: list[etree.Element] = []

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        raise BadSource(f"{self._name}: declares a DTD or entities; an export has none, so check it")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._flush()
        self._depth += 1
        begins = not self._open and self._depth == _LEVEL and tag.rpartition("}")[2] in _WANTED
        if begins:
            self._size = 0
        # What stands deeper is nothing that WordPress wrote.
        if (begins or self._is_next) and self._has_room(_ELEMENT):
            element = etree.Element(tag, attributes)
            if self._open:
                self._open[-1].append(element)
            self._open.append(element)

    @property
    def _is_next(self) -> bool:
        """Whether the element that begins is a child of the last one that is kept, and not too deep."""
        return bool(self._open) and self._depth == _LEVEL + len(self._open) and len(self._open) < _DEEPEST

    def _has_room(self, size: int) -> bool:
        self._size += size
        return self._size <= _LARGEST

    def data(self, text: str) -> None:
        if self._is_kept and self._has_room(len(text)):
            self._text.append(text)

    @property
    def _is_kept(self) -> bool:
        """Whether the parser stands in the last element that is kept, and not in one below it."""
        return bool(self._open) and self._depth == _LEVEL + len(self._open) - 1

    def end(self, tag: str) -> None:
        self._flush()
        if self._is_kept:
            element = self._open.pop()
            if not self._open:
                if self._size > _LARGEST:
                    element.tag = _TOO_LARGE
                self.ended.append(element)
        self._depth -= 1

    def _flush(self) -> None:
        """Text before an element's first child is its own; nobody asks for what stands between children."""
        if self._text and self._open and not len(self._open[-1]):
            self._open[-1].text = (self._open[-1].text or "") + "".join(self._text)
        self._text.clear()

    def close(self) -> None:
        pass


class Export:
    """An export that is read from its beginning to its end. `categories` are those met so far, all before the first
    article."""

    def __init__(self, source: Source, *, parents: bool = False) -> None:
        self._source = source
        self._parents = parents
        self._slugs: dict[str, Category] = {}
        self._above: dict[str, str] = {}
        self._authors: dict[str, str] = {}
        self._items = self._read()
        self._first = next(self._items, None)

    @property
    def categories(self) -> list[Category]:
        return list(self._slugs.values())

    def records(self) -> Iterator[Record | Rejection]:
        """The published articles; drafts, private ones and those with a password are passed over."""
        waiting = Waiting()
        try:
            if self._first is not None:
                yield from self._taken(self._first, waiting)
            for item in self._items:
                yield from self._taken(item, waiting)
            for form in waiting.rest():
                yield self._record(json.loads(form), waiting)
        finally:
            waiting.close()

    def _read(self) -> Iterator[dict[str, Any] | Rejection]:
        """The items, one after the other; the authors and categories before them are noted. Raises BadSource."""
        stream, items = _Clean(self._source.stream), _Items(self._source.name)
        parser = etree.XMLParser(target=items)
        try:
            while piece := stream.read(_PIECE):
                parser.feed(piece)
                yield from self._ended(items)
            parser.close()
        except etree.ParseError as fault:
            # What came before it is sound.
            yield from self._ended(items)
            line, what = fault.position[0], str(fault).partition(":")[0]
            reason = f"is no whole XML from here on: {what}; export the site again"
            yield Rejection(place=Place(source=self._source.name, position=str(line)), reason=reason)

    def _ended(self, items: _Items) -> Iterator[dict[str, Any] | Rejection]:
        """The items that have ended; authors and categories are noted."""
        ended, items.ended = items.ended, []
        for element in ended:
            if element.tag == "item":
                yield _item(element)
            elif element.tag == _TOO_LARGE:
                number = element.findtext("{*}post_id") or element.findtext("title") or ""
                reason = f"is longer than {_LARGEST} characters; split the article"
                yield Rejection(place=Place(source=self._source.name, position=f"post {number[:80]}"), reason=reason)
            else:
                self._note(element)

    def _note(self, element: Any) -> None:
        values = {child.tag.rpartition("}")[2]: child.text or "" for child in element}
        if "author_login" in values:
            self._authors[values["author_login"]] = values.get("author_display_name") or values["author_login"]
        elif "category_nicename" in values:
            slug = slug_of(values["category_nicename"])
            number = values.get("term_id", "")
            self._slugs[slug] = Category(
                number=int(number) if number.isdecimal() and len(number) < 16 else 0,
                slug=slug,
                name=plain(values.get("cat_name", "")) or slug,
            )
            self._above[slug] = slug_of(values.get("category_parent", ""))

    def _taken(self, item: dict[str, Any] | Rejection, waiting: Waiting) -> Iterator[Record | Rejection]:
        if isinstance(item, Rejection):
            yield item
        elif item.get("post_type") == "attachment":
            number = _number(item.get("post_id"))
            form = json.dumps(asdict(_attachment(item)))
            for article in waiting.attachment(number, form) if number else ():
                yield self._record(json.loads(article), waiting)
        elif item.get("post_type") == "post" and item.get("status") == "publish" and not item.get("post_password"):
            wanted = shown_in(item["content"]) | {_number(item.get("thumbnail"))} - {0}
            missing = waiting.lacks(wanted) if wanted else set()
            if missing:
                waiting.wait(json.dumps(item), missing)
            else:
                yield self._record(item, waiting)

    def _record(self, item: dict[str, Any], waiting: Waiting) -> Record | Rejection:
        place = Place(source=self._source.name, position=f"post {item.get('post_id', '')}")

        def find(number: int) -> Attachment | None:
            form = waiting.find(number)
            return Attachment(**json.loads(form)) if form else None

        content = cleaned(typographic(paragraphed(with_pictures(item["content"], find))))
        excerpt = plain(typographic(item["excerpt"]))
        made: dict[str, Any] = {
            "id": item["guid"].strip(),
            "url": item["link"].strip() or None,
            "title": plain(typographic(item["title"])),
            "summary": summary_of(excerpt, text_of(content)) if excerpt else "",
            "content_html": content,
            "date_published": time_of(item.get("post_date", ""), item.get("post_date_gmt", "")),
            "date_modified": time_of(item.get("post_modified", ""), item.get("post_modified_gmt", "")) or None,
            "authors": [{"name": self._authors.get(item["creator"], item["creator"])}] if item["creator"] else [],
            "tags": item["tags"],
            "sections": self._sections(item["categories"]),
        }
        shown = find(_number(item.get("thumbnail")))
        if shown:
            image = picture(
                address=shown.url, kind=shown.kind, width=shown.width, height=shown.height, size=shown.bytes,
                alt=shown.alt, caption=plain(shown.caption),
            )  # fmt: skip
            made["image"] = image.pop("url")
            made["_feeds"] = {"image": image}
        return Record(place=place, item=made)

    def _sections(self, slugs: list[str]) -> list[str]:
        found = dict.fromkeys(slugs)
        for slug in slugs if self._parents else ():
            seen = {slug}
            while (slug := self._above.get(slug, "")) and slug not in seen:
                seen.add(slug)
                found.setdefault(slug)
        return list(found)


def _item(element: Any) -> dict[str, Any]:
    """An item's fields by name; those of other plugins, too, which nobody asks for."""
    found: dict[str, Any] = {
        "title": "", "link": "", "guid": "", "creator": "", "content": "", "excerpt": "", "categories": [], "tags": [],
    }  # fmt: skip
    for child in element:
        tag, text = child.tag, child.text or ""
        if tag == _CONTENT:
            found["content"] = text
        elif tag == _CREATOR:
            found["creator"] = text
        elif tag == "category":
            domain = child.get("domain")
            if domain == "category":
                found["categories"].append(slug_of(child.get("nicename") or text))
            elif domain == "post_tag":
                found["tags"].append(plain(text))
        elif tag in ("title", "link", "guid"):
            found[tag] = text
        elif isinstance(tag, str) and tag.startswith("{http://wordpress.org/export/"):
            _wordpress(found, tag.rpartition("}")[2], child, text)
    return found


def _wordpress(found: dict[str, Any], name: str, child: Any, text: str) -> None:
    """A field in WordPress's own namespaces: wp:…, excerpt:encoded."""
    if name == "encoded":
        found["excerpt"] = text
    elif name == "postmeta":
        values = {part.tag.rpartition("}")[2]: part.text or "" for part in child}
        key, value = values.get("meta_key"), values.get("meta_value", "")
        names = {
            "_thumbnail_id": "thumbnail",
            "_wp_attachment_metadata": "metadata",
            "_wp_attachment_image_alt": "alt",
        }
        if key in names:
            found[names[key]] = value
    elif name != "comment":
        found.setdefault(name, text)


def _attachment(item: dict[str, Any]) -> Attachment:
    url = item.get("attachment_url", "").strip()
    kinds = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp"}
    return Attachment(
        url=url,
        kind=kinds.get(url.rpartition(".")[2].lower(), ""),
        alt=plain(item.get("alt", "")),
        caption=typographic(item["excerpt"]),
        **sizes_of(item.get("metadata", "")),
    )


def _number(text: Any) -> int:
    return int(text) if isinstance(text, str) and text.isdecimal() and len(text) < 16 else 0
