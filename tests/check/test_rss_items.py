"""What is said of RSS 2.0, the items: one thing of each fault."""

import pytest

from tests.check.cases import Case, assert_only, cases, changed, found, label
from tests.check.documents import RSS, RSS_SELF

FIRST = 'item 1 (guid "https://news.example/1")'
SECOND = 'item 2 (guid "urn:uuid:'
LONG = "خ" * 301
TITLE = "<title>خبر أول"
UUID = "urn:uuid:2f0e6b0a-0c62-5c39-9d0c-6f3c2b7a1d11"
DEFAULT = '<media:content url="https://x.example/1" isDefault="true"/>'
THUMBNAIL = "<media:thumbnail"
GUID = "<guid>https://news.example/1"
SUMMARY = "<description>&lt;p&gt;ملخص&lt;/p&gt;</description>"
SUNDAY = "Sun, 22 Nov 2026"
NOON = "09:30:00 GMT</pubDate>"

ITEMS = [
    *cases(
        "error",
        SECOND,
        [
            ("<title>خبر ثان</title>", "", "has neither title nor description", "RSS 2.0"),
            ("writer@news.example (كاتب)", "كاتب", "author holds no e-mail", "RSS 2.0, author"),
            ("https://news.example/2#c", "/2#c", "comments is not absolute", "RFC 3986"),
        ],
    ),
    *cases(
        "warning",
        FIRST,
        [
            (TITLE, "<title>", "title is empty", "RSS Profile"),
            (TITLE, f"<title>{LONG}", "title has 301 characters", "advice"),
            (TITLE, "<title>&lt;i&gt;خبر", "title holds markup", "RSS Profile"),
            (TITLE, "<title>هو &amp;amp; هي", "title holds an HTML ref", "RSS Profile"),
            (TITLE, "<title>\u202eخبر", "title holds U+202E", "Unicode TR 20"),
            (TITLE, "<title>\u2067خبر", "title opens and closes isolates", "UAX 9"),
            (TITLE, "<title>خ�بر", "title holds U+FFFD", "XML 1.0"),
            ("<link>https://news.example/1", "<link>htp://x/1", "link has a scheme", "RSS 2.0"),
            ("<dc:creator>كاتبة", "<dc:creator>", "dc:creator is empty", "dublin-creator"),
            (">ليبيا<", "> <", "category is empty", "RSS 2.0, category"),
            (
                "<dc:creator>كاتبة</dc:creator>",
                "<dc:creator>أ</dc:creator><author>a@news.example (أ)</author>",
                "has author and dc:creator",
                "DuplicateItemSemantics",
            ),
            (">وكالة<", "><", "source is empty", "RSS 2.0, source"),
        ],
    ),
    *cases(
        "error",
        FIRST,
        [
            (TITLE, "<title><b>خبر</b>", "b does not belong in title", "RSS 2.0"),
            (TITLE, '<title xml:lang="ar_LY">خبر', "xml:lang of title", "RFC 5646"),
            (TITLE, '<title xml:base="a b">خبر', "xml:base of title holds", "RFC 3986"),
            ("<link>https://news.example/1", "<link>/1", "link is not absolute", "RFC 3986 §4.3"),
            ("example/1</link>", "example/خبر</link>", "link holds characters beyond", "RFC 3986"),
            ("example/1</link>", "example/a b</link>", "link holds white space", "RFC 3986"),
            ("example/1</link>", "example/100%</link>", "link has a % without", "RFC 3986 §2.1"),
            (' url="https://agency.example/rss"', "", "source has no url", "RSS 2.0, source"),
            ('url="https://agency.example/rss"', 'url="rss"', "url of source is not abs", "RFC 3986"),
        ],
    ),
]
IDENTITIES = [
    *cases(
        "warning",
        "item 1 (link",
        [
            (f"{GUID}</guid>", "", "has no guid", "item-guid"),
        ],
    ),
    *cases(
        "error",
        "item 1 (link",
        [
            (f"{GUID}<", "<guid><", "guid is empty", "RSS 2.0, guid"),
        ],
    ),
    *cases(
        "error",
        "item 1",
        [
            (f"{GUID}<", "<guid>1234567890<", "guid is a permalink", "guid"),
        ],
    ),
    *cases(
        "error",
        SECOND,
        [
            ('"false">urn:', '"true">urn:', "guid is a permalink and", "RSS 2.0, guid"),
            ('"false">urn:', '"no">urn:', "isPermaLink of guid is not one", "RSS 2.0, guid"),
        ],
    ),
    *cases(
        "warning",
        "item 2",
        [
            (UUID, "17", "guid is only", "NotSuff"),
        ],
    ),
    *cases(
        "warning",
        FIRST,
        [
            (GUID, "<guid> https://news.example/1", "guid has white", "guid"),
        ],
    ),
    *cases(
        "error",
        "item 2",
        [
            (UUID, "https://news.example/1", "guid is another item's too", "RSS 2.0, guid"),
        ],
    ),
]
DATES = [
    *cases(
        "warning",
        SECOND,
        [
            (f"<pubDate>Sun, 22 Nov 2026 {NOON}", "", "has no pubDate", "item-pubdate"),
            (SUNDAY, "Sun, 22 Nov 26", "pubDate has a year of two", "datetime"),
            (NOON, "09:30:00 EST</pubDate>", "pubDate has a zone", "datetime"),
            (SUNDAY, "Thu, 01 Jan 1970", "pubDate is not plausible", "Implausible"),
        ],
    ),
    *cases(
        "error",
        SECOND,
        [
            ("Sun, 22 Nov", "Mon, 22 Nov", "pubDate names the wrong day", "RFC 822 §5.2"),
            (SUNDAY, "Sun, 22 نوفمبر 2026", "pubDate is not an RFC 822", "RFC 822"),
            ("Sun, 22 Nov", "31 Nov", "pubDate names a day, a time or a zone", "RFC 822"),
            (f"{SUNDAY} 09", f"{SUNDAY} 24", "pubDate names a day", "RFC 822"),
            (NOON, "09:30:00 +2560</pubDate>", "pubDate names a day", "RFC 822"),
            (NOON, "09:30:00</pubDate>", "pubDate is not an RFC 822", "RFC 822"),
            (
                f"<pubDate>Sun, 22 Nov 2026 {NOON}",
                '<d:date xmlns:d="http://purl.org/dc/elements/1.1/">2026-13</d:date>',
                "dc:date is not a W3C date",
                "W3C Date",
            ),
        ],
    ),
]
ENCLOSURES = [
    *cases(
        "error",
        FIRST,
        [
            ('<enclosure url="https://news.example/1.jpg"', "<enclosure", "enclosure has no url", "encl"),
            (' length="0"', "", "enclosure has no length", "RSS 2.0, enclosure"),
            (' length="0"', ' length="-1"', "length of enclosure is not", "XML Schema"),
            (' length="0" type="image/jpeg"', ' length="0"', "enclosure has no type", "enclosure"),
            ('"0" type="image/jpeg"', '"0" type="jpeg"', "type of enclosure is not", "RFC 6838"),
            ('"https://news.example/1.jpg"', '"/1.jpg"', "url of enclosure is not abs", "RFC 3986"),
        ],
    ),
    *cases(
        "warning",
        FIRST,
        [
            (
                THUMBNAIL,
                f'<enclosure url="https://news.example/2.jpg" length="1" type="image/jpeg"/>{THUMBNAIL}',
                "has 2 enclosures",
                "item-enclosure",
            ),
        ],
    ),
]
BODIES = [
    *cases(
        "warning",
        FIRST,
        [
            ("https://news.example/x", "/x", "content:encoded holds a relative address", "descr"),
            ("&lt;p&gt;ملخص", '&lt;img src="//x/y"&gt;&lt;p&gt;', "description holds a rel", "descr"),
            ("ملخص", '&lt;img srcset="a.jpg 2x"&gt;', "description holds a relative", "descr"),
            ("ملخص", "&lt;script&gt;1&lt;/script&gt;", "description holds the element", "Security"),
            ("ملخص", '&lt;i onclick="x()"&gt;&lt;/i&gt;', "description holds the attr", "Security"),
            ("ملخص", '&lt;i style="x"&gt;&lt;/i&gt;', "description holds the attribute", "Security"),
            ("https://news.example/x", "javascript:x()", "content:encoded holds an address", "Secu"),
            ("&lt;p&gt;ملخص&lt;/p&gt;", "&amp;lt;p&amp;gt;", "description is escaped twice", "chara"),
            ("&lt;p&gt;ملخص", "&lt;body&gt;&lt;p&gt;ملخص", "description is a whole HTML", "3.1.1.2"),
            ("ملخص", "&lt;b&gt;ملخص", "description opens and closes b unevenly", "HTML"),
            ("ملخص", "&amp;#x202e;ملخص", "description in a reference holds U+202E", "TR 20"),
            ("ملخص", "&amp;#8;ملخص", "description in a reference holds U+0008", "XML 1.0"),
            ("ملخص", "&lt;i&gt;" * 300 + "&lt;/i&gt;" * 300, "description is nested too deeply", "advice"),
            (SUMMARY, "", "has a content:encoded and no description before it", "content-encoded"),
        ],
    ),
    *cases(
        "error",
        FIRST,
        [
            ("&lt;p&gt;ملخص&lt;/p&gt;", "<p>ملخص</p>", "p does not belong in description", "RSS 2.0"),
            ("نص ", "<b>نص</b> ", "content:encoded holds elements", "content module"),
            ("<dc:creator>", "<content:encoded/><dc:creator>", "has 2 content:encoded", "module"),
        ],
    ),
]
MEDIA = [
    *cases(
        "error",
        FIRST,
        [
            ('"https://news.example/2.jpg"', '"2.jpg"', "url of media:content is not", "RFC 3986"),
            (
                '<media:content url="https://news.example/2.jpg"',
                "<media:content",
                "media:content has no url",
                "Media RSS",
            ),
            ('medium="image"', 'medium="photo"', "medium of media:content is not", "Media RSS"),
            ('width="800"', 'width="800px"', "width of media:content is not a whole", "Schema"),
            ('width="800"', 'fileSize="1.5"', "fileSize of media:content is not", "Schema"),
            ('width="800"', 'bitrate="fast"', "bitrate of media:content is not a num", "Schema"),
            ('width="800"', 'size="800"', "media:content has an unknown attribute", "Media RSS"),
            ('width="800"', 'isDefault="yes"', "isDefault of media:content is not", "Media RSS"),
            ('role="photographer"', 'role="Photographer"', "role of media:credit has", "Media RSS"),
            ('type="plain"', 'type="text"', "type of media:description is not", "Media RSS"),
            (
                f'{THUMBNAIL} url="https://news.example/t.jpg"',
                THUMBNAIL,
                "media:thumbnail has no url",
                "Media RSS",
            ),
            ('time="12:05:01.123"', 'time="noon"', "time of media:thumbnail is not", "RFC 2326"),
            (THUMBNAIL, f"<media:photo/>{THUMBNAIL}", "media:photo does not", "Media RSS"),
            (THUMBNAIL, f"<media:hash>a</media:hash>{THUMBNAIL}", "media:hash is", "hash"),
            (THUMBNAIL, f"<media:rating>x</media:rating>{THUMBNAIL}", "media:rating is not one", "rating"),
            (
                THUMBNAIL,
                f"<media:title>أ</media:title><media:title>ب</media:title>{THUMBNAIL}",
                "item has 2 media:title",
                "Media RSS",
            ),
            (
                THUMBNAIL,
                f"<media:group>{DEFAULT}{DEFAULT}</media:group>{THUMBNAIL}",
                "media:group has several defaults",
                "Media RSS",
            ),
            (
                THUMBNAIL,
                f'<m:title xmlns:m="http://search.yahoo.com/mrss"/>{THUMBNAIL}',
                "title is in the namespace",
                "Namespaces",
            ),
        ],
    ),
    *cases(
        "warning",
        FIRST,
        [
            (">صورة<", ">&lt;b&gt;صورة<", "media:description holds markup", "Media RSS"),
            ('type="plain">صورة', 'type="html">&lt;script&gt;', "media:description holds", "Secu"),
            (THUMBNAIL, f"<media:adult/>{THUMBNAIL}", "media:adult is dep", "Media RSS"),
            (THUMBNAIL, f"<media:group/>{THUMBNAIL}", "media:group has 0", "Media RSS"),
        ],
    ),
]
CASES = [*ITEMS, *IDENTITIES, *DATES, *ENCLOSURES, *BODIES, *MEDIA]


@pytest.mark.parametrize("case", CASES, ids=label)
def test_each_fault_is_found_once_where_it_is(case: Case) -> None:
    """One fault, one finding, with its place, its level and its source."""
    assert_only(case, found(changed(RSS, case), RSS_SELF))
