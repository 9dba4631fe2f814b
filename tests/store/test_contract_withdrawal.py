"""What every store promises of withdrawn articles (DESIGN.md section 3, RFC 6721)."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from feeds.model import Article, Tombstone
from feeds.store.contract import Store
from feeds.text.guid import article_key
from tests.store.articles import MINUTE, NOW, article, guids, look, put, raised, restore, versions, withdraw

pytestmark = pytest.mark.anyio


async def test_a_withdrawn_article_leaves_at_once_and_stays_as_a_tombstone(store: Store) -> None:
    """It goes out of every section it stood in, and each holds its tombstone, with its reason and its address."""
    url = "https://elsewhere.example/a"
    await put(store, article(sections=["world", "sports"], url=url), article("b"))
    assert await withdraw(store, "a", NOW, "خطأ")
    grave = Tombstone(guid="a", withdrawn=NOW, reason="خطأ", url=url)
    for sections, left in (((), ["b"]), (("world",), ["b"]), (("sports",), []), (("sports", "world"), ["b"])):
        shelf = await look(store, *sections)
        assert guids(shelf) == left
        assert shelf.tombstones == [grave]
    assert await store.find(article_key("a")) == grave


async def test_a_withdrawal_is_a_change_of_its_sections_alone(store: Store) -> None:
    """Withdrawn and restored, an article raises the versions of its sections and of the whole."""
    await put(store, article(sections=["world"]))
    before = await versions(store)
    await withdraw(store, "a")
    assert await raised(store, before) == {"", "world"}
    before = await versions(store)
    await restore(store, "a")
    assert await raised(store, before) == {"", "world"}


async def test_the_withdrawal_keeps_its_offset(store: Store) -> None:
    """A tombstone's `when` has the offset that it was given."""
    await put(store, article())
    when = NOW.astimezone(timezone(timedelta(hours=2)))
    await withdraw(store, "a", when)
    (grave,) = (await look(store)).tombstones
    assert grave.withdrawn.isoformat() == when.isoformat()


@pytest.mark.parametrize("correction", [False, True])
async def test_a_tombstone_is_no_earlier_than_what_was_last_shown(store: Store, correction: bool) -> None:
    """A reader keeps an entry whose `updated` is later than its tombstone's `when` (RFC 6721 §3): changes that follow
    each other within a second are ahead of the clock. What was seen has a tombstone, wherever it stands now."""
    ahead = NOW + timedelta(seconds=3)
    await put(store, article(modified=ahead, correction=correction))
    when = (NOW + timedelta(seconds=1)).astimezone(timezone(timedelta(hours=2)))
    assert await withdraw(store, "a", when)
    (grave,) = (await look(store)).tombstones
    assert grave.withdrawn == ahead
    assert grave.withdrawn.utcoffset() == timedelta(hours=2)
    assert await restore(store, "a", when)
    found = await store.find(article_key("a"))
    assert isinstance(found, Article)
    assert found.modified == ahead + timedelta(seconds=1)


