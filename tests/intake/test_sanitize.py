"""HTML on its way in: what is not on the allow-list goes, and nothing that remains can do anything."""

import random
import re
from html.parser import HTMLParser

import nh3
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feeds import sanitize
from feeds.errors import BadRecord
from feeds.sanitize import ATTRIBUTES, MAX_DEPTH, TAGS, Sanitizer, beginning

BASE = "https://news.example/desk/2026/"
SANITIZER = Sanitizer()


def clean(html: str, base: str = BASE) -> str:
    return SANITIZER.clean(html, base)


@pytest.mark.parametrize(
    "tag", sorted(TAGS - {"col", "colgroup", "caption", "tbody", "td", "tfoot", "th", "thead", "tr"})
)
def test_every_element_keeps_dir_and_lang(tag: str) -> None:
    assert f'<{tag} dir="ltr" lang="en"' in clean(f'<{tag} dir="ltr" lang="en">').replace(
        'lang="en" dir="ltr"', 'dir="ltr" lang="en"'
    )


@pytest.mark.parametrize("tag", ["caption", "tbody", "tfoot", "thead", "tr", "td", "th", "col", "colgroup"])
def test_every_part_of_a_table_keeps_dir_and_lang(tag: str) -> None:
    around = {"tr": "<tbody>", "td": "<tr>", "th": "<tr>", "col": "<colgroup>"}.get(tag, "")
    found = re.search(rf"<{tag}( [^>]*)?>", clean(f'<table>{around}<{tag} dir="rtl" lang="ar">'))
    assert found and set(found[0][1:-1].split()[1:]) == {'dir="rtl"', 'lang="ar"'}


def test_what_real_articles_have_stays_as_it_is() -> None:
    html = (
        "<h2>عنوان</h2><p>نص <strong>غامق</strong> و<em>مائل</em></p>"
        '<p><a href="https://x.example/a?b=1&amp;c=2">رابط</a></p><blockquote><p>اقتباس</p></blockquote>'
        '<ul><li>أ</li><li>ب</li></ul><ol start="3"><li>ج</li></ol>'
        '<table><caption>جدول</caption><tbody><tr><th scope="col">س</th><td colspan="2">٥</td></tr></tbody></table>'
        '<figure><img src="https://x.example/a.png" alt="صورة" width="4" height="3">'
        "<figcaption>وصف</figcaption></figure>"
        '<p>سطر<br>سطر</p><hr><pre><code>x &lt; y</code></pre><bdi>G20</bdi>'
    )  # fmt: skip
    assert clean(html) == html


@pytest.mark.parametrize(
    "tag", ["script", "style", "template", "title", "iframe", "noembed", "noframes", "textarea", "xmp", "svg"]
)
def test_what_is_no_text_goes_with_its_content(tag: str) -> None:
    assert clean(f"<p>أ</p><{tag}>x</{tag}><p>ب</p>") == "<p>أ</p><p>ب</p>"


@pytest.mark.parametrize("tag", ["font", "center", "article-body", "button", "form", "label", "big", "marquee"])
def test_the_text_of_other_elements_stays(tag: str) -> None:
    assert clean(f"<p>أ <{tag} class=x onclick=y>ب</{tag}></p>") in ("<p>أ ب</p>", "<p>أ </p>ب<p></p>")


@pytest.mark.parametrize(
    "attribute",
    ["style", "cite", "class", "id", "onclick", "onerror", "srcset", "target", "rel", "ping", "data-x", "background"],
)
def test_no_other_attribute_stays(attribute: str) -> None:
    assert (
        clean(f'<p {attribute}="x">أ</p><img src="https://x.example/" {attribute}="y">')
        == '<p>أ</p><img src="https://x.example/">'
    )


@pytest.mark.parametrize(
    ("address", "absolute"),
    [
        ("a.html", BASE + "a.html"),
        ("/a", "https://news.example/a"),
        ("//x.example/a", "https://x.example/a"),
        ("../a?b#c", "https://news.example/desk/a?b#c"),
        ("#note", BASE + "#note"),
        ("?q", BASE + "?q"),
        ("https://x.example/خبر", "https://x.example/خبر"),
        ("mailto:a@x.example", "mailto:a@x.example"),
        ("tel:+218911111111", "tel:+218911111111"),
    ],
)
def test_relative_addresses_are_made_absolute(address: str, absolute: str) -> None:
    assert clean(f'<a href="{address}">x</a>') == f'<a href="{absolute}">x</a>'


