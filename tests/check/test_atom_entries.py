"""What is said of Atom 1.0, the entries: one thing of each fault."""

import pytest

from tests.check.cases import Case, assert_only, cases, changed, found, label
from tests.check.documents import ATOM, ATOM_SELF

FIRST = 'entry 1 (id "https://news.example/1")'
SECOND = 'entry 2 (id "urn:uuid:'
LONG = "خ" * 301
CONTENT = """<content type="html">&lt;p dir="rtl"&gt;نص &lt;a href="https://news.example/x"&gt;رابط&lt;/a&gt;&lt;/p&gt;\
</content>"""
HEADLINE = '<title type="html">A &lt;b&gt;headline&lt;/b&gt;</title>'
UUID = "urn:uuid:2f0e6b0a-0c62-5c39-9d0c-6f3c2b7a1d11"
BOTH = "<summary>ملخص الخبر</summary>\n" + CONTENT
ID = "<id>https://news.example/1"
UPDATED = "2026-11-22T09:30:00Z"
TITLE = "<title>خبر أول"

ENTRIES = [
    *cases(
        "error",
        "entry 1",
        [
            (f"{ID}</id>", "", "has no id", "Appendix B"),
        ],
    ),
    *cases(
        "error",
        FIRST,
        [
            (f"{TITLE}</title>", "", "has no title", "Appendix B"),
            ("<summary>", "<summary>أ</summary><summary>", "has 2 summary", "Appendix B"),
            ("<published>", "<published>2026-01-01T00:00:00Z</published><published>", "has 2 pub", "App"),
        ],
    ),
    *cases(
        "error",
        SECOND,
        [
            (f"<updated>{UPDATED}</updated>", "", "has no updated", "Appendix B"),
            (
                '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Text</p></div></content>',
                "<summary>Text</summary>",
                "has neither content nor an alternate",
                "RFC 4287 §4.1.2",
            ),
        ],
    ),
    *cases(
        "warning",
        FIRST,
        [
            (TITLE, "<title>", "title is empty", "§4.2.14"),
            (TITLE, f"<title>{LONG}", "title has 301", "advice"),
            (TITLE, "<title>&lt;i&gt;خبر", "title holds markup", "§4.2.14"),
            (TITLE, "<title>\u202bخبر", "title holds U+202B", "TR 20"),
            ("<summary>ملخص الخبر", "<summary>\u2069ملخص", "summary opens and closes", "UAX 9"),
            ("2026-11-23T07:00:00.5Z", "2026-11-23T07:30:01Z", "updated is before pub", "§4.2.9"),
            (CONTENT, "<content/>", "content is empty", "§4.1.1.1"),
            (BOTH, "", "has neither content nor a summ", "4.1.1.1"),
        ],
    ),
    *cases(
        "warning",
        f"{FIRST}, source",
        [
            ("<id>urn:isbn:0451450523</id>", "", "has no id", "§4.2.11"),
        ],
    ),
    *cases(
        "error",
        f"{FIRST}, source",
        [
            ("<title>وكالة", "<title>أ</title><title>وكالة", "has 2 title", "Appendix B"),
            ("<title>وكالة", "<link/><title>وكالة", "link alternate has no href", "§4.2.7.1"),
        ],
    ),
]
IDS = [
    *cases(
        "error",
        "entry 1",
        [
            (ID, "<id>news/1", "id is not absolute", "RFC 3986"),
            (ID, "<id>\nhttps://news.example/1", "id holds white", "3986"),
        ],
    ),
    *cases(
        "warning",
        "entry 1",
        [
            (ID, f"{ID}#a", "id has a frag", "4.2.6"),
            (ID, "<id>HTTPS://news.example/1", "id is not in nor", "4.2.6"),
            (ID, "<id>https://News.example/1", "id is not in nor", "4.2.6"),
            (ID, "<id>https://news.example", "id is not in normal", "4.2.6"),
            (ID, "<id>https://news.example:443/", "id is not in n", "4.2.6"),
            (ID, "<id>https://news.example/%d8%a3", "id is not in", "4.2.6"),
            (ID, "<id>https://news.example/%41", "id is not in n", "4.2.6"),
        ],
    ),
    *cases(
        "error",
        "entry 2",
        [
            ("2f0e6b0a-0c62-5c39-9d0c-6f3c2b7a1d11", "2f0e6b0a", "id is not a UUID", "RFC 9562"),
            (UUID, "urn:x:1", "id is not a URN", "8141"),
            (UUID, "tag:a:1", "id is not a tag", "4151"),
            (
                f"{UUID}</id>\n{HEADLINE}\n<updated>2026-11-22T09:30:00Z",
                "https://news.example/1</id>\n<title>A</title>\n<updated>2026-11-23T09:30:00+02:00",
                "id and updated are another entry's too",
                "RFC 4287 §4.1.1",
            ),
        ],
    ),
    *cases(
        "warning",
        "entry 2",
        [
            (UUID, "https://news.example/1", "id is another entry's too", "RFC 4287 §4.1.1"),
        ],
    ),
]
DATES = [
    *cases(
        "error",
        SECOND,
        [
            (UPDATED, "2026-11-22T09:30:00", "updated has no offset", "RFC 3339"),
            (UPDATED, "2026-11-22t09:30:00z", "updated has a small", "§3.3"),
            (UPDATED, "2026-11-22", "updated is not an RFC 3339", "RFC 3339"),
            (UPDATED, "2026-11-31T09:30:00Z", "updated names a day", "RFC 3339"),
            (UPDATED, f" {UPDATED}", "updated is not an RFC 3339", "3339"),
            (UPDATED, "2026-11-22T09:30:00+25:00", "updated names a day", "3339"),
            (UPDATED, "٢٠٢٦-11-22T09:30:00Z", "updated is not an RFC", "RFC 3339"),
        ],
    ),
    *cases(
        "warning",
        SECOND,
        [
            (UPDATED, "0001-01-01T00:00:00Z", "updated is not plausible", "Impl"),
        ],
    ),
]
CONTENTS = [
    *cases(
        "error",
        FIRST,
        [
            (CONTENT, '<content type="message/rfc822">aGE=</content>', "type of content is comp", "4.1"),
            (CONTENT, '<content type="htm">أ</content>', "type of content is not a media", "6838"),
            (CONTENT, "<content><x:p xmlns:x='urn:x:y'/>ن</content>", "content holds elements", "4.1.3.3"),
            (CONTENT, '<content type="html"><p>نص</p></content>', "content holds elements", "§4.1.3.3"),
            (CONTENT, '<content type="application/pdf">==</content>', "content of type application/", "4.1"),
            (CONTENT, '<content type="image/svg+xml">أ</content>', "content of type image/svg", "4.1.3.3"),
            (
                CONTENT,
                '<content type="text/plain"><b xmlns="urn:x:y"/>ن</content>',
                "content holds el",
                "4.1",
            ),
            (BOTH, '<content type="image/png">aGE=</content>', "has no summary", "RFC 4287 §4.1.2"),
            (
                BOTH,
                '<content type="video/mp4" src="https://x.example/"/>',
                "has no summary",
                "RFC 4287 §4.1.2",
            ),
            (CONTENT, '<content type="html" src="https://x.example/"/>', "content has a src and the", "4.1"),
            (
                CONTENT,
                '<content type="text/html" src="https://x.example/">أ</content>',
                "content has a src and is not empty",
                "§4.1.3.2",
            ),
            (CONTENT, '<content type="text/html" src="a b"/>', "src of content holds white", "3986"),
            ('width="10"', 'width="ten"', "width of media:thumbnail", "XML Schema"),
        ],
    ),
    *cases(
        "warning",
        FIRST,
        [
            (CONTENT, "<content>&lt;p&gt;نص</content>", "content holds markup", "§4.1.3.3"),
            ("https://news.example/x", "/x", "content holds a relative address", "RFC 4287 §2"),
            ("نص ", "&lt;iframe src='https://x.example/'&gt;&lt;/iframe&gt;", "content holds the", "8.1"),
            ("نص ", "&lt;div&gt;", "content opens and closes div", "HTML"),
            (CONTENT, '<content src="https://x.example/"/>', "content has a src and no type", "4.1.3.2"),
        ],
    ),
    *cases(
        "error",
        SECOND,
        [
            ("<p>Text</p></div>", "</div><p/>", "content is xhtml and not one div", "§4.1.3.3"),
            ("<p>Text</p></div>", "<p>T</p></div>أ", "content is xhtml and not one div", "§4.1.3.3"),
            ("<p>Text</p>", '<p xmlns="">Text</p>', "content holds p outside XHTML", "§4.1.3.3"),
        ],
    ),
    *cases(
        "warning",
        SECOND,
        [
            ("<p>Text</p>", "<p>&lt;b>Text&lt;/b></p>", "content holds markup", "§4.1.3.3"),
            ("<p>Text</p>", '<p onclick="x">Text</p>', "content holds the attribute", "§8.1"),
            ("<p>Text</p>", '<img src="t.jpg"/>', "content holds a relative", "RFC 4287 §2"),
            ('<title type="html">A', '<title type="html">&lt;script&gt;', "title holds the", "8.1"),
            (
                '<title type="html">A &lt;b&gt;headline&lt;/b&gt;',
                '<title type="html">',
                "title is empty",
                "§4.2.14",
            ),
        ],
    ),
]
CASES = [*ENTRIES, *IDS, *DATES, *CONTENTS]


@pytest.mark.parametrize("case", CASES, ids=label)
def test_each_fault_is_found_once_where_it_is(case: Case) -> None:
    """One fault, one finding, with its place, its level and its source."""
    assert_only(case, found(changed(ATOM, case), ATOM_SELF))
