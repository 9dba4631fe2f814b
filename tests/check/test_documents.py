"""Telling formats apart, and reading whatever comes."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.check.cases import found
from tests.check.documents import ATOM, JSON, RSS

FEEDS = [RSS, ATOM, JSON]
CHARSETS = '<?xml version="1.0" encoding="{}"?>'


@pytest.mark.parametrize(
    ("body", "where", "what"),
    [
        (b"", "document", "is empty"),
        (b" \n", "document", "is empty"),
        (b"hello", "document", "is neither XML nor JSON"),
        (b"<html><body/></html>", "document", 'begins with html in the namespace ""'),
        (b'<feed version="0.3"/>', "document", 'begins with feed in the namespace ""'),
        (b'<RDF xmlns="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>', "document", "begins with RDF"),
        (b'<entry xmlns="http://www.w3.org/2005/Atom"/>', "document", "begins with entry"),
        (b"<rss>\n<channel>\n</rss>", "line 3", "is not well-formed XML"),
        (b"<rss>&nbsp;</rss>", "line 1", "is not well-formed XML"),
        (b"<rss>\x08</rss>", "line 1", "is not well-formed XML"),
        (b"<rss>" * 300, "line 1", "is not well-formed XML"),
        (b"\xff\xfe<", "line 1", "is not well-formed XML"),
        (b'{\n"version": }', "line 2", "is not JSON"),
        (b'{"a": "\n"}', "line 1", "is not JSON"),
        (b'{\n"title": "\xff"}', "line 2", "is not UTF-8"),
        (b'{"a": NaN}', "document", "holds NaN"),
        (b"[" * 100_000, "document", "is nested too deeply"),
        (b"[" + b"9" * 5000 + b"]", "document", "holds a number of thousands of digits"),
    ],
)
def test_what_is_no_feed_is_one_error(body: bytes, where: str, what: str) -> None:
    """It says where: the line, or the document as a whole."""
    (finding,) = found(body)
    assert finding.level == "error"
    assert finding.where == where
    assert finding.what.startswith(what)


@pytest.mark.parametrize("document", FEEDS[:2])
def test_a_byte_order_mark_and_utf_16_are_xml(document: str) -> None:
    """XML 1.0 §4.3.3: every processor reads both."""
    assert found(b"\xef\xbb\xbf" + document.encode()) == []
    assert found(document.replace("UTF-8", "UTF-16").encode("utf-16")) == []


def test_a_byte_order_mark_is_not_json() -> None:
    """RFC 8259 §8.1; the rest is checked as if it were not there."""
    (finding,) = found(b"\xef\xbb\xbf" + JSON.encode())
    assert (finding.level, finding.what) == ("error", "begins with a byte order mark")


@pytest.mark.parametrize(
    ("prolog", "level", "what"),
    [
        (CHARSETS.format("windows-1256"), "warning", "is encoded in windows-1256"),
        ('<?xml version="1.1" encoding="UTF-8"?>', "error", "is XML 1.1"),
        ("<!DOCTYPE rss>", "warning", "has a DOCTYPE"),
        ('<!DOCTYPE rss [<!ENTITY nbsp "&#160;">]>', "error", "declares entities"),
        ('<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "error", "declares entities"),
    ],
)
def test_the_prolog_is_looked_at(prolog: str, level: str, what: str) -> None:
    """An encoding, a version or a DOCTYPE that not every reader takes."""
    body = RSS.partition("?>")[2].replace("\ufffd", "").replace("\u200f", "")
    encoding = "windows-1256" if "1256" in prolog else "utf-8"
    (finding,) = found((prolog + body).encode(encoding))
    assert (finding.level, finding.where, finding.what) == (level, "document", what)


def test_entities_are_not_resolved(tmp_path: Path) -> None:
    """What another file holds is not read: the link stays without its address."""
    secret = tmp_path / "secret"
    secret.write_text("https://news.example/")
    declared = f'<!DOCTYPE rss [<!ENTITY f SYSTEM "{secret.as_uri()}">]>'
    body = RSS.partition("?>")[2].replace("<link>https://news.example/2<", "<link>&f;<")
    said = [finding.what for finding in found((declared + body).encode())]
    assert said[0] == "declares entities"
    assert any(what.startswith("link is not absolute") for what in said)


def test_entities_do_not_grow() -> None:
    """A billion laughs are one finding, at once."""
    laughs = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9))
    body = f'<!DOCTYPE rss [<!ENTITY a0 "ha">{laughs}]><rss version="2.0"><channel>&a9;</channel></rss>'
    (finding,) = found(body.encode())
    assert finding.what.startswith("is not well-formed XML")


def test_the_same_bytes_have_the_same_findings() -> None:
    """Nothing is kept between two checks."""
    body = RSS.replace("<guid>", "<guid>x").encode()
    assert found(body) == found(body) != []


@settings(deadline=None)  # a shared machine may pause at any time
@given(st.binary())
def test_no_bytes_make_it_raise(body: bytes) -> None:
    """Whatever comes: findings, or none, each printable."""
    found(body)
    found(b"<" + body)
    found(b"{" + body)


@settings(deadline=None)  # a shared machine may pause at any time
@given(
    st.sampled_from(FEEDS),
    st.lists(st.tuples(st.integers(0), st.integers(0, 40), st.binary(max_size=12)), min_size=1, max_size=6),
)
def test_no_damage_to_a_feed_makes_it_raise(document: str, cuts: list[tuple[int, int, bytes]]) -> None:
    """Cut, overwritten, spliced: findings, never an exception."""
    body = document.encode()
    for at, length, put in cuts:
        start = at % len(body) if body else 0
        body = body[:start] + put + body[start + length :]
    found(body, "https://news.example/")


STRINGS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=30)
TRICKS = st.sampled_from(
    [
        "http://[",
        "https://x:99999/",
        "http://",
        "//x",
        "%",
        "urn:",
        "tag:",
        "text/",
        "9" * 5000,
        "٣",
        "2026-02-30T",
    ]
)


@settings(deadline=None)  # a shared machine may pause at any time
@given(st.sampled_from(FEEDS[:2]), st.sampled_from(['"', ">"]), st.integers(0), STRINGS | TRICKS)
def test_no_value_makes_it_raise(document: str, opening: str, at: int, value: str) -> None:
    """Any attribute, any text, in a document that stays well-formed."""
    places = [n for n, sign in enumerate(document) if sign == opening]
    start = places[at % len(places)] + 1
    end = min((document + '"<>').find(sign, start) for sign in ('"', "<", ">"))
    safe = value.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;").replace(">", "&gt;")
    found((document[:start] + safe + document[end:]).encode())


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None)  # a shared machine may pause at any time
@given(st.data())
def test_no_type_of_a_member_makes_it_raise(data: st.DataObject) -> None:
    """Any member of any type, lone surrogates and all."""
    document = json.loads(JSON)
    target = data.draw(st.sampled_from([document, document["items"][0], document["items"][0]["attachments"][0]]))
    target[data.draw(st.sampled_from(sorted(target)))] = data.draw(VALUES)
    found(json.dumps(document).encode())
