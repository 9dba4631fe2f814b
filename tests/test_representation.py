"""Finished bytes and their validators: HTTP.md, "Representations and the cache"."""

import gzip
import re
from typing import Any

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds import representation
from feeds.conditional import CODINGS
from feeds.representation import Representation, represent

# RFC 9110 §8.8.3: a strong entity-tag has no W/ before it.
STRONG = re.compile(r'"[!#-~]+"')


def made(body: bytes = b"<rss/>", **rest: Any) -> Representation:
    values = {"headers": [("vary", "Accept-Encoding")], "changed": 1_700_000_000, "expires": None, **rest}
    return represent(body, **values)


@given(st.binary(max_size=200))
def test_each_coding_has_a_strong_tag_of_its_own_known_before_compression(body: bytes) -> None:
    representation = made(body)
    tags = representation.validators.etags
    assert set(tags) == set(CODINGS)
    assert len(set(tags.values())) == len(CODINGS)
    assert all(STRONG.fullmatch(tag) for tag in tags.values())
    assert [coding for coding in CODINGS if representation.variant(coding) is not None] == ["identity"]


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_tags_are_equal_for_equal_bytes_alone(one: bytes, other: bytes) -> None:
    tags = made(one).validators.etags, made(other).validators.etags
    for coding in CODINGS:
        assert (tags[0][coding] == tags[1][coding]) == (one == other)


def test_tags_do_not_depend_on_the_time() -> None:
    """The same bytes have the same tag on every node and after every restart."""
    assert made(changed=1).validators.etags == made(changed=2).validators.etags


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_another_compressor_or_level_gives_another_tag(coding: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = made().validators.etags
    monkeypatch.setitem(representation.COMPRESSORS, coding, "another")
    after = made().validators.etags
    assert [name for name in CODINGS if before[name] != after[name]] == [coding]


@given(st.binary(max_size=2000))
def test_decompressing_gives_the_body(body: bytes) -> None:
    representation = made(body)
    assert gzip.decompress(representation.encode("gzip")) == body
    assert brotli.decompress(representation.encode("br")) == body
    assert representation.encode("identity") == body


def test_gzip_has_no_time_and_no_name_in_it() -> None:
    """RFC 1952 §2.3: with a time, equal bodies would differ."""
    head = made(b"x" * 1000).encode("gzip")[:10]
    assert (head[:3], head[3], head[4:8]) == (b"\x1f\x8b\x08", 0, b"\0\0\0\0")


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_a_variant_is_made_once(coding: Any) -> None:
    representation = made(b"x" * 1000)
    first = representation.encode(coding)
    assert representation.encode(coding) is first
    assert representation.variant(coding) is first


def test_size_counts_body_headers_and_every_variant_made() -> None:
    representation = made(b"x" * 1000)
    assert representation.size == 1000 + len("vary" + "Accept-Encoding")
    before = representation.size
    assert representation.size == before
    more = len(representation.encode("gzip")) + len(representation.encode("br"))
    assert representation.size == before + more


def test_the_time_of_the_change_is_last_modified() -> None:
    assert made(changed=123).validators.last_modified == 123
