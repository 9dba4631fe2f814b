"""JSON Lines, arrays and JSON Feed documents are told apart by content and read with each record's place."""

import codecs
import json
from typing import Any

import pytest

from feeds.errors import BadSource
from feeds.importers import jsonfeed
from tests.importers.reading import dumped, item, places, read, told

ONE, TWO = item("1"), item("2")
ITEMS = [ONE, TWO]
DOCUMENT = {"version": "https://jsonfeed.org/version/1.1", "title": "x", "authors": [{"name": "y"}], "items": ITEMS}
LINES = "".join(f"{dumped(each)}\n" for each in ITEMS)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (LINES, ["in.json:1", "in.json:2"]),
        (LINES.rstrip("\n"), ["in.json:1", "in.json:2"]),
        (LINES.replace("\n", "\r\n"), ["in.json:1", "in.json:2"]),
        (LINES.replace("\n", "\n\n \n"), ["in.json:1", "in.json:4"]),
        ("\n\n" + LINES, ["in.json:3", "in.json:4"]),
        (dumped(ITEMS), ["in.json:1", "in.json:1"]),
        (dumped(ITEMS, indent=1), ["in.json:2", "in.json:6"]),
        (dumped(DOCUMENT), ["in.json:1", "in.json:1"]),
        (dumped(DOCUMENT, indent=1), ["in.json:10", "in.json:14"]),
        (f'{{"title": "x", "items": [\n{dumped(ONE)},\n{dumped(TWO)}\n]}}', ["in.json:2", "in.json:3"]),
        (
            f'{{"title": "x", "author":\n{{"name": "y"}},\n"items":[{dumped(ONE)},\n{dumped(TWO)}]}}',
            ["in.json:3", "in.json:4"],
        ),
        (dumped(ONE, indent=1) + "\n" + dumped(TWO, indent=1), ["in.json:1", "in.json:5"]),
    ],
    ids=[
        "lines",
        "no last newline",
        "CR LF",
        "blank lines",
        "blank lines first",
        "array in one line",
        "array",
        "document in one line",
        "document",
        "document with an item a line",
        "document whose second line begins like an item",
        "values, one after the other",
    ],
)
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["", "BOM"])
def test_the_shape_is_told_by_the_content(text: str, where: list[str], mark: str) -> None:
    assert told(mark + text) == ITEMS
    assert places(mark + text) == where


@pytest.mark.parametrize("text", ["", "\n", " \n\n", "\ufeff", "[]", '{"items": []}', '{\n"items": [\n]\n}'])
def test_a_source_may_hold_nothing(text: str) -> None:
    assert told(text) == []


def test_an_array_of_one_line_is_a_stream_too() -> None:
    """Its items come before all of it is read, and each has the line that it begins on."""
    many = [item(str(number), summary="ن" * 200) for number in range(1000)]
    text = dumped(many[:500])[:-1] + ",\n" + dumped(many[500:])[1:]
    assert told(text) == many
    assert places(text) == ["in.json:1"] * 500 + ["in.json:2"] * 500


def test_a_document_may_say_much_before_its_items() -> None:
    first = {"title": "x", "_notes": ["y" * 60] * 500, "items": ITEMS}
    assert told(dumped(first, indent=1)) == ITEMS


def test_other_lists_of_a_document_are_no_articles() -> None:
    text = dumped({"hubs": [{"url": "x"}], "_x": {"items": [item("no")]}, "items": ITEMS, "authors": [{"name": "y"}]})
    assert told(text) == ITEMS


@pytest.mark.parametrize("spoilt", ["oops", '{"id": "0", "tit', '{"id": "0",}', "\x00", '"a text"', '{"id": "0", "x":'])
def test_a_first_line_that_is_spoilt_does_not_spoil_the_rest(spoilt: str) -> None:
    bad, *rest = told(f"{spoilt}\n{LINES}")
    assert bad.startswith("in.json:1: is ")
    assert rest == ITEMS


def test_a_file_of_files_that_each_have_a_byte_order_mark_is_read() -> None:
    assert told("".join(f"\ufeff{dumped(each)}\n" for each in ITEMS)) == ITEMS


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
def test_another_encoding_is_a_clear_message(encoding: str) -> None:
    with pytest.raises(BadSource, match=r"^in\.json: is UTF-16 or UTF-32; save it as UTF-8$"):
        read(LINES.encode(encoding))


