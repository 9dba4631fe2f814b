"""A record becomes an article as it will be kept: checked, cleaned, every address absolute."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.errors import BadRecord
from feeds.intake.draft import digest
from feeds.model import Attachment, Author, Image, Origin
from tests.intake.drafts import NOW, article, draft, item, refused
from tests.store.articles import article as stored


@pytest.mark.parametrize(
    "guid", ["x", " 1 ", "A%20b", "tag:é,2026:ñ", "e\u0301", "\u200fخبر", "http://x.example/?a=b#c", "😀", "a\nb"]
)
def test_an_id_is_kept_byte_for_byte(guid: str) -> None:
    assert article(id=guid).guid == guid


@pytest.mark.parametrize("guid", ["", " ", "\n\t", "\u2003"])
def test_an_empty_id_is_refused(guid: str) -> None:
    assert refused(id=guid) == "id is empty; give a text that is this article's for ever"


@pytest.mark.parametrize(
    ("sign", "name"), [("\0", "0000"), ("\ud800", "D800"), ("\ufffe", "FFFE"), ("\x0b", "000B"), ("\x1f", "001F")]
)
def test_an_id_with_a_character_that_xml_forbids_is_refused(sign: str, name: str) -> None:
    assert refused(id=f"a{sign}b") == f"id holds U+{name}, which XML forbids; give an id without it"


def test_an_id_of_more_than_2000_characters_is_refused() -> None:
    assert article(id="x" * 2000).guid
    assert refused(id="x" * 2001) == "id has 2001 characters; give 2000 at most"


@pytest.mark.parametrize("field", ["id", "date_published"])
def test_id_and_time_are_required(field: str) -> None:
    assert refused(**{field: ...}).startswith(f"{field} is missing; give ")


@pytest.mark.parametrize("title", [..., None, "", " \u200f", "\x01"])
@pytest.mark.parametrize(
    "content", [{"content_html": ...}, {"content_html": "<script>x</script>"}, {"content_html": " "}]
)
def test_title_or_content_is_required(title: Any, content: dict[str, Any]) -> None:
    assert refused(title=title, **content) == "has neither title nor content; give one of them"


def test_a_title_alone_is_enough_and_so_is_content() -> None:
    assert article(content_html=...).title == "خبر"
    assert article(title=...).excerpt == "نص الخبر."


def test_content_without_text_needs_a_title_or_a_summary() -> None:
    picture = '<img src="a.png">'
    assert refused(title="", content_html=picture).startswith("has no title, and its content no text")
    assert article(title="", summary="موجز", content_html=picture).summary == "موجز"


def test_texts_are_cleaned() -> None:
    """RTL.md R2; the rules themselves are tested in tests/rtl."""
    found = article(
        title=" خبر\u202e \u0007عاجل\n\ud800 ",
        summary="مو\u200bجز",
        tags=[" وسم ", "وسم", "\u200f", "آخر"],
        authors=[{"name": "سالم\0 الورفلي"}, {"name": " "}, {"url": "https://x.example/"}],
    )
    assert (found.title, found.summary, found.tags) == ("خبر عاجل", "موجز", ("وسم", "آخر"))
    assert found.authors == (Author(name="سالم الورفلي"),)


def test_an_author_as_json_feed_1_0_has_it_is_taken() -> None:
    assert article(author={"name": "مها", "url": "https://x.example/مها"}).authors == (
        Author(name="مها", url="https://x.example/%D9%85%D9%87%D8%A7"),
    )
    assert article(author={"name": "مها"}, authors=[{"name": "ريم"}]).authors == (Author(name="ريم"),)


def test_an_author_whose_page_is_no_address_stays_without_it() -> None:
    assert article(authors=[{"name": "مها", "url": "javascript:alert(1)"}]).authors == (Author(name="مها"),)


BAD_ADDRESSES = [
    "javascript:alert(1)", "JaVaScript:alert(1)", " java\tscript:alert(1)", "data:text/html,x", "file:///etc/passwd",
    "ftp://x.example/", "http://", "http://[", "https://u:p@x.example/", "https://x y.example/", "//\ud800.example/",
]  # fmt: skip


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_a_record_with_a_bad_address_is_refused(address: str) -> None:
    message = "; give a whole address, https://…"
    file = {"url": address, "mime_type": "audio/mpeg"}
    good = {"url": "https://x.example/", "mime_type": "audio/mpeg"}
    for name, found in {
        "url": refused(url=address),
        "image": refused(image=address),
        "attachments[1].url": refused(attachments=[good, file]),
        "_feeds.source.url": refused(_feeds={"source": {"title": "x", "url": address}}),
    }.items():
        assert found.startswith(f'{name} is "')
        assert found.endswith(message)


@pytest.mark.parametrize("address", ["/a", "a.html", "//x.example/a", "x.example/a", "خبر"])
def test_an_articles_own_address_is_a_whole_one(address: str) -> None:
    assert refused(url=address) == f'url is "{address}"; give a whole address, https://…'


@pytest.mark.parametrize(
    ("url", "base"), [("https://x.example/2026/a/", "https://x.example/2026/a/"), (None, "https://news.example/desk/")]
)
def test_relative_addresses_are_made_absolute(url: str | None, base: str) -> None:
    """Against the article's address, else the site's, which may have a path."""
    found = article(
        url=url,
        image="صورة.png",
        attachments=[{"url": "../a.mp3", "mime_type": "audio/mpeg; codecs=x"}],
        content_html='<p><a href="b">x</a></p>',
    )
    assert found.image == Image(url=f"{base}%D8%B5%D9%88%D8%B1%D8%A9.png")
    assert found.attachments[0].url == f"{base.rpartition('/')[0].rpartition('/')[0]}/a.mp3"
    assert f'href="{base}b"' in found.content_html


def test_what_an_image_and_a_file_say_of_themselves_is_kept() -> None:
    image = {
        "mime_type": "IMAGE/PNG",
        "size_in_bytes": 5,
        "width": 2,
        "height": 3,
        "description": " وصف ",
        "credit": "خ",
    }
    file = {
        "url": "https://x.example/a.mp3",
        "mime_type": "audio/mpeg",
        "title": "نشرة",
        "size_in_bytes": 7,
        "duration_in_seconds": 1.5,
    }
    source = {"title": "وكالة", "url": "https://x.example/feed"}
    found = article(
        image="https://x.example/a.png",
        attachments=[file],
        _feeds={"image": image, "source": source, "correction": True},
    )
    assert found.image == Image(
        url="https://x.example/a.png", mime_type="image/png", size=5, width=2, height=3, description="وصف", credit="خ"
    )
    assert found.attachments == (
        Attachment(url="https://x.example/a.mp3", mime_type="audio/mpeg", title="نشرة", size=7, duration=1.5),
    )
    assert found.origin == Origin(title="وكالة", url="https://x.example/feed")
    assert found.correction


@pytest.mark.parametrize("kind", ["mp3", "", "audio/", "audio/x y", "\ud800/x"])
def test_what_is_no_media_type_is_refused(kind: str) -> None:
    found = refused(attachments=[{"url": "https://x.example/", "mime_type": kind}])
    assert found.endswith('give a media type such as "audio/mpeg"')


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("ar", "ar"), ("ar-LY", "ar-LY"), ("en", "en"), ("zh-Hant-TW", "zh-Hant-TW"), ("es-419", "es-419"),
        ("AR-ly", "ar-LY"), ("EN-us", "en-US"), ("az-ARAB", "az-Arab"), ("", None), (None, None),
    ],
)  # fmt: skip
def test_a_language_tag_is_kept_as_bcp_47_writes_it(given: str | None, kept: str | None) -> None:
    assert article(language=given).language == kept


@pytest.mark.parametrize("language", ["ar_LY", "arabic", "Arabic", "عربي", "a", "ar-", "-", "ar LY", "x" * 500])
def test_what_is_no_language_tag_is_refused(language: str) -> None:
    assert refused(language=language).endswith('; give a language tag such as "ar" or "ar-LY"')


def test_plain_text_becomes_paragraphs() -> None:
    text = 'سطر <أول> & "آخر"\nسطر ثان\r\n\r\n  \n\nفقرة ثانية\n'
    assert article(content_html=..., content_text=text).content_html == (
        '<p>سطر &lt;أول&gt; &amp; "آخر"<br>سطر ثان</p><p>فقرة ثانية</p>'
    )


def test_html_is_preferred_to_plain_text_unless_it_is_empty() -> None:
    assert article(content_html="<p>أ</p>", content_text="ب").content_html == "<p>أ</p>"
    assert article(content_html=" ", content_text="ب").content_html == "<p>ب</p>"


def test_an_excerpt_is_made_where_there_is_no_summary() -> None:
    """RTL.md R12: 280 characters at most, from the beginning of the text."""
    long = "<h2>عنوان فرعي</h2><p>" + "كلمة " * 200 + "</p>"
    found = article(content_html=long)
    assert found.excerpt.startswith("عنوان فرعي كلمة")
    assert 200 < len(found.excerpt) <= 280
    assert article(content_html=long, summary="موجز").excerpt == ""


def test_a_modification_is_not_before_the_publication_nor_in_the_future() -> None:
    """A clock that runs ahead must not keep later changes from being later."""
    published = article().published
    assert article(date_modified="2026-11-23T09:00:00+02:00").modified == published
    assert article(date_modified="2026-11-23T11:00:00+02:00").modified == published + timedelta(minutes=30)
    assert article(date_modified="2030-01-01T00:00:00+03:00").modified == NOW
    assert article(date_modified="").modified == published


def test_an_embargoed_article_is_modified_when_it_appears() -> None:
    found = article(date_published="2026-12-01T00:00:00+02:00")
    assert found.modified == found.published


def test_a_bad_modification_is_refused() -> None:
    assert refused(date_modified="then").startswith('date_modified is "then"; give a time such as')


def test_times_without_an_offset_are_in_the_sites_zone() -> None:
    found = draft(item(date_published="2026-07-01 12:00"), zone="Europe/Rome").article
    assert found.published.isoformat() == "2026-07-01T12:00:00+02:00"


def test_a_time_that_is_a_files_is_told_in_the_sites_zone() -> None:
    """It is a moment without an offset of its own; a time that was given keeps its own."""
    raw = item(date_published="2026-07-01T10:00:00+00:00")
    for undated, said in ((True, "2026-07-01T12:00:00+02:00"), (False, "2026-07-01T10:00:00+00:00")):
        found = draft(raw, zone="Europe/Rome", undated=undated).article
        assert found.published.isoformat() == found.modified.isoformat() == said


def test_the_names_of_sections_are_as_the_record_gave_them() -> None:
    assert draft(item(sections=["دولي", "x"])).names == ("دولي", "x")
    assert (draft(item(sections=[])).names, draft(item(sections=...)).names) == ((), None)


def test_the_digest_is_equal_for_what_looks_the_same_to_a_reader() -> None:
    one = article()
    same = article(date_modified="2026-11-23T11:00:00+02:00", sections=["sports"], _feeds={"correction": True})
    assert digest(one) == digest(same)


CHANGES: list[dict[str, Any]] = [
    {"title": "آخر"}, {"summary": "موجز"}, {"content_html": "<p>آخر</p>"}, {"url": "https://x.example/"},
    {"language": "en"},
    {"date_published": "2026-11-23T10:31:00+02:00"}, {"date_published": "2026-11-23T08:30:00Z"}, {"tags": ["وسم"]},
    {"authors": [{"name": "مها"}]}, {"image": "a.png"}, {"attachments": [{"url": "a.mp3", "mime_type": "a/b"}]},
    {"_feeds": {"source": {"title": "x", "url": "https://x.example/"}}},
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_the_digest_differs_with_everything_that_a_reader_sees(change: dict[str, Any]) -> None:
    assert digest(article()) != digest(article(**change))


def test_the_digest_tells_fields_apart() -> None:
    assert digest(stored(title="ab", summary="c")) != digest(stored(title="a", summary="bc"))


texts = st.text(max_size=20)


@given(
    st.fixed_dictionaries(
        {}, optional={name: texts for name in item()} | dict.fromkeys(["url", "image", "summary", "language"], texts)
    )
)
def test_whatever_the_texts_are_it_is_an_article_or_a_bad_record(more: dict[str, Any]) -> None:
    more.pop("sections", None)
    try:
        found = article(**{"id": "1", **more})
    except BadRecord:
        return
    assert found.title or found.summary or found.excerpt
