"""Atom 1.0: what DESIGN section 3 says of it, and that none of feedgen's traps shows."""

import uuid
from typing import Any

import pytest
from lxml import etree

from feeds import __version__
from feeds.model import Article, Tombstone
from tests.render.articles import HUBS, NOW, SITE, article, configured, rendered

NAMES = {
    "a": "http://www.w3.org/2005/Atom",
    "at": "http://purl.org/atompub/tombstones/1.0",
    "media": "http://search.yahoo.com/mrss/",
}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def feed(*articles: Article, **rest: Any) -> etree._Element:
    return etree.fromstring(rendered(articles, "atom", **rest))


def entry(**fields: Any) -> etree._Element:
    found = feed(article(**fields)).find("a:entry", NAMES)
    assert found is not None
    return found


def links(parent: etree._Element) -> list[dict[str, str]]:
    return [{str(name): str(value) for name, value in link.attrib.items()} for link in parent.findall("a:link", NAMES)]


def words(parent: etree._Element, path: str) -> list[str | None]:
    return [element.text for element in parent.findall(path, NAMES)]


def test_links_of_entries_keep_relation_type_and_length() -> None:
    """feedgen shadows the variable that they come from."""
    files = [
        {"url": f"{SITE}/1.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 12, "title": "تسجيل"},
        {"url": f"{SITE}/2.pdf", "mime_type": "application/pdf"},
    ]
    assert links(entry(attachments=files)) == [
        {"href": f"{SITE}/1", "rel": "alternate", "type": "text/html"},
        {"href": f"{SITE}/1.mp3", "rel": "enclosure", "type": "audio/mpeg", "length": "12", "title": "تسجيل"},
        {"href": f"{SITE}/2.pdf", "rel": "enclosure", "type": "application/pdf"},
    ]


def test_the_feed_links_to_itself_once_to_its_page_and_to_its_hubs() -> None:
    assert links(feed(settings=configured(websub={"hubs": HUBS}), sections=("world",))) == [
        {"href": f"{SITE}/world/atom.xml", "rel": "self", "type": "application/atom+xml"},
        {"href": f"{SITE}/world/", "rel": "alternate", "type": "text/html"},
        *({"href": hub, "rel": "hub"} for hub in HUBS),
    ]


def test_updated_is_of_what_is_shown_and_not_the_clock() -> None:
    old = article(date_published="2020-01-01T00:00:00+02:00", date_modified="2020-01-02T03:04:05+02:00")
    root = feed(old, article(id="b", date_published="2019-01-01T00:00:00Z"))
    assert words(root, "a:updated") == ["2020-01-02T03:04:05+02:00"]
    assert words(root, "a:entry/a:updated") == ["2020-01-02T03:04:05+02:00", "2019-01-01T00:00:00+00:00"]
    assert words(root, "a:entry/a:published") == ["2020-01-01T00:00:00+02:00", "2019-01-01T00:00:00+00:00"]


def test_entries_stand_newest_first_then_by_guid() -> None:
    same = {"date_published": "2026-11-22T10:00:00+02:00"}
    made = [article(id="x:b", **same), article(id="x:a", **same), article(id="x:c", date_published="2026-11-23")]
    assert words(feed(*made), "a:entry/a:id") == ["x:c", "x:a", "x:b"]


def test_a_correction_stands_by_its_modification() -> None:
    corrected = article(
        id="x:old",
        date_published="2026-11-20",
        date_modified="2026-11-23T01:00:00Z",
        _feeds={"correction": True},
    )
    assert words(feed(article(id="x:new", date_published="2026-11-22"), corrected), "a:entry/a:id") == [
        "x:old",
        "x:new",
    ]


def test_authors_keep_name_and_address() -> None:
    found = entry(authors=[{"name": "سالم", "url": "https://news.example/salem"}, {"name": "ريم"}])
    assert words(found, "a:author/a:name") == ["سالم", "ريم"]
    assert words(found, "a:author/a:uri") == ["https://news.example/salem"]


def test_the_publisher_is_the_feeds_author() -> None:
    assert words(feed(), "a:author/a:name") == ["غرفة الأخبار"]
    assert words(feed(), "a:author/a:uri") == [f"{SITE}/"]


@pytest.mark.parametrize("guid", ["tag:news.example,2026:1", f"{SITE}/?p=1", "urn:x-test:1", "x:y"])
def test_the_id_is_the_guid_where_that_is_an_absolute_ascii_uri(guid: str) -> None:
    assert words(entry(id=guid), "a:id") == [guid]


@pytest.mark.parametrize("guid", ["1", "خبر", "/1", f"{SITE}/خبر", "a b:c", "x:"])
def test_the_id_is_else_made_from_the_guid(guid: str) -> None:
    assert words(entry(id=guid), "a:id") == [f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, guid)}"]


