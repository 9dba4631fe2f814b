"""OPML and news sitemaps in the hands of readers that we did not write, on samples and on hostile articles."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import listparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from usp.objects.sitemap import AbstractSitemap
from usp.tree import sitemap_from_str

from feeds.check import check_feed
from feeds.desk.listings import NEWS_WINDOW, News, news, subscriptions
from feeds.edition import Edition
from feeds.model import Article, Section
from feeds.render.listings import SitemapPart, news_sitemap, opml, sitemap_index
from feeds.sections import SectionNames
from tests.render.articles import NOW, SITE, SOME, article, configured, edition, several, shelf, texts
from tests.render.partners import DIRECTIONS
from tests.render.test_valid import sampled

SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).with_name("sitemap.rng")))
URL = f"{SITE}/news-sitemap.xml"


def told(articles: list[Article]) -> News:
    return news(edition(configured()), shelf(articles), NOW, language="ar")


def written(articles: list[Article]) -> bytes:
    return news_sitemap(told(articles).entries, "صحيفة المثال")


def read(body: bytes) -> AbstractSitemap:
    """As ultimate-sitemap-parser reads it."""
    return sitemap_from_str(body.decode("utf-8"))


def test_a_reader_of_sitemaps_finds_the_samples_of_two_days() -> None:
    """Each with its address, its title and its time, none that is older; and our own check finds no fault."""
    recent = [each for each in sampled() if each.published > NOW - NEWS_WINDOW]
    assert 0 < len(recent) < len(sampled())
    body = written(sampled())
    pages = list(read(body).all_pages())
    assert len(pages) == len(recent)
    entries = told(sampled()).entries
    for page, entry in zip(pages, entries, strict=True):
        story = page.news_story
        assert story
        assert (page.url, page.last_modified) == (entry.url, entry.updated)
        assert (story.title, story.publish_date, story.publication_language) == (
            entry.title,
            entry.published,
            entry.language,
        )
        assert story.publication_name == "صحيفة المثال"
    assert check_feed(body, self_url=URL) == []


@given(several())
@SOME
def test_no_article_can_break_a_sitemap(articles: list[Article]) -> None:
    """Whatever its title, its address and its language are: it is valid, and no direction mark stands in it."""
    last = max((each.published for each in articles), default=NOW)
    found = news(edition(configured()), shelf(articles), last + timedelta(hours=1), language="ar-LY")
    body = news_sitemap(found.entries, "FIFA \u200f أخبار <&>")
    SCHEMA.assertValid(etree.fromstring(body))
    assert not DIRECTIONS.search(body.decode("utf-8"))
    errors = [finding for finding in check_feed(body, self_url=URL) if finding.level == "error"]
    assert errors == []
    assert len(list(read(body).all_pages())) == len(found.entries)
    if articles:
        assert found.entries and found.expires and found.expires <= last + NEWS_WINDOW


def test_a_reader_of_sitemaps_finds_the_parts_of_an_index() -> None:
    """The index is an index to it, too."""
    body = sitemap_index([SitemapPart(url=f"{SITE}/news-sitemap-{n}.xml", updated=NOW) for n in (1, 2)])
    SCHEMA.assertValid(etree.fromstring(body))
    assert check_feed(body, self_url=URL) == []
    assert [part.url for part in read(body).sub_sitemaps] == [f"{SITE}/news-sitemap-{n}.xml" for n in (1, 2)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<news:language>ar<", "<news:language>ar-LY<"),
        ("<loc>https://news.example/1<", "<loc>/1<"),
        ("<news:title>خبر أول<", "<news:title> <"),
        ("+02:00</news:publication_date>", "</news:publication_date>x"),
        ("<lastmod>", "<lastmod>on "),
    ],
)
def test_the_schema_sees_what_is_wrong(old: str, new: str) -> None:
    body = written([article()]).decode()
    assert SCHEMA.validate(etree.fromstring(body.encode())) and old in body
    assert not SCHEMA.validate(etree.fromstring(body.replace(old, new, 1).encode()))


@given(st.lists(st.tuples(texts(), texts()), min_size=1, max_size=5))
@SOME
def test_no_section_can_break_opml(names: list[tuple[str, str]]) -> None:
    """Titles and descriptions with whatever in them: a reader of OPML that we did not write finds every feed by it."""
    sections: list[dict[str, Any]] = [
        {"slug": f"s{number}", "title": f"قسم {title}", "description": description}
        for number, (title, description) in enumerate(names)
    ]
    settings = configured(site={"title": "صحيفة \u200f«المثال» & <b>"}, sections=sections)
    body = opml(subscriptions(edition(settings), settings))
    assert not DIRECTIONS.search(body.decode("utf-8"))
    assert [finding for finding in check_feed(body) if finding.level == "error"] == []
    found = listparser.parse(body)
    assert not found.bozo
    assert [feed.url for feed in found.feeds] == [f"{SITE}/s{number}/atom.xml" for number in range(len(names))]
    titles = [section.title for section in settings.section_list()]
    assert all(
        DIRECTIONS.sub("", title).strip()[:20] in feed.title for feed, title in zip(found.feeds, titles, strict=True)
    )


def test_opml_says_whose_it_is() -> None:
    """A contact that is an address of mail is the owner's; a page is none. Descriptions and language are told."""
    settings = configured(
        site={"contact": "feeds@news.example", "language": "ar-LY"},
        sections=[{"slug": "world", "title": "دولي", "description": "أخبار العالم"}],
    )
    root = etree.fromstring(opml(subscriptions(edition(settings), settings)))
    assert root.findtext("head/ownerName") == "غرفة الأخبار"
    assert root.findtext("head/ownerEmail") == "feeds@news.example"
    (outline,) = root.findall("body/outline/outline")
    assert (outline.get("description"), outline.get("language")) == ("أخبار العالم", "ar-LY")
    other = configured(site={"contact": "https://news.example/contact"})
    assert etree.fromstring(opml(subscriptions(edition(other), other))).find("head/ownerEmail") is None


def test_a_section_is_listed_in_the_order_of_the_configuration() -> None:
    """Those that articles brought come behind."""
    settings = configured(sections=[{"slug": "b", "title": "باء"}, {"slug": "a", "title": "ألف"}])
    names = SectionNames(settings.section_list(), [Section(slug="0", title="صفر"), Section(slug="a", title="A")])
    listed = subscriptions(Edition(settings, names), settings)
    assert [feed.title.partition(" - ")[0] for feed in listed.feeds] == ["باء", "ألف", "صفر"]
