"""RTL.md R5, sentence by sentence: an article's HTML as feeds hold it."""

import pytest

from feeds.direction import directed
from tests.rtl.bodies import clean

RLM, RLI, PDI = "\u200f", "\u2067", "\u2069"
BLOCKS = "p li h1 h2 h3 h4 h5 h6 blockquote td th dd dt figcaption".split()
AROUND = {
    "li": "<ul>{}</ul>",
    "td": "<table><tbody><tr>{}</tr></tbody></table>",
    "th": "<table><tbody><tr>{}</tr></tbody></table>",
    "dd": "<dl>{}</dl>",
    "dt": "<dl>{}</dl>",
    "figcaption": "<figure>{}</figure>",
}
every_block = pytest.mark.parametrize("name", BLOCKS)


def body(html: str, language: str = "ar") -> str:
    """The directed form of some HTML, without its wrapper."""
    way = "ltr" if language == "en" else "rtl"
    before, after = f'<div dir="{way}" lang="{language}">', "</div>"
    found = directed(clean(html), language)
    assert found.startswith(before) and found.endswith(after)
    assert directed(found, language) == found
    return found[len(before) : -len(after)]


def block(name: str, text: str, attributes: str = "") -> str:
    return AROUND.get(name, "{}").replace("{}", f"<{name}{attributes}>{text}</{name}>")


def test_one_element_around_it_says_language_and_direction() -> None:
    assert directed("<p>نص</p>", "ar-LY") == '<div dir="rtl" lang="ar-LY"><p>نص</p></div>'
    assert directed("<p>text</p>", "en") == '<div dir="ltr" lang="en"><p>text</p></div>'
    assert directed("", "ar") == '<div dir="rtl" lang="ar"></div>'


@every_block
@pytest.mark.parametrize("text", ["FIFA تعلن", "5 قتلى في انفجار", "G20 تبدأ أعمالها"])
def test_a_block_that_reads_right_to_left_and_starts_otherwise_is_marked(name: str, text: str) -> None:
    assert body(block(name, text)) == block(name, RLM + text)


@every_block
@pytest.mark.parametrize("text", ["تعلن FIFA", "«الجزيرة» 5", "٥ قتلى", RLM + "FIFA تعلن"])
def test_a_block_that_starts_right_is_left_alone(name: str, text: str) -> None:
    assert body(block(name, text)) == block(name, text)


@pytest.mark.parametrize(
    ("html", "marked"),
    [
        ("<p><b>FIFA</b> تعلن</p>", f"<p><b>{RLM}FIFA</b> تعلن</p>"),
        ('<p><a href="https://x.example/"><em>5</em></a> قتلى</p>', None),
        ("<p><img>FIFA تعلن</p>", f"<p><img>{RLM}FIFA تعلن</p>"),
    ],
)
def test_the_mark_is_the_first_character_of_the_first_text(html: str, marked: str | None) -> None:
    assert body(html) == (marked or html.replace("5", RLM + "5"))


@pytest.mark.parametrize(
    ("html", "marked"),
    [("<p>\n  FIFA تعلن</p>", f"<p>\n  {RLM}FIFA تعلن</p>"), ("<p> <b>5</b> قتلى</p>", f"<p> <b>{RLM}5</b> قتلى</p>")],
)
def test_the_mark_stands_behind_white_space(html: str, marked: str) -> None:
    """A browser drops white space at the start of a line, and shows it behind a mark."""
    assert body(html) == marked


@pytest.mark.parametrize(
    "tag", ["<bdi>", '<bdo dir="ltr">', '<span dir="ltr">', '<span dir="rtl">', '<code dir="ltr">']
)
@pytest.mark.parametrize("before", ["", " ", "<br>"])
def test_the_mark_never_goes_into_what_is_isolated(tag: str, before: str) -> None:
    """There it would turn `C++` into `++C`, and leave the line as it is."""
    end = f"</{tag[1:].split()[0].rstrip('>')}>"
    assert body(f"<p>{before}{tag}C++{end} لغة قديمة</p>") == f"<p>{before}{RLM}{tag}C++{end} لغة قديمة</p>"


@every_block
@pytest.mark.parametrize("text", ["Hello", "15 km", "The word سلام means peace", "https://x.example/ليبيا"])
def test_a_block_with_left_to_right_letters_that_is_not_dominant_runs_left_to_right(name: str, text: str) -> None:
    assert body(block(name, text)) == block(name, text, ' dir="ltr"')