def test_a_withdrawn_article_leaves_a_tombstone() -> None:
    graves = [Tombstone(guid="1", withdrawn=NOW, reason="خطأ <كبير>"), Tombstone(guid="x:2", withdrawn=NOW)]
    root = feed(article(), tombstones=graves)
    stones = root.findall("at:deleted-entry", NAMES)
    assert [(stone.get("ref"), stone.get("when")) for stone in stones] == [
        (f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, '1')}", NOW.isoformat()),
        ("x:2", NOW.isoformat()),
    ]
    assert words(root, "at:deleted-entry/at:comment") == ["خطأ <كبير>"]
    assert words(root, "a:updated") == [NOW.isoformat()]
    assert b'xmlns:at="http://purl.org/atompub/tombstones/1.0"' in rendered((), "atom", tombstones=graves)


def test_without_tombstones_their_namespace_is_not_declared() -> None:
    assert b"tombstones" not in rendered([article()], "atom")


def test_namespaces_are_declared_once_and_only_those_that_may_be_used() -> None:
    body = rendered([article(image="/1.png"), article(id="2", image="/2.png")], "atom")
    assert body.count(b"xmlns") == 2
    assert set(etree.fromstring(body).nsmap) == {None, "media"}


def test_texts_are_text_and_content_is_html() -> None:
    found = entry(title="a < b", summary="AT&T")
    assert [element.get("type") for element in found.findall("a:content", NAMES)] == ["html"]
    for name in ("title", "summary"):
        assert [element.get("type", "text") for element in found.findall(f"a:{name}", NAMES)] == ["text"]
    assert (words(found, "a:title"), words(found, "a:summary")) == (["a < b"], ["AT&T"])


def test_an_entry_without_text_and_content_says_its_title() -> None:
    """RFC 4287 §4.1.1.1: one of the two is to hold some text."""
    picture = article(title="معرض صور", content_html='<img src="https://news.example/1.jpg">')
    assert words(feed(picture, content="summary"), "a:entry/a:summary") == ["معرض صور"]
    assert words(feed(picture), "a:entry/a:summary") == []


def test_an_article_in_another_language_says_so_and_runs_its_way() -> None:
    found = entry(language="en")
    assert found.get(LANG) == "en"
    assert words(found, "a:content") == ['<div dir="ltr" lang="en"><p dir="rtl">نص الخبر</p></div>']
    assert (feed().get(LANG), entry(language="ar").get(LANG)) == ("ar", None)


def test_sections_and_tags_are_categories() -> None:
    found = entry(sections=["world", "محلي"], tags=["كأس العالم"]).findall("a:category", NAMES)
    assert [(part.get("term"), part.get("scheme"), part.get("label")) for part in found] == [
        ("world", f"{SITE}/", "دولي"),
        ("محلي", f"{SITE}/", "محلي"),
        ("كأس العالم", None, None),
    ]


@pytest.mark.parametrize(
    ("url", "identity"), [("https://w.example", "https://w.example/"), ("https://w.example/f",) * 2]
)
def test_a_republished_article_names_its_source(url: str, identity: str) -> None:
    source = entry(_feeds={"source": {"title": "وكالة", "url": url}}).find("a:source", NAMES)
    assert source is not None
    assert (words(source, "a:id"), words(source, "a:title")) == ([identity], ["وكالة"])
    assert links(source) == [{"href": url, "rel": "self"}]


def test_the_image_is_media_rss_with_size_type_credit_and_description() -> None:
    details = {"size_in_bytes": 9, "width": 800, "height": 600, "description": "ميناء", "credit": "ريم"}
    found = entry(image="/1.png", _feeds={"image": details})
    content = found.find("media:content", NAMES)
    assert content is not None
    assert dict(content.attrib) == {
        "url": f"{SITE}/1.png",
        "type": "image/png",
        "medium": "image",
        "fileSize": "9",
        "width": "800",
        "height": "600",
    }
    assert (words(content, "media:description"), words(content, "media:credit")) == (["ميناء"], ["ريم"])
    enclosure = {"href": f"{SITE}/1.png", "rel": "enclosure", "type": "image/png", "length": "9"}
    assert links(found)[1:] == [enclosure]


def test_what_the_feed_says_of_itself() -> None:
    root = feed(sections=("sports", "world"), limit=3, content="summary")
    assert words(root, "a:id") == [f"{SITE}/sports+world/atom.xml"]
    assert words(root, "a:title") == ["رياضة، دولي - صحيفة المثال"]
    assert words(root, "a:rights") == ["© صحيفة المثال & شركاؤها"]
    assert (words(root, "a:icon"), words(root, "a:logo")) == ([f"{SITE}/static/icon.png"], [f"{SITE}/static/logo.png"])
    generator = root.find("a:generator", NAMES)
    assert generator is not None
    assert (generator.text, generator.get("version")) == ("Khulasat", __version__)
