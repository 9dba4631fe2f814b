"""Values alone: languages, types, numbers, addresses, dates."""

import pytest

from feeds.check.addresses import identifier, iri, joined, resolved, uri, web_uri
from feeds.check.characters import balanced
from feeds.check.dates import rfc822, rfc822_moment, rfc3339, rfc3339_moment, w3c
from feeds.check.fields import Rule, between, language_tag, mail_address, media_type
from feeds.check.findings import quoted

GOOD: list[tuple[Rule, list[str]]] = [
    (
        language_tag,
        [
            "ar",
            "AR-ly",
            "ar-Arab-LY",
            "ar-001",
            "zh-cmn-Hans-CN",
            "de-1996",
            "i-klingon",
            "x-a",
            "en-u-ca-islamic",
        ],
    ),
    (
        media_type,
        ["text/html", "image/svg+xml", 'text/plain; charset="utf-8"', "application/vnd.ms-excel;a=b"],
    ),
    (between(1, 144, "-"), ["1", "144", "0144"]),
    (mail_address, ["a@b", "desk+x@news.example"]),
    (
        uri,
        [
            "https://news.example",
            "https://xn--mgbh0fb.xn--kgbechtv/%D8%A3?q=a&b#c",
            "http://[2001:db8::1]:8080/",
            "http://127.0.0.1/",
            "mailto:desk@news.example",
            "HTTPS://news.example/",
        ],
    ),
    (web_uri, ["http://news.example/", "HTTPS://news.example/"]),
    (
        identifier,
        ["tag:news.example,2026-11-23:1", "urn:uuid:2F0E6B0A-0c62-5c39-9d0c-6f3c2b7a1d11", "doi:10.1/2"],
    ),
    (
        rfc822,
        [
            "Mon, 23 Nov 2026 09:30:00 +0200",
            "23 Nov 2026 09:30 GMT",
            "Tue, 3 Nov 2026 09:30:60 -0000",
            "mon, 23 nov 2026 09:30:00 gmt",
        ],
    ),
    (rfc3339, ["2026-11-23T09:30:00Z", "2026-11-23T09:30:00.123+02:00", "2016-12-31T23:59:60Z"]),
    (w3c, ["2026", "2026-11", "2026-11-23", "2026-11-23T09:30Z", "2026-11-23T09:30:15.5+02:00"]),
]
BAD: list[tuple[Rule, list[str]]] = [
    (
        language_tag,
        ["", "a", "ar_LY", "arabic", "عربي", "ar-", "de-1996-1996", "en-u-aa-u-bb", "ar LY", "aſ"],
    ),
    (media_type, ["", "text", "text/", "/html", "text/html;", "text/html; charset", "text/ html", "نص/html"]),
    (between(1, 144, "-"), ["", "0", "145", "-1", "1.5", "١٢", "9" * 5000]),
    (mail_address, ["", "desk", "desk@", "كاتب@news.example", "a@b c"]),
    (
        uri,
        [
            "",
            "news.example/1",
            "//news.example/1",
            "/1",
            "https:news.example",
            "https:///1",
            "https://",
            "https://a b/",
            "https://a..b/",
            "https://news.example:port/",
            "https://news.example:99999/",
            "https://[::1/",
            "https://[::g]/",
            "https://news.example/[1]",
            "https://news.example/%zz",
            "https://news.example/<a>",
            "https://news.example/أ",
            "https://مثال.example/",
            "https://news.example/\n",
            "urn:",
        ],
    ),
    (web_uri, ["ftp://news.example/", "urn:x:y", "mailto:a@b"]),
    (
        identifier,
        ["1", "urn:uuid:1", "tag:1", "https://news.example/./1", "https://@news.example/", "URN:ab:c"],
    ),
    (
        rfc822,
        [
            "",
            "2026-11-23T09:30:00Z",
            "Mon, 23 Nov 2026",
            "Mon 23 Nov 2026 09:30:00 GMT",
            "Mon, 23 November 2026 09:30:00 GMT",
            "Mon, 23 Nov 2026 09:60:00 GMT",
            "Mon, 23 Nov 2026 09:30:00 Z",
            "Mon, 23 Nov 2026 09:30:00 K",
            "Mon, 23 Nov 2026 09:30:00 AST",
            "Mon, 23 Nov 2026 09:30:00 +02:00",
            "Mon, 23 Nov 2026 09:30:00 GMT, Mon, 23 Nov 2026 09:30:00 GMT",
            "Wed, 00 Jan 2026 00:00:00 GMT",
            "23 ſep 2026 09:30 GMT",
        ],
    ),
    (
        rfc3339,
        ["", "2026-11-23 09:30:00Z", "2026-11-23T24:00:00Z", "2026-11-23T09:30Z", "2026-11-23T09:30:00+0200"],
    ),
    (w3c, ["", "23/11/2026", "2026-13", "2026-11-31", "2026-11-23T09:30", "2026-11-23T25:30Z", "0000"]),
]


@pytest.mark.parametrize(("rule", "value"), [(rule, value) for rule, values in GOOD for value in values])
def test_good_values_have_no_fault(rule: Rule, value: str) -> None:
    """What the specifications allow, in all its spellings."""
    assert rule(value) is None


@pytest.mark.parametrize(("rule", "value"), [(rule, value) for rule, values in BAD for value in values])
def test_bad_values_have_a_fault_with_its_source(rule: Rule, value: str) -> None:
    """What they don't, and what only looks like it."""
    fault = rule(value)
    assert fault is not None
    assert fault.what and fault.right and fault.source


def test_letters_beyond_ascii_are_an_error_in_a_uri_and_a_warning_in_an_iri() -> None:
    """Atom and JSON Feed allow what RSS does not."""
    value = "https://مثال.example/خبر"
    assert [fault and fault.level for fault in (uri(value), iri(value))] == ["error", "warning"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mon, 23 Nov 2026 09:30:00 +0200", "2026-11-23T07:30:00Z"),
        ("23 Nov 26 02:30 EST", "2026-11-23T07:30:00Z"),
        ("23 Nov 99 07:30 UT", "1999-11-23T07:30:00Z"),
    ],
)
def test_both_forms_of_a_date_name_the_same_moment(one: str, other: str) -> None:
    """Zones by name and by number, years of two digits as RFC 5322 §4.3 reads them."""
    assert rfc822_moment(one) == rfc3339_moment(other) is not None


@pytest.mark.parametrize(
    ("text", "even"),
    [("", True), ("\u2067ا\u2069", True), ("\u2066\u2068ا\u2069\u2069", True), ("\u2069\u2067", False)],
)
def test_isolates_end_after_they_begin(text: str, even: bool) -> None:
    """Counting alone would take the last for even."""
    assert balanced(text) is even


def test_a_quotation_is_short_and_shows_what_is_not_seen() -> None:
    """A finding on a terminal is not turned by what it quotes."""
    assert quoted("\u202eabc\ud800") == '"\\u202eabc\\ud800"'
    assert len(quoted("خ" * 500)) == 62


def test_a_base_that_can_not_be_read_leaves_the_reference() -> None:
    """Python raises on an address such as `//[`; the rule finds it relative, or without a host."""
    assert joined("https://news.example/", "//[") == "//["
    fault = resolved("https://news.example/")("//[")
    assert fault is not None
