"""HTML pages: RTL.md R8 and R10, DESIGN section 2."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

import pytest
from lxml import html

from feeds.model import FEED_FORMATS, REGISTERED_TYPES
from tests.render.articles import SITE, article, configured
from tests.render.pages import HOSTILE, KINDS, MIXED, SHOWING, everything, newsroom, page, tree

FILES = [(format, {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}[format]) for format in FEED_FORMATS]
# Elements that hold a string of the newsroom's, at the least.
LEAST = {"landing": 13, "selection": 9, "search": 7, "article": 9, "about": 3, "error": 3}
PATHED = configured(site={"url": f"{SITE}/news"})


def addresses(root: html.HtmlElement) -> list[str]:
    """What a page leads to and loads, but for services and readers of others."""
    found = root.xpath("//body//@href | //body//@src | //link[@rel='stylesheet']/@href | //script/@src")
    return [str(each) for each in found if SITE in str(each) or not str(each).startswith(("https:", "mailto:"))]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("site", "language", "direction"),
    [
        ({}, "ar", "rtl"),
        ({"language": "ar-LY"}, "ar-LY", "rtl"),
        ({"display_locale": "ar-SY"}, "ar", "rtl"),
        # Nobody has translated it.
        ({"display_locale": "fr"}, "ar", "rtl"),
        ({"display_locale": "en"}, "en", "ltr"),
        ({"display_locale": "en", "language": "en-GB"}, "en-GB", "ltr"),
        ({"language": "en"}, "ar", "rtl"),
    ],
)
def test_a_page_says_its_language_and_direction(kind: str, site: dict[str, Any], language: str, direction: str) -> None:
    """Those of its words, which `display_locale` chooses; the newsroom's texts say theirs where it is another."""
    root = tree(kind, [article(url=None)], configured(site=site))
    assert (root.get("lang"), root.get("dir")) == (language, direction)
    [name] = root.xpath("//header//a/bdi")
    spoken = site.get("language", "ar")
    assert name.get("lang") == (None if spoken == language else spoken)


