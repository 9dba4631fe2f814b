"""JSON Lines, JSON arrays and JSON Feed documents -> records. A stream: memory does not grow with the source."""

import codecs
import contextlib
import json
import re
from collections.abc import Iterator
from typing import Any, Literal

import ijson

from feeds.errors import BadSource
from feeds.importers.source import Source
from feeds.model import Place, Record, Rejection

Shape = Literal["lines", "array", "document", "values"]

MAX_RECORD = 64 * 1024 * 1024
_CHUNK = 65_536
_OTHER_ENCODINGS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
# How deep in the JSON the items stand.
_LEVELS: dict[Shape, int] = {"values": 0, "array": 1, "document": 2}
_STEP = {"start_map": 1, "start_array": 1, "end_map": -1, "end_array": -1}
_MAX_DEPTH = 100
# ijson would make a question mark of half a surrogate pair, and of a spoilt id a sound one. A non-character
# of the same length is refused in an id, and goes from all else, as the half would.
_LONE_SURROGATE = re.compile(
    rb"((?<!\\)(?:\\\\)*)\\u[dD](?:[89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|[c-fC-F][0-9a-fA-F]{2}(?<!"
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD].{3}))"
)


def shape_of(head: bytes) -> Shape | None:
    """What the beginning of a source looks like, or None where it is no JSON of ours."""
    lines = [line.strip() for line in head.removeprefix(codecs.BOM_UTF8).split(b"\n")]
    lines = [line for line in lines if line]
    if not lines:
        return "lines"
    if lines[0].startswith(b"["):
        return "array"
    if not lines[0].startswith(b"{"):
        # A first line that is spoilt does not spoil the rest.
        return "lines" if any(line.startswith(b"{") for line in lines) else None
    try:
        first = json.loads(lines[0])
    except (ValueError, RecursionError):
        if len(lines) > 1 and lines[1].startswith(b"{"):
            return "lines"
        return "document" if _has_items(head) else "values" if len(lines) > 1 else "lines"
    return "document" if isinstance(first.get("items"), list) else "lines"


def _has_items(head: bytes) -> bool:
    """Whether the object that begins here has a list of `items`, as a JSON Feed document has."""
    events = ijson.sendable_list()
    parser = ijson.basic_parse_coro(events)
    with contextlib.suppress(ijson.JSONError):
        parser.send(head.removeprefix(codecs.BOM_UTF8))
    depth, key = 0, None
    for event, value in events:
        if depth == 1 and event == "start_array" and key == "items":
            return True
        depth += _STEP.get(event, 0)
        key = value if depth == 1 and event == "map_key" else key
    return False


def records(source: Source) -> Iterator[Record | Rejection]:
    """The records of a source, in order. Raises BadSource where it can't be read at all."""
    head = source.peek()
    if head.startswith(_OTHER_ENCODINGS) or head[:4].count(0) >= 2:
        raise BadSource(f"{source.name}: is UTF-16 or UTF-32; save it as UTF-8")
    shape = shape_of(head)
    if shape is None:
        raise BadSource(
            f"{source.name}: is no source of articles that is known; give JSON Lines, a JSON array or a JSON Feed"
        )
    if head.startswith(codecs.BOM_UTF8):
        source.stream.read(len(codecs.BOM_UTF8))
    return _lines(source) if shape == "lines" else _values(source, shape)


def _lines(source: Source) -> Iterator[Record | Rejection]:
    number = 0
    while line := source.stream.readline(MAX_RECORD):
        number += 1
        place = Place(source=source.name, position=str(number))
        if len(line) == MAX_RECORD and not line.endswith(b"\n"):
            while (rest := source.stream.readline(_CHUNK)) and not rest.endswith(b"\n"):
                pass
            yield Rejection(place=place, reason=f"the line is longer than {MAX_RECORD} bytes; split the article")
            continue
        if line.strip():
            yield _record(place, line)


