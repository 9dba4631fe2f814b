"""What is left of the HTML of a WordPress article."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.importers.wordpress.content import cleaned, text_of
from feeds.importers.wordpress.texts import guid_of, plain, summary_of, time_of

CASES = {
    "plain": ("\n<p>واحد  اثنان.</p>\n\n\n\n<p>ثلاثة <a href=\"https://x.example/\">هنا</a>.</p>\n",
              '<p>واحد اثنان.</p><p>ثلاثة <a href="https://x.example/">هنا</a>.</p>'),
    "empty paragraphs": ("<p>&nbsp;</p><p>a</p><p>\xa0</p><p><span> </span></p>", "<p>a</p>"),
    "block comments": ("<!-- wp:paragraph --><p>a</p><!-- /wp:paragraph --><!--more-->", "<p>a</p>"),
    "lazy data-src": ('<img src="data:image/gif;base64,R0" data-src="/a.jpg" alt="x">', '<img src="/a.jpg" '),
    "lazy placeholder": ('<img src="/lazy-placeholder.gif" data-lazy-src="/a.jpg">', '<img src="/a.jpg" '),
    "lazy srcset": ('<img data-srcset="/s.jpg 300w, /l.jpg 900w">', 'src="/l.jpg"'),
    "noscript beside": ('<img data-src="/a.jpg"><noscript><img src="/a.jpg"></noscript>', "<img "),
    "noscript alone": ('<p>a</p><noscript><img src="/b.jpg"></noscript>', '<p>a</p><img src="/b.jpg">'),
    "noscript of text": ("<p>a</p><noscript>switch it on</noscript>", "<p>a</p>"),
    "pixel by size": ('<p>a</p><img src="/p.gif" width="1" height="1">', "<p>a</p>"),
    "pixel by host": ('<p>a</p><img src="https://pixel.wp.com/b.gif?v=noscript">', "<p>a</p>"),
    "picture without address": ('<p>a<img alt="x"></p>', "<p>a</p>"),
    "youtube frame": ('<iframe src="//www.youtube.com/embed/abc-123?rel=0"></iframe>',
                      '<p><a href="https://www.youtube.com/watch?v=abc-123">'
                      "https://www.youtube.com/watch?v=abc-123</a></p>"),
    "frame with title": ('<iframe data-src="https://m.example/x" title="خريطة"></iframe>',
                         '<p><a href="https://m.example/x">خريطة</a></p>'),
    "frame of nothing": ('<p>a</p><iframe src="about:blank"></iframe>', "<p>a</p>"),
    "address alone": ("<p>https://x.example/watch?v=1</p>",
                      '<p><a href="https://x.example/watch?v=1">https://x.example/watch?v=1</a></p>'),
    "related": ('<p>a</p><div id="jp-relatedposts" class="jp-relatedposts"><h3>ذات صلة</h3></div>', "<p>a</p>"),
    "yarpp": ('<p>a</p><div class="yarpp yarpp-related"><ol><li>b</li></ol></div>', "<p>a</p>"),
    "shared": ('<p>a</p><div class="sharedaddy sd-sharing-enabled"><a href="/x">X</a></div>', "<p>a</p>"),
    "latest posts": ('<p>a</p><ul class="wp-block-latest-posts"><li><a href="/b">b</a></li></ul>', "<p>a</p>"),
    "script": ("<p>a</p><script>if (a<b) c('</p>')</script><style>p{}</style><form><input></form>", "<p>a</p>"),
    "classic caption": ('<div class="wp-caption" style="width:1px"><a href="/l.jpg"><img src="/a.jpg"></a>'
                        '<p class="wp-caption-text">قارب</p></div>',
                        '<figure><a href="/l.jpg"><img src="/a.jpg"></a><figcaption '),
    "caption shortcode": ('[caption id="x" width="3"]<img src="/a.jpg"> قارب[/caption]',
                          '<figure><img src="/a.jpg"><figcaption>قارب</figcaption></figure>'),
    "caption as given": ('[caption caption="قارب"]<img src="/a.jpg">[/caption]', "<figcaption>قارب</figcaption>"),
    "caption of nothing": ("[caption]نص[/caption]", "نص"),
    "embed shortcode": ("[embed]https://v.example/1[/embed]", '<p><a href="https://v.example/1">https://v.example/1'),
    "video shortcode": ('[video mp4="https://v.example/a.mp4"][/video]', '<a href="https://v.example/a.mp4">'),
    "youtube shortcode": ("[youtube id=“abc”]", '<a href="https://www.youtube.com/watch?v=abc">'),
    "video of nothing": ("<p>a</p>[video]", "<p>a</p>"),
    "unknown shortcode": ('<p>[box color="red"]نص[/box] و[vc_row][toc]</p>', "<p>نص و</p>"),
    "an author's brackets": ("<p>[sic] [1] [...] [رسالة]</p>", "<p>[sic] [1] [...] [رسالة]</p>"),
    "white space in pre": ("<p> a </p> <pre> x\n  y </pre>", "<p>a</p><pre> x\n  y </pre>"),
    "breaks": ("<p>a <br /> b</p>", "<p>a<br>b</p>"),
    "spans": ('<p><span style="x">a</span> <span dir="ltr">b</span></p>', '<p>a <span dir="ltr">b</span></p>'),
    "empty links": ('<p>a<a name="x"></a> <a>b</a></p>', "<p>a b</p>"),
    "embed block": ('<figure class="wp-block-embed"><div class="w">\nhttps://t.example/1\n</div></figure>',
                    '<figure class="wp-block-embed"><p class="w"><a href="https://t.example/1">'),
    "text alone": ("نص &amp; &lt;b&gt;", "نص &amp; &lt;b&gt;"),
    "nothing": ("", ""),
    "control characters": ("<p>a\x00\x08b</p><div>c</div>", "<p>ab</p><div>c</div>"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_cleaned(name: str) -> None:
    """What belongs to the article stays, what does not goes or leaves its link."""
    given, right = CASES[name]
    found = cleaned(given)
    if right.endswith(("</p>", "</pre>", "</div>", "</figure>")) or name in ("nothing", "text alone"):
        assert found == right
    else:
        assert right in found
        assert found.count("<img") <= 1


def test_gallery() -> None:
    """A gallery's pictures become figures, each as large as there is one."""
    found = cleaned(
        "<div class='gallery'><dl class='gallery-item'><dt><a href='/l.png'><img width='150' src='/s.png'></a></dt>"
        "<dd class='wp-caption-text gallery-caption'> قارب </dd></dl>"
        "<figure class='gallery-item'><a href='/page/'><img src='/t.png' srcset='/t.png 1x, /u.png 2x'></a></figure>"
        "<br style='clear: both'></div>"
    )
    assert found.startswith('<figure><img src="/l.png"><figcaption class="wp-caption-text gallery-caption">قارب</fig')
    assert '<img src="/u.png"' in found and "<br" not in found and "<div" not in found