async def test_the_latest_tombstones_come_first(store: Store) -> None:
    """The 20 latest withdrawals, the last one first; of one moment by guid."""
    names = [f"{n:02}" for n in range(25)]
    await put(store, *map(article, names))
    for number, name in enumerate(names):
        await withdraw(store, name, NOW + (number // 2) * MINUTE)
    expected = ["24", "22", "23", "20", "21", "18", "19", "16", "17", "14", "15", "12", "13"]
    for sections in ((), ("world",), ("sports", "world")):
        buried = [grave.guid for grave in (await look(store, *sections, graves=20)).tombstones]
        assert len(buried) == 20
        assert buried[:13] == expected
    assert (await look(store, graves=0)).tombstones == []


async def test_what_was_never_seen_leaves_no_tombstone(store: Store) -> None:
    """An article withdrawn under embargo was never in a feed: a tombstone would tell of it."""
    await put(store, article(at=NOW + MINUTE), article("b", at=NOW))
    assert await withdraw(store, "a", NOW)
    assert await withdraw(store, "b", NOW)
    shelf = await look(store, now=NOW + 2 * MINUTE)
    assert [grave.guid for grave in shelf.tombstones] == ["b"]
    assert (guids(shelf), shelf.changes_at) == ([], None)
    assert await restore(store, "a", NOW)
    assert guids(await look(store, now=NOW + 2 * MINUTE)) == ["a"]


async def test_a_restored_article_is_back_without_a_tombstone(store: Store) -> None:
    """Published again, the tombstone goes, and the article stands where it stood."""
    first = article(at=NOW - 5 * MINUTE, sections=["world", "sports"])
    await put(store, first, article("b"))
    await withdraw(store, "a", NOW)
    assert await restore(store, "a", NOW + MINUTE)
    for sections in (("world",), ("sports",), ()):
        assert (await look(store, *sections)).tombstones == []
    assert guids(await look(store, "world")) == ["b", "a"]
    assert await store.find(article_key("a")) == replace(first, modified=NOW + MINUTE)


@pytest.mark.parametrize("when", [NOW - MINUTE, NOW, NOW + timedelta(milliseconds=500)])
async def test_a_restored_article_is_modified_later_than_it_was_withdrawn(store: Store, when: datetime) -> None:
    """`updated` is later than the tombstone's `when`, by a second at least, whatever the clock says."""
    await put(store, article())
    await withdraw(store, "a", NOW)
    await restore(store, "a", when)
    found = await store.find(article_key("a"))
    assert isinstance(found, Article)
    assert found.modified == NOW + timedelta(seconds=1)


async def test_a_restored_correction_stands_by_its_new_modification(store: Store) -> None:
    """A correction stands by its modification, and being restored is one."""
    await put(store, article(at=NOW - 9 * MINUTE, correction=True), article("b", at=NOW - 3 * MINUTE))
    await withdraw(store, "a", NOW - 2 * MINUTE)
    await restore(store, "a", NOW - MINUTE)
    assert guids(await look(store, "world")) == ["a", "b"]


async def test_a_second_time_there_is_nothing_to_do(store: Store) -> None:
    """Withdrawing what is withdrawn, restoring what is not, either of what never was: False."""
    await put(store, article())
    assert not await restore(store, "a")
    assert await withdraw(store, "a", NOW, "first")
    before = await versions(store)
    assert not await withdraw(store, "a", NOW + MINUTE, "second")
    assert not await withdraw(store, "never")
    assert not await restore(store, "never")
    assert await raised(store, before) == set()
    assert (await look(store)).tombstones == [Tombstone(guid="a", withdrawn=NOW, reason="first")]
    assert await restore(store, "a")
    assert not await restore(store, "a")


async def test_an_article_that_is_put_again_is_published_again(store: Store) -> None:
    """What the newsroom sends again comes back, where it says now, and the tombstone goes everywhere."""
    await put(store, article(sections=["world"]))
    await withdraw(store, "a")
    before = await versions(store)
    await put(store, article(at=NOW, sections=["sports"]))
    assert await raised(store, before) == {"", "world", "sports"}
    for sections, expected in (((), ["a"]), (("world",), []), (("sports",), ["a"])):
        shelf = await look(store, *sections)
        assert (guids(shelf), shelf.tombstones) == (expected, [])


async def test_withdrawn_again_and_again(store: Store) -> None:
    """An article can go and come back any number of times, and has one tombstone at most."""
    await put(store, article())
    for number in range(5):
        assert await withdraw(store, "a", NOW + number * MINUTE)
        assert [grave.withdrawn for grave in (await look(store)).tombstones] == [NOW + number * MINUTE]
        assert await restore(store, "a", NOW + number * MINUTE)
        assert (await look(store)).tombstones == []
    assert guids(await look(store)) == ["a"]
