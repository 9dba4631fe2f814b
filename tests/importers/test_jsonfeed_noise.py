"""A source is read as a stream, and whatever stands in it, each record is accepted or rejected with its place."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feeds.errors import BadSource
from feeds.model import Record
from tests.importers.reading import dumped, item, read, told

# Every character but halves of a surrogate pair, which arrays have otherwise (test_jsonfeed.py).
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
numbers = st.integers(-(10**30), 10**30)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
items = st.dictionaries(texts, values, min_size=1, max_size=5).filter(lambda each: "items" not in each)


@given(st.lists(items, max_size=5), st.booleans(), st.sampled_from([None, 0, 2]))
@example([{"id": "\u2028\u0085\x1e"}, {"id": "\\ud800"}, {"id": '\\"{['}], False, None)
def test_the_same_items_come_back_from_every_shape(found: list[Any], ascii: bool, indent: int | None) -> None:
    def dump(value: Any, indent: int | None) -> str:
        return json.dumps(value, ensure_ascii=ascii, indent=indent)

    assert told("\n".join(dump(each, None) for each in found)) == found
    assert told(dump(found, indent)) == found
    assert told(dump({"title": "x", "items": found}, indent)) == found
    assert told("\n".join(dump(each, 2) for each in found)) == found


def check(raw: bytes) -> None:
    """Everything that comes is a record with a place, or a rejection with a place and a reason."""
    try:
        found = read(raw)
    except BadSource as fault:
        assert re.fullmatch(r"in\.json: is .+; .+", str(fault))
        return
    for each in found:
        assert re.fullmatch(r"in\.json:[1-9][0-9]*", str(each.place))
        if isinstance(each, Record):
            assert isinstance(each.item, dict)
        else:
            assert re.match(r"in\.json:[0-9]+: \S.*", str(each)), each
            assert "\n" not in each.reason


@given(st.binary(max_size=300))
def test_noise_is_never_a_traceback(raw: bytes) -> None:
    check(raw)


pieces = st.sampled_from(
    [
        *'{}[]",:\\\n 0-e.',
        '"id"',
        "1",
        '"x"',
        "true",
        "nul",
        r"\ud800",
        r"\u",
        "\ufeff",
        "é",
        '{"id": "1"}',
        '{"items": [',
    ]
)


@given(st.lists(pieces, max_size=30), st.sampled_from(["utf-8", "latin-1", "utf-16"]))
def test_what_looks_like_json_is_never_a_traceback(parts: list[str], encoding: str) -> None:
    check("".join(parts).encode(encoding, "ignore"))


@given(st.data())
def test_a_spoilt_file_is_never_a_traceback_and_loses_no_sound_line(data: st.DataObject) -> None:
    lines = [dumped(item(str(number))).encode() for number in range(5)]
    at = data.draw(st.integers(0, 4))
    cut = data.draw(st.integers(0, len(lines[at])))
    spoilt = lines[at][:cut] + data.draw(st.binary(max_size=4)).replace(b"\n", b"") + lines[at][cut + 1 :]
    raw = b"\n".join([*lines[:at], spoilt, *lines[at + 1 :]])
    check(raw)
    ids = [each.item.get("id") for each in read(raw) if isinstance(each, Record)] if at else []
    assert not at or {str(number) for number in range(5) if number != at} <= set(map(str, ids))


READER = """
import resource, sys
from feeds.importers import jsonfeed
from feeds.importers.source import Source
from feeds.model import Record
count = sum(isinstance(each, Record) for each in jsonfeed.records(Source.of("x", open(sys.argv[1], "rb"))))
print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak(path: Path) -> tuple[int, int]:
    """How many records another process finds in a file, and how many KiB it has at the most."""
    found = subprocess.run([sys.executable, "-c", READER, str(path)], capture_output=True, text=True, check=True)
    records, size = found.stdout.split()
    return int(records), int(size)


@pytest.mark.parametrize("shape", ["lines", "array", "one line"])
def test_a_file_ten_times_as_long_needs_no_more_memory(tmp_path: Path, shape: str) -> None:
    first, between, last = {"lines": ("", "\n", "\n"), "array": ("[", ",\n", "]"), "one line": ("[", ",", "]")}[shape]
    text = dumped(item("1", content_html="<p>نص</p>" * 1000))
    peaks = []
    for count in (400, 4000):
        path = tmp_path / str(count)
        with path.open("w", encoding="utf-8") as file:
            file.write(first)
            file.writelines(f"{text}{between}" for _ in range(count - 1))
            file.write(text + last)
        found, size = peak(path)
        assert found == count
        peaks.append(size)
    assert path.stat().st_size > 40_000_000
    # A tenth is what two runs of the same may differ by.
    assert peaks[1] <= peaks[0] * 1.1
