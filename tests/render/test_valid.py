"""No validator finds fault with a feed of ours: our own check, and the schema of RFC 4287."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from lxml import etree

from feeds import samples
from feeds.check import Finding, check_feed
from feeds.model import FEED_FORMATS, Article, FeedFormat, Tombstone
from tests.render.articles import HUBS, NOW, SECTIONS, SITE, SOME, article, configured, document, rendered, several

SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))
WEBSUB = configured(websub={"hubs": HUBS})


def sampled() -> list[Article]:
    found = [article(**{"url": None, **item}) for item in samples.items(site_url=SITE, now=NOW)]
    return [each for each in found if each.listed_at <= NOW]


def shows_markup(finding: Finding) -> bool:
    """Plain text that looks like markup is the newsroom's own, and stays as it is."""
    return any(what in finding.what for what in ("holds markup", "holds an HTML reference", "is escaped twice"))


def findings(body: bytes, self_url: str) -> list[Finding]:
    return [finding for finding in check_feed(body, self_url=self_url) if not shows_markup(finding)]


@pytest.mark.parametrize("format", FEED_FORMATS)
@pytest.mark.parametrize("content", ["full", "summary"])
def test_the_samples_feeds_are_faultless(format: FeedFormat, content: str) -> None:
    settings = configured(websub={"hubs": HUBS}, feeds={"content": content})
    articles = sampled()
    assert len(articles) > 60
    for sections in [(), *((slug,) for slug in SECTIONS), ("sports", "world")]:
        chosen = [each for each in articles if not sections or {*sections} & {*each.sections}][:50]
        made = document(chosen, format, settings=settings, sections=sections)
        body = rendered(chosen, format, settings=settings, sections=sections)
        assert findings(body, made.self_urls[format]) == []


@given(several())
@SOME
def test_made_articles_give_faultless_feeds(articles: list[Article]) -> None:
    for format in FEED_FORMATS:
        for content in ("full", "summary"):
            settings = configured(feeds={"content": content}, websub={"hubs": HUBS})
            made = document(articles, format, settings=settings)
            assert findings(rendered(articles, format, settings=settings), made.self_urls[format]) == []


@given(several())
@SOME
def test_atom_is_valid_by_the_schema_of_rfc_4287(articles: list[Article]) -> None:
    graves = [Tombstone(guid="1", withdrawn=NOW, reason="سُحبت"), Tombstone(guid="2", withdrawn=NOW)]
    SCHEMA.assertValid(etree.fromstring(rendered(articles, "atom", settings=WEBSUB, tombstones=graves)))


@pytest.mark.parametrize("format", FEED_FORMATS)
def test_a_feed_without_entries_is_faultless(format: FeedFormat) -> None:
    made = document((), format, settings=WEBSUB)
    assert findings(rendered((), format, settings=WEBSUB), made.self_urls[format]) == []


@pytest.mark.parametrize("format", FEED_FORMATS)
def test_a_newsroom_that_configures_as_little_as_it_may_has_faultless_feeds(format: FeedFormat) -> None:
    site = {"description": "", "publisher": "", "copyright": "", "icon": "", "logo": "", "title": "G20 أخبار"}
    settings = configured(site=site)
    made = document([article()], format, settings=settings)
    assert findings(rendered([article()], format, settings=settings), made.self_urls[format]) == []


@pytest.mark.parametrize("format", FEED_FORMATS)
@pytest.mark.parametrize("content", ["full", "summary"])
def test_an_article_of_pictures_alone_is_faultless(format: FeedFormat, content: str) -> None:
    """It has no text that a summary could be made from."""
    settings = configured(feeds={"content": content})
    picture = article(title="معرض صور", content_html='<p><img src="https://news.example/1.jpg" alt=""></p>')
    made = document([picture], format, settings=settings)
    assert findings(rendered([picture], format, settings=settings), made.self_urls[format]) == []


@pytest.mark.parametrize("format", FEED_FORMATS)
def test_a_source_without_a_name_is_called_by_its_host(format: FeedFormat) -> None:
    taken = article(_feeds={"source": {"title": "", "url": "https://wakala.example"}})
    body = rendered([taken], format)
    assert "wakala.example" in body.decode()
    assert findings(body, document([taken], format).self_urls[format]) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<id>https://news.example/atom.xml</id>", ""),
        ("<rights>", "<rights>©</rights><rights>"),
        ("</entry>", "<subtitle/></entry>"),
        ("<published>", "<published>now"),
        ('xml:lang="ar"', 'xml:lang="ar_LY"'),
        ('<link href="https://news.example/1" ', "<link "),
        ("<title>", '<title dir="rtl">'),
    ],
)
def test_the_schema_sees_what_is_wrong(old: str, new: str) -> None:
    body = rendered([article()], "atom").decode()
    assert old in body
    assert not SCHEMA.validate(etree.fromstring(body.replace(old, new, 1).encode()))


def test_samples_reach_back_more_than_a_day() -> None:
    """So that sections, and not only the newest hours, were looked at."""
    times = [each.published for each in sampled()]
    assert max(times) - min(times) > timedelta(days=1)
