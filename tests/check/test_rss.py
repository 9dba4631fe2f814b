"""What is said of RSS 2.0, the channel: one thing of each fault."""

import pytest

from tests.check.cases import Case, assert_only, cases, changed, found, label
from tests.check.documents import RSS, RSS_SELF

CHANNEL = "channel"
FIRST = 'item 1 (guid "https://news.example/1")'
TTL = "<ttl>5</ttl>"
LANGUAGE = "<language>ar-LY</language>"
DESK = "desk@news.example (غرفة الأخبار)"

CHANNELS = [
    *cases(
        "error",
        CHANNEL,
        [
            ("<title>\u200f5 أخبار العالم</title>\n", "", "has no title", "RSS 2.0"),
            ("<link>https://news.example/world/</link>\n", "", "has no link", "RSS 2.0"),
            ("<description>آخر الأخبار</description>", "", "has no description", "RSS 2.0"),
            (TTL, f"{TTL}<ttl>6</ttl>", "has 2 ttl elements", "RSS 2.0"),
            (TTL, "<ttl>0</ttl>", "ttl is not a positive", "XML Schema"),
            (TTL, "<ttl>٥</ttl>", "ttl is not a positive", "XML Schema"),
            (TTL, "<TTL>5</TTL>", "TTL does not belong in channel", "RSS 2.0"),
            (TTL, '<ttl dir="rtl">5</ttl>', "ttl has a dir", "UnexpectedAttribute"),
            (TTL, '<ttl unit="m">5</ttl>', "ttl has an unknown attribute", "RSS 2.0"),
            (TTL, f"دقائق{TTL}", "channel holds text", "RSS 2.0"),
            (TTL, f"{TTL}<pubdate/>", "pubdate does not belong", "RSS 2.0"),
            (TTL, f"{TTL}<dc:titel/>", "dc:titel does not exist", "purl.org/dc"),
            ("/rss-specification", "/مواصفات", "docs holds characters beyond", "RFC 3986 §2"),
            (">ar-LY<", ">ar_LY<", "language is not a language tag", "RFC 5646"),
            (">ar-LY<", ">arabic<", "language is not a language tag", "RFC 5646"),
            (DESK, "غرفة الأخبار", "managingEditor holds no e-mail address", "RSS 2.0, author"),
            ("https://www.rssboard", "//www.rssboard", "docs is not absolute", "RFC 3986"),
            ('port="80"', 'port="http"', "cloud port is not a number", "RSS 2.0, cloud"),
            ('port="80" ', "", "cloud has no port", "RSS 2.0, cloud"),
            ('="http-post"', '="ftp"', "cloud protocol is not one", "RSS 2.0, cloud"),
            ("<hour>23<", "<hour>24<", "skipHours is not a number between", "RSS 2.0, skipHours"),
            ("<hour>23<", "<hour>0<", "skipHours names one twice", "RSS Profile"),
            ("Friday", "الجمعة", "skipDays is not one of", "RSS 2.0, skipDays"),
            ("<day>Friday</day>", "", "skipDays is empty", "RSS 2.0, skipDays"),
        ],
    ),
    *cases(
        "warning",
        CHANNEL,
        [
            (LANGUAGE, "", "has no language", "MissingDCLanguage"),
            (
                LANGUAGE,
                "<language>ar</language><dc:language>ar</dc:language>",
                "has language and dc:language",
                "DuplicateSemantics",
            ),
            ("© صحيفة", "&amp;copy; صحيفة", "copyright holds an HTML reference", "RSS Profile"),
            ("آخر الأخبار", "&lt;b&gt;آخر&lt;/b&gt;", "description holds markup", "RSS Profile"),
            (DESK, "desk@news.example", "managingEditor is not an address with a name", "RSS Profile"),
            ("07:30:00 GMT", "07:29:00 GMT", "lastBuildDate is before", "lastBuildDate"),
            ("<category>دولي", "<category>", "category is empty", "RSS 2.0, category"),
            (
                TTL,
                "<textInput><title>بحث</title><description>بحث</description><name>q</name><link>https://news.example/</link></textInput>",
                "has a textInput",
                "RSS Profile",
            ),
            ("</item>\n</channel>", "</item>\n<rating/></channel>", "rating stands after", "Misplaced"),
        ],
    ),
]
IMAGES = [
    *cases(
        "error",
        CHANNEL,
        [
            ("<url>https://news.example/logo.png</url>", "", "image has no url", "RSS 2.0, image"),
            ("<width>144", "<width>145", "image width is not a number between 1", "RSS 2.0, image"),
            ("<height>48", "<height>401", "image height is not a number", "RSS 2.0, image"),
            ("<height>48", "<height>48px", "image height is not a number", "RSS 2.0, image"),
            ("<height>48</height>", "<size/>", "size does not belong in image", "RSS 2.0"),
            ("<url>https", "<url>ftp", "image url is not a web address", "RFC 9110"),
        ],
    ),
    *cases(
        "warning",
        CHANNEL,
        [
            ("logo.png", "logo.svg", "image url is neither GIF", "RSS 2.0, image"),
            (
                "<title>\u200f5 أخبار العالم</title>\n<link>https://news.example/world/</link>\n<width>",
                "<title>أخبار</title>\n<link>https://news.example/world/</link>\n<width>",
                "image title is not the channel's",
                "channel-image-title",
            ),
            (
                "<link>https://news.example/world/</link>\n<width>",
                "<link>https://news.example/</link>\n<width>",
                "image link is not the channel's",
                "channel-image-link",
            ),
        ],
    ),
]
LINKS = [
    *cases(
        "warning",
        CHANNEL,
        [
            (' rel="self"', ' rel="related"', "has no self link", "atom-link"),
            ('"application/rss+xml"', '"text/html"', "self link has the type", "SelfNotAtom"),
            ('rel="hub"', 'rel="pusher"', "rel of link pusher is not a registered", "§4.2.7.2"),
            ("<ttl>", "<fh:archive/><ttl>", "is an archive without a current", "RFC 5005 §4"),
        ],
    ),
    *cases(
        "error",
        CHANNEL,
        [
            (' rel="hub"', ' rel="self"', "has 2 self links", "RFC 4287 §4.2.7.2"),
            ("world/rss.xml", "rss.xml", "self link is not the document's address", "WebSub"),
            ('"application/rss+xml"', '"rss"', "type of link self is not a media type", "6838"),
            ('"hub" href="https://hub.example/"', '"hub"', "link hub has no href", "§4.2.7.1"),
            ('rel="hub"', 'rel="hub" length="-1"', "length of link hub is not", "XML Schema"),
            ('rel="hub"', 'rel="hub" dir="ltr"', "atom:link has a dir", "UnexpectedAttribute"),
            ('rel="hub"', 'rel="prev-archive"', "has 2 prev-archive links", "RFC 5005"),
            ("archive/2026-11-22/", "", "has a prev-archive link to itself", "RFC 5005"),
            ("<ttl>", "<fh:complete/><ttl>", "is complete and has a prev-archive", "RFC 5005 §2"),
        ],
    ),
    *cases(
        "warning",
        FIRST,
        [
            (
                "<dc:creator>",
                '<atom:link rel="next" href="https://x.example/"/><dc:creator>',
                "has a next link",
                "RFC 5005",
            ),
        ],
    ),
]
DOCUMENTS = [
    *cases(
        "error",
        "rss",
        [
            ('<rss version="2.0"', '<rss version="0.92"', 'version is "0.92"', "RSS 2.0"),
            ('<rss version="2.0"', "<rss", "has no version", "RSS 2.0"),
            ("</channel>\n", "</channel>\n<item/>", "item does not belong in rss", "RSS 2.0"),
            ("</channel>\n", "</channel>\n<channel/>", "has 2 channel elements", "RSS 2.0"),
            ("</channel>\n", "</channel>\n<dc:date/>", "dc:date stands outside", "RSS 2.0"),
        ],
    ),
    *cases(
        "warning",
        "document",
        [
            ("<!-- يبقى", f"<!-- {'ي' * 300}", "begins its feed at byte", "sniffing"),
        ],
    ),
]
CASES = [*CHANNELS, *IMAGES, *LINKS, *DOCUMENTS]


