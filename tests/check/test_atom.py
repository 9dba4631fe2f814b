"""What is said of Atom 1.0, the feed and its tombstones: one thing of each fault."""

import pytest

from tests.check.cases import Case, assert_only, cases, changed, found, label
from tests.check.documents import ATOM, ATOM_SELF

FEED = "feed"
FIRST = 'entry 1 (id "https://news.example/1")'
STONE = 'deleted-entry 1 (ref "https://news.example/0")'
CONTENT = """<content type="html">&lt;p dir="rtl"&gt;نص &lt;a href="https://news.example/x"&gt;رابط&lt;/a&gt;&lt;/p&gt;\
</content>"""
AUTHOR = "<author><name>صحيفة المثال</name><uri>https://news.example/</uri><email>desk@news.example</email></author>"
HUB = '"hub" href="https://hub.example/"'
FEED_UPDATED = "<updated>2026-11-23T09:30:00+02:00</updated>\n<author>"
REF = 'ref="https://news.example/0"'
WHEN = 'when="2026-11-23T08:00:00Z"'

FEEDS = [
    *cases(
        "error",
        FEED,
        [
            ("<id>https://news.example/world/atom.xml</id>", "", "has no id", "Appendix B"),
            ("<title>أخبار العالم</title>", "", "has no title", "Appendix B"),
            (FEED_UPDATED, "<author>", "has no upd", "App"),
            ("<icon>", "<icon>https://x.example/</icon><icon>", "has 2 icon", "Appendix B"),
            ("<icon>https", "<icon> https", "icon holds white space", "RFC 3986"),
            ("<logo>https", "<logo>https:", "logo has no valid host", "RFC 3986"),
            ("<subtitle>", '<subtitle type="xhtml">', "subtitle is xhtml and not one div", "§3.1.1.3"),
            ("<subtitle>", '<subtitle type="HTML">', "type of subtitle is", "RFC 4287 §3.1.1"),
            ('uri="https://github.example', 'uri="a b', "uri of generator holds", "RFC 3986"),
            (' term="world"', "", "category has no term", "§4.2.2.1"),
            ('scheme="https://news.example', 'scheme="', "scheme of category is not abs", "3986"),
            ('xml:lang="ar"', 'xml:lang="ar_LY"', "xml:lang of atom:feed", "RFC 5646"),
            ('xml:lang="ar"', 'xml:lang="ar" dir="rtl"', "feed has a dir", "UnexpectedAttribute"),
            ("<icon>", "<tagline/><icon>", "tagline does not belong in feed", "Appendix B"),
            ("<icon>", "خبر<icon>", "feed holds text", "Appendix B"),
            ("<icon>", '<icon size="1">', "icon has an unknown attribute", "Appendix B"),
            ("</entry>\n<at:", "</entry>\n<category term='a'/><at:", "category stands after", "App"),
            (
                "<icon>",
                '<at:deleted xmlns:at="http://purl.org/atompub/tombstones/1.0"/><icon>',
                "at:deleted does not exist",
                "tombstones",
            ),
        ],
    ),
    *cases(
        "warning",
        FEED,
        [
            ("<icon>https://news.example/icon.png", "<icon>", "icon is empty", "§4.2.5"),
            ("<logo>https://news.example", "<logo>", "logo is relative", "RFC 4287 §2"),
            ("<subtitle>آخر الأخبار", "<subtitle>", "subtitle is empty", "§4.2.12"),
            ("© صحيفة", "&amp;copy; صحيفة", "rights holds an HTML reference", "§4.2.10"),
            (">Khulasat<", "><", "generator is empty", "§4.2.4"),
            ('term="world"', 'term=""', "term of category is empty", "§4.2.2.1"),
            ('label="دولي"', 'label="&lt;b>"', "label of category holds markup", "§4.2.2.3"),
            (' xml:lang="ar"', "", "has no language", "RFC 4287 §2"),
            ("<icon>", '<ttl xmlns="">5</ttl><icon>', "ttl in feed has no namespace", "§6.4"),
            (
                FEED_UPDATED,
                "<updated>2026-11-23T09:29:00+02:00</updated>\n<author>",
                "updated is before the",
                "§4.2.15",
            ),
        ],
    ),
]
PERSONS = [
    *cases(
        "error",
        FIRST,
        [
            (AUTHOR, "", "has no author", "RFC 4287 §4.1.1"),
            ("<contributor><name>كاتبة</name>", "<contributor>", "contributor has no name", "§3.2.1"),
        ],
    ),
    *cases(
        "error",
        FEED,
        [
            ("<name>صحيفة المثال</name>", "", "author has no name", "§3.2.1"),
            ("<uri>https://news.example/", "<uri>a b", "uri of author holds white", "RFC 3986"),
            ("<uri>", "<uri>https://x.example/</uri><uri>", "author has 2 uri", "§3.2.2"),
            ("desk@news.example", "desk", "email of author is not an e-mail", "§3.2.3"),
            ("<email>", "<phone/><email>", "phone does not belong in author", "Appendix B"),
        ],
    ),
    *cases(
        "warning",
        FEED,
        [
            ("<name>صحيفة المثال", "<name>", "name of author is empty", "§3.2.1"),
            ("<name>صحيفة المثال", "<name>desk@x.example", "name of author holds an e-m", "§3.2.1"),
        ],
    ),
]
LINKS = [
    *cases(
        "warning",
        FEED,
        [
            ('<link rel="self"', '<link rel="related"', "has no self link", "RFC 4287 §4.1.1"),
            (HUB, '"hub" href="/hub"', "href of link hub is rel", "§5.1"),
            ('"https://hub.example/"', '"https://hub.example/أ"', "href of link hub holds", "RFC 3987"),
            ('hub.example/"/>', 'hub.example/">خ</link>', "link hub holds text", "§4.2.7"),
            ("<icon>", "<fh:archive/><icon>", "is an archive without a current", "RFC 5005 §4"),
        ],
    ),
    *cases(
        "error",
        FEED,
        [
            (
                'href="https://news.example/world/atom',
                'href="https://news.example/atom',
                "self link is not the document's",
                "WebSub",
            ),
            ('rel="hub" href', 'rel="self" href', "has 2 self links", "§4.2.7.2"),
            ('hreflang="ar"', 'hreflang="عربي"', "hreflang of link alternate", "RFC 5646"),
            (HUB, '"hub"', "link hub has no href", "§4.2.7.1"),
            ('rel="hub" ', 'rel="hub" count="2" ', "link has an unknown attribute", "Appendix B"),
            ('<link rel="hub"', '<link type="text/html" hreflang="ar"', "has 2 alternate", "§4.1.1"),
            ("<icon>", "<fh:complete/><icon>", "is complete and has a prev-archive", "RFC 5005 §2"),
            ('<link rel="hub"', '<fh:archive>1</fh:archive><link rel="current"', "fh:archive is not", "5005"),
            ('<link rel="hub"', '<fh:archive/><fh:archive/><link rel="current"', "has 2 fh:archive", "5005"),
            ("archive/2026-11-22/", "", "has a prev-archive link to itself", "RFC 5005"),
            ("<icon>", "<fh:old/><icon>", "fh:old does not exist", "history"),
        ],
    ),
    *cases(
        "error",
        FIRST,
        [
            ("<summary>", '<link href="https://news.example/b"/><summary>', "has 2 alternate", "§4.1.1"),
            ('"enclosure" type="image/jpeg"', '"enclosure" type="*/*"', "type of link encl", "6838"),
            ('length="0"', 'length="1.5"', "length of link enclosure", "XML Schema"),
        ],
    ),
    *cases(
        "warning",
        FIRST,
        [
            ('title="خبر"', 'title="&lt;b>خبر"', "title of link alternate holds", "§4.2.7.5"),
            ('rel="enclosure"', 'rel="next-archive"', "has a next-archive link", "RFC 5005"),
        ],
    ),
]
STONES = [
    *cases(
        "error",
        "deleted-entry 1",
        [
            (f" {REF}", "", "has no ref", "RFC 6721"),
            (REF, 'ref="0"', "ref is not absolute", "RFC 3986"),
            (REF, 'ref="https://news.example/1"', "its entry still stands", "RFC 6721"),
        ],
    ),
    *cases(
        "error",
        STONE,
        [
            (f" {WHEN}", "", "has no when", "RFC 6721"),
            (WHEN, 'when="2026-11-23"', "when is not an RFC", "RFC 3339"),
            (' when="2026', ' by="me" when="2026', "has an unknown attribute by", "RFC 6721"),
            ("<at:comment>", "<at:comment>أ</at:comment><at:comment>", "has 2 comment", "RFC 6721"),
            ("<name>المحرر</name>", "", "by has no name", "§3.2.1"),
            ("<at:comment>", "<link/><at:comment>", "link alternate has no href", "§4.2.7.1"),
            ("<at:comment>سحب", '<at:comment type="x">سحب', "type of comment is", "§3.1.1"),
        ],
    ),
    *cases(
        "warning",
        STONE,
        [
            ("سحب", "\u202aسحب", "at:comment holds U+202A", "TR 20"),
        ],
    ),
    *cases(
        "warning",
        "deleted-entry 1",
        [
            (
                f'{REF} when="2026-11-23T08',
                'ref="https://news.example/1" when="2026-11-23T07',
                "its entry is alive",
                "RFC 6721",
            ),
        ],
    ),
    *cases(
        "error",
        "deleted-entry 2",
        [
            (
                "</feed>",
                f'<at:deleted-entry {REF} when="2026-11-23T08:00:00Z"/></feed>',
                "ref and when are another",
                "RFC 6721",
            ),
        ],
    ),
]
CASES = [*FEEDS, *PERSONS, *LINKS, *STONES]


