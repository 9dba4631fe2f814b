"""RSS 2.0: what DESIGN section 3 says of it, and that none of feedgen's traps shows."""

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from lxml import etree

from feeds.model import Article
from tests.render.articles import HUBS, NOW, SITE, article, configured, rendered

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
DC = "{http://purl.org/dc/elements/1.1/}"
MEDIA = "{http://search.yahoo.com/mrss/}"


def channel(*articles: Article, **rest: Any) -> etree._Element:
    return etree.fromstring(rendered(articles, "rss", **rest))[0]


def item(**fields: Any) -> etree._Element:
    found = channel(article(**fields)).find("item")
    assert found is not None
    return found


def attributes(elements: list[etree._Element]) -> list[dict[str, str]]:
    return [{str(name): str(value) for name, value in element.attrib.items()} for element in elements]


def test_the_channels_link_is_its_page() -> None:
    assert channel(sections=("world",)).findtext("link") == f"{SITE}/world/"


def test_hubs_stand_in_the_channel_beside_one_self_link() -> None:
    links = attributes(channel(settings=configured(websub={"hubs": HUBS})).findall(f"{ATOM}link"))
    self_link = {"href": f"{SITE}/rss.xml", "rel": "self", "type": "application/rss+xml"}
    assert links == [self_link, *({"href": hub, "rel": "hub"} for hub in HUBS)]


def test_last_build_date_is_the_newest_change_shown_and_not_the_clock() -> None:
    old = article(date_published="2020-01-01T00:00:00+02:00", date_modified="2020-01-02T03:04:05+02:00")
    assert channel(old).findtext("lastBuildDate") == "Thu, 02 Jan 2020 03:04:05 +0200"


def test_items_stand_newest_first_then_by_guid() -> None:
    same = {"date_published": "2026-11-22T10:00:00+02:00"}
    made = [article(id="b", **same), article(id="a", **same), article(id="c", date_published="2026-11-23T00:00:00Z")]
    assert [found.findtext("guid") for found in channel(*made).findall("item")] == ["c", "a", "b"]


def test_authors_are_dc_creators_each() -> None:
    """The e-mail element of RSS would lose them."""
    found = item(authors=[{"name": "سالم الورفلي"}, {"name": "ريم"}])
    assert [author.text for author in found.findall(f"{DC}creator")] == ["سالم الورفلي", "ريم"]
    assert found.find("author") is None


def test_the_publisher_is_the_channels_author() -> None:
    assert channel().findtext(f"{DC}creator") == "غرفة الأخبار"


def test_one_enclosure_the_rest_media_content() -> None:
    files: list[dict[str, Any]] = [
        {"url": f"{SITE}/1.mp3", "mime_type": "audio/mpeg"},
        {"url": f"{SITE}/2.mp4", "mime_type": "video/mp4", "size_in_bytes": 12, "title": "فيديو"},
        {"url": f"{SITE}/3.pdf", "mime_type": "application/pdf", "duration_in_seconds": 61.6},
    ]
    found = item(attachments=files)
    assert attributes(found.findall("enclosure")) == [{"url": f"{SITE}/1.mp3", "length": "0", "type": "audio/mpeg"}]
    assert attributes(found.findall(f"{MEDIA}content")) == [
        {"url": f"{SITE}/2.mp4", "type": "video/mp4", "fileSize": "12", "medium": "video"},
        {"url": f"{SITE}/3.pdf", "type": "application/pdf", "duration": "62"},
    ]
    assert found.findtext(f"{MEDIA}content/{MEDIA}title") == "فيديو"


