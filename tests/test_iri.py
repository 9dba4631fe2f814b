"""Addresses as people write them, and as feeds may hold them."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feeds.text.iri import to_uri

BASE = "https://example.org/world/1/?a=b"
NEWS = "%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1"


@pytest.mark.parametrize(
    ("written", "uri"),
    [
        ("https://example.org", "https://example.org"),
        ("https://example.org/a/b.html?c=d&e=f#g", "https://example.org/a/b.html?c=d&e=f#g"),
        ("  https://example.org/\n", "https://example.org/"),
        ("HTTPS://EXAMPLE.org/Path", "https://example.org/Path"),
        ("https://example.org/أخبار/", f"https://example.org/{NEWS}/"),
        ("https://example.org/?q=أخبار#أخبار", f"https://example.org/?q={NEWS}#{NEWS}"),
        (f"https://example.org/{NEWS}/", f"https://example.org/{NEWS}/"),
        ("https://example.org/%d8%a3", "https://example.org/%d8%a3"),
        ("https://example.org/a b", "https://example.org/a%20b"),
        ('https://example.org/"<>\\^`{|}', "https://example.org/%22%3C%3E%5C%5E%60%7B%7C%7D"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("https://example.org/%zz%4", "https://example.org/%25zz%254"),
        ("https://example.org/?a[]=1", "https://example.org/?a%5B%5D=1"),
        ("https://example.org/!$&'()*+,;=:@-._~", "https://example.org/!$&'()*+,;=:@-._~"),
        ("https://example.org:8443/", "https://example.org:8443/"),
        ("https://example.org:/", "https://example.org/"),
        ("http://[2001:DB8::1]:80/", "http://[2001:db8::1]:80/"),
        ("http://a_b.example.org/", "http://a_b.example.org/"),
        ("https://مثال.إختبار/أ", "https://xn--mgbh0fb.xn--kgbechtv/%D8%A3"),
        ("https://BÜCHER.example/", "https://xn--bcher-kva.example/"),
        ("https://example.org/\U0001f600", "https://example.org/%F0%9F%98%80"),
    ],
)
def test_an_address_becomes_a_uri(written: str, uri: str) -> None:
    """Absolute, ASCII (RFC 3987 §3.1): what is encoded already stays byte for byte, what must be is encoded."""
    assert to_uri(written) == uri


@pytest.mark.parametrize(
    ("written", "uri"),
    [
        ("../2/", "https://example.org/world/2/"),
        ("/images/أ.png", "https://example.org/images/%D8%A3.png"),
        ("//cdn.example.org/x", "https://cdn.example.org/x"),
        ("?x", "https://example.org/world/1/?x"),
        ("#x", "https://example.org/world/1/?a=b#x"),
        ("http://example.net/x", "http://example.net/x"),
        ("../../../../x", "https://example.org/x"),
        ("javascript:alert(1)", None),
        ("mailto:a@example.org", None),
        ("data:text/html,x", None),
    ],
)
def test_a_relative_address_is_resolved(written: str, uri: str | None) -> None:
    """Relative addresses are made absolute; other schemes are no addresses here."""
    assert to_uri(written, BASE) == uri


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "example.org",
        "/path",
        "//example.org/",
        "https://",
        "https:///path",
        "https:example.org",
        "ftp://example.org/",
        "file:///etc/passwd",
        "urn:uuid:5f3a",
        "https://user@example.org/",
        "https://user:secret@example.org/",
        "https://@example.org/",
        "https://example.org:99999/",
        "https://example.org:x/",
        "https://exa mple.org/",
        "https://exa<mple.org/",
        "https://ex%61mple.org/",
        "https://[::1/",
        "https://[x]/",
        "https://\u2100.example/",
        "https://\u200d.example/",
        "https://example.org/\udcff",
        "https://example.org/?\udcff",
        f"https://example.org/{'x' * 5000}",
    ],
)
def test_what_means_no_address_is_none(written: str) -> None:
    """No host, another scheme, credentials, a broken port, a host that can't be: none, and no guess."""
    assert to_uri(written) is None


pieces = st.sampled_from(
    ["http://", "https://", "HTTP:", "//", "/", "a.b", "مثال", ".", "..", "?", "#", "[", "]", "[::1]", "@", ":", "80",
     ":99999", "%", "%zz", "%C3%A9", "é", "\u200d", "\u200c", "ß", "İ", "。", "ｅ", "xn--a", "-", " ", "\t", "\n", "\\",
     '"', "<", "\ud800", "a" * 70, "javascript:", "٣", "\x00"]
)  # fmt: skip
jumbles = st.lists(pieces, max_size=8).map("".join)


@given(st.text() | jumbles | jumbles.map(lambda rest: f"http://{rest}"), st.sampled_from([None, BASE]))
@example("https://İ.example/", None)
@settings(deadline=None, max_examples=300)
def test_whatever_is_written(written: str, base: str | None) -> None:
    """Any text is an address or none: never an error; what comes out is a URI, and its own."""
    uri = to_uri(written, base)
    if uri is not None:
        assert re.fullmatch(r"https?://([A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+", uri)
        assert to_uri(uri) == uri
