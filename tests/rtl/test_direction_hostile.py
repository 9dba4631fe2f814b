"""What was dead stays dead: markup that changes on a second reading, put into a tree and written again."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.direction import directed
from feeds.sanitize import ATTRIBUTES, TAGS
from tests.rtl.bodies import clean

RLM = "\u200f"

# From the tests of DOMPurify and ammonia, from what was found in browsers and in other sanitizers.
VECTORS = [
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    "<svg><style>&lt;img src=x onerror=alert(1)&gt;</style></svg>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<math><annotation-xml encoding="text/html"><style><img src=x onerror=alert(1)></style></annotation-xml></math>',
    "<table><td><math><mi><table><style><img src=x onerror=alert(1)></style>",
    '<p><svg><desc><p title="</desc><script>alert(1)</script>">',
    '<a href="x" title="`><img src=x onerror=alert(1)>">FIFA</a> تعلن',
    '<textarea><p title="</textarea><img src=x onerror=alert(1)>">',
    '<xmp><p title="</xmp><img src=x onerror=alert(1)>">',
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--!><img src=x onerror=alert(1)>",
    "<!--a--!><img src onerror=alert(1)>",
    "<![CDATA[><img src=x onerror=alert(1)>]]>",
    "<p>]]><![CDATA[<script>alert(1)</script>]]></p>",
    '<select><template><style><!--</style><a rel="--></style></template></select><img id=x src onerror=alert(1)>">',
    '<a href="java&#8;script:alert(1)">5 نص</a>',
    '<a href="java&#x202e;script:alert(1)">5 نص</a>',
    '<a href="java&#x200f;script:alert(1)">5 نص</a>',
    '<a href="&#x200f;javascript:alert(1)">5 نص</a>',
    '<a href="java&NewLine;script&colon;alert(1)">5 نص</a>',
    '<a href="&#1;javascript:alert(1)">5 نص</a>',
    "<scr&#8;ipt>alert(1)</scr&#8;ipt>",
    "&lt;scr&#x202e;ipt&gt;alert(1)&lt;/script&gt; FIFA تعلن",
    "&lt;img src=x onerror=alert(1)&gt; FIFA تعلن",
    "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt; FIFA تعلن",
    '<p title="&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;">FIFA تعلن</p>',
    "<p title='\"&gt;&lt;img src=x onerror=alert(1)&gt;'>FIFA تعلن</p>",
    '<p dir="rtl&quot; onclick=&quot;alert(1)">نص</p>',
    '<div dir="rtl" lang="ar"><p>FIFA تعلن</p></div></div><script>alert(1)</script>',
    '<div dir="rtl" lang="ar&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"><p>FIFA تعلن</p></div>',
    "<?xml-stylesheet href='javascript:alert(1)'?><p>نص",
    "<!DOCTYPE x [<!ENTITY y '<script>alert(1)</script>'>]><p>&y; نص",
    '<p xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script>',
    "<svg:script>alert(1)</svg:script>",
    "<br/onmouseover=alert(1)>5 نص",
    '<img/src="x"/onerror=alert(1)>5 نص',
    "<plaintext><script>alert(1)</script>",
    "<p>FIFA تعلن<listing>&lt;img src=x onerror=alert(1)&gt;</listing>",
    "<pre>\n&lt;img src=x onerror=alert(1)&gt; نص</pre>",
    "<iframe><!--</iframe><img src=x onerror=alert(1)>-->",
    "<noembed><p title='</noembed><img src=x onerror=alert(1)>'>",
]


class Names(HTMLParser):
    """Elements and attributes as another parser sees them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [(tag, name, value or "") for name, value in attrs] or [(tag, "", "")]


def assert_harmless(html: str) -> None:
    names = Names()
    names.feed(html)
    for tag, attribute, value in names.found:
        assert tag in TAGS, html
        assert not attribute or attribute in ATTRIBUTES["*"] | ATTRIBUTES.get(tag, set()), html
        if attribute in ("href", "src", "poster"):
            assert re.match("(https?|mailto|tel):", value), html


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize(
    "around", ["{}", "<p>FIFA تعلن</p>{}", "<p>-5 نص {}</p>", "<ul><li>A{}<pre>نص", "<td>{}", "5 {} نص"]
)
@pytest.mark.parametrize("vector", VECTORS)
def test_what_was_dead_stays_dead(vector: str, around: str, language: str) -> None:
    found = directed(clean(around.replace("{}", vector)), language)
    assert_harmless(found)
    assert clean(found) == found


@pytest.mark.parametrize("vector", VECTORS)
def test_what_only_seems_to_be_clean_is_harmless_where_it_is_written(vector: str) -> None:
    """Whoever forgets to clean it first gets no more than the sanitizer lets through."""
    found = directed(f"<p>FIFA تعلن</p>{vector}", "ar")
    names = Names()
    names.feed(found)
    assert {tag for tag, _, _ in names.found} <= TAGS


def test_what_no_sanitizer_has_seen_is_cleaned() -> None:
    assert directed("<p>نص<br/><script>x</script><p>FIFA تعلن", "ar") == (
        f'<div dir="rtl" lang="ar"><p>نص<br></p><p>{RLM}FIFA تعلن</p></div>'
    )


def test_an_article_as_deep_as_the_sanitizer_allows_is_read() -> None:
    assert directed(clean("<div>" * 498 + "<p>FIFA تعلن"), "ar") == (
        '<div dir="rtl" lang="ar">' + "<div>" * 498 + f"<p>{RLM}FIFA تعلن</p>" + "</div>" * 499
    )


_pieces = st.sampled_from(
    [
        *'<>"=/ x5',
        "<p>",
        "</p>",
        "<a href=",
        "<img src=",
        "<svg>",
        "<math>",
        "<style>",
        "</style>",
        "<table>",
        "<td>",
        "<!--",
        "-->",
        "<b>",
        "</b>",
        "<select>",
        "onerror=",
        "javascript:",
        "&#8;",
        "&lt;",
        "&quot;",
        "\u202e",
        "\0",
        "<title>",
        "<noscript>",
        "FIFA",
        " نص ",
        "-5 ",
        "\u2067",
        "\u2069",
        "<code>",
        "<div dir=rtl>",
        "<pre>",
        "\n",
    ]
)


@given(st.lists(_pieces, max_size=25).map("".join))
def test_whatever_comes_in_does_no_harm(html: str) -> None:
    found = directed(clean(html), "ar")
    assert_harmless(found)
    assert clean(found) == found
    assert directed(found, "ar") == found
