"""Sources as newsrooms have them, each beside what is made of it: data/NAME.* and data/NAME.expected.json.

`how` in the expectation says what is known beside the bytes: the address they came from, what HTTP said of them,
what was asked for. The bytes are the case, so they stand in files of their own.
"""

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from feeds.errors import BadSource
from feeds.importers import Reading, detect, records
from feeds.importers.source import Source
from feeds.model import Record, Rejection
from feeds.sections import name_key

DATA = Path(__file__).parent / "data"
EXPECTED = sorted(DATA.glob("*.expected.json"))
CHANGED = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def case_of(expected: Path) -> Path:
    name = expected.name.removesuffix(".expected.json")
    (found,) = (path for path in DATA.glob(f"{name}.*") if not path.name.endswith(".expected.json"))
    return found


def told(each: Record | Rejection) -> dict[str, Any]:
    if isinstance(each, Rejection):
        return {"place": str(each.place), "rejected": each.reason}
    more = {"base": each.base, "unnamed": each.unnamed, "undated": each.undated, "understood": list(each.understood)}
    return {"place": str(each.place), "item": each.item} | {name: value for name, value in more.items() if value}


def read(case: Path, how: dict[str, Any]) -> dict[str, Any]:
    """What is made of a case."""
    known = {name: how[name] for name in ("address", "charset") if name in how}
    # As from a file: a name says nothing.
    source = Source.of("in", io.BytesIO(case.read_bytes()), changed=CHANGED, **known)
    try:
        kind = detect("in", source.peek())
        reading = Reading(
            categories=how.get("categories", False),
            parents=how.get("parents", False),
            sections=frozenset(map(name_key, how.get("sections", ()))),
            site=frozenset(map(name_key, how.get("site", ()))),
        )
        found = list(records(kind, source, reading))
    except BadSource as fault:
        return {"how": how, "refused": str(fault)}
    return {"how": how, "kind": kind, "records": [told(each) for each in found]}


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.name.removesuffix(".expected.json"))
def test_a_source_is_read_as_expected(expected: Path) -> None:
    wanted = json.loads(expected.read_text("utf-8"))
    assert read(case_of(expected), wanted["how"]) == wanted


def test_every_case_has_an_expectation() -> None:
    cases = {path.name.partition(".")[0] for path in DATA.iterdir() if path.is_file()}
    assert cases == {path.name.removesuffix(".expected.json") for path in EXPECTED}
