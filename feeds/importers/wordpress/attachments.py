"""The pictures of an export: each is an item of its own, which may stand behind the articles that show it."""

import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from feeds.importers.wordpress.shortcodes import replaced

_NUMBER = re.compile(r'^a:\d+:\{.*?s:5:"width";i:(\d{1,6});s:6:"height";i:(\d{1,6});', re.DOTALL)
_SIZE = re.compile(r's:8:"filesize";i:(\d{1,12});')
_FILES = re.compile(r's:4:"file";s:\d+:"([^"/]+)";s:5:"width";i:(\d{1,6});s:6:"height";i:(\d{1,6});')
_SHOWN = re.compile(r"<img\b[^<>]*\bwp-image-(\d{1,15})\b[^<>]*>")
_SOURCE = re.compile(r"\bsrc\s*=\s*[\"']([^\"']+)[\"']")
_GALLERY = re.compile(r"\[gallery\b[^\]]*\bids=[\"']([\d,\s]+)[\"'][^\]]*\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file of the media library; sizes are those of pictures, in pixels, by the name of the file."""

    url: str
    kind: str = ""
    alt: str = ""
    caption: str = ""
    width: int | None = None
    height: int | None = None
    bytes: int | None = None
    sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def size_of(self, address: str) -> tuple[int, int] | None:
        """Width and height of the picture at an address, one of this one's."""
        name = address.rpartition("/")[2]
        if name == self.url.rpartition("/")[2] and self.width and self.height:
            return self.width, self.height
        return self.sizes.get(name)


def sizes_of(metadata: str) -> dict[str, Any]:
    """What WordPress keeps of a picture (in PHP's form), as Attachment has it."""
    whole, size = _NUMBER.match(metadata), _SIZE.search(metadata.partition('s:5:"sizes"')[0])
    found: dict[str, Any] = {"sizes": {name: (int(w), int(h)) for name, w, h in _FILES.findall(metadata)}}
    if whole:
        found |= {"width": int(whole[1]), "height": int(whole[2])}
    if size:
        found["bytes"] = int(size[1])
    return found


def shown_in(content: str) -> set[int]:
    """The numbers of the pictures that an article shows."""
    if "wp-image-" not in content and "[gallery" not in content:
        return set()
    galleries = (number for found in _GALLERY.findall(content) for number in found.split(","))
    return {int(number) for number in (*_SHOWN.findall(content), *galleries) if number.strip().isdecimal()}


def with_pictures(content: str, find: Callable[[int], Attachment | None]) -> str:
    """An article whose pictures have their sizes, and whose galleries are figures."""

    def sized(found: "re.Match[str]") -> str:
        attachment, source = find(int(found[1])), _SOURCE.search(found[0])
        size = attachment.size_of(source[1]) if attachment and source else None
        if size is None or re.search(r"\s(?:width|height)\s*=", found[0]):
            return found[0]
        return f'<img width="{size[0]}" height="{size[1]}"{found[0].removeprefix("<img")}'

    def gallery(given: Mapping[str, str]) -> str:
        numbers = [int(number) for number in given.get("ids", "").split(",") if number.strip().isdecimal()]
        return "".join(_figure(attachment) for number in numbers if (attachment := find(number)))

    content = _SHOWN.sub(sized, content) if "wp-image-" in content else content
    return replaced(content, "gallery", gallery) if "[gallery" in content else content


def _figure(attachment: Attachment) -> str:
    words = f"<figcaption>{attachment.caption}</figcaption>" if attachment.caption else ""
    return f'<figure><img src="{escape(attachment.url)}" alt="{escape(attachment.alt)}">{words}</figure>'


class Waiting:
    """Articles that wait for pictures which have not come yet: on disk, so that memory does not grow with them."""

    def __init__(self) -> None:
        # A nameless database is a temporary file of SQLite's own.
        self._db = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute("CREATE TABLE attachments (number INTEGER PRIMARY KEY, form TEXT)")
        self._db.execute("CREATE TABLE articles (number INTEGER PRIMARY KEY, form TEXT)")
        self._db.execute("BEGIN")
        self._missing: dict[int, set[int]] = {}
        self._wanted_by: dict[int, list[int]] = {}
        self._there: set[int] = set()
        self._last = 0

    def attachment(self, number: int, form: str) -> Iterator[str]:
        """Keeps a picture; the articles that waited for it alone."""
        self._db.execute("INSERT OR REPLACE INTO attachments VALUES (?, ?)", (number, form))
        self._there.add(number)
        for article in self._wanted_by.pop(number, ()):
            missing = self._missing[article]
            missing.discard(number)
            if not missing:
                yield self._take(article)

    def find(self, number: int) -> str | None:
        row = self._db.execute("SELECT form FROM attachments WHERE number = ?", (number,)).fetchone()
        return str(row[0]) if row else None

    def lacks(self, numbers: set[int]) -> set[int]:
        return numbers - self._there

    def wait(self, form: str, missing: set[int]) -> None:
        """Keeps an article until its pictures are there."""
        self._last += 1
        self._db.execute("INSERT INTO articles VALUES (?, ?)", (self._last, form))
        self._missing[self._last] = missing
        for number in missing:
            self._wanted_by.setdefault(number, []).append(self._last)

    def rest(self) -> Iterator[str]:
        """Those whose pictures never came."""
        for article in list(self._missing):
            yield self._take(article)

    def _take(self, article: int) -> str:
        del self._missing[article]
        (form,) = self._db.execute("SELECT form FROM articles WHERE number = ?", (article,)).fetchone()
        self._db.execute("DELETE FROM articles WHERE number = ?", (article,))
        return str(form)

    def close(self) -> None:
        self._db.close()
