"""JSON Lines, JSON arrays and JSON Feed documents -> records. A stream: memory does not grow with the source."""

import codecs
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Literal

import ijson

from feeds.errors import BadSource
from feeds.importers.source import Source
from feeds.model import Place, Record, Rejection

Shape = Literal["lines", "array", "document", "values"]

MAX_RECORD = 64 * 1024 * 1024
_CHUNK = 65_536
_OTHER_ENCODINGS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_COMPRESSED = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
# How the line of an item begins, in any file that holds some.
_ITEM = re.compile(rb"\{\s*[\"}]")
# How deep in the JSON the items stand.
_LEVELS: dict[Shape, int] = {"values": 0, "array": 1, "document": 2}
_STEP = {"start_map": 1, "start_array": 1, "end_map": -1, "end_array": -1}
_MAX_DEPTH = 100
_DEEP = "the JSON is nested too deep; give one flat item"
_LONG_NUMBER = "holds a number that is too long; give such a number as a text"
# ijson would make a question mark of half a surrogate pair, and of a spoilt id a sound one. A non-character
# of the same length is refused in an id, and goes from all else, as the half would.
_LONE_SURROGATE = re.compile(
    rb"((?<!\\)(?:\\\\)*)\\u[dD](?:[89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|[c-fC-F][0-9a-fA-F]{2}(?<!"
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD].{3}))"
)

# The end of a chunk where more may belong to its last escape, or to its last pair of them.
_CUT = re.compile(rb"\\(?:u(?:[0-9a-fA-F]{0,3}|[dD][89abAB][0-9a-fA-F]{2}(?:\\(?:u[0-9a-fA-F]{0,3})?)?))?\Z")


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
        return "lines" if any(map(_ITEM.match, lines)) else None
    try:
        first = _decoded(lines[0])
    except (ValueError, RecursionError, ArithmeticError):
        if _has_items(head):
            return "document"
        return "values" if len(lines) > 1 and not lines[1].startswith(b"{") else "lines"
    return "document" if isinstance(first.get("items"), list) else "lines"


def _has_items(head: bytes) -> bool:
    """Whether the object that begins here has a list of `items`, as a JSON Feed document has."""
    events = ijson.sendable_list()
    parser = ijson.basic_parse_coro(events)
    _send(parser, events, head.removeprefix(codecs.BOM_UTF8))
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
    if head.startswith(_COMPRESSED):
        raise BadSource(f"{source.name}: is compressed; unpack it, such as by `gunzip -c FILE | feeds import -`")
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
        # Files that were put together may hold more than one.
        line = line.removeprefix(codecs.BOM_UTF8).strip()
        if line:
            yield _record(place, line)


def _record(place: Place, line: bytes) -> Record | Rejection:
    try:
        item = _decoded(line)
    except UnicodeDecodeError as fault:
        reason = f"byte {fault.start + 1} is not UTF-8; save the file as UTF-8"
    except RecursionError:
        reason = _DEEP
    except ArithmeticError:
        reason = _LONG_NUMBER
    except json.JSONDecodeError as fault:
        what = fault.msg.removesuffix(" at").removesuffix(" starting")
        what = f"{what[:1].lower()}{what[1:]} at column {fault.colno}"
        reason = f"is not JSON: {what}; give one whole item on each line"
    except ValueError as fault:
        reason = f"is not JSON: {fault}"
    else:
        return _checked(place, item)
    return Rejection(place=place, reason=reason)


def _whole_number(digits: str) -> int | Decimal:
    # Python reads no more than 4300 digits as a number.
    return int(digits) if len(digits) < 1000 else Decimal(digits)


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number; leave it out")


# Numbers as ijson has them.
_DECODER = json.JSONDecoder(parse_int=_whole_number, parse_float=Decimal, parse_constant=_no_number)


def _decoded(line: bytes) -> Any:
    return _DECODER.decode(line.decode("utf-8"))


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
    line, size = 1, 0
    # The item path of ijson's own parser grows by the square of the depth: hence its basic events.
    events = ijson.sendable_list()
    parser = ijson.basic_parse_coro(events, multiple_values=shape == "values")
    for chunk in _chunks(source):
        fault = _send(parser, events, chunk)
        # What stands before a fault is sound.
        for event, value in events:
            if items.take(event, value, line):
                size = 0
                yield items.result(source.name)
        del events[:]
        if fault is not None:
            yield Rejection(place=Place(source=source.name, position=str(line)), reason=_broken(fault))
            return
        size += len(chunk)
        if size > MAX_RECORD:
            reason = f"the item is longer than {MAX_RECORD} bytes, and nothing behind it was read; split it"
            yield Rejection(place=Place(source=source.name, position=str(items.line)), reason=reason)
            return
        line += chunk.count(b"\n")


def _chunks(source: Source) -> Iterator[bytes]:
    """A source line by line, long lines in pieces, without halves of surrogate pairs; b"" is its end."""
    rest = b""
    while chunk := source.stream.readline(_CHUNK):
        chunk, rest = _split_escape(rest + chunk)
        if chunk:
            yield _without_halves(chunk)
    if rest:
        yield _without_halves(rest)
    yield b""


def _without_halves(chunk: bytes) -> bytes:
    if b"\\ud" in chunk or b"\\uD" in chunk:
        return _LONE_SURROGATE.sub(rb"\1\\ufffe", chunk)
    return chunk


def _send(parser: Any, events: list[Any], chunk: bytes) -> Exception | None:
    """Gives the parser a chunk, or its end; returns why it can't go on."""
    try:
        parser.send(chunk) if chunk else parser.close()
    except (ijson.JSONError, UnicodeDecodeError, ArithmeticError) as fault:
        return fault
    except SystemError:
        # A number of more than 4300 digits: ijson has left an event that nobody may look at.
        events.pop()
        return OverflowError()
    return None


def _split_escape(chunk: bytes) -> tuple[bytes, bytes]:
    """A chunk that was cut within a long line, and its end where that may be half of an escape or of a pair."""
    cut = _CUT.search(chunk, max(0, len(chunk) - 12))
    if cut is None:
        return chunk, b""
    # Backslashes go in pairs, so an odd one before this one is its first half.
    before = chunk[: cut.start()]
    at = len(before) - (len(before) - len(before.rstrip(b"\\"))) % 2
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
            return Rejection(place=place, reason=_DEEP)
        return _checked(place, builder.value)


def _broken(fault: Exception) -> str:
    message = " ".join(str(fault).split("\n")[0].split()).rstrip(".").split("error: ")[-1]
    if message == "premature EOF":
        return "the JSON ends too early; give the whole file"
    if isinstance(fault, ArithmeticError):
        what = _LONG_NUMBER
    elif isinstance(fault, UnicodeDecodeError) or "UTF8" in message:
        what = "is not UTF-8; save the file as UTF-8"
    elif message == "trailing garbage":
        what = "something stands behind the end; take it away"
    else:
        what = f"is not JSON: {message}; mend it"
    return f"{what}. Nothing behind this place was read; in JSON Lines, one bad line spoils no other"