@pytest.mark.parametrize(
    "place",
    ['<img src="a">', '<video src="a" poster="a">', '<audio><source src="a">', '<audio src="a">'],
)
def test_addresses_are_made_absolute_wherever_they_stand(place: str) -> None:
    assert f'"{BASE}a"' in clean(place)
    assert '="a"' not in clean(place)


def test_each_article_has_its_own_base() -> None:
    assert clean('<a href="b">x</a>', "https://one.example/a/") == '<a href="https://one.example/a/b">x</a>'
    assert clean('<a href="b">x</a>', "https://two.example/a") == '<a href="https://two.example/b">x</a>'


ALIVE = [
    "javascript:alert(1)", "JAVASCRIPT:alert(1)", " javascript:alert(1)", "java\tscript:x", "java\nscript:x",
    "&#106;avascript:alert(1)", "javascript&colon;alert(1)", "java&#8;script:x", "java&#x202e;script:x",
    "java&#x0;script:alert(1)", "&#1;javascript:alert(1)", "java&shy;script:x", "vbscript:x", "java\x85script:x",
    "data:text/html,<script>", "data:image/svg+xml,<svg onload=x>", "javascript\u200b:x", "//[x", "http://[", "x:y",
    "feed:javascript:x",
]  # fmt: skip


@pytest.mark.parametrize("address", ALIVE)
def test_no_address_of_the_content_does_anything(address: str) -> None:
    """It goes, or it is one that a browser fetches."""
    for html in (f'<a href="{address}">x</a>', f'<img src="{address}">', f'<video poster="{address}">'):
        for value in re.findall(r'(?:href|src|poster)="([^"]*)"', clean(html)):
            assert value.startswith(BASE) or value.startswith("https://news.example/")


def test_characters_go_between_two_cleanings() -> None:
    """nh3 turns `&#8;` into the character itself; without it, what was dead would be alive."""
    assert clean("<p>أ&#8;ب&#x202e;ج\x01\ufffe\ud800</p>") == "<p>أبج</p>"
    assert clean("<scr&#8;ipt>x</scr&#8;ipt>") == "x"
    assert "<script" not in clean("&lt;scr&#8;ipt&gt;x")
    assert clean("<p>أ\u200f \u200c\u2067G20\u2069</p>") == "<p>أ\u200f \u200c\u2067G20\u2069</p>"


# Markup that changes when it is parsed a second time (mutation XSS), from DOMPurify's and ammonia's own tests.
MUTATIONS = [
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    '<svg><style>&lt;img src=x onerror=alert(1)&gt;</style></svg>',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<math><annotation-xml encoding="text/html"><style><img src=x onerror=alert(1)></style></annotation-xml></math>',
    '<table><td><math><mi><table><style><img src=x onerror=alert(1)></style>',
    '<p><svg><desc><p title="</desc><script>alert(1)</script>">',
    '<a href="x" title="`><img src=x onerror=alert(1)>">x</a>',
    '<textarea><p title="</textarea><img src=x onerror=alert(1)>">',
    '<xmp><p title="</xmp><img src=x onerror=alert(1)>">',
    "<!--><img src=x onerror=alert(1)>-->", "<!--!><img src=x onerror=alert(1)>",
    "<![CDATA[><img src=x onerror=alert(1)>]]>",
    '<select><template><style><!--</style><a rel="--></style></template></select><img id=x src onerror=alert(1)>">',
]  # fmt: skip


@pytest.mark.parametrize("tag", "applet button font form math object option select svg x-y".split())
@pytest.mark.parametrize(
    "html", ["<p>أ<{}><p>ب", "<a href=/x>أ<{}><a href=/y>ب", "<li>أ<{}><li>ب", "<h2>أ<{}><h2>ب</h2>"]
)
def test_what_stood_in_an_element_that_goes_is_read_alike_from_then_on(html: str, tag: str) -> None:
    found = clean(html.replace("{}", tag))
    assert clean(found) == found


