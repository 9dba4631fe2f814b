"""A record's fields are checked; everything that is wrong with their types is said at once."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.errors import BadRecord
from feeds.interchange import read_item, read_time, shown
from tests.intake.drafts import item

TRIPOLI = ZoneInfo("Africa/Tripoli")
TIME = 'give a time such as "2026-11-23T14:30:00+02:00"'


def wrong(**more: Any) -> str:
    with pytest.raises(BadRecord) as fault:
        read_item(item(**more))
    return str(fault.value)


@pytest.mark.parametrize(
    ("number", "digits"),
    [
        (12, "12"),
        (-3, "-3"),
        (0, "0"),
        (12.0, "12"),
        (1.5, "1.5"),
        (Decimal("1E+5"), "100000"),
        (Decimal("12.50"), "12.5"),
        (Decimal("-0.0"), "0"),
        (123456789012345678901234567890123456789, "123456789012345678901234567890123456789"),
        (Decimal("123456789012345678901234567890123456789.0"), "123456789012345678901234567890123456789"),
    ],
)
def test_an_id_that_is_a_number_is_taken_as_its_digits(number: Any, digits: str) -> None:
    assert read_item(item(id=number)).id == digits


@pytest.mark.parametrize("number", [Decimal("1E+400"), Decimal("1E-999999999"), float("inf"), float("nan")])
def test_an_id_of_more_digits_than_an_id_has_is_refused(number: Any) -> None:
    assert re.fullmatch("id is .{1,85}; give a text that is this article's for ever", wrong(id=number))


def test_an_id_that_python_can_not_even_write_is_refused() -> None:
    assert wrong(id=10**5000) == "id is a number; give a text that is this article's for ever"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("id", ..., "id is missing; give a text that is this article's for ever"),
        ("id", None, "id is null; give a text that is this article's for ever"),
        ("id", True, "id is true; give a text that is this article's for ever"),
        ("id", ["1"], 'id is ["1"]; give a text that is this article\'s for ever'),
        ("date_published", ..., f"date_published is missing; {TIME}"),
        ("date_published", 1764000000, f"date_published is 1764000000; {TIME}"),
        ("title", 5, "title is 5; give a text"),
        ("title", Decimal("1.5"), "title is 1.5; give a text"),
        ("summary", [], "summary is []; give a text"),
        ("content_html", {"a": 1}, 'content_html is {"a": 1}; give HTML as a text'),
        ("sections", "world", 'sections is "world"; give a list of section names such as ["world"]'),
        ("sections", ["world", None], 'sections[1] is null; give a list of section names such as ["world"]'),
        ("tags", "a, b", 'tags is "a, b"; give a list of texts such as ["…"]'),
        ("authors", ["سالم"], 'authors[0] is "سالم"; give a list such as [{"name": "…"}]'),
        ("author", "سالم", 'author is "سالم"; give an object such as {"name": "…"}'),
        ("_feeds", 3, "_feeds is 3; give an object, {…}"),
        ("_feeds", {"correction": "yes"}, '_feeds.correction is "yes"; give true or false'),
        ("_feeds", {"image": {"width": 1.5}}, "_feeds.image.width is 1.5; give a whole number"),
        ("_feeds", {"image": {"size_in_bytes": -1}}, "_feeds.image.size_in_bytes is -1; give 0 or more"),
        ("_feeds", {"source": {"title": "x"}}, "_feeds.source.url is missing; give it"),
    ],
)
def test_a_wrong_type_is_said_with_what_would_be_right(field: str, value: Any, message: str) -> None:
    assert wrong(**{field: value}) == message


@pytest.mark.parametrize("size", [-1, 1.5, "12", True, 10**40, Decimal("1E+999999999"), Decimal("Infinity"), [1]])
def test_a_size_that_is_none_is_refused(size: Any) -> None:
    found = wrong(attachments=[{"url": "https://x.example/", "mime_type": "audio/mpeg", "size_in_bytes": size}])
    assert re.fullmatch(r"attachments\[0\]\.size_in_bytes is .{1,85}; give .+", found)


@pytest.mark.parametrize("seconds", [-1, Decimal("1E+999"), float("inf"), float("nan"), "12", True])
def test_a_duration_that_is_none_is_refused(seconds: Any) -> None:
    found = wrong(attachments=[{"url": "https://x.example/", "mime_type": "a/b", "duration_in_seconds": seconds}])
    assert found.startswith("attachments[0].duration_in_seconds is ")


@pytest.mark.parametrize("size", [12, 12.0, Decimal("12.0"), Decimal("1.2E+1")])
def test_a_whole_size_may_be_written_in_many_ways(size: Any) -> None:
    found = read_item(item(attachments=[{"url": "x", "mime_type": "a/b", "size_in_bytes": size}]))
    assert found.attachments and found.attachments[0].size_in_bytes == 12


def test_everything_that_is_wrong_is_said_at_once() -> None:
    assert wrong(id=..., title=5, date_published=None) == (
        f"id is missing; give a text that is this article's for ever; title is 5; give a text;"
        f" date_published is null; {TIME}"
    )


def test_keys_that_nobody_knows_are_somebodys_extensions() -> None:
    found = read_item(item(feeds=12, _other={"x": 1}, external_url=5))
    assert found.feeds is None


@pytest.mark.parametrize(
    "field", ["url", "title", "summary", "tags", "authors", "image", "attachments", "_feeds", "language"]
)
def test_null_is_as_good_as_nothing(field: str) -> None:
    assert read_item(item(**{field: None})) == read_item(item(**{field: ...}))


@pytest.mark.parametrize(
    ("field", "length", "most"),
    [("title", 10_001, "10000"), ("summary", 100_001, "100000"), ("content_text", 8_000_001, "8000000")],
)
def test_what_is_longer_than_anybody_writes_is_refused(field: str, length: int, most: str) -> None:
    assert most in wrong(**{field: "x" * length})


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2026-11-23T14:30:00+02:00", "2026-11-23T14:30:00+02:00"),
        ("2026-11-23T14:30:00Z", "2026-11-23T14:30:00+00:00"),
        ("2026-11-23t14:30:00z", "2026-11-23T14:30:00+00:00"),
        ("2026-11-23T14:30:00-03:30", "2026-11-23T14:30:00-03:30"),
        ("2026-11-23T14:30:00.123456+02:00", "2026-11-23T14:30:00.123456+02:00"),
        (" 2026-11-23 14:30:00 +0200 ", "2026-11-23T14:30:00+02:00"),
        ("2026-11-23T14:30:00", "2026-11-23T14:30:00+02:00"),
        ("2026-11-23 14:30", "2026-11-23T14:30:00+02:00"),
        ("2026-11-23", "2026-11-23T00:00:00+02:00"),
        ("1910-01-01", "1910-01-01T00:00:16+00:53"),
    ],
)
def test_a_time_keeps_its_offset_and_without_one_is_in_the_sites_zone(text: str, iso: str) -> None:
    found = read_time("date_published", text, TRIPOLI)
    assert found.isoformat() == iso


@pytest.mark.parametrize(
    "text",
    [
        "yesterday", "أمس", "", " ", "2026-13-01", "2026-02-30", "23/11/2026", "Mon, 23 Nov 2026 14:30:00 +0200",
        "20261123", "2026-11-23T25:00:00Z", "2026-11-23T14:30:00+99:00", "2026-11-23T14:30:60Z", "٢٠٢٦-١١-٢٣T٢٥:٠٠",
        "2026-11-23T14", "2026-11-23T14:30:00+02:00 tomorrow", "x" * 1000,
    ],
)  # fmt: skip
def test_what_is_no_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(
        BadRecord, match=r'^date_modified is "[^"]*"; give a time such as "2026-11-23T14:30:00\+02:00"$'
    ):
        read_time("date_modified", text, TRIPOLI)


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "0001-01-01", "1899-12-31", "9999-12-31T23:59:59-14:00"])
def test_a_year_that_no_feed_can_hold_is_refused(text: str) -> None:
    with pytest.raises(BadRecord, match="date_published is "):
        read_time("date_published", text, TRIPOLI)


@given(st.text(max_size=40))
def test_any_text_is_a_time_or_a_bad_record(text: str) -> None:
    try:
        found = read_time("date_published", text, TRIPOLI)
    except BadRecord:
        return
    assert found.utcoffset() is not None


@given(st.datetimes(), st.integers(-1439, 1439))
def test_every_time_comes_back_as_the_same_moment(moment: datetime, minutes: int) -> None:
    moment = moment.replace(year=1901 + moment.year % 8000, day=min(moment.day, 28))
    offset = timedelta(minutes=minutes)
    sign, rest = "-" if minutes < 0 else "+", abs(minutes)
    text = f"{moment.isoformat()}{sign}{rest // 60:02}:{rest % 60:02}"
    found = read_time("date_published", text, TRIPOLI)
    assert (found.replace(tzinfo=None), found.utcoffset()) == (moment, offset)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("سالم", '"سالم"'),
        ("a\nb\x1b[31m", r'"a\nb\u001b[31m"'),
        ("\x9b\u202e\u200f\ud800", r'"\x9b\u202e\u200f\ud800"'.replace(r"\x9b", r"\u009b")),
        ("x" * 50_000_000, '"' + "x" * 79 + '…"'),
        (None, "null"),
    ],
)
def test_a_value_is_quoted_on_one_line_and_does_nothing_to_a_terminal(value: Any, text: str) -> None:
    assert shown(value) == text


jsons = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = [
    "id",
    "url",
    "title",
    "date_published",
    "authors",
    "author",
    "tags",
    "sections",
    "attachments",
    "_feeds",
    "image",
]


@given(st.dictionaries(st.sampled_from(FIELDS), jsons))
def test_whatever_the_fields_hold_it_is_an_item_or_a_bad_record(more: dict[str, Any]) -> None:
    try:
        read_item(item(**more))
    except BadRecord as fault:
        assert "\n" not in str(fault)
        assert all("; " in part for part in [str(fault)])