@pytest.mark.parametrize("text", ["15", "15:30", "٣٠", "100%", "—", "", "🔥"])
def test_a_cell_without_letters_keeps_the_direction_of_the_page(text: str) -> None:
    assert body(block("td", text)) == block("td", text)


@pytest.mark.parametrize("text", ["x = 1", "س = ١", "1 + 1"])
def test_code_runs_left_to_right_whatever_it_holds(text: str) -> None:
    assert body(f"<pre>{text}</pre>") == f'<pre dir="ltr">{text}</pre>'
    assert body(f"<p>اكتب <code>{text}</code></p>") == f'<p>اكتب <code dir="ltr">{text}</code></p>'
    both = f'<pre dir="ltr"><code dir="ltr">{text}</code></pre>'
    assert body(f"<pre><code>{text}</code></pre>") == both


RUNS = [
    "-5", "-2.5", "−7", "-1,000", "-۵", "-5°", "-5°C", "-$5", "-5€", "+218 91 234 5678", "+218-91-2345678",
    "+44 (20) 7946 0958", "00218 91 234 5678", "021-3333444", "091 234 5678", "2026-11-23", "2026-11-23T10:00:00Z",
    "2026-11-23T10:00+02:00",
]  # fmt: skip


@pytest.mark.parametrize("run", RUNS)
def test_a_number_that_comes_apart_stands_in_a_span(run: str) -> None:
    """Negative numbers, telephone numbers, ISO dates."""
    span = f'<span dir="ltr">{run}</span>'
    assert body(f"<p>العدد {run} هنا</p>") == f"<p>العدد {span} هنا</p>"
    assert body(f"<p>العدد ({run}).</p>") == f"<p>العدد ({span}).</p>"
    assert body(f"<p>العدد <b>{run}</b>، و{run}</p>").count(span) == (2 if run[0] in "+02" else 1)
    assert body(f"<p>{run} هو العدد</p>") == f"<p>{RLM}{span} هو العدد</p>"


@pytest.mark.parametrize(
    "text",
    [
        "-5%", "-2.5 %", "٪-5", "-5٪", "2020-2026", "10 -15", "3-2", "3 - 2", "كوفيد-19", "COVID-19", "-٥", "+5",
        "15:30", "2026-13-01", "2026-11-23-1", "23-11-2026", "01-02-2026", "1/2/2026", "2026", "12,345.67", "- 5",
        "192.168.0.1", "\u200e-5", "+218",
    ],
)  # fmt: skip
def test_percentages_ranges_and_other_numbers_stay_as_they_are(text: str) -> None:
    assert body(f"<p>العدد {text} هنا</p>") == f"<p>العدد {text} هنا</p>"


def test_the_second_of_two_numbers_is_found_too() -> None:
    span = '<span dir="ltr">{}</span>'
    assert body("<p>بين -5 و -7 في 2026-11-23<br>-1</p>") == (
        f"<p>بين {span.format('-5')} و {span.format('-7')} في {span.format('2026-11-23')}<br>{span.format('-1')}</p>"
    )


@pytest.mark.parametrize(
    "html",
    [
        '<p>نص <bdi>-5</bdi></p>', '<p>نص <bdo dir="rtl">-5</bdo></p>', '<p>نص <span dir="ltr">-5</span></p>',
        '<p>نص <code dir="ltr">-5</code></p>', '<pre dir="ltr">-5</pre>', '<p dir="ltr">It is -5 today</p>',
    ],
)  # fmt: skip
def test_what_is_isolated_or_runs_left_to_right_needs_no_span(html: str) -> None:
    assert body(html) == html


def test_a_bdi_that_comes_in_is_kept_and_none_is_made() -> None:
    assert body("<p>شركة <bdi>C++</bdi> -5</p>") == '<p>شركة <bdi>C++</bdi> <span dir="ltr">-5</span></p>'


@pytest.mark.parametrize(
    ("html", "settled"),
    [
        ('<p dir="auto">FIFA تعلن</p>', f"<p>{RLM}FIFA تعلن</p>"),
        ('<p dir="AUTO">Hello</p>', '<p dir="ltr">Hello</p>'),
        ('<div dir="auto">Hello</div>', '<div dir="ltr">Hello</div>'),
        ('<div dir="auto">نص</div>', "<div>نص</div>"),
        ('<p>نص <span dir="auto">C++ نص</span></p>', '<p>نص <span dir="ltr">C++ نص</span></p>'),
        ('<p>نص <span dir="auto">«نص» C</span></p>', '<p>نص <span dir="rtl">«نص» C</span></p>'),
        ('<p>نص <bdi dir="auto">C++</bdi></p>', "<p>نص <bdi>C++</bdi></p>"),
    ],
)
def test_no_dir_auto_and_no_style(html: str, settled: str) -> None:
    """Blocks are judged instead; within a line it says what it comes to."""
    assert body(html) == settled
    assert "style" not in body('<p style="direction: rtl">FIFA تعلن</p>')


