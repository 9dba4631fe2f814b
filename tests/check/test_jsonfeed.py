"""What is said of JSON Feed 1.1: nothing of a faultless feed, one thing of each fault."""

import pytest

from tests.check.cases import Case, assert_only, cases, changed, found, label
from tests.check.documents import JSON, JSON_SELF

FEED = "feed"
FIRST = 'item 1 (id "https://news.example/1")'
SECOND = 'item 2 (id "urn:'
LONG = "خ" * 301
HTML = '<p dir=\\"rtl\\">نص'
ATTACHMENT = '"url": "https://news.example/1.mp3", '
UUID = "urn:uuid:2f0e6b0a-0c62-5c39-9d0c-6f3c2b7a1d11"
ID = '"id": "https://news.example/1"'
SIZE = '"size_in_bytes": 12'
PUBLISHED = "2026-11-23T07:00:00Z"
TAGS = '["ليبيا", "دولي"]'
TITLE = '"خبر أول"'
SUMMARY = '"ملخص الخبر"'
WRITER = '{"name": "كاتبة"}'
HUB = '{"type": "WebSub", "url": "https://hub.example/"}'

FEEDS = [
    *cases(
        "error",
        FEED,
        [
            ('"version": "https://jsonfeed.org/version/1.1",', "", "has no version", "Top-level"),
            ("https://jsonfeed.org/version/1.1", "1.1", 'version is "1.1"', "Top-level"),
            ('"https://jsonfeed.org/version/1.1"', "1.1", "version is a number", "Top-level"),
            ('"title": "أخبار العالم",', "", "has no title", "Top-level"),
            ('"title": "أخبار العالم"', '"title": null', "title is null", "Top-level"),
            ('"items": [', '"_items": [', "has no items", "Top-level"),
            ("world/feed.json", "feed.json", "feed_url is not the document's", "WebSub"),
            ("archive/2026-11-22/", "", "next_url is the feed itself", "Top-level"),
            ('"next_url": "https://news.example', '"next_url": "', "next_url is not absolute", "3986"),
            ('"آخر الأخبار"', '["آخر"]', "description is an array", "Top-level"),
            ('"language": "ar",', '"language": "ar_LY",', "language is not a language", "5646"),
            ('"expired": false', '"expired": "no"', "expired is a string", "Top-level"),
            ('"_news"', '"_1"', '"_1" is not the name of an extension', "Extensions"),
            ('"_news"', '"_news.a"', '"_news.a" is not the name', "Extensions"),
            ('{"type": "WebSub", ', "{", "hubs[0] has no type", "Top-level"),
            ('"https://hub.example/"', '"hub"', "hubs[0].url is not absolute", "RFC 3986"),
            (HUB, "1", "hubs[0] is a number", "Top"),
        ],
    ),
    *cases(
        "warning",
        FEED,
        [
            ("version/1.1", "version/1", "version is that of JSON Feed 1.0", "Deprecations"),
            ('"title": "أخبار العالم"', '"title": ""', "title is empty", "Top-level"),
            ('"home_page_url": "https://news.example/world/",', "", "has no home_page_url", "Top"),
            ('"feed_url": "https://news.example/world/feed.json",', "", "has no feed_url", "Top"),
            ("https://news.example/icon.png", "https://news.example/أ", "icon holds", "RFC 3987"),
            ('"آخر الأخبار"', '"<b>آخر</b>"', "description holds markup", "Top-level"),
            ('"language": "ar",', "", "has no language", "Top-level"),
            ('"expired"', '"Expired"', '"Expired" is not known', "Extensions"),
            ('"لقارئ الملف"', '"\\u202e"', "user_comment holds U+202E", "TR 20"),
            ("[1, 2]", '["\\u0000"]', "_news.counts[0] holds U+0000", "XML 1.0"),
            ("لقارئ الملف", "x" * 1_000_000, "has 100", "Suggestions"),
        ],
    ),
    *cases(
        "warning",
        "document",
        [
            ('"expired"', '"title": "أخبار", "expired"', 'names "title" twice', "8259 §4"),
        ],
    ),
]
AUTHORS = [
    *cases(
        "error",
        FIRST,
        [
            (WRITER, "{}", "authors[0] has no name, url or avatar", "Top-level"),
            (WRITER, '"كاتبة"', "authors[0] is a string", "Top-level"),
            ('[{"name": "كاتبة"}]', WRITER, "authors is an object", "Items"),
        ],
    ),
    *cases(
        "warning",
        FIRST,
        [
            ('"name": "كاتبة"', '"name": ""', "authors[0].name is empty", "Top-level"),
            ('"name": "كاتبة"', '"nom": "ك", "name": "ك"', '"authors[0].nom" is not', "Extensions"),
            ('"tags"', '"author": {"name": "كاتبة"}, "tags"', "author is of JSON Feed 1.0", "Depr"),
        ],
    ),
    *cases(
        "error",
        FEED,
        [
            ('"https://news.example/a.png"', '"a.png"', "authors[0].avatar is not abs", "RFC 3986"),
        ],
    ),
]
ITEMS = [
    *cases(
        "error",
        "item 1",
        [
            (f"{ID},", "", "has no id", "Items"),
            (ID, '"id": 1', "id is a number", "Items"),
            (ID, '"id": ""', "id is empty", "Items"),
        ],
    ),
    *cases(
        "error",
        "item 2",
        [
            (UUID, "https://news.example/1", "id is another item's too", "Items"),
            ('{"id": "urn', '1, {"id": "urn', "is not an object", "Items"),
        ],
    ),
    *cases(
        "error",
        FIRST,
        [
            ('"url": "https://news.example/1"', '"url": "/1"', "url is not absolute", "RFC 3986"),
            ("https://agency.example/1", "https://agency.example/a b", "external_url holds", "3986"),
            ('"image": "https:', '"image": "https:/', "image has no valid host", "RFC 3986"),
            (SUMMARY, "1", "summary is a number", "Items"),
            ('"ar-LY"', '"arabic"', "language is not a language tag", "RFC 5646"),
            (TAGS, '"ليبيا"', "tags is a string", "Items"),
            (TAGS, "[1]", "tags[0] is a number", "Items"),
            (PUBLISHED, "2026-11-23T07:00:00", "date_published has no off", "3339"),
            (f'"{PUBLISHED}"', "1795417200", "date_published is a number", "Items"),
        ],
    ),
    *cases(
        "error",
        SECOND,
        [
            (', "content_text": "نص"', "", "has no content", "Items"),
        ],
    ),
    *cases(
        "warning",
        SECOND,
        [
            ('"content_text": "نص"', '"content_text": "<p>نص</p>"', "content_text holds", "Items"),
        ],
    ),
    *cases(
        "warning",
        FIRST,
        [
            (TITLE, f'"{LONG}"', "title has 301 characters", "advice"),
            (TITLE, '"خبر &amp; أول"', "title holds an HTML reference", "Items"),
            (TITLE, '"\\u2067خبر"', "title opens and closes isolates", "UAX 9"),
            (TITLE, '"\\ud800"', "title holds U+D800", "XML 1.0"),
            (SUMMARY, '"<i>ملخص"', "summary holds markup", "Items"),
            ("https://news.example/x", "/x", "content_html holds a relative address", "base"),
            (HTML, "<p>نص<script></script>", "content_html holds the element", "Security"),
            (HTML, "<p>نص&#x202d;", "content_html in a reference holds U+202D", "TR 20"),
            (TAGS, '[" "]', "tags[0] is empty", "Items"),
            ('"tags"', '"sections": [], "tags"', '"sections" is not known', "Extensions"),
            (PUBLISHED, "2026-11-23T07:30:01Z", "date_modified is before", "Items"),
            (PUBLISHED, "2026-11-23t07:00:00z", "date_published has a small", "3339"),
        ],
    ),
]
ATTACHMENTS = [
    *cases(
        "error",
        FIRST,
        [
            (ATTACHMENT, "", "attachments[0] has no url", "Attachments"),
            ('"mime_type": "audio/mpeg", ', "", "attachments[0] has no mime_type", "Attach"),
            ('"audio/mpeg"', '"mp3"', "attachments[0].mime_type is not a media", "RFC 6838"),
            (SIZE, '"size_in_bytes": "12"', "attachments[0].size_in_b", "Attach"),
            (SIZE, '"size_in_bytes": -1', "attachments[0].size_in_b", "Attach"),
            (SIZE, '"size_in_bytes": true', "attachments[0].size_in_b", "Attach"),
            (SIZE, '"size_in_bytes": 1e999', "attachments[0].size_in_b", "Attach"),
        ],
    ),
    *cases(
        "warning",
        FIRST,
        [
            (SIZE, '"size": 12', '"attachments[0].size" is not', "Extensions"),
        ],
    ),
]
CASES = [*FEEDS, *AUTHORS, *ITEMS, *ATTACHMENTS]


def test_a_faultless_feed_has_no_findings() -> None:
    """Neither error nor warning, with every member that JSON Feed knows in it."""
    assert found(JSON.encode(), JSON_SELF) == []


@pytest.mark.parametrize("case", CASES, ids=label)
def test_each_fault_is_found_once_where_it_is(case: Case) -> None:
    """One fault, one finding, with its place, its level and its source."""
    assert_only(case, found(changed(JSON, case), JSON_SELF))


def test_numbers_of_any_size_are_numbers() -> None:
    """An integer that no float holds is still one."""
    body = JSON.replace('"size_in_bytes": 12', f'"size_in_bytes": {"9" * 400}')
    assert found(body.encode(), JSON_SELF) == []


def test_a_document_that_is_no_object_is_one_finding() -> None:
    """An array of items is not a feed."""
    (finding,) = found(b"[]")
    assert (finding.where, finding.what) == ("feed", "is not an object")