@pytest.mark.parametrize("kind", KINDS)
def test_no_page_has_inline_style_or_script(kind: str) -> None:
    """The policy of pages would refuse it."""
    root = tree(kind, [article(url=None)])
    assert root.xpath("//style | //@style | //@*[starts-with(name(), 'on')]") == []
    scripts = root.xpath("//script[not(@type='application/ld+json')]")
    # One, of a file; what is data is never run.
    assert [(script.text, script.get("src").partition("?")[0].rpartition("/")[2]) for script in scripts] == [
        (None, "page.js")
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_strings_are_escaped(kind: str) -> None:
    root = tree(kind, [everything(HOSTILE)], newsroom(HOSTILE))
    assert root.xpath("//script[contains(., 'alert(1)') and not(@type)] | //img[@onerror]") == []
    assert root.xpath("//@*[starts-with(name(), 'on')]") == []
    assert "49" not in html.tostring(root, encoding="unicode", method="text")
    assert HOSTILE in (root.findtext("body/header/div/a/bdi") or "")


@pytest.mark.parametrize("kind", KINDS)
def test_each_string_from_the_store_stands_in_an_element_with_a_direction_of_its_own(kind: str) -> None:
    root = tree(kind, [everything(MIXED)], newsroom(MIXED))
    texts = root.xpath("//body//text()[contains(., 'FIFA')]")
    # Text behind an element is nobody's own.
    assert [text for text in texts if not text.is_text] == []
    holders = [text.getparent() for text in texts]
    assert len(holders) >= LEAST[kind]
    for holder in holders:
        # `auto`, a bare bdi's too, would turn it left to right by its first letter.
        assert holder.get("dir") == "rtl"
        if holder.tag != "bdi":
            assert [text.strip() for text in holder.itertext()] == [holder.text]


@pytest.mark.parametrize(
    ("text", "direction"),
    [("خبر عن FIFA", None), ("Breaking news", None), (MIXED, "rtl"), ("5 قتلى في انفجار", "rtl"), ("2026", None)],
)
def test_a_string_is_turned_only_where_its_first_letter_misleads(text: str, direction: str | None) -> None:
    found = tree("selection", [article(title=text)]).find(".//ol//h3//bdi")
    assert found is not None
    assert (found.text, found.get("dir")) == (text, direction)


@pytest.mark.parametrize("kind", KINDS)
def test_no_direction_marks_in_pages(kind: str) -> None:
    """RTL.md R1: they are for plain-text fields of feeds."""
    assert not set("\u200e\u200f\u061c\u2066\u2067\u2068\u2069") & set(page(kind, [everything(MIXED)], newsroom(MIXED)))


@pytest.mark.parametrize("kind", KINDS)
def test_autodiscovery_names_the_registered_types(kind: str) -> None:
    links = tree(kind).xpath("//head/link[@rel='alternate'][not(@type='text/x-opml')]")
    every = [(REGISTERED_TYPES[name], f"{SITE}/{file}") for name, file in FILES]
    query = "?q=%D9%84%D9%8A%D8%A8%D9%8A%D8%A7"
    folder, tail = {"selection": ("world/", ""), "article": ("world/", ""), "search": ("search/", query)}.get(
        kind, ("", "")
    )
    own = [(REGISTERED_TYPES[name], f"{SITE}/{folder}{file}{tail}") for name, file in FILES]
    # Many readers take the first.
    assert [(link.get("type"), link.get("href")) for link in links] == (own + every if folder else every)


@pytest.mark.parametrize("path", ["", "/news/desk"])
@pytest.mark.parametrize(
    ("kind", "at"),
    [
        ("landing", "/"),
        ("selection", "/world/"),
        ("search", "/search/"),
        ("article", "/articles/x/"),
        ("about", "/about/"),
    ],
)
def test_pages_link_to_each_other_relatively(kind: str, at: str, path: str) -> None:
    """And so that it leads where it should, under whatever path the site lies."""
    settings = configured(site={"url": SITE + path})
    found = addresses(tree(kind, [article(url=None)], settings))
    assert len(found) > 3
    assert [address for address in found if address.startswith(("http", "/"))] == []
    for address in (each for each in found if not each.startswith("#")):
        assert urljoin(f"{SITE}{path}{at}", address).startswith(f"{SITE}{path}/")


def test_an_article_that_stands_elsewhere_is_linked_there() -> None:
    links = tree("landing", [article(url="https://elsewhere.example/1")]).xpath("//main//a/@href")
    assert "https://elsewhere.example/1" in links


def test_an_error_page_may_stand_at_any_address() -> None:
    found = [address for address in addresses(tree("error", (), PATHED)) if address != "#main"]
    assert len(found) > 5
    assert all(address.startswith(f"{SITE}/news/") for address in found)


@pytest.mark.parametrize(
    ("kind", "at"), [("landing", "/"), ("selection", "/world/"), ("article", "/articles/"), ("about", "/about/")]
)
def test_canonical_links_are_absolute(kind: str, at: str) -> None:
    [canonical] = tree(kind, [article(url=None)], PATHED).xpath("//head/link[@rel='canonical']/@href")
    assert str(canonical).startswith(f"{SITE}/news{at}")


@pytest.mark.parametrize("sections", [0, 1, 5])
@pytest.mark.parametrize("articles", [0, 1, 30])
def test_the_landing_page_shows_sections_with_their_addresses_and_their_latest_headlines(
    sections: int, articles: int
) -> None:
    slugs = ["world", *(f"s{number}" for number in range(1, sections))][:sections]
    settings = configured(sections=[{"slug": slug, "title": f"قسم {slug}"} for slug in slugs])
    root = tree("landing", [article(id=str(number)) for number in range(articles)], settings)
    cards = root.xpath("//div[@class='cards']/section")
    assert len(cards) == sections
    for slug, card in zip(slugs, cards, strict=True):
        for _, file in FILES:
            assert card.xpath(f".//code[. = '{SITE}/{slug}/{file}']")
            assert card.xpath(f".//a[@href = './{slug}/{file}']")
        shown = min(articles, 3) if slug == "world" else 0
        assert len(card.xpath("ul[contains(@class, 'latest')]/li")) == shown
        assert ("لا أخبار بعد" in card.text_content()) == (shown == 0)
    assert len(root.xpath("//section[@aria-labelledby='everything']//ul[contains(@class, 'latest')]/li")) == min(
        articles, 3
    )
    assert root.xpath("//ol[not(li)] | //ul[not(li)]") == []
    assert len(root.xpath("//form[contains(@class, 'join')]")) == (sections > 1)


@pytest.mark.parametrize(
    ("articles", "digits", "said"),
    [
        (0, "latn", "لا أخبار بعد."),
        (1, "latn", "آخر خبر"),
        (2, "latn", "آخر خبرين"),
        (3, "latn", "آخر 3 أخبار"),
        (11, "latn", "آخر 11 خبرًا"),
        (50, "arab", "آخر ٥٠ خبرًا"),
        (100, "latn", "آخر 100 خبر"),
    ],
)
def test_a_section_says_how_many_articles_it_shows(articles: int, digits: str, said: str) -> None:
    """RTL.md R11, with the newsroom's digits (R10)."""
    settings = configured(site={"digits": digits})
    root = tree("selection", [article(id=str(number)) for number in range(articles)], settings)
    assert [heading.text for heading in root.xpath("//h2[@id='latest']")] == [said]
    assert len(root.xpath("//ol/li")) == articles
    assert root.xpath("//ol[not(li)]") == []


def test_an_articles_page_has_its_text_picture_files_and_sections() -> None:
    root = tree("article", [everything("نص")])
    [found] = root.xpath("//article")
    assert (found.get("lang"), found.get("dir")) == ("ar", "rtl")
    assert found.xpath("div/div[@dir='rtl'][@lang='ar']/p")[0].text == "نص الخبر"
    assert found.xpath("figure/img/@src") == ["../../1.png"]
    assert found.xpath("figure/img/@alt") == ["نص"]
    assert found.xpath("p/a[@type='audio/mpeg']/@href") == ["../../1.mp3"]
    assert found.xpath("p/a[contains(@href, '/authors/')]/@href") == ["../../authors/%D9%86%D8%B5/"]
    assert root.xpath("//a[@rel='tag']/@href") == ["../../tags/%D9%86%D8%B5/"]
    assert found.xpath("p/a[@href='../../world/']/bdi")[0].text == "دولي"


def test_an_article_in_another_language_runs_its_way() -> None:
    [found] = tree("article", [article(url=None, language="en")]).xpath("//article")
    assert (found.get("lang"), found.get("dir")) == ("en", "ltr")


def test_a_headline_in_another_language_says_so() -> None:
    """For those who hear it, and for the letters' shapes; the date beside it is in the page's language."""
    english = article(id="1", title="Breaking news", summary="Details", language="en")
    root = tree("selection", [english, article(id="2", language="ar", summary="تفاصيل")])
    for said, item in zip(["en", None], root.xpath("//ol/li"), strict=True):
        assert [each.get("lang") for each in item.xpath("h3/a/bdi | p[not(@class)]")] == [said, said]
        assert item.get("lang") is None
    assert tree("landing", [english]).xpath("//ul[contains(@class, 'latest')]//bdi/@lang") == ["en", "en"]


@pytest.mark.parametrize(
    ("site", "expected"),
    [
        ({}, "23 نوفمبر 2026، 09:30"),
        ({"digits": "arab"}, "٢٣ نوفمبر ٢٠٢٦، ٠٩:٣٠"),
        ({"display_locale": "ar-SY"}, "23 تشرين الثاني 2026، 09:30"),
        ({"display_locale": "ar-MA", "digits": "arab"}, "٢٣ نونبر ٢٠٢٦، ٠٩:٣٠"),
        ({"display_locale": "en", "timezone": "UTC"}, "23 November 2026, 07:30"),
    ],
)
@pytest.mark.parametrize("kind", SHOWING)
def test_dates_read_as_configured_and_say_the_moment_to_machines(
    kind: str, site: dict[str, Any], expected: str
) -> None:
    times = tree(kind, [article(url=None)], configured(site=site)).xpath("//time")
    assert {time.text_content() for time in times} == {expected}
    assert {datetime.fromisoformat(time.get("datetime")) for time in times} == {article().published}


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_html_in_utf_8_that_fits_a_telephone(kind: str) -> None:
    text = page(kind, [article(url=None)])
    assert text.startswith("<!doctype html>")
    assert '<meta charset="utf-8">' in text[:200]
    assert 'name="viewport" content="width=device-width' in text
    assert len(tree(kind, [article(url=None)]).xpath("//h1")) == 1
    assert re.findall(r"\n{3,}", text) == []


def test_a_card_links_an_arabic_section_percent_encoded() -> None:
    root = tree("landing", (), configured(sections=[{"slug": "محلي", "title": "محلي"}]))
    assert root.xpath("//h3/a/@href") == ["./%D9%85%D8%AD%D9%84%D9%8A/"]