def test_a_faultless_feed_has_no_findings() -> None:
    """Neither error nor warning, with tombstones, pages and pictures in it."""
    assert found(ATOM.encode(), ATOM_SELF) == []


@pytest.mark.parametrize("case", CASES, ids=label)
def test_each_fault_is_found_once_where_it_is(case: Case) -> None:
    """One fault, one finding, with its place, its level and its source."""
    assert_only(case, found(changed(ATOM, case), ATOM_SELF))


@pytest.mark.parametrize(
    "content",
    [
        '<content type="application/pdf">aGE=</content>',
        '<content type="image/svg+xml"><svg xmlns="http://www.w3.org/2000/svg"/></content>',
        '<content type="text/plain; charset=utf-8">نص</content>',
        '<content type="video/mp4" src="https://x.example/v"/>',
        '<content type="application/atom+xml"><entry><id>1</id></entry></content>',
    ],
)
def test_content_may_be_of_any_type(content: str) -> None:
    """XML, text, base64 and content elsewhere are as good as HTML."""
    assert found(ATOM.replace(CONTENT, content).encode(), ATOM_SELF) == []


def test_addresses_may_be_relative_under_an_absolute_base() -> None:
    """xml:base makes them absolute, step by step (XML Base §4.1)."""
    body = ATOM.replace('xml:lang="ar"', 'xml:lang="ar" xml:base="https://news.example/world/"')
    body = body.replace("https://news.example/icon.png", "../icon.png").replace('src="t.jpg"', 'src="../t.jpg"')
    body = body.replace('href="https://news.example/world/atom.xml"', 'href="atom.xml"').replace(
        "<entry>", '<entry xml:base="x/">'
    )
    assert found(body.encode(), ATOM_SELF) == []


def test_entries_may_have_authors_of_their_own() -> None:
    """The feed needs none where each entry has one, or its source has."""
    body = ATOM.replace(AUTHOR, "").replace("</source>", "<author><name>وكالة</name></author></source>")
    assert found(body.encode(), ATOM_SELF) == []
