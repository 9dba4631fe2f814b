"""What every store promises to whoever keeps a copy of everything: what there is, and what stands otherwise since."""

from datetime import UTC, datetime, timedelta

import pytest

from feeds.model import Author, Section, Topic
from feeds.store.contract import Store
from feeds.store.inventory import Standing
from tests.store.articles import MINUTE, NOW, SECOND, Clock, article, put, restore, withdraw

pytestmark = pytest.mark.anyio

DAY = timedelta(days=1)
EVER = (datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC))
QUARTER = timedelta(minutes=15)


async def version(store: Store) -> int:
    return (await store.states())[""].version


async def changed_topics(store: Store, since: int, now: datetime = NOW, page: int = 500) -> list[Topic]:
    """All of them, so many at a time."""
    found: list[Topic] = []
    while more := await store.inventory.topics(after=found[-1] if found else None, limit=page, version=since, now=now):
        assert len(more) <= page
        found += more
    return found


async def standings(store: Store, *, withdrawn: bool = False, page: int = 500) -> list[Standing]:
    found: list[Standing] = []
    while more := await store.inventory.standings(
        *EVER, withdrawn=withdrawn, after=found[-1] if found else None, limit=page
    ):
        assert len(more) <= page
        found += more
    return found


async def test_sections_that_changed_since_a_version(store: Store) -> None:
    """Of the whole desk: nothing since the present one."""
    before = await version(store)
    await put(store, article("a"))
    between = await version(store)
    await put(store, article("b", sections=["sports"]))
    assert await store.inventory.sections(before) == ["world", "sports"]
    assert await store.inventory.sections(between) == ["sports"]
    assert await store.inventory.sections(await version(store)) == []


async def test_topics_that_changed_page_by_page(store: Store) -> None:
    """In one order, each once, however many are asked for at a time; those under embargo alone are not known."""
    before = await version(store)
    tags = [f"tag-{number:03}" for number in range(25)]
    await put(store, article("a", tags=tuple(tags), authors=(Author(name="writer"),)))
    await put(store, article("later", at=NOW + DAY, tags=("coming",)))
    for page in (1, 7, 500):
        found = await changed_topics(store, before, page=page)
        assert found == [Topic("author", "writer"), *(Topic("tag", tag) for tag in tags)]
    assert Topic("tag", "coming") in await changed_topics(store, before, NOW + DAY)
    between = await version(store)
    await put(store, article("b", tags=("tag-007",)))
    assert await changed_topics(store, between) == [Topic("tag", "tag-007")]
    # Of an article that loses a tag the feed of that tag changes.
    between = await version(store)
    await put(store, article("b"))
    assert await changed_topics(store, between) == [Topic("tag", "tag-007")]


async def test_quarters_in_which_something_changed(store: Store, clock: Clock) -> None:
    """Of a section and of the whole desk; where an article stood, and where it stands."""
    clock.time = SECOND + 100
    await put(store, article("a", at=NOW - DAY), article("s", at=NOW - 2 * DAY, sections=["sports"]))
    second = (await store.states())[""].changed
    assert await store.inventory.quarters("", second) == [NOW - 2 * DAY, NOW - DAY]
    assert await store.inventory.quarters("world", second) == [NOW - DAY]
    assert await store.inventory.quarters("world", second + 1) == []
    assert await store.inventory.quarters("nowhere", 0) in ([], None)
    clock.time += 10
    await put(store, article("a", at=NOW - 3 * DAY + MINUTE))
    assert await store.inventory.quarters("world", second + 1) == [NOW - 3 * DAY, NOW - DAY]
    clock.time += 10
    assert await withdraw(store, "s")
    assert await store.inventory.quarters("sports", second + 11) == [NOW - 2 * DAY]
    assert await store.inventory.quarters("world", second + 11) == []