@pytest.mark.parametrize(
    ("html", "judged"),
    [
        ("<li>FIFA<ul><li>تعلن FIFA</li></ul></li>", '<li dir="ltr">FIFA<ul><li dir="rtl">تعلن FIFA</li></ul></li>'),
        ("<li>نص<ul><li>FIFA تعلن</li></ul></li>", f"<li>نص<ul><li>{RLM}FIFA تعلن</li></ul></li>"),
        ("<blockquote><p>FIFA تعلن</p></blockquote>", f"<blockquote><p>{RLM}FIFA تعلن</p></blockquote>"),
        ("<blockquote>5<p>Hello</p>قتلى</blockquote>", f'<blockquote>{RLM}5<p dir="ltr">Hello</p>قتلى</blockquote>'),
        ("<li>A<div>نص</div></li>", '<li dir="ltr">A<div dir="rtl">نص</div></li>'),
        ("<li>A<p>B</p></li>", '<li dir="ltr">A<p dir="ltr">B</p></li>'),
        ("<li>A<p>15</p></li>", '<li dir="ltr">A<p>15</p></li>'),
    ],
)
def test_nested_blocks_are_judged_each_by_its_own_text(html: str, judged: str) -> None:
    """A dominant one inside one that runs left to right says that it runs right to left."""
    assert body(html) == judged


def test_a_nested_block_and_a_break_part_words() -> None:
    """Joined to what stands before it, a word would have another first letter."""
    assert body("<p>A<br>نص</p>") == f"<p>{RLM}A<br>نص</p>"
    assert body("<blockquote>A<p>B</p>نص</blockquote>") == f'<blockquote>{RLM}A<p dir="ltr">B</p>نص</blockquote>'


@pytest.mark.parametrize("html", ["<div>FIFA تعلن</div>", "FIFA تعلن", "<div>Hello</div>", "Hello", "<b>FIFA</b> تعلن"])
def test_text_in_no_block_gets_no_mark(html: str) -> None:
    assert body(html) == html


def test_only_what_breaks_xml_or_overrides_goes() -> None:
    text = "\u200f \u200e\u061c\u200c\u200d\u2066a\u2069\u00ad\u200b\ufeff\ufb50 ﷺ  "
    assert directed(f"<p>نص{text}\u202e\u202a\x01\x85\ufffe</p>", "ar") == (
        f'<div dir="rtl" lang="ar"><p>نص{text} </p></div>'
    )


@pytest.mark.parametrize(
    ("html", "balanced"),
    [
        (f"<p>نص {RLI}abc</p><p>نص</p>", f"<p>نص {RLI}abc{PDI}</p><p>نص</p>"),
        (f"<p>نص {RLI}abc \n</p>", f"<p>نص {RLI}abc{PDI} \n</p>"),
        (f"<p>نص{PDI}{PDI} abc</p>", "<p>نص abc</p>"),
        (f"<p>نص {RLI}abc{PDI}</p>", f"<p>نص {RLI}abc{PDI}</p>"),
        (f"<p>نص <b>{RLI}abc</b> {PDI}</p>", f"<p>نص <b>{RLI}abc</b> {PDI}</p>"),
        (f"<p>نص <bdi>{RLI}abc</bdi>{PDI}</p>", f"<p>نص <bdi>{RLI}abc{PDI}</bdi></p>"),
        (f"<li>نص {RLI}<p>نص</p>{PDI}</li>", f"<li>نص {RLI}{PDI}<p>نص</p></li>"),
        (f"<p>\u2068\u2066FIFA{PDI} تعلن</p>", f"<p>{RLM}\u2068\u2066FIFA{PDI} تعلن{PDI}</p>"),
        (f"نص {RLI}", f"نص {RLI}{PDI}"),
    ],
)
def test_isolates_are_balanced_in_each_block(html: str, balanced: str) -> None:
    assert body(html) == balanced