@given(st.text(alphabet="<>/!-[]pdivimgsrcnoscriptfigurea=\"' &;#\n\x00ابت", max_size=80))
def test_anything(markup: str) -> None:
    """Whatever it is, it is cleaned without an error, and cleaned again it stays the same."""
    once = cleaned(markup)
    assert isinstance(cleaned(once), str)


def test_much(recwarn: pytest.WarningsRecorder) -> None:
    """Nested or long without measure, it is over in time."""
    assert isinstance(cleaned("<div class=x>" * 50_000), str)
    assert cleaned("<b>[" * 200_000)
    assert cleaned("[a " * 50_000) is not None
    assert cleaned("<img data-srcset='" + "a 1w, " * 50_000 + "'>")


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("&#8220;أولى&#8221; &#038; &amp;amp; ثانية", "“أولى” & &amp; ثانية"),
        ("<em>مائل</em> &lt;صريح&gt;", "مائل <صريح>"),
        ("<p>واحد</p>\n<p>اثنان</p>\n", "واحد اثنان"),
        ("1 < 2", "1 < 2"),
    ],
)
def test_plain(markup: str, text: str) -> None:
    """Entities are decoded once and no more."""
    assert plain(markup) == text


def test_guid() -> None:
    """Only what WordPress encodes in addresses is decoded: &copy is a parameter's name."""
    assert (
        guid_of("http://x/?post_type=a&#038;p=1&amp;copy=2&copy=3&#039;") == "http://x/?post_type=a&p=1&copy=2&copy=3'"
    )


@pytest.mark.parametrize(
    ("local", "gmt", "right"),
    [
        ("2026-11-10T09:30:00", "2026-11-10T07:30:00", "2026-11-10T09:30:00+02:00"),
        ("2026-11-10T01:30:00", "2026-11-10T07:00:00", "2026-11-10T01:30:00-05:30"),
        ("2026-11-10T09:30:00", "0001-01-01T00:00:00", "2026-11-10T09:30:00"),
        ("2026-11-10T09:30:00", "", "2026-11-10T09:30:00"),
    ],
)
def test_time(local: str, gmt: str, right: str) -> None:
    assert time_of(local, gmt) == right


def test_summary() -> None:
    """An excerpt that WordPress made of the text is no summary; one that an editor wrote is."""
    assert summary_of("أولى كلمات […]", "عنوان أولى من كلمات النص") == ""
    assert summary_of("كتبه محرر", "أولى كلمات النص") == "كتبه محرر"
    assert summary_of("", "نص") == ""


def test_text_of() -> None:
    assert text_of("<p>a</p>\n<p>b &amp; c</p>") == "a b & c"