async def test_all_quarters_change_with_what_everything_depends_on(store: Store, clock: Clock) -> None:
    await put(store, article("a"))
    second = (await store.states())[""].changed
    clock.time += 10
    async with store.writing() as writing:
        await writing.record_fingerprint("another")
    assert await store.inventory.quarters("world", second + 1) is None
    assert await store.inventory.quarters("", second + 1) is None
    assert await store.inventory.quarters("", second + 11) == []


async def test_the_next_stand_in_a_history(store: Store) -> None:
    """Day by day from the beginning, each is met; withdrawn articles stand there, embargoed ones do not yet."""
    await put(store, article("a", at=NOW - 9 * DAY), article("b", at=NOW - 5 * DAY), article("c", at=NOW + DAY))
    await put(store, article("s", at=NOW - 7 * DAY, sections=["sports"]))
    await withdraw(store, "b")
    inventory = store.inventory
    assert await inventory.next_stand("world", EVER[0], NOW) == NOW - 9 * DAY
    assert await inventory.next_stand("", NOW - 8 * DAY, NOW) == NOW - 7 * DAY
    assert await inventory.next_stand("world", NOW - 9 * DAY, NOW) == NOW - 9 * DAY
    assert await inventory.next_stand("world", NOW - 9 * DAY + MINUTE, NOW) == NOW - 5 * DAY
    assert await inventory.next_stand("world", NOW - 4 * DAY, NOW) is None
    assert await inventory.next_stand("world", NOW - 4 * DAY, NOW + DAY) == NOW + DAY
    assert await inventory.next_stand("nowhere", EVER[0], NOW) is None


async def test_where_articles_arrive_by_themselves(store: Store) -> None:
    """Between two moments, the second included: in the whole, in sections, under tags and authors."""
    later = NOW + MINUTE
    await put(store, article("a", at=later, tags=("t",), authors=(Author(name="w"),)), article("b", at=NOW - MINUTE))
    found = set(await store.inventory.arrived(NOW, later))
    assert found == {("all", ""), ("section", "world"), ("tag", "t"), ("author", "w")}
    assert set(await store.inventory.arrived(NOW, later - timedelta(microseconds=1))) == set()
    assert set(await store.inventory.arrived(later, NOW + DAY)) == set()
    assert await store.inventory.next_end(NOW) == later
    assert await store.inventory.next_end(later) is None


async def test_articles_stand_newest_first_page_by_page(store: Store) -> None:
    """Those at one moment by guid; the withdrawn ones apart, until they are published again."""
    made = [article(f"{number:02}", at=NOW - number * MINUTE) for number in range(1, 8)]
    twins = [article("x-twin", at=NOW - MINUTE), article("y-twin", at=NOW - MINUTE, url="https://elsewhere.example/y")]
    await put(store, *made, *twins)
    await withdraw(store, "03")
    wanted = ["01", "x-twin", "y-twin", "02", "04", "05", "06", "07"]
    for page in (1, 2, 3, 500):
        assert [each.guid for each in await standings(store, page=page)] == wanted
    assert [each.guid for each in await standings(store) if each.addressed] == ["y-twin"]
    (gone,) = await standings(store, withdrawn=True)
    assert (gone.guid, gone.at, gone.addressed) == ("03", NOW - 3 * MINUTE, False)
    assert await store.find(gone.key) is not None
    await restore(store, "03")
    assert await standings(store, withdrawn=True) == []
    assert "03" in [each.guid for each in await standings(store)]


async def test_articles_of_a_stretch_alone(store: Store) -> None:
    """From its beginning to before its end."""
    await put(store, *(article(f"{number}", at=NOW - number * QUARTER) for number in range(1, 5)))
    found = await store.inventory.standings(NOW - 3 * QUARTER, NOW - QUARTER, withdrawn=False, after=None, limit=500)
    assert [each.guid for each in found] == ["2", "3"]


async def test_a_new_section_has_no_history(store: Store) -> None:
    async with store.writing() as writing:
        await writing.make_section(Section(slug="new", title="New"))
    assert await store.inventory.next_stand("new", EVER[0], NOW) is None
