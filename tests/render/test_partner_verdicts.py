"""What a partner says of an article, at the edge of each of its limits."""

from datetime import datetime
from typing import Any

import pytest

from feeds.render.partners import Objection, judged
from feeds.render.profiles import profiles
from tests.render.articles import NOW, configured
from tests.render.partner_feeds import LONG, PICTURE, document, feed, good
from tests.render.partners import RULES, read


def said(name: str, *, now: datetime = NOW, **item: Any) -> list[Objection]:
    """What a partner says against an article that is good but for this."""
    (found,), _ = judged(document([good(**item)], name), profiles()[name], now)
    return list(found.objections)


def fields(objections: list[Objection], level: str = "rejected") -> list[str]:
    return [objection.field for objection in objections if objection.level == level]


@pytest.mark.parametrize(
    ("item", "rejected", "advice"),
    [
        ({}, [], []),
        ({"title": "ا" * 20}, ["title"], []),
        ({"title": "ا" * 21}, [], []),
        ({"title": "ا" * 75}, [], ["title"]),
        ({"title": f"{LONG} <b>"}, ["title"], []),
        ({"summary": "قال <script>"}, ["description"], []),
        ({"title": f"{LONG}: 3 < 5"}, [], []),
        ({"language": "en"}, ["language"], []),
        ({"language": "ar-LY"}, [], []),
        ({"date_published": "2025-11-23T12:00:00Z"}, ["published"], []),
        ({"date_published": "2025-11-23T12:00:01Z"}, [], []),
        ({"image": None, "_feeds": None}, [], ["picture"]),
        ({"image": "https://news.example/1.svg"}, [], ["picture"]),
        ({"_feeds": {"image": {"width": 719, "height": 700}}}, [], ["picture"]),
        ({"_feeds": {"image": {"width": 2000, "height": 1000}}}, [], ["picture"]),
        ({"_feeds": None}, [], ["picture"]),
        ({"_feeds": {"image": {"size_in_bytes": 15_000_001, "width": 800, "height": 800}}}, [], ["picture"]),
        ({"content_html": "<ul><li>" * 5 + "نص" + "</li></ul>" * 5}, [], []),
        ({"content_html": "<ul><li>" * 5 + "<p>نص<br></p>" + "</li></ul>" * 5}, [], ["content"]),
        ({"content_html": "<p>سطر<br>سطر<br></p>"}, [], []),
        ({"content_html": "<p>سطر<br> <br>سطر</p>"}, [], ["content"]),
        ({"title": f"{LONG} https://news.example"}, [], ["title", "title"]),
        ({"authors": [{"name": "سالم <b>"}]}, ["author"], []),
        ({"tags": ["كرة", "<i>"]}, ["category"], []),
        ({"image": "https://news.example/1.gif"}, [], ["picture"]),
    ],
)  # fmt: skip
def test_what_msn_says(item: dict[str, Any], rejected: list[str], advice: list[str]) -> None:
    """The edge of every limit: title, plain text, language, link, age, picture, depth."""
    item = {name: value for name, value in (PICTURE | item).items() if value is not None} | {
        name: None for name in PICTURE if name in item and item[name] is None
    }
    objections = said("msn", **item)
    assert (fields(objections), fields(objections, "advice")) == (rejected, advice)


@pytest.mark.parametrize(
    ("item", "rejected", "advice"),
    [
        ({"summary": "ملخص " * 61}, [], []),
        ({}, [], ["description"]),
        ({"content_html": f"<p>{'كلمة. ' * 100}</p>"}, [], []),
        ({"summary": "ملخص " * 61, "image": None, "_feeds": None}, ["picture"], []),
        ({"summary": "ملخص " * 61, "_feeds": {"image": {"width": 399, "height": 900}}}, ["picture"], ["picture"]),
        ({"summary": "ملخص " * 61, "_feeds": {"image": {"width": 400, "height": 900}}}, [], ["picture"]),
        ({"summary": "ملخص " * 61, "_feeds": {"image": {"width": 900, "height": 500}}}, [], []),
        ({"summary": "ملخص " * 61, "authors": []}, [], ["author"]),
        ({"summary": "ملخص " * 61, "url": "https://www.news.example/1"}, [], ["link"]),
    ],
)  # fmt: skip
def test_what_flipboard_says(item: dict[str, Any], rejected: list[str], advice: list[str]) -> None:
    """Pictures of 400 pixels at least, better 500; a description of 300 characters, made of the text if need be."""
    objections = said("flipboard", **item)
    assert (fields(objections), fields(objections, "advice")) == (rejected, advice)


@pytest.mark.parametrize(
    ("image", "advice"),
    [
        ({"width": 200, "height": 200}, []),
        ({"width": 199, "height": 200}, ["picture"]),
        ({"width": 660, "height": 200}, []),
        ({"width": 661, "height": 200}, ["picture"]),
        ({"width": 200, "height": 661}, ["picture"]),
        ({}, ["picture"]),
    ],
)
def test_what_smartnews_says(image: dict[str, int], advice: list[str]) -> None:
    """A picture of 200 pixels at least, its longer side 3.3 times the shorter at most; advice alone."""
    objections = said("smartnews", _feeds={"image": image})
    assert (fields(objections), fields(objections, "advice")) == ([], advice)
    assert fields(said("smartnews", image=None, _feeds=None), "advice") == ["picture"]


def test_flipboard_wants_thirty_entries() -> None:
    """Of the feed as a whole that is said; the feed is there all the same."""
    _, of_all = judged(document([good(str(n)) for n in range(29)], "flipboard"), profiles()["flipboard"], NOW)
    assert [(each.level, each.what) for each in of_all] == [("advice", "has 29 entries")]
    _, of_all = judged(document([good(str(n)) for n in range(30)], "flipboard"), profiles()["flipboard"], NOW)
    assert of_all == []


def test_msn_takes_feeds_by_https_alone() -> None:
    """Said of the feed as a whole, with its address."""
    settings = configured(site={"url": "http://news.example"})
    _, of_all = judged(document([good()], "msn", settings), profiles()["msn"], NOW)
    assert [(each.level, each.what) for each in of_all] == [("rejected", "stands at http://news.example/world/msn.xml")]


@pytest.mark.parametrize("name", sorted(RULES))
def test_what_must_be_there_is_missed(name: str) -> None:
    """An article without a text is in no partner's feed, and the reason says so."""
    (objection,) = [each for each in said(name, content_html="", summary="ملخص") if each.level == "rejected"]
    assert (objection.field, objection.what) == ("content", "is missing")
    assert read(feed([good(content_html="", summary="ملخص")], name)).items == []