@pytest.mark.parametrize("files", [[], [{"url": f"{SITE}/1.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 5}]])
def test_an_image_is_media_content_and_an_enclosure_where_there_is_no_other(files: list[dict[str, Any]]) -> None:
    details = {"size_in_bytes": 9, "width": 800, "height": 600, "description": "ميناء", "credit": "ريم"}
    found = item(image="/1.webp", attachments=files, _feeds={"image": details})
    picture = {"url": f"{SITE}/1.webp", "type": "image/webp"}
    enclosure = {"url": f"{SITE}/1.mp3", "length": "5", "type": "audio/mpeg"} if files else {**picture, "length": "9"}
    assert attributes(found.findall("enclosure")) == [enclosure]
    content = {**picture, "medium": "image", "fileSize": "9", "width": "800", "height": "600"}
    assert attributes(found.findall(f"{MEDIA}content")) == [content]
    assert found.findtext(f"{MEDIA}content/{MEDIA}description") == "ميناء"
    credit = found.find(f"{MEDIA}content/{MEDIA}credit")
    assert credit is not None
    assert (credit.text, credit.get("role")) == ("ريم", "photographer")


@pytest.mark.parametrize(
    ("url", "declared", "expected"),
    [
        ("/1.PNG?w=800", None, "image/png"),
        ("/1.svg", None, "image/svg+xml"),
        ("/1.png", "image/avif", "image/avif"),
        ("/picture", None, "image/jpeg"),
        ("/picture.gif/1", None, "image/jpeg"),
    ],
)
def test_an_images_type_is_as_given_else_by_its_name(url: str, declared: str | None, expected: str) -> None:
    found = item(image=url, _feeds={"image": {"mime_type": declared}})
    assert [element.get("type") for element in found.iter("enclosure", f"{MEDIA}content")] == [expected, expected]


def test_the_channel_images_title_and_link_are_the_channels() -> None:
    found = channel(sections=("world",))
    image = found.find("image")
    assert image is not None
    assert image.findtext("url") == f"{SITE}/static/logo.png"
    assert [image.findtext(name) for name in ("title", "link")] == [found.findtext(name) for name in ("title", "link")]


def test_without_a_logo_there_is_no_image() -> None:
    assert channel(settings=configured(site={"logo": ""})).find("image") is None


def test_a_time_without_an_offset_is_given_one() -> None:
    """feedgen raises on a naive one."""
    assert item(date_published="2026-11-23 09:30").findtext("pubDate") == "Mon, 23 Nov 2026 09:30:00 +0000"


@pytest.mark.parametrize("offset", ["+00:00", "-03:30", "+14:00"])
def test_times_keep_the_offset_of_their_source(offset: str) -> None:
    published = f"2026-11-22T09:30:15{offset}"
    found = item(date_published=published, date_modified=f"2026-11-22T23:00:00{offset}")
    read = parsedate_to_datetime(found.findtext("pubDate") or "")
    assert (read, read.utcoffset()) == (when := datetime.fromisoformat(published), when.utcoffset())
    assert found.findtext(f"{ATOM}updated") == f"2026-11-22T23:00:00{offset}"


def test_the_summary_is_escaped_as_html_then_as_xml() -> None:
    body = rendered([article(summary='AT&T: a < b "c"')], "rss")
    assert b'<description>AT&amp;amp;T: a &amp;lt; b "c"</description>' in body


def test_content_stands_after_the_summary_wrapped_right_to_left() -> None:
    found = item(summary="ملخص", content_html="<p>نص</p>")
    assert found.findtext(f"{CONTENT}encoded") == '<div dir="rtl" lang="ar"><p>نص</p></div>'
    names = [child.tag for child in found]
    assert names.index("description") < names.index(f"{CONTENT}encoded")


def test_content_of_which_no_summary_can_be_made_stands_in_the_description() -> None:
    """RSS Profile: content:encoded is for what comes after one."""
    found = item(content_html="<hr>")
    assert found.findtext("description") == '<div dir="rtl" lang="ar"><hr></div>'
    assert found.find(f"{CONTENT}encoded") is None


@pytest.mark.parametrize(
    ("guid", "url", "expected"),
    [
        (f"{SITE}/1", f"{SITE}/1", "true"),
        (f"{SITE}/1", f"{SITE}/2", "false"),
        (f"{SITE}/%d8%a7", f"{SITE}/ا", "false"),
        ("wp-1", f"{SITE}/1", "false"),
        (f"{SITE}/1", None, "false"),
    ],
)
def test_a_guid_is_a_permalink_only_where_it_equals_it(guid: str, url: str | None, expected: str) -> None:
    found = item(id=guid, url=url).find("guid")
    assert found is not None
    assert (found.text, found.get("isPermaLink")) == (guid, expected)


@pytest.mark.parametrize("guid", [" <a> & b ", "خبر/١", "A%2fb", "http://EXAMPLE.org:80/../x"])
def test_a_guid_is_kept_byte_for_byte(guid: str) -> None:
    assert item(id=guid).findtext("guid") == guid


def test_sections_and_tags_are_categories() -> None:
    found = item(sections=["world", "sports"], tags=["كأس العالم"])
    assert [(part.text, part.get("domain")) for part in found.findall("category")] == [
        ("دولي", f"{SITE}/"),
        ("رياضة", f"{SITE}/"),
        ("كأس العالم", None),
    ]


def test_a_republished_article_names_its_source() -> None:
    source = item(_feeds={"source": {"title": "وكالة", "url": "https://wakala.example/rss"}}).find("source")
    assert source is not None
    assert (source.text, source.get("url")) == ("وكالة", "https://wakala.example/rss")


def test_an_article_in_another_language_says_so_and_runs_its_way() -> None:
    found = item(language="en")
    assert found.findtext(f"{DC}language") == "en"
    assert (found.findtext(f"{CONTENT}encoded") or "").startswith('<div dir="ltr" lang="en">')
    assert item(language="ar").find(f"{DC}language") is None


def test_without_a_title_the_summarys_beginning_stands_for_it() -> None:
    long = "بداية الخبر. " * 30
    title = item(title="", summary=long).findtext("title") or ""
    assert title.startswith("بداية الخبر.")
    assert len(title) <= 80


def test_tombstones_are_atoms() -> None:
    assert b"deleted-entry" not in rendered([article()], "rss")


def test_what_the_channel_says_of_itself() -> None:
    found = channel(settings=configured(feeds={"max_age": 301}))
    assert found.findtext("copyright") == "© صحيفة المثال & شركاؤها"
    assert (found.findtext("ttl"), found.findtext("language")) == ("6", "ar")
    assert (found.findtext("generator") or "").startswith("Khulasat ")
    assert found.findtext("docs") == "https://www.rssboard.org/rss-specification"


def test_an_embargoed_article_changed_before_it_was_published_is_updated_when_it_is_published() -> None:
    published = NOW - timedelta(hours=1)
    found = item(date_published=published.isoformat(), date_modified=(published - timedelta(days=2)).isoformat())
    assert found.find(f"{ATOM}updated") is None
