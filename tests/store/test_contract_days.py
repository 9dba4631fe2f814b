"""What every store promises of days: a stretch of history, and what stands on either side."""

from dataclasses import replace
from datetime import timedelta

import pytest

from feeds.model import Section
from feeds.store.contract import DayShelf, Store
from tests.store.articles import MINUTE, NOW, Clock, article, later, make_sections, put, restore, withdraw

pytestmark = pytest.mark.anyio

DAY = timedelta(days=1)
BEGIN = NOW - 10 * DAY


async def day(store: Store, number: int = 0, section: str = "world", after: timedelta = timedelta()) -> DayShelf:
    """What stands in a day, counted from BEGIN, some time after NOW."""
    begin = BEGIN + number * DAY
    return await store.day(section, begin, begin + DAY, NOW + after)


async def test_all_of_a_day_in_the_order_of_a_shelf(store: Store) -> None:
    """From its beginning to before its end; however many; those at one moment by guid."""
    inside = [article(f"{n:03}", at=BEGIN + n * MINUTE) for n in range(150)]
    twin = article("000-twin", at=BEGIN)
    await put(store, *inside, twin, article("before", at=BEGIN - MINUTE), article("end", at=BEGIN + DAY))
    found = await day(store)
    assert [each.guid for each in found.articles] == [each.guid for each in reversed(inside)] + ["000-twin"]
    assert (found.older, found.newer) == (BEGIN - MINUTE, BEGIN + DAY)
    assert found.state == (await store.states())["world"]


async def test_the_whole_desk_and_sections_have_days_of_their_own(store: Store) -> None:
    await put(store, article("w", at=BEGIN), article("s", at=BEGIN, sections=["sports"]))
    assert [each.guid for each in (await day(store, section="")).articles] == ["s", "w"]
    assert [each.guid for each in (await day(store, section="sports")).articles] == ["s"]
    nothing = await day(store, section="nowhere")
    assert (nothing.articles, nothing.tombstones, nothing.older, nothing.newer) == ([], [], None, None)


async def test_what_is_under_embargo_is_in_no_day_yet(store: Store) -> None:
    """Nor a neighbour of one; when that ends is told."""
    await put(store, article("a", at=BEGIN), article("later", at=NOW + DAY))
    assert await _neighbours(store, 0) == (None, None)
    assert (await day(store)).changes_at == NOW + DAY
    assert (await day(store, 11)).articles == []
    assert [each.guid for each in (await day(store, 11, after=DAY)).articles] == ["later"]
    assert (await day(store, after=DAY)).newer == NOW + DAY


async def _neighbours(store: Store, number: int) -> tuple[object, object]:
    found = await day(store, number)
    return found.older, found.newer


async def test_withdrawn_articles_stay_in_their_days(store: Store) -> None:
    """As tombstones, and as neighbours; restored or put again, they stand there as before."""
    await put(store, article("a", at=BEGIN), article("b", at=BEGIN + DAY), article("c", at=BEGIN + 2 * DAY))
    assert await withdraw(store, "b", NOW, "خطأ")
    found = await day(store, 1)
    assert (found.articles, [(grave.guid, grave.reason) for grave in found.tombstones]) == ([], [("b", "خطأ")])
    assert (await day(store)).newer == BEGIN + DAY
    assert (await day(store, 2)).older == BEGIN + DAY
    assert await restore(store, "b")
    assert [each.guid for each in (await day(store, 1)).articles] == ["b"]
    assert (await day(store, 1)).tombstones == []
    await withdraw(store, "b")
    await put(store, article("b", at=BEGIN + 3 * DAY))
    assert (await day(store, 1)).tombstones == []
    assert [each.guid for each in (await day(store, 3)).articles] == ["b"]


async def test_what_was_never_seen_leaves_nothing_in_its_day(store: Store) -> None:
    """Withdrawn under embargo."""
    await put(store, article("later", at=NOW + DAY))
    await withdraw(store, "later", NOW)
    assert (await day(store, 11, after=2 * DAY)).tombstones == []


async def test_which_days_change(store: Store, clock: Clock) -> None:
    """A new text, a move to another day, a withdrawal, another section; a rename is a change of all."""
    await make_sections(store, "culture")
    await put(store, *(article(f"{n}", at=BEGIN + n * DAY) for n in range(8)))

    async def changed() -> list[int]:
        return [(await day(store, n)).changed for n in range(8)]

    async def raised(before: list[int]) -> set[int]:
        return {n for n, (old, new) in enumerate(zip(before, await changed(), strict=True)) if new > old}

    before = await changed()
    clock.time += 60
    await put(store, article("3", at=BEGIN + 3 * DAY, title="عنوان آخر"))
    assert await raised(before) == {2, 3, 4}
    before = await changed()
    clock.time += 60
    await put(store, later(article("1", at=BEGIN + 1 * DAY), 5 * DAY))
    assert await raised(before) >= {0, 1, 2, 6}
    before = await changed()
    clock.time += 60
    await withdraw(store, "7")
    assert await raised(before) == {6, 7}
    before = await changed()
    clock.time += 60
    await put(store, replace(article("4", at=BEGIN + 4 * DAY), sections=("culture",)))
    assert {3, 4, 5} <= await raised(before)
    before = await changed()
    clock.time += 60
    async with store.writing() as writing:
        await writing.rename_section("culture", Section(slug="arts", title="فنون"))
    assert await raised(before) == set(range(8))
