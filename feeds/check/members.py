"""Members of JSON objects: which there may be, of which type, and what their values may look like."""

import math
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import NamedTuple

from feeds.check.addresses import iri
from feeds.check.characters import characters
from feeds.check.fields import Fault, Rule, field
from feeds.check.findings import Finding, error, printable, quoted, warning

_TOP = "JSON Feed 1.1, Top-level"
_EXTENSIONS = "JSON Feed 1.1, Extensions"


class Kind(Enum):
    """JSON's types, as messages name them."""

    STRING = "a string"
    NUMBER = "a number"
    BOOLEAN = "true or false"
    ARRAY = "an array"
    OBJECT = "an object"


class Member(NamedTuple):
    """What is known of a member: its type, and the rule of a string."""

    kind: Kind
    rule: Rule = lambda value: None


def _name(value: str) -> Fault | None:
    return None if value.strip() else Fault("is empty", "a name, or no such member", _TOP, "warning")


_AUTHOR = {
    "name": Member(Kind.STRING, _name),
    "url": Member(Kind.STRING, iri),
    "avatar": Member(Kind.STRING, iri),
}


def members(
    where: str, name: str, found: Mapping[str, object], known: Mapping[str, Member], source: str
) -> Iterator[Finding]:
    """Types and values of an object's members; `name` is the object's, empty for a feed or an item."""
    for key, value in found.items():
        shown = f"{name}.{key}" if name else key
        if member := known.get(key):
            yield from _value(where, shown, value, member, source)
        elif not key.startswith("_"):
            right = "a member that JSON Feed defines, or a name that begins with _"
            yield warning(where, f"{quoted(shown)} is not known", right, _EXTENSIONS)
        elif not key[1:2].isalpha() or "." in key:
            right = "_ and a letter, no point"
            yield error(where, f"{quoted(shown)} is not the name of an extension", right, _EXTENSIONS)


def _value(where: str, name: str, value: object, member: Member, source: str) -> Iterator[Finding]:
    if not _is(member.kind, value):
        yield error(where, f"{name} is {_described(value)}", member.kind.value, source)
    elif isinstance(value, str):
        yield from field(where, name, value, member.rule)
    elif member.kind is Kind.NUMBER and isinstance(value, int | float) and value < 0:
        yield error(where, f"{name} is below zero", "0 or more", source)


def _is(kind: Kind, value: object) -> bool:
    match kind:
        case Kind.STRING:
            return isinstance(value, str)
        case Kind.NUMBER:
            # Not isfinite for integers: one of 400 digits is no float.
            finite = not isinstance(value, float) or math.isfinite(value)
            return isinstance(value, int | float) and not isinstance(value, bool) and finite
        case Kind.BOOLEAN:
            return isinstance(value, bool)
        case Kind.ARRAY:
            return isinstance(value, list)
        case Kind.OBJECT:
            return isinstance(value, dict)


def _described(value: object) -> str:
    if value is None:
        return "null"
    return next((kind.value for kind in reversed(Kind) if _is(kind, value)), "no finite number")


def required(
    where: str, name: str, found: Mapping[str, object], keys: tuple[str, ...], source: str
) -> Iterator[Finding]:
    """Members that have to be there."""
    for key in keys:
        if key not in found:
            yield error(where, f"{name or ''} has no {key}".strip(), f"a {key}", source)


def table(
    where: str,
    found: Mapping[str, object],
    key: str,
    known: Mapping[str, Member],
    needed: tuple[str, ...],
    source: str,
) -> Iterator[Finding]:
    """An array of objects, each with its members."""
    for name, row in rows(found, key):
        if isinstance(row, dict):
            yield from members(where, name, row, known, source)
            yield from required(where, name, row, needed, source)
        else:
            yield error(where, f"{name} is {_described(row)}", Kind.OBJECT.value, source)


def rows(found: Mapping[str, object], key: str) -> Iterator[tuple[str, object]]:
    """The values of an array, each with its name, such as `attachments[0]`; none where there is no array."""
    value = found.get(key)
    for number, row in enumerate(value if isinstance(value, list) else ()):
        yield f"{key}[{number}]", row


def strings(where: str, found: Mapping[str, object], key: str, source: str) -> Iterator[Finding]:
    """An array of strings, none of them empty."""
    for name, row in rows(found, key):
        if not isinstance(row, str):
            yield error(where, f"{name} is {_described(row)}", Kind.STRING.value, source)
        elif not row.strip():
            yield warning(where, f"{name} is empty", "a word, or no such member", source)


def authors(where: str, found: Mapping[str, object]) -> Iterator[Finding]:
    """The authors of a feed or an item, and the author that JSON Feed 1.0 knew."""
    yield from table(where, found, "authors", _AUTHOR, (), _TOP)
    people = list(rows(found, "authors"))
    if "author" in found:
        right = "authors, an array"
        yield warning(where, "author is of JSON Feed 1.0", right, "JSON Feed 1.1, Deprecations")
        people.append(("author", found["author"]))
    for name, person in people:
        if isinstance(person, dict) and not any(key in person for key in _AUTHOR):
            yield error(where, f"{name} has no name, url or avatar", "one of them at least", _TOP)


def hygiene(where: str, found: Mapping[str, object]) -> Iterator[Finding]:
    """Harmful characters in any string of an object, names included, however deep."""
    waiting: list[tuple[str, object]] = [(printable(name), value) for name, value in found.items()][::-1]
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, str):
            yield from characters(where, name, value)
        elif isinstance(value, list):
            waiting += [(f"{name}[{number}]", row) for number, row in list(enumerate(value))[::-1]]
        elif isinstance(value, dict):
            waiting += [(f"{name}.{printable(str(key))}", row) for key, row in list(value.items())[::-1]]
