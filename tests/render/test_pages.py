"""HTML pages: RTL.md R8 and R10, DESIGN section 2."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

import pytest
from lxml import html

from feeds.edition import Edition
from feeds.model import EVERYTHING, FEED_FORMATS, REGISTERED_TYPES, Article, Selection
from feeds.render.pages import article_page, error_page, selection_page
from feeds.sections import SectionNames
from feeds.settings import Settings
from tests.render.articles import SITE, article, configured, document

HOSTILE = "</title></script><script>alert(1)</script><img src=x onerror=alert(1)> \" ' {{ 7*7 }} &amp;"
WORLD = Selection(sections=("world",))
# RTL.md R8; FIFA begins it, so nothing but an element with `dir` turns it right.
MIXED = "FIFA تعلن مواعيد كأس العالم"
FILES = [(format, {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}[format]) for format in FEED_FORMATS]
PATHED = configured(site={"url": f"{SITE}/news"})
PAGES = ["landing", "selection", "article", "error"]


def edition(settings: Settings) -> Edition:
    return Edition(settings, SectionNames(settings.section_list(), ()))


def page(kind: str, articles: Sequence[Article] = (), settings: Settings | None = None) -> str:
    """A page of this kind, of a newsroom with these articles."""
    settings = settings or configured()
    if kind == "error":
        return error_page("الصفحة غير موجودة", "لا شيء في هذا العنوان.", settings).decode()
    if kind == "article":
        entry = edition(settings).entry((*articles, article(url=None))[0], "full")
        return article_page(entry, settings).decode()
    selection = EVERYTHING if kind == "landing" else WORLD
    made = document(articles, "atom", settings=settings, sections=selection.sections, content="summary")
    return selection_page(made, selection, settings.section_list(), settings).decode()


def tree(kind: str, articles: Sequence[Article] = (), settings: Settings | None = None) -> html.HtmlElement:
    return html.document_fromstring(page(kind, articles, settings))


def addresses(root: html.HtmlElement) -> list[str]:
    return [str(found) for found in root.xpath("//body//@href | //body//@src | //link[@rel='stylesheet']/@href")]


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("ar-LY", "rtl"), ("en", "ltr")])
def test_a_page_says_its_language_and_direction(kind: str, language: str, direction: str) -> None:
    root = tree(kind, [article(url=None)], configured(site={"language": language}))
    assert (root.get("lang"), root.get("dir")) == (language, direction)


@pytest.mark.parametrize("kind", PAGES)
def test_no_page_has_inline_style_or_script(kind: str) -> None:
    """The policy of pages would refuse it."""
    root = tree(kind, [article(url=None)])
    assert root.xpath("//script | //style | //@style | //@*[starts-with(name(), 'on')]") == []


def everything(text: str) -> Article:
    """An article every plain string of which is this one."""
    return article(
        url=None,
        title=text,
        summary=text,
        authors=[{"name": text}],
        tags=[text],
        image="/1.png",
        _feeds={"image": {"description": text, "credit": text}},
        attachments=[{"url": "/1.mp3", "mime_type": "audio/mpeg", "title": text}],
    )


def newsroom(text: str) -> Settings:
    """A newsroom every plain string of which is this one."""
    site = dict.fromkeys(("title", "description", "copyright", "contact"), text)
    return configured(site=site, sections=[{"slug": "world", "title": text, "description": text}])


@pytest.mark.parametrize("kind", PAGES)
def test_hostile_strings_are_escaped(kind: str) -> None:
    root = tree(kind, [everything(HOSTILE)], newsroom(HOSTILE))
    assert root.xpath("//script | //img[@onerror] | //@*[starts-with(name(), 'on')]") == []
    assert "49" not in html.tostring(root, encoding="unicode", method="text")
    assert HOSTILE in (root.findtext("body/header/a/bdi") or "")


@pytest.mark.parametrize("kind", PAGES)
def test_each_string_from_the_store_stands_in_an_element_with_a_direction_of_its_own(kind: str) -> None:
    root = tree(kind, [everything(MIXED)], newsroom(MIXED))
    texts = root.xpath("//body//text()[contains(., 'FIFA')]")
    # Text behind an element is nobody's own.
    assert [text for text in texts if not text.is_text] == []
    holders = [text.getparent() for text in texts]
    assert len(holders) >= {"landing": 10, "selection": 8, "article": 7, "error": 3}[kind]
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
    found = tree("landing", [article(title=text)]).find(".//ol//h2//bdi")
    assert found is not None
    assert (found.text, found.get("dir")) == (text, direction)


@pytest.mark.parametrize("kind", PAGES)
def test_no_direction_marks_in_pages(kind: str) -> None:
    """RTL.md R1: they are for plain-text fields of feeds."""
    assert not set("\u200e\u200f\u061c\u2066\u2067\u2068\u2069") & set(page(kind, [everything(MIXED)], newsroom(MIXED)))


@pytest.mark.parametrize("kind", PAGES)
def test_autodiscovery_names_the_registered_types(kind: str) -> None:
    links = tree(kind).xpath("//head/link[@rel='alternate']")
    every = [(REGISTERED_TYPES[name], f"{SITE}/{file}") for name, file in FILES]
    own = [(REGISTERED_TYPES[name], f"{SITE}/world/{file}") for name, file in FILES]
    found = [(link.get("type"), link.get("href")) for link in links]
    assert sorted(found) == sorted(own + every if kind == "selection" else every)
    if kind == "selection":
        # Many readers take the first.
        assert found[: len(own)] == own


@pytest.mark.parametrize("path", ["", "/news/desk"])
@pytest.mark.parametrize(("kind", "at"), [("landing", "/"), ("selection", "/world/"), ("article", "/articles/x/")])
def test_pages_link_to_each_other_relatively(kind: str, at: str, path: str) -> None:
    """And so that it leads where it should, under whatever path the site lies."""
    settings = configured(site={"url": SITE + path})
    found = addresses(tree(kind, [article(url=None)], settings))
    assert len(found) > 3
    assert [address for address in found if address.startswith(("http", "/"))] == []
    for address in found:
        assert urljoin(f"{SITE}{path}{at}", address).startswith(f"{SITE}{path}/")


def test_an_article_that_stands_elsewhere_is_linked_there() -> None:
    assert "https://elsewhere.example/1" in addresses(tree("landing", [article(url="https://elsewhere.example/1")]))


def test_an_error_page_may_stand_at_any_address() -> None:
    assert all(address.startswith(f"{SITE}/news/") for address in addresses(tree("error", (), PATHED)))


@pytest.mark.parametrize(("kind", "at"), [("landing", "/"), ("selection", "/world/"), ("article", "/articles/")])
def test_canonical_links_are_absolute(kind: str, at: str) -> None:
    [canonical] = tree(kind, [article(url=None)], PATHED).xpath("//head/link[@rel='canonical']/@href")
    assert str(canonical).startswith(f"{SITE}/news{at}")


@pytest.mark.parametrize("sections", [0, 1, 5])
@pytest.mark.parametrize("articles", [0, 1, 30])
def test_the_landing_page_shows_sections_with_their_addresses_and_the_latest_headlines(
    sections: int, articles: int
) -> None:
    slugs = [f"s{number}" for number in range(sections)]
    settings = configured(sections=[{"slug": slug, "title": f"قسم {slug}"} for slug in slugs])
    root = tree("landing", [article(id=str(number)) for number in range(articles)], settings)
    assert len(root.xpath("//section[@class='card']")) == sections
    for slug in slugs:
        for _, file in FILES:
            assert root.xpath(f"//code[. = '{SITE}/{slug}/{file}']")
            assert root.xpath(f"//a[@href = './{slug}/{file}']")
    assert len(root.xpath("//ol/li")) == min(articles, 12)
    assert ("لا أخبار بعد" in root.text_content()) == (articles == 0)
    assert root.xpath("//ol[not(li)]") == []


@pytest.mark.parametrize(
    ("articles", "digits", "said"),
    [
        (0, "latn", "لا أخبار هنا بعد"),
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
    assert [heading.text for heading in root.xpath("//h2[@class='latest']")] == [said]
    assert len(root.xpath("//ol/li")) == articles
    assert root.xpath("//ol[not(li)]") == []


def test_an_articles_page_has_its_text_picture_files_and_sections() -> None:
    root = tree("article", [everything("نص")])
    [found] = root.xpath("//article")
    assert (found.get("lang"), found.get("dir")) == ("ar", "rtl")
    assert found.xpath("div[@dir='rtl'][@lang='ar']/p")[0].text == "نص الخبر"
    assert found.xpath("figure/img/@src") == [f"{SITE}/1.png"]
    assert found.xpath("figure/img/@alt") == ["نص"]
    assert found.xpath("p/a[@type='audio/mpeg']/@href") == [f"{SITE}/1.mp3"]
    assert found.xpath("p/a[@href='../../world/']/bdi")[0].text == "دولي"


def test_an_article_in_another_language_runs_its_way() -> None:
    [found] = tree("article", [article(url=None, language="en")]).xpath("//article")
    assert (found.get("lang"), found.get("dir")) == ("en", "ltr")


@pytest.mark.parametrize("kind", ["landing", "selection"])
def test_a_headline_in_another_language_says_so(kind: str) -> None:
    """For those who hear it, and for the letters' shapes; the date beside it is in the page's language."""
    english = article(id="1", title="Breaking news", summary="Details", language="en")
    items = tree(kind, [english, article(id="2", language="ar")]).xpath("//ol/li")
    assert [[each.get("lang") for each in item] for item in items] == [["en", None, "en"], [None, None, None]]


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
@pytest.mark.parametrize("kind", ["landing", "selection", "article"])
def test_dates_read_as_configured_and_say_the_moment_to_machines(
    kind: str, site: dict[str, Any], expected: str
) -> None:
    [time] = tree(kind, [article(url=None)], configured(site=site)).xpath("//time")
    assert time.text_content() == expected
    assert datetime.fromisoformat(time.get("datetime")) == article().published


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_is_html_in_utf_8_that_fits_a_telephone(kind: str) -> None:
    text = page(kind, [article(url=None)])
    assert text.startswith("<!doctype html>")
    assert '<meta charset="utf-8">' in text[:200]
    assert 'name="viewport" content="width=device-width' in text
    assert len(tree(kind, [article(url=None)]).xpath("//h1")) == 1
    assert re.findall(r"\n{3,}", text) == []


def test_a_card_links_an_arabic_section_percent_encoded() -> None:
    root = tree("landing", (), configured(sections=[{"slug": "محلي", "title": "محلي"}]))
    assert root.xpath("//h2/a/@href") == ["./%D9%85%D8%AD%D9%84%D9%8A/"]