def test_an_article_in_a_left_to_right_language_has_no_marks() -> None:
    """`dir` is enough: what runs right to left in it says so, and what is in that and does not."""
    assert body("<p>Hello</p><pre>x</pre>", "en") == "<p>Hello</p><pre>x</pre>"
    assert body("<p>FIFA تعلن</p>", "en") == '<p dir="rtl">FIFA تعلن</p>'
    assert body("<div>FIFA تعلن</div>", "en") == '<div dir="rtl">FIFA تعلن</div>'
    assert body("<p>القيمة <code>x</code> -5</p>", "en") == (
        '<p dir="rtl">القيمة <code dir="ltr">x</code> <span dir="ltr">-5</span></p>'
    )
    assert body("<blockquote>نص<p>Hello</p></blockquote>", "en") == (
        '<blockquote dir="rtl">نص<p dir="ltr">Hello</p></blockquote>'
    )


@pytest.mark.parametrize("html", ['<p dir="ltr">FIFA تعلن</p>', '<p dir="rtl">Hello</p>', '<code dir="RTL">نص</code>'])
def test_the_editors_own_direction_stays(html: str) -> None:
    assert body(html) == html


def test_what_stands_in_an_editors_direction_is_judged_for_itself() -> None:
    assert body('<div dir="ltr"><p>FIFA تعلن</p><p>15</p></div>') == (
        f'<div dir="ltr"><p dir="rtl">{RLM}FIFA تعلن</p><p>15</p></div>'
    )
    assert body('<p dir="rtl">FIFA تعلن</p>') == f'<p dir="rtl">{RLM}FIFA تعلن</p>'


@pytest.mark.parametrize(
    "wrapper", ['<div dir="rtl" lang="ar">', '<div lang="ar-EG" dir="rtl">', '<div dir="rtl">', '<div dir="rtl">\n']
)
def test_what_comes_wrapped_is_not_wrapped_twice(wrapper: str) -> None:
    found = directed(clean(f"{wrapper}<p>FIFA تعلن</p></div>"), "ar")
    assert found.replace("\n", "") == f'<div dir="rtl" lang="ar"><p>{RLM}FIFA تعلن</p></div>'


@pytest.mark.parametrize(
    "html",
    [
        '<div dir="rtl" lang="he"><p>שלום</p></div>', "<div><p>نص</p></div>",
        '<div dir="rtl" title="x"><p>نص</p></div>',
        '<div dir="rtl"><p>نص</p></div><p>نص</p>', 'نص<div dir="rtl"><p>نص</p></div>',
        '<section dir="rtl">نص</section>',
    ],
)  # fmt: skip
def test_what_says_something_else_is_no_wrapper(html: str) -> None:
    assert body(html) == html


@pytest.mark.parametrize(
    "html",
    [
        '<p>نص <a href="https://x.example/خبر?a=1&amp;b=2" title="&lt;b&gt; &quot;">رابط</a>&nbsp;&amp;lt;</p>',
        '<p>a<wbr>ب</p><p>FIFA تعلن<br>سطر<img src="https://x.example/a.png" alt="سطر\nسطر\tب"></p><hr><p></p>',
        '<table><colgroup span="2"><col span="1"></colgroup><tbody><tr><td colspan="2"></td></tr></tbody></table>',
        '<video src="https://x.example/a"><source src="https://x.example/b" type="video/mp4">نص</video><p>5 نص</p>',
        "<dl><dt>FIFA تعلن<dl><dd>نص</dd></dl></dt></dl><h2><ul><li>5 نص</li></ul></h2><b></b><i> </i>",
    ],
)
def test_all_else_stays_as_the_sanitizer_writes_it(html: str) -> None:
    """Byte for byte: empty elements, void ones, addresses, entities, white space in attributes."""
    assert clean(html) == html
    assert body(html).replace(RLM, "").replace(' dir="ltr"', "") == html


def test_an_invisible_character_at_the_very_beginning_stays() -> None:
    """There a parser takes U+FEFF for a byte order mark; within the wrapper it is none."""
    for html in ("\ufeffنص", "\ufeff<p>FIFA تعلن</p>", "\ufeffنص\r"):
        found = directed(html, "ar")
        assert found.startswith('<div dir="rtl" lang="ar">\ufeff')
        assert directed(found, "ar") == found


def test_line_feeds_before_code_do_not_go_one_by_one() -> None:
    """A parser drops the first in <pre>: were they left, each cleaning would take another one."""
    assert body("<pre>\n\n\n  x\n\ny</pre>") == '<pre dir="ltr">  x\n\ny</pre>'
