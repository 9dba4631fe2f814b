"""What is wrong with a configuration, in words: pydantic's findings and what concerns sections together."""

import difflib
import re
from collections.abc import Iterable
from datetime import date, time
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from feeds.sections import name_key

Key = tuple[str | int, ...]
Complaint = tuple[Key, str]

_LISTS_OF_TABLES: tuple[Key, ...] = (("sections",), ("api", "tokens"))

# tomllib's words for a value that is none; a key, and what stands behind it without the quotes of a text: a letter in
# it, or nothing at all.
_BARE = re.compile(r"(?:Invalid value|Expected newline or end of document after a statement) \(at line (\d+),")
_GIVEN = re.compile(r"""\s*([A-Za-z0-9_-]+)\s*=\s*+((?!["'{])(?:.*[^\W\d_].*|\s*))$""")
_TYPES = {
    "string_type": "must be a text in quotes",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "tuple_type": 'must be a list, such as ["…"]',
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
}


def of_validation(fault: ValidationError, model: type[BaseModel]) -> list[Complaint]:
    """pydantic's findings as complaints, each with its key."""
    return [(error["loc"], f"{name_of(error['loc'])}: {_say(error, model)}") for error in fault.errors()]


def of_quotes(fault: str, text: str) -> str:
    """What would be right where TOML's fault, in a `text`, is probably that a value has no quotes; empty elsewhere."""
    place = _BARE.match(fault)
    line = text.split("\n")[int(place[1]) - 1] if place else ""
    given = _GIVEN.match(line)
    if given is None:
        return ""
    # The value itself is not repeated: it may be a secret.
    value = '["…"]' if given[2].startswith("[") else '"…"'
    return f"; put a text in quotes: {given[1]} = {value}"


def of_dates(value: Any, key: Key = ()) -> list[Complaint]:
    """TOML's dates and times, which stand without quotes and which no key takes."""
    if isinstance(value, (date, time)):
        return [(key, f"{name_of(key)}: {value} is a date or a time, which no key takes; put a text in quotes")]
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for part, inner in parts for found in of_dates(inner, (*key, part))]


def of_sections(sections: Any) -> list[Complaint]:
    """Sections that are called the same: by slug, or by a name that folds to the same (RTL.md R14)."""
    found: list[Complaint] = []
    if not isinstance(sections, list):
        return found
    taken: dict[str, tuple[int, str]] = {}
    for number, section in enumerate(sections):
        for key, name in _names(section):
            first, called = taken.setdefault(name_key(name), (number, name))
            if first != number:
                where = f"[[sections]] {number + 1}: {key}"
                what = f'"{name}" is already a name of [[sections]] {first + 1} ("{called}"); choose another'
                found.append((("sections", number, key), f"{where}: {what}"))
    return found


def _names(section: Any) -> Iterable[tuple[str, str]]:
    if not isinstance(section, dict):
        return
    aliases = section.get("aliases", [])
    named = [("slug", section.get("slug")), ("title", section.get("title"))]
    named += [("aliases", alias) for alias in (aliases if isinstance(aliases, list) else [])]
    for key, name in named:
        if isinstance(name, str) and name_key(name):
            yield key, name


def name_of(key: Key) -> str:
    """A key as it is written in the file: `[site] url`, `[[sections]] 3: slug`, `[websub] hubs: entry 2`."""
    at = next((i for i, part in enumerate(key) if isinstance(part, int)), len(key))
    names = [str(part) for part in key[:at]]
    if at == len(key):
        return f"[{'.'.join(names[:-1])}] {names[-1]}" if len(names) > 1 else f"[{'.'.join(names)}]"
    if key[:at] in _LISTS_OF_TABLES:
        steps = [f"[[{'.'.join(names)}]] {int(key[at]) + 1}"]
    else:
        steps = [name_of(key[:at]), f"entry {int(key[at]) + 1}"]
    steps += [f"entry {part + 1}" if isinstance(part, int) else part for part in key[at + 1 :]]
    return ": ".join(steps)


def _say(error: ErrorDetails, model: type[BaseModel]) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown(error["loc"], model)
    if kind == "missing":
        return "is missing; it must be given"
    if kind == "literal_error":
        allowed = context["expected"].replace("'", '"')
        return f'"{error["input"]}" is not allowed; use {allowed}'
    if kind == "value_error":
        return str(context["error"])
    if kind in ("string_too_short", "too_short"):
        return "is empty; give a text"
    if kind == "greater_than_equal":
        return f"{error['input']} is too small; give at least {context['ge']}"
    if kind == "less_than_equal":
        return f"{error['input']} is too large; give at most {context['le']}"
    if kind == "tuple_type" and error["loc"] in _LISTS_OF_TABLES:
        return f"must be a list of tables; write [[{'.'.join(map(str, error['loc']))}]]"
    return f"{_TYPES.get(kind, error['msg'])}, not {error['input']!r}"


def _unknown(loc: Key, model: type[BaseModel]) -> str:
    """An unknown key, with the known one that was probably meant."""
    table: type[BaseModel] = model
    for part in loc[:-1]:
        if isinstance(part, str):
            annotation = table.model_fields[part].annotation
            inner = next((a for a in getattr(annotation, "__args__", ()) if isinstance(a, type)), annotation)
            assert isinstance(inner, type) and issubclass(inner, BaseModel)
            table = inner
    known = list(table.model_fields)
    close = difflib.get_close_matches(str(loc[-1]), known, n=1)
    return f'is not known; did you mean "{close[0]}"?' if close else f"is not known; known are {', '.join(known)}"