class Names(HTMLParser):
    """Elements and attributes as another parser sees them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [(tag, name) for name, _ in attrs] or [(tag, "")]


def assert_harmless(html: str) -> None:
    names = Names()
    names.feed(html)
    for tag, attribute in names.found:
        assert tag in TAGS, html
        assert not attribute or attribute in ATTRIBUTES["*"] | ATTRIBUTES.get(tag, set()), html


@pytest.mark.parametrize("html", MUTATIONS)
def test_what_changes_on_a_second_reading_does_no_harm(html: str) -> None:
    found = clean(html)
    assert_harmless(found)
    assert clean(found) == found


pieces = st.sampled_from(
    [
        *'<>"=/ x', "<p>", "</p>", "<a href=", "<img src=", "<svg>", "<math>", "<style>", "</style>", "<table>", "<td>",
        "<!--", "-->", "<b>", "</b>", "<select>", "onerror=", "javascript:", "&#8;", "&lt;", "&quot;", "\u202e", "\0",
        "\ud800", "<title>", "<noscript>",
    ]
)  # fmt: skip


@given(st.lists(pieces, max_size=25).map("".join))
@example("<a href=java\0script:x>")
def test_whatever_comes_in_does_no_harm_and_is_clean_once_and_for_all(html: str) -> None:
    found = clean(html)
    assert_harmless(found)
    assert clean(found) == found
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\u202a-\u202e]", found)


BOLD = "".join(f"<b title={number}>" for number in range(500))
DEEP = [
    "<div>" * 100_000, "<div></span>" * 100_000, '<div title="</div>">' * 100_000, "<div><!--</div>-->" * 100_000,
    "<span><p></span></p>" * 100_000, "<b></i>" * 100_000, "<svg>" + "<g>" * 100_000, "<x-y>" * 100_000,
    "<div><textarea></div></textarea>" * 50_000, "<div><script><!--<script></script></div>--></script>" * 50_000,
    f"<p>{BOLD}" + "<p>x" * 5000, "<div>" * 600, "<DIV\f>" * 100_000,
]  # fmt: skip


@pytest.mark.timeout(15)
@pytest.mark.parametrize("html", DEEP, ids=lambda html: html[:24])
def test_elements_nested_too_deep_are_refused_at_once(html: str) -> None:
    """nh3 itself would take from seconds to minutes, and gigabytes."""
    with pytest.raises(BadRecord, match=r"^content_html nests too many elements in each other; "):
        clean(html)


def test_what_a_person_wrote_is_not_too_deep() -> None:
    table = "<table><tr>" + "<td>x" * 6 + "</table>"
    item = '<h2>عنوان</h2><p>نص <b>غ</b> <a href="/x">ر</a><p>بلا ختام<ul><li>أ<li>ب</ul>'
    item += '<div class=a"b><img src=a>1 < 2</div>'
    live = (
        "<div><section>"
        + (item + table + "<script>if (1) x()</script><style>a > b {}</style>") * 150
        + "</section></div>"
    )
    assert clean(live).count("<h2>") == 150
    assert clean("<p>x" * 5000).count("<p>") == 5000
    assert clean("<div>" * (MAX_DEPTH - 1) + "x").count("<div>") == MAX_DEPTH - 1


@pytest.mark.parametrize("seed", range(20))
def test_the_depth_is_never_thought_less_than_half_of_what_it_is(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """Of any soup of tags, over and over: so none gets past the limit."""
    chance = random.Random(seed)
    names = sorted(TAGS | {"form", "button", "select", "option", "font", "nobr", "center", "object"})
    cleaner = nh3.Cleaner(tags=set(names), attributes={}, link_rel=None)
    for _ in range(20):
        some = chance.sample(names, chance.randint(1, 5))
        soup = "".join(
            chance.choice(["<{}>", "</{}>", "x<{}>"]).format(chance.choice(some)) for _ in range(chance.randint(2, 9))
        )
        real = sanitize._work(cleaner.clean(soup * 120)).depth
        assert real <= 2 * sanitize._work(soup * 120).depth + 8, soup


@pytest.mark.timeout(60)
def test_an_article_of_the_greatest_length_is_read_in_time() -> None:
    for html in (
        "</p>" * 100_000,
        "<br>" * 100_000,
        "a < b " * 100_000,
        '<a b="' * 100_000,
        "<!--" * 100_000,
        "<style>x<" * 100_000,
    ):
        clean(html)


def test_the_beginning_is_text_with_a_space_between_blocks() -> None:
    html = clean(
        "<h2>عنوان</h2><p>أ<b>ب</b>ج<br>د &amp; هـ</p><ul><li>١</li><li>٢</li></ul>"
        "<table><tr><td>س</td><td>ص</td></tr></table>"
    )
    assert beginning(html) == "عنوان أبج د & هـ ١ ٢ س ص"
    assert beginning("") == ""


def test_the_beginning_of_a_long_article_is_enough_for_any_summary() -> None:
    long = clean("<p>" + "<b>كلمة</b> " * 10_000 + "</p>")
    assert 300 <= len(beginning(long)) <= 1000
    markup = clean('<figure><img src="a.png" alt="x"></figure>' * 100 + "<p>نص</p>")
    assert beginning(markup) == "نص"
