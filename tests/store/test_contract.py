"""What every store shows of its articles: order, times, embargoes, unions (DESIGN.md section 3)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from feeds.model import Article, Attachment, Author, Image, Origin
from feeds.store.contract import Store
from feeds.text.guid import article_key
from tests.store.articles import MINUTE, NOW, SECOND, Clock, article, guids, later, look, make_sections, put, withdraw

pytestmark = pytest.mark.anyio

FULL = Article(
    guid="https://example.org/?p=1&x=<y>",
    url="https://example.org/1/",
    title="عنوان «مع» علامات \N{RIGHT-TO-LEFT MARK}!",
    summary="ملخص",
    excerpt="بداية",
    content_html='<p dir="ltr">C++ &amp; ﷺ 😀</p>',
    published=datetime(2026, 11, 23, 10, 0, 0, 250_000, tzinfo=timezone(timedelta(hours=2))),
    modified=datetime(2026, 11, 23, 7, 30, tzinfo=timezone(-timedelta(hours=3, minutes=30))),
    authors=(Author(name="سعاد"), Author(name="B", url="https://example.org/b")),
    tags=("طاقة", "x,y"),
    language="ar-LY",
    image=Image(
        url="https://example.org/i.png",
        mime_type="image/png",
        size=5,
        width=4,
        height=3,
        description="وصف",
        credit="مصور",
    ),
    attachments=(
        Attachment(url="https://example.org/a.mp3", mime_type="audio/mpeg", title="صوت", size=9, duration=1.5),
        Attachment(url="https://example.org/b.pdf", mime_type="application/pdf"),
    ),
    origin=Origin(title="وكالة", url="https://example.net/feed"),
    correction=True,
    sections=("sports", "world"),
)


async def test_an_empty_store_has_an_empty_feed(store: Store) -> None:
    """A section that never had an article is empty, no error."""
    shelf = await look(store, "world")
    assert (shelf.articles, shelf.tombstones, shelf.changes_at) == ([], [], None)


async def test_a_section_that_does_not_exist_is_empty(store: Store) -> None:
    """Sections that don't exist are empty, alone and among others."""
    await put(store, article())
    assert guids(await look(store, "nowhere")) == []
    assert guids(await look(store, "nowhere", "world")) == ["a"]


@pytest.mark.parametrize("whole", [FULL, article(), replace(FULL, url=None, image=None, sections=("world",))])
async def test_an_article_comes_back_as_it_went_in(store: Store, whole: Article) -> None:
    """Every field of an article is kept, and the order of its sections."""
    await put(store, whole)
    (found,) = (await look(store)).articles
    assert found == whole


async def test_times_keep_the_offset_of_their_source(store: Store) -> None:
    """Times are aware and come back with the offset they went in with."""
    await put(store, FULL)
    (found,) = (await look(store)).articles
    assert found.published.isoformat() == "2026-11-23T10:00:00.250000+02:00"
    assert found.modified.isoformat() == "2026-11-23T07:30:00-03:30"


async def test_newest_first(store: Store) -> None:
    """Articles stand newest first by the moment of their publication, whatever its offset."""
    east, west = timezone(timedelta(hours=9)), timezone(-timedelta(hours=9))
    moment = NOW - timedelta(hours=1)
    await put(
        store,
        article("second", at=moment.astimezone(east)),
        article("third", at=(moment - timedelta(microseconds=1)).astimezone(west)),
        article("first", at=(moment + timedelta(microseconds=1)).astimezone(west)),
    )
    assert guids(await look(store, "world")) == ["first", "second", "third"]


async def test_one_moment_is_ordered_by_guid(store: Store) -> None:
    """Of one time, articles stand by guid ascending, by code points, not by UTF-16 or a locale."""
    names = ["", " ", "10", "9", "A", "a", "b", "é", "ا", "ب", "\uffee", "\U0001f600"]
    assert names == sorted(names)
    await put(store, *(article(name) for name in reversed(names)))
    assert guids(await look(store, "world")) == names
    assert guids(await look(store, "sports", "world")) == names


async def test_only_the_latest(store: Store) -> None:
    """A shelf holds no more than its limit, the latest, of a section, of several, of all."""
    await put(
        store,
        *(article(f"{n:02}", at=NOW - n * MINUTE, sections=("world", "sports")[n % 2 :]) for n in range(9)),
    )
    for sections in ((), ("world",), ("sports", "world")):
        everything = guids(await look(store, *sections))
        assert guids(await look(store, *sections, limit=3)) == everything[:3]


async def test_several_sections_in_one_feed(store: Store) -> None:
    """A union of sections shows what stands in any of them, once."""
    await make_sections(store, "economy")
    await put(
        store,
        article("w", at=NOW - 1 * MINUTE, sections=["world"]),
        article("both", at=NOW - 2 * MINUTE, sections=["world", "sports"]),
        article("s", at=NOW - 3 * MINUTE, sections=["sports"]),
        article("e", at=NOW, sections=["economy"]),
    )
    assert guids(await look(store, "sports", "world")) == ["w", "both", "s"]
    assert guids(await look(store, "sports", "world", limit=2)) == ["w", "both"]
    assert guids(await look(store)) == ["e", "w", "both", "s"]


async def test_an_embargoed_article_appears_at_its_time(store: Store) -> None:
    """An article dated in the future appears at its time by itself, and the shelf says when."""
    ends = NOW + timedelta(hours=1)
    await put(store, article("seen"), article("embargoed", at=ends))
    for sections in ((), ("world",), ("sports", "world")):
        before = await look(store, *sections, now=ends - timedelta(microseconds=1))
        assert (guids(before), before.changes_at) == (["seen"], ends)
        at_last = await look(store, *sections, now=ends)
        assert (guids(at_last), at_last.changes_at) == (["embargoed", "seen"], None)