def _record(place: Place, line: bytes) -> Record | Rejection:
    try:
        item = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as fault:
        reason = f"byte {fault.start + 1} is not UTF-8; save the file as UTF-8"
        return Rejection(place=place, reason=reason)
    except RecursionError:
        return Rejection(place=place, reason="the JSON is nested too deep; give one flat item")
    except ValueError as fault:
        message = f"is not JSON: {fault}".replace("line 1 column", "column")
        return Rejection(place=place, reason=f"{message}; give one whole item on each line")
    return _checked(place, item)


def _checked(place: Place, item: Any) -> Record | Rejection:
    if not isinstance(item, dict):
        return Rejection(place=place, reason=f"is {_kind(item)}; give an object, {{…}}")
    return Record(place=place, item=item)


def _kind(value: Any) -> str:
    names = {str: "a text", list: "a list", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _values(source: Source, shape: Shape) -> Iterator[Record | Rejection]:
    """The items of an array, of a document or one after the other, each with the line that it begins on."""
    items = _Items(shape)
    line, size, rest = 1, 0, b""
    # The item path of ijson's own parser grows by the square of the depth: hence its basic events.
    events = ijson.sendable_list()
    parser = ijson.basic_parse_coro(events, multiple_values=shape == "values")
    try:
        while chunk := source.stream.readline(_CHUNK):
            chunk, rest = _split_escape(rest + chunk)
            if b"\\ud" in chunk or b"\\uD" in chunk:
                chunk = _LONE_SURROGATE.sub(rb"\1\\ufffe", chunk)
            parser.send(chunk)
            for event, value in events:
                if items.take(event, value, line):
                    size = 0
                    yield items.result(source.name)
            del events[:]
            size += len(chunk)
            if size > MAX_RECORD:
                reason = f"the item is longer than {MAX_RECORD} bytes, and nothing behind it was read; split it"
                yield Rejection(place=Place(source=source.name, position=str(items.line)), reason=reason)
                return
            line += chunk.count(b"\n")
        parser.close()
    except (ijson.JSONError, UnicodeDecodeError) as fault:
        yield Rejection(place=Place(source=source.name, position=str(line)), reason=_broken(fault))


def _split_escape(chunk: bytes) -> tuple[bytes, bytes]:
    """A chunk that was cut within a long line, and its end where that may hold the half of a \\u pair."""
    if chunk.endswith(b"\n") or (at := chunk.find(b"\\", max(0, len(chunk) - 12))) < 0:
        return chunk, b""
    while at and chunk[at - 1] == 0x5C:
        at -= 1
    return chunk[:at], chunk[at:]


class _Items:
    """Puts items together from parser events."""

    def __init__(self, shape: Shape) -> None:
        self._level = _LEVELS[shape]
        self._depth = 0
        self._key: str | None = None
        self._builder: Any = None
        self._deepest = 0
        self.line = 1

    def take(self, event: str, value: Any, line: int) -> bool:
        """Whether this event ends an item."""
        step = _STEP.get(event, 0)
        if self._depth == 1 and event == "map_key":
            self._key = value
        if self._depth == self._level and step >= 0 and event != "map_key" and self._inside():
            self._builder, self._deepest, self.line = ijson.ObjectBuilder(), 0, line
        if self._builder is not None and self._deepest <= _MAX_DEPTH:
            self._builder.event(event, value)
        self._depth += step
        self._deepest = max(self._deepest, self._depth - self._level)
        return self._builder is not None and self._depth == self._level

    def _inside(self) -> bool:
        return self._level < 2 or self._key == "items"

    def result(self, source: str) -> Record | Rejection:
        """The item that has just ended."""
        place = Place(source=source, position=str(self.line))
        builder, self._builder = self._builder, None
        if self._deepest > _MAX_DEPTH:
            return Rejection(place=place, reason="the JSON is nested too deep; give one flat item")
        return _checked(place, builder.value)


def _broken(fault: Exception) -> str:
    message = " ".join(str(fault).split("\n")[0].split())
    kind = "is not UTF-8" if "UTF8" in message or isinstance(fault, UnicodeDecodeError) else f"is not JSON: {message}"
    return f"{kind}; nothing behind it can be read: mend it, or give JSON Lines, where one bad line spoils no other"
