"""The samples: what a newcomer sees first looks alive, and has what real articles have."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from feeds import samples
from feeds.render.pages import STATIC

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ITEMS = list(samples.items(site_url="https://news.example", now=NOW))


def published(item: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(item["date_published"])


def test_there_are_at_least_sixty_in_six_sections() -> None:
    assert len(ITEMS) >= 60
    assert {section for item in ITEMS for section in item["sections"]} == {
        "world", "local", "economy", "sports", "culture", "science",
    }  # fmt: skip
    assert len({item["id"] for item in ITEMS}) == len(ITEMS)


def test_the_newest_is_minutes_old_and_one_is_under_embargo() -> None:
    shown = [published(item) for item in ITEMS if published(item) <= NOW]
    assert NOW - max(shown) < timedelta(minutes=10)
    assert len(ITEMS) - len(shown) == 1


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item["id"].rpartition(":")[2])
def test_each_has_three_to_ten_paragraphs(item: dict[str, Any]) -> None:
    body = html.fragment_fromstring(item["content_html"], create_parent="div")
    assert 3 <= len(body.findall("p")) <= 10
    assert all(paragraph.text_content().strip() for paragraph in body.iter("p"))


@pytest.mark.parametrize(
    "element", ["h2", "h3", "blockquote", "ul", "ol", "table", "a", "figure", "code", "pre", "em", "strong"]
)
def test_they_have_what_real_ones_have(element: str) -> None:
    assert any(f"<{element}" in item["content_html"] for item in ITEMS)


def test_some_have_two_authors_an_update_another_language_no_summary() -> None:
    assert any(len(item["authors"]) == 2 for item in ITEMS)
    assert any("date_modified" in item for item in ITEMS)
    assert [item["language"] for item in ITEMS if "language" in item] == ["en"]
    assert any("summary" not in item for item in ITEMS)
    assert all(item["tags"] for item in ITEMS)


def test_headlines_are_mixed() -> None:
    for begin in ("iPhone 17", "5 قتلى", "G20"):
        assert any(item["title"].startswith(begin) for item in ITEMS), begin


def local(url: str) -> Path:
    return STATIC / url.removeprefix("https://news.example/static/")


def test_every_file_is_ours_and_as_long_as_it_says() -> None:
    images = [(item["image"], item["_feeds"]["image"]) for item in ITEMS if "image" in item]
    files = [(file["url"], file) for item in ITEMS for file in item.get("attachments", ())]
    assert images and files
    for url, said in images + files:
        assert local(url).stat().st_size == said["size_in_bytes"]
    assert all(said["credit"] and said["description"] for _, said in images)
    assert all(file["mime_type"] == "audio/mpeg" for _, file in files)


def test_pictures_in_the_text_are_ours_too() -> None:
    found = [
        image.get("src")
        for item in ITEMS
        for image in html.fragment_fromstring(item["content_html"], create_parent="div").iter("img")
    ]
    assert found
    assert all(local(url).exists() for url in found if url)


def test_pictures_have_as_many_pixels_as_is_said() -> None:
    for url, said in [(item["image"], item["_feeds"]["image"]) for item in ITEMS if "image" in item]:
        # PNG: the header chunk stands first, with width and height.
        head = local(url).read_bytes()[16:24]
        assert (int.from_bytes(head[:4]), int.from_bytes(head[4:])) == (said["width"], said["height"])