async def test_the_next_embargo_counts(store: Store) -> None:
    """Of several embargoes `changes_at` is the first to end, of those in the selection."""
    await put(store, *(article(f"{n}", at=NOW + n * MINUTE, sections=["world"]) for n in (3, 2, 4)))
    await put(store, article("other", at=NOW + MINUTE, sections=["sports"]))
    assert (await look(store, "world")).changes_at == NOW + 2 * MINUTE
    assert (await look(store, "sports", "world")).changes_at == NOW + MINUTE
    assert (await look(store)).changes_at == NOW + MINUTE


async def test_a_correction_stands_by_its_modification(store: Store) -> None:
    """A marked correction stands by its modification; one that is not marked stays in its place."""
    old = article("old", at=NOW - 9 * MINUTE)
    await put(store, old, article("new", at=NOW - 5 * MINUTE))
    await put(store, replace(old, modified=NOW - 1 * MINUTE))
    assert guids(await look(store, "world")) == ["new", "old"]
    await put(store, replace(old, modified=NOW - 1 * MINUTE, correction=True))
    assert guids(await look(store, "world")) == ["old", "new"]
    await put(store, replace(old, modified=NOW - 30 * MINUTE, correction=True))
    assert guids(await look(store, "world")) == ["new", "old"]


async def test_times_at_the_ends_of_the_calendar_do_no_harm(store: Store) -> None:
    """One article with an impossible date does not break the feed that it is in."""
    first = datetime.min.replace(tzinfo=timezone(timedelta(hours=3)))
    last = datetime.max.replace(tzinfo=timezone(-timedelta(hours=3)))
    await put(store, article("first", at=first), article("a"), article("last", at=last))
    shelf = await look(store, "world")
    assert guids(shelf) == ["a", "first"]
    assert shelf.changes_at == datetime.max.replace(tzinfo=UTC)
    assert {report.newest for report in await store.report()} == {None, datetime.max.replace(tzinfo=UTC)}


async def test_an_article_is_found_by_its_key(store: Store) -> None:
    """An article's page asks by the key of its guid; a key of nothing finds nothing."""
    await put(store, FULL, article())
    assert await store.find(article_key(FULL.guid)) == FULL
    for strange in ("", "a", FULL.guid, article_key("b"), article_key(FULL.guid).upper(), "' OR 1=1 --"):
        assert await store.find(strange) is None


async def test_the_report_counts_articles(store: Store) -> None:
    """Every section with its count of articles, embargoed too, and its newest publication."""
    await put(store, article("a", sections=["world", "sports"]), article("b", at=NOW + MINUTE))
    reports = {report.section.slug: report for report in await store.report()}
    assert {slug: report.articles for slug, report in reports.items()} == {"world": 2, "sports": 1}
    assert {slug: report.newest for slug, report in reports.items()} == {
        "world": NOW + MINUTE,
        "sports": NOW - MINUTE,
    }
    states = await store.states()
    assert all(report.state == states[slug] for slug, report in reports.items())


async def test_a_selection_is_as_old_as_its_first_section(store: Store, clock: Clock) -> None:
    """`since` is when the selection's first section was made."""
    clock.time = SECOND + 60
    await make_sections(store, "economy")
    assert (await look(store, "economy")).since == NOW + MINUTE
    assert (await look(store, "economy", "world")).since == NOW
    assert (await look(store)).since == NOW


async def test_another_opening_finds_everything(store: Store, stores: Callable[[], Store]) -> None:
    """What was put outlives the process: a store that is opened again holds the same, in the same state."""
    await put(store, FULL, later(article(), MINUTE))
    other = stores()
    await other.open()
    try:
        assert await look(other) == await look(store)
        assert await other.states() == await store.states()
        assert await other.sections() == await store.sections()
    finally:
        await other.close()


async def test_the_newest_of_each_section(store: Store) -> None:
    """When it stands; not under embargo, not withdrawn; nothing for a section that has none."""
    assert await store.newest(NOW) == {}
    await put(store, article("a", at=NOW - 2 * MINUTE), article("b"), article("later", at=NOW + MINUTE))
    assert await store.newest(NOW) == {"": NOW - MINUTE, "world": NOW - MINUTE}
    assert await withdraw(store, "b")
    assert (await store.newest(NOW))["world"] == NOW - 2 * MINUTE
    assert (await store.newest(NOW + MINUTE))["world"] == NOW + MINUTE


async def test_the_fronts_of_all_sections(store: Store) -> None:
    """The latest of every section, as their shelves have them: whole, in their order, without what is under embargo
    or withdrawn, and nothing of a section that has none."""
    await make_sections(store, "economy")
    await put(
        store,
        *(article(f"{n}", at=NOW - n * MINUTE, sections=("world", "sports")[n % 2 :]) for n in range(6)),
        article("coming", at=NOW + MINUTE, sections=["world", "sports"]),
        article("gone", at=NOW, sections=["world"]),
    )
    await withdraw(store, "gone")
    for limit in (1, 3, 50):
        for now in (NOW, NOW + MINUTE, NOW - 3 * MINUTE):
            found = await store.fronts(limit=limit, now=now)
            assert set(found) == {"world", "sports", "economy"}
            for slug, front in found.items():
                assert front == (await look(store, slug, limit=limit, now=now)).articles
    assert guids(await look(store, "world", limit=3)) == ["0", "2", "4"]