@pytest.mark.parametrize("head", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_a_mark_of_another_encoding_is_enough(head: bytes) -> None:
    with pytest.raises(BadSource, match="is UTF-16 or UTF-32"):
        read(head)


@pytest.mark.parametrize("head", [b"\x1f\x8b\x08\0\0", b"PK\x03\x04", b"BZh91AY", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd"])
def test_a_compressed_file_is_a_clear_message(head: bytes) -> None:
    with pytest.raises(BadSource, match=r"is compressed; unpack it, such as by `gunzip -c FILE \| feeds import -`"):
        read(head + b'\n{"id": "1"}\n')


@pytest.mark.parametrize(
    "text", ["<rss/>", "<html>\n{ color: red }\n", "خبر عاجل", "id,title\n1,x", "\x89PNG\r\n\x1a\n{\x00"]
)
def test_what_holds_no_item_is_no_source(text: str) -> None:
    with pytest.raises(BadSource, match="no source of articles that is known; give JSON Lines, a JSON array or a JSON"):
        read(text)


def test_bytes_that_are_not_utf_8_spoil_one_line() -> None:
    raw = LINES.encode() + '{"id": "é"}\n'.encode("latin-1") + LINES.encode()
    assert told(raw) == [*ITEMS, "in.json:3: byte 9 is not UTF-8; save the file as UTF-8", *ITEMS]


def test_bytes_that_are_not_utf_8_end_an_array() -> None:
    raw = dumped(ITEMS)[:-1].encode() + ', {"id": "é"}]'.encode("latin-1")
    *good, bad = told(raw)
    assert good == ITEMS
    assert bad.startswith("in.json:1: is not UTF-8; save the file as UTF-8. Nothing behind this place was read")


@pytest.mark.parametrize("text", ["5", '"x"', "null", "true", "1.5", "[1]"])
def test_what_is_no_object_is_rejected_alone(text: str) -> None:
    kind = {"5": "a number", "1.5": "a number", '"x"': "a text", "null": "null", "true": "true or false"}.get(
        text, "a list"
    )
    message = f"is {kind}; give an object, {{…}}"
    assert told(f"[{dumped(ONE)},\n{text},\n{dumped(TWO)}]") == [ONE, f"in.json:2: {message}", TWO]
    assert told(f"{dumped(ONE)}\n{text}\n{dumped(TWO)}\n") == [ONE, f"in.json:2: {message}", TWO]


# A value that no article holds, and what is said of it: in lines, and in an array.
DEEP = "[" * 100_000 + "]" * 100_000
DEEPER = '{"a":' * 100_000 + "1" + "}" * 100_000


@pytest.mark.parametrize("deep", [DEEP, DEEPER], ids=["lists", "objects"])
def test_deep_nesting_is_rejected_alone(deep: str) -> None:
    bad = f'{{"id": "3", "x": {deep}}}'
    reason = "the JSON is nested too deep; give one flat item"
    assert told(f"{dumped(ONE)}\n{bad}\n{dumped(TWO)}\n") == [ONE, f"in.json:2: {reason}", TWO]
    assert told(f"[{dumped(ONE)},\n{bad},\n{dumped(TWO)}]") == [ONE, f"in.json:2: {reason}", TWO]


def test_half_a_surrogate_pair_stays_half_in_lines() -> None:
    """What becomes of it is for the fields to say: an id is refused, all else loses it."""
    assert told(r'{"id": "a\ud800b", "title": "\ud83d\ude00"}') == [{"id": "a\ud800b", "title": "😀"}]


@pytest.mark.parametrize(
    "half", [r"\ud800", r"\uDBFF", r"\udc00", r"\uDFFF", r"\ud800\u0041", r"\\\ud800", r"\udc00\ud800"]
)
def test_half_a_surrogate_pair_makes_no_sound_id_in_arrays(half: str) -> None:
    """A non-character stands for it, which is refused in an id, and goes from all else, as the half would."""
    (found,) = told(f'[{{"id": "a{half}b"}}]')
    wanted = json.loads(f'"a{half}b"')
    halves = [c for c in wanted if "\ud800" <= c <= "\udfff"]
    assert found["id"].count("\ufffe") == len(halves)
    assert found["id"].replace("\ufffe", "") == "".join(c for c in wanted if c not in halves)


def test_whole_pairs_are_kept_wherever_a_long_line_is_cut() -> None:
    for before in range(65_500, 65_560):
        text = f'[{{"id": "1", "title": "{"x" * before}\\ud83d\\ude00"}}]'
        assert told(text)[0]["title"].endswith("x😀")


@pytest.mark.parametrize(
    ("end", "given"), [(-1, ITEMS), (-10, [ONE]), (1, []), (12, [])], ids=["bracket", "second", "first", "within"]
)
def test_half_a_file_gives_what_is_whole(end: int, given: list[Any]) -> None:
    """Also where all of it is one line."""
    *good, bad = told(dumped(ITEMS)[:end])
    assert good == given
    assert bad == "in.json:1: the JSON ends too early; give the whole file"


@pytest.mark.parametrize("title", ["\\" * 200_000, "x" + "\\" * 200_001, "\n", "\\u0627" * 3, '"'])
def test_escapes_are_read_wherever_a_file_ends_or_a_line_is_cut(title: str) -> None:
    found = [item("1", title=title), {"id": "2", "x": title}]
    assert told(dumped(found)) == found
    assert told(json.dumps(found, indent=1)) == found


def test_half_a_file_of_lines_gives_what_is_whole() -> None:
    *good, bad = told(LINES[:-5])
    assert good == [ONE]
    assert bad.startswith("in.json:2: is not JSON: unterminated string at column ")


def test_something_behind_the_end_spoils_nothing_before_it() -> None:
    *good, bad = told(dumped(ITEMS) + "\n]")
    assert good == ITEMS
    assert bad.startswith("in.json:2: something stands behind the end; take it away")


def test_what_can_not_be_read_further_is_said_with_what_helps() -> None:
    *good, bad = told(f"[{dumped(ONE)},\n{{oops}},\n{dumped(TWO)}]")
    assert good == [ONE]
    assert bad.startswith("in.json:2: is not JSON: ")
    assert bad.endswith("Nothing behind this place was read; in JSON Lines, one bad line spoils no other")


def test_a_line_that_is_too_long_is_rejected_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonfeed, "MAX_RECORD", 1000)
    long = dumped(item("3", title="x" * 200_000))
    assert told(f"{dumped(ONE)}\n{long}\n{dumped(TWO)}\n{long}") == [
        ONE,
        "in.json:2: the line is longer than 1000 bytes; split the article",
        TWO,
        "in.json:4: the line is longer than 1000 bytes; split the article",
    ]


def test_an_item_that_is_too_long_ends_an_array(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonfeed, "MAX_RECORD", 100_000)
    text = f"[{dumped(ONE)},\n{dumped(item('3', title='x' * 200_000))},\n{dumped(TWO)}]"
    assert told(text) == [
        ONE,
        "in.json:2: the item is longer than 100000 bytes, and nothing behind it was read; split it",
    ]


@pytest.mark.parametrize("number", ["0", "12", "-3", "1.5", "12.0", "1e5", "123456789012345678901234567890", "1E+400"])
def test_a_number_is_the_same_in_every_shape(number: str) -> None:
    (line,), (member,) = told(f'{{"id": {number}}}'), told(f'[{{"id": {number}}}]')
    assert line == member
    assert str(line["id"]) == str(member["id"])


@pytest.mark.parametrize("number", ["1" * 5000, "1e99999999999999999999999"])
def test_a_number_that_no_program_reads_is_no_traceback(number: str) -> None:
    assert len(told(f'{{"id": {number}}}\n{dumped(ONE)}\n')) == 2
    *good, bad = told(f'[{dumped(ONE)}, {{"id": {number}}}]')
    assert good == [ONE]
    assert bad.startswith("in.json:1: holds a number that is too long; give such a number as a text")


@pytest.mark.parametrize("name", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_of_json_is_rejected(name: str) -> None:
    assert told(f'{{"id": {name}}}\n{dumped(ONE)}') == [
        f"in.json:1: is not JSON: {name} is no number; leave it out",
        ONE,
    ]
