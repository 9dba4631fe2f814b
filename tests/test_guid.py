"""What is made of a guid: the key in its article's address, and its Atom id (DESIGN.md sections 2 and 3)."""

import base64
import hashlib
import re
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.text.guid import article_key, entry_uri


def test_a_key_never_changes() -> None:
    """The first 26 characters of the lower-case base32 of the guid's SHA-256: for good, it is in addresses."""
    assert article_key("https://example.org/?p=1") == "6p4gqrrqxhi3ig4vygcgkarwtd"
    assert article_key("خبر") == "iqmflegfvfotiahhajnnu4lj2t"


@given(st.text())
def test_every_guid_has_a_key(guid: str) -> None:
    """Any text has one, 26 letters and digits that need no encoding; another text has another."""
    key = article_key(guid)
    assert re.fullmatch("[a-z2-7]{26}", key)
    assert base64.b32encode(hashlib.sha256(guid.encode()).digest()).decode().lower().startswith(key)
    assert article_key(f"{guid} ") != key


@pytest.mark.parametrize(
    "guid",
    [
        "https://example.org/?p=1",
        "http://example.org/a%20b#c",
        "HTTP://Example.org/A",
        "tag:example.org,2026:1",
        "urn:uuid:60a76c80-d399-11d9-b93c-0003939e0af6",
        "urn:isbn:0451450523",
        "x-archive+1:5",
        "http://[2001:db8::1]:80/a",
    ],
)
def test_an_absolute_ascii_uri_is_its_own_id(guid: str) -> None:
    """Kept byte for byte: no case is changed, nothing is encoded anew."""
    assert entry_uri(guid) == guid


@pytest.mark.parametrize(
    "guid",
    [
        "",
        "1234",
        "x:",
        ":x",
        "1x:y",
        "/relative",
        "//example.org/",
        "example.org/1",
        "https://example.org/خبر",
        "https://example.org/a b",
        "https://example.org/1\n",
        "https://example.org/100%",
        "https://example.org/%zz",
        "https://example.org/<1>",
        "https://example.org/#a#b",
        "tag:example.org,2026:a[1]",
        " https://example.org/",
        "خبر",
    ],
)
def test_all_else_has_a_uuid(guid: str) -> None:
    """What is no absolute ASCII URI (RFC 3986) gets the urn:uuid: made from it, always the same."""
    expected = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, guid)}"
    assert entry_uri(guid) == expected
    assert entry_uri(expected) == expected


def test_an_id_never_changes() -> None:
    """An Atom id is for good: readers that saw it once know the entry by it."""
    assert entry_uri("خبر") == "urn:uuid:ac87a0d5-acbe-5f52-b179-952037c3b5dc"


@given(st.text())
def test_every_guid_has_an_id(guid: str) -> None:
    """Any text has a URI for an id, ASCII and without white space."""
    uri = entry_uri(guid)
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9+.\-]*:[!-~]+", uri)
