"""What every store promises of articles that are dropped for their age."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from feeds.model import Author, Selection, Topic
from feeds.store.contract import Store
from feeds.text.guid import article_key
from tests.store.articles import MINUTE, NOW, Clock, article, guids, look, put, raised, restore, versions, withdraw

pytestmark = pytest.mark.anyio

DAY = timedelta(days=1)
LONG_AGO = NOW - 1000 * DAY
HORIZON = NOW - 100 * DAY


async def prune(store: Store, before: datetime = HORIZON, most: int = 100) -> int:
    async with store.writing() as writing:
        return await writing.prune(before, most)


async def test_what_is_older_leaves_everything_that_showed_it(store: Store) -> None:
    """Feeds, searches, tags, authors, the archive of its day, its own page; what is not older stays."""
    by: dict[str, Any] = {"tags": ("طرابلس",), "authors": (Author(name="سالم"),), "title": "الميناء"}
    await put(store, article("old", at=LONG_AGO, **by), article("new", **by), article("at", at=HORIZON, **by))
    assert await prune(store) == 1
    shown = (
        Selection(),
        Selection(sections=("world",)),
        Selection(search="الميناء"),
        Selection(topic=Topic("tag", "طرابلس")),
        Selection(topic=Topic("author", "سالم")),
    )
    for selection in shown:
        assert guids(await store.shelf(selection, limit=50, graves=0, now=NOW)) == ["new", "at"]
    begin = LONG_AGO.replace(hour=0)
    assert (await store.day("world", begin, begin + DAY, NOW)).articles == []
    assert await store.find(article_key("old")) is None
    assert {report.section.slug: report.articles for report in await store.report()} == {"world": 2, "sports": 0}


async def test_its_guid_stays_known_with_the_moment(store: Store) -> None:
    """So that whoever brings it again can be told from who brings something new."""
    await put(store, article("old", at=LONG_AGO, sections=("sports",)))
    await prune(store)
    async with store.writing() as writing:
        (known,) = (await writing.known(["old"])).values()
    assert (known.pruned, known.published, known.sections) == (HORIZON, LONG_AGO, ("sports",))
    assert known.withdrawn is None


async def test_the_sections_that_it_stood_in_have_changed_and_no_others(store: Store) -> None:
    await put(store, article("old", at=LONG_AGO, sections=("sports",)), article("new"))
    before = await versions(store)
    await prune(store)
    assert await raised(store, before) == {"", "sports"}
    before = await versions(store)
    assert await prune(store) == 0
    assert await raised(store, before) == set()


async def test_the_oldest_go_first_and_not_more_than_so_many(store: Store) -> None:
    await put(store, *(article(str(n), at=LONG_AGO + n * MINUTE) for n in range(5)), article("new"))
    assert await prune(store, most=2) == 2
    assert guids(await look(store)) == ["new", "4", "3", "2"]
    assert await prune(store, most=2) == 2
    assert await prune(store, most=2) == 1
    assert guids(await look(store)) == ["new"]


async def test_tombstones_stay_where_they_are(store: Store) -> None:
    """Of the feeds, and of the archive of the day; a withdrawn article that was dropped can't be restored."""
    await put(store, article("old", at=LONG_AGO, title="ما قيل"), article("new"))
    await withdraw(store, "old", LONG_AGO + DAY, "خطأ")
    graves, before = (await look(store)).tombstones, await versions(store)
    assert await prune(store) == 1
    begin = LONG_AGO.replace(hour=0)
    assert (await look(store)).tombstones == graves
    assert (await store.day("world", begin, begin + DAY, NOW)).tombstones == graves
    assert await store.find(article_key("old")) == graves[0]
    assert await raised(store, before) == set()
    assert not await restore(store, "old")
    assert await prune(store) == 0


async def test_a_dropped_article_can_still_be_withdrawn(store: Store) -> None:
    """Readers hold it: its tombstone tells them."""
    await put(store, article("old", at=LONG_AGO))
    await prune(store)
    assert await withdraw(store, "old", NOW, "حكم")
    assert [grave.guid for grave in (await look(store, "world")).tombstones] == ["old"]
    assert not await restore(store, "old")


async def test_put_again_it_is_an_article_again(store: Store) -> None:
    """In feeds and in searches, in its place."""
    old = article("old", at=LONG_AGO, title="الميناء")
    await put(store, old, article("new"))
    await prune(store)
    await put(store, old)
    assert guids(await look(store)) == ["new", "old"]
    assert guids(await store.shelf(Selection(search="الميناء"), limit=5, graves=0, now=NOW)) == ["old"]
    assert await store.find(article_key("old")) == old
    assert await prune(store) == 1
    assert guids(await look(store)) == ["new"]


async def test_neighbours_of_an_archive_know_that_it_is_gone(store: Store, clock: Clock) -> None:
    """The first day that is left has none before it, and has changed at that moment."""
    await put(store, article("old", at=LONG_AGO), article("left", at=HORIZON), article("new"))
    begin = HORIZON.replace(hour=0)
    assert (await store.day("world", begin, begin + DAY, NOW)).older == LONG_AGO
    clock.time += 100
    await prune(store)
    day = await store.day("world", begin, begin + DAY, NOW)
    assert day.older is None
    assert day.changed == int(clock.time) + 1


async def test_how_many_stand_before_a_moment(store: Store) -> None:
    await put(store, article("old", at=LONG_AGO, sections=("world", "sports")), article("new"))
    assert await store.standing(HORIZON) == {"": 1, "world": 1, "sports": 1}
    assert await store.standing(NOW) == {"": 2, "world": 2, "sports": 1}


async def test_nobody_is_told(store: Store) -> None:
    """Old articles are no news, neither when they go."""
    await put(store, article("old", at=LONG_AGO))
    await prune(store)
    assert await store.outbox.announcements() == []