def test_a_faultless_feed_has_no_findings() -> None:
    """Neither error nor warning, with the profile's and the extensions' elements in it."""
    assert found(RSS.encode(), RSS_SELF) == []


@pytest.mark.parametrize("case", CASES, ids=label)
def test_each_fault_is_found_once_where_it_is(case: Case) -> None:
    """One fault, one finding, with its place, its level and its source."""
    assert_only(case, found(changed(RSS, case), RSS_SELF))


def test_a_feed_without_a_channel_says_so() -> None:
    """A missing channel is the one finding."""
    (finding,) = found(b'<rss version="2.0"/>')
    assert (finding.where, finding.what) == ("rss", "has no channel")


def test_an_item_is_named_by_what_it_has() -> None:
    """By its guid, else its link, else its title, else its number alone."""
    items = "<item><title>عنوان</title></item><item><link>https://x.example/</link></item><item/>"
    body = f'<rss version="2.0"><channel>{items}</channel></rss>'
    places = {finding.where for finding in found(body.encode()) if finding.where.startswith("item")}
    assert places == {'item 1 (title "عنوان")', 'item 2 (link "https://x.example/")', "item 3"}


def test_the_self_link_is_only_compared_with_a_known_address() -> None:
    """Somebody else's feed, read from a file, has no address to compare with."""
    assert found(RSS.encode()) == []


def test_a_text_input_has_all_its_parts() -> None:
    """Unwelcome as it is, it has a title, a description, a name and a link."""
    box = "<textInput><title>بحث</title><description>بحث</description><link>https://x.example/</link></textInput>"
    said = [finding.what for finding in found(RSS.replace(TTL, box).encode())]
    assert said == ["has a textInput", "textInput has no name"]
