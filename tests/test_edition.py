"""What a feed holds, before it is bytes: DESIGN section 3."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given

from feeds.addresses import FeedAddress
from feeds.edition import headline
from feeds.model import EVERYTHING, FEED_FORMATS, Article, ContentLevel, Selection, State, Tombstone
from feeds.text.guid import article_key
from tests.render.articles import HUBS, NOW, SITE, SOME, article, configured, document, edition, several, shelf

WEBSUB = configured(websub={"hubs": HUBS})


@pytest.mark.parametrize(
    ("sections", "limit", "content", "tail"),
    [
        ((), None, None, ""),
        (("world",), None, None, ""),
        (("world",), 10, None, "?limit=10"),
        ((), None, "summary", "?content=summary"),
        (("sports", "world"), 5, "full", "?limit=5&content=full"),
    ],
)
def test_self_links_hold_limit_then_content(
    sections: tuple[str, ...], limit: int | None, content: ContentLevel | None, tail: str
) -> None:
    made = document((), sections=sections, limit=limit, content=content)
    folder = f"{SITE}/{'+'.join(sections)}/" if sections else f"{SITE}/"
    assert made.self_urls == {
        "rss": f"{folder}rss.xml{tail}",
        "atom": f"{folder}atom.xml{tail}",
        "json": f"{folder}feed.json{tail}",
    }
    assert made.page_url == folder


@pytest.mark.parametrize("format", FEED_FORMATS)
def test_the_id_is_the_canonical_atom_address_in_every_format_and_with_parameters(format: str) -> None:
    for limit in (None, 3):
        made = document((), format, sections=("محلي",), limit=limit)  # type: ignore[arg-type]
        assert made.id == f"{SITE}/%D9%85%D8%AD%D9%84%D9%8A/atom.xml"


def test_hubs_are_announced_on_sections_and_all() -> None:
    assert document((), settings=WEBSUB).hubs == HUBS
    assert document((), settings=WEBSUB, sections=("world",)).hubs == HUBS


def test_hubs_are_never_announced_with_limit_or_content() -> None:
    """Nothing pings them for those addresses, and readers would stop polling."""
    assert document((), settings=WEBSUB, limit=5).hubs == ()
    assert document((), settings=WEBSUB, content="summary").hubs == ()


@pytest.mark.parametrize(("max_age", "ttl"), [(0, 1), (1, 1), (60, 1), (61, 2), (300, 5), (86400, 1440)])
def test_ttl_is_the_cache_lifetime_in_whole_minutes_rounded_up(max_age: int, ttl: int) -> None:
    assert document((), settings=configured(feeds={"max_age": max_age})).ttl == ttl


def test_full_content_by_default_and_the_summary_alone_where_asked_or_configured() -> None:
    made = article(summary="ملخص")
    brief = configured(feeds={"content": "summary"})
    assert document([made]).entries[0].content_html == '<div dir="rtl" lang="ar"><p>نص الخبر</p></div>'
    assert document([made], content="summary").entries[0].content_html is None
    assert document([made], settings=brief).entries[0].content_html is None
    assert document([made], settings=brief, content="full").entries[0].content_html is not None


def test_an_article_without_content_has_none() -> None:
    assert document([article(content_html="")]).entries[0].content_html is None


def test_updated_depends_on_what_is_shown_alone() -> None:
    shown = article(date_published="2026-11-20")
    stock = shelf([shown])
    later = replace(stock, state=State(version=9, changed=2_000_000_000), since=NOW)
    address = FeedAddress(selection=EVERYTHING, format="rss")
    assert edition(WEBSUB).document(address, stock) == edition(WEBSUB).document(address, later)
    assert document([shown]).updated == shown.published


def test_a_withdrawal_is_shown_too() -> None:
    grave = Tombstone(guid="1", withdrawn=NOW)
    assert document([article()], tombstones=[grave]).updated == NOW


def test_an_empty_feed_was_updated_when_its_section_was_made() -> None:
    assert document().updated == shelf([]).since


def test_an_article_changed_before_its_publication_is_updated_when_published() -> None:
    embargoed = replace(article(), modified=article().published - timedelta(hours=3))
    assert document([embargoed]).entries[0].updated == embargoed.published


@given(several())
@SOME
def test_no_entry_is_updated_before_it_is_published_nor_after_its_feed(articles: list[Article]) -> None:
    made = document(articles)
    for entry in made.entries:
        assert entry.published <= entry.updated <= made.updated
        assert entry.title
        assert entry.published.tzinfo is not None


def test_without_an_address_of_its_own_the_permalink_is_its_page_here() -> None:
    made = article(url=None)
    assert document([made]).entries[0].permalink == f"{SITE}/articles/{article_key(made.guid)}/"


def test_without_a_title_the_summarys_beginning_stands_for_it() -> None:
    assert headline(article(title="", summary="ملخص")) == "ملخص"
    assert headline(article(title="", content_html="<p>نص</p>")) == "نص"


def test_the_title_names_the_sections_and_the_newsroom() -> None:
    made = edition(configured())
    assert made.title(EVERYTHING) == "صحيفة المثال"
    assert made.title(Selection(sections=("sports", "world"))) == "رياضة، دولي - صحيفة المثال"
    english = edition(configured(site={"language": "en", "title": "The Example"}))
    assert english.title(Selection(sections=("sports", "world"))) == "رياضة, دولي - The Example"


def test_a_section_that_is_not_known_yet_is_called_by_its_slug() -> None:
    """Another process may have made it a moment ago."""
    assert document((), sections=("new",)).title == "new - صحيفة المثال"


def test_the_description_is_the_sections_own_or_the_sites_or_the_title() -> None:
    own = configured(sections=[{"slug": "world", "title": "دولي", "description": "أخبار العالم"}])
    bare = configured(site={"description": ""})
    assert document((), settings=own, sections=("world",)).description == "أخبار العالم"
    assert document((), sections=("world",)).description == "أخبار ليبيا والعالم"
    assert document((), settings=bare, sections=("world",)).description == "دولي - صحيفة المثال"


@pytest.mark.parametrize("path", ["", "/news", "/a/b"])
def test_every_address_lies_under_the_path_of_the_site(path: str) -> None:
    settings = configured(site={"url": f"{SITE}{path}/"})
    made = document([article(url=None)], settings=settings, sections=("world",))
    entry = made.entries[0]
    addresses = [made.id, made.page_url, made.publisher_url, *made.self_urls.values(), entry.permalink]
    for address in [*addresses, made.icon or "", made.logo or ""]:
        assert address.startswith(f"{SITE}{path}/")
    assert made.stylesheets == {"rss": f"{path}/static/rss.css", "atom": f"{path}/static/atom.css"}


def test_an_icon_may_stand_elsewhere() -> None:
    settings = configured(site={"icon": "https://cdn.example/icon.png", "logo": ""})
    assert (document((), settings=settings).icon, document((), settings=settings).logo) == (
        "https://cdn.example/icon.png",
        None,
    )


def test_the_author_is_the_publisher_or_else_the_newsroom() -> None:
    assert document().publisher == "غرفة الأخبار"
    assert document((), settings=configured(site={"publisher": ""})).publisher == "صحيفة المثال"
