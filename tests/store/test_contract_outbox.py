"""What every store keeps of changes that others are to be told of (DESIGN.md section 4, WebSub)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from feeds.model import Author, Section
from feeds.store.contract import ALWAYS, Store
from feeds.store.outbox import Delivery, Scope
from tests.store.articles import MINUTE, NOW, Clock, article, digest, make_sections, put, restore, versions, withdraw

pytestmark = pytest.mark.anyio

ALL, WORLD, SPORTS = Scope("all", ""), Scope("section", "world"), Scope("section", "sports")
DAY = timedelta(hours=24)


async def bring(store: Store, *articles: object, since: object = NOW - DAY) -> None:
    async with store.writing() as writing:
        await writing.put([(each, digest(each)) for each in articles], news_since=since)  # type: ignore[arg-type,misc]


async def announced(store: Store) -> set[Scope]:
    return {each.scope for each in await store.outbox.announcements()}


async def told(store: Store) -> set[Scope]:
    """What is announced; from then on nothing is."""
    found = await store.outbox.announcements()
    await store.outbox.dispatch(found, [])
    assert await store.outbox.announcements() == []
    return {each.scope for each in found}


async def test_news_are_announced_with_their_change(store: Store) -> None:
    """The sections, tags and authors of it and the whole desk, with the versions that the change gave."""
    await bring(store, article("a", tags=("طاقة",), authors=(Author(name="سعاد"),)))
    found = {each.scope: each for each in await store.outbox.announcements()}
    assert set(found) == {ALL, WORLD, Scope("tag", "طاقة"), Scope("author", "سعاد")}
    version = (await versions(store))[""]
    assert {(each.version, each.since) for each in found.values()} == {(version, NOW)}
    assert await store.outbox.has_work(NOW)


async def test_old_articles_are_no_news(store: Store) -> None:
    """An import of a history tells nobody; unless every change is to be told."""
    old = article("old", at=NOW - DAY - MINUTE)
    await bring(store, old)
    await put(store, article("now"))
    assert await announced(store) == set()
    assert not await store.outbox.has_work(NOW)
    await bring(store, article("old", at=NOW - DAY - MINUTE, title="آخر"), since=ALWAYS)
    assert await told(store) == {ALL, WORLD}
    # A marked correction stands where it was modified.
    await bring(store, article("old", at=NOW - DAY - MINUTE, modified=NOW - MINUTE, correction=True))
    assert await told(store) == {ALL, WORLD}


async def test_what_is_undone_announces_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        async with store.writing() as writing:
            await writing.put([(article("a"), b"")], news_since=ALWAYS)
            raise ZeroDivisionError
    assert await announced(store) == set()


async def test_where_an_article_leaves_is_told_too(store: Store) -> None:
    """It stood there."""
    await bring(store, article("a"))
    await told(store)
    await bring(store, article("a", sections=("sports",)))
    assert await told(store) == {ALL, WORLD, SPORTS}


async def test_withdrawals_and_restorations_are_announced(store: Store) -> None:
    """However old the article is."""
    await put(store, article("old", at=NOW - 30 * DAY))
    assert await withdraw(store, "old")
    assert await told(store) == {ALL, WORLD}
    assert await restore(store, "old")
    assert await told(store) == {ALL, WORLD}
    assert not await restore(store, "old")
    assert not await withdraw(store, "unknown")
    assert await told(store) == set()


async def test_an_embargo_is_announced_when_it_ends(store: Store, clock: Clock) -> None:
    """Not before: nothing is to be seen. Once, however it was brought in."""
    await put(store, article("later", at=NOW + MINUTE, sections=("world", "sports")))
    await bring(store, article("other", at=NOW + 2 * MINUTE), since=ALWAYS)
    await store.outbox.end_embargoes(NOW + MINUTE / 2)
    assert await announced(store) == set()
    assert not await store.outbox.has_work(NOW + MINUTE / 2)
    assert await store.outbox.has_work(NOW + MINUTE)
    await store.outbox.end_embargoes(NOW + MINUTE)
    assert await told(store) == {ALL, WORLD, SPORTS}
    await store.outbox.end_embargoes(NOW + MINUTE)
    assert await told(store) == set()
    await store.outbox.end_embargoes(NOW + 3 * MINUTE)
    assert await told(store) == {ALL, WORLD}


async def test_what_goes_under_embargo_is_told(store: Store) -> None:
    """It was there until now; withdrawn under embargo it never was."""
    await bring(store, article("a"))
    await told(store)
    await bring(store, article("a", at=NOW + MINUTE))
    assert await told(store) == {ALL, WORLD}
    assert await withdraw(store, "a")
    assert await told(store) == set()


async def test_a_merged_section_takes_its_announcements_along(store: Store) -> None:
    await bring(store, article("a"), article("later", at=NOW + MINUTE))
    async with store.writing() as writing:
        await writing.rename_section("world", Section(slug="sports", title="Sports"))
    assert await told(store) == {ALL, SPORTS}
    await store.outbox.end_embargoes(NOW + MINUTE)
    assert await told(store) == {ALL, SPORTS}


async def test_announcements_of_one_scope_are_one(store: Store, clock: Clock) -> None:
    """With the latest version and the first time; what is taken by an older version stays for the newer."""
    await bring(store, article("a"))
    first = await store.outbox.announcements()
    clock.time += 5
    await bring(store, article("b"))
    second = await store.outbox.announcements()
    assert [each.scope for each in second] == [each.scope for each in first]
    assert all(new.version > old.version and new.since == old.since for old, new in zip(first, second, strict=True))
    await store.outbox.dispatch(first, [])
    assert await store.outbox.announcements() == second
    await store.outbox.dispatch(second, [])
    assert await store.outbox.announcements() == []


def purge(subject: str, **rest: object) -> Delivery:
    return Delivery(kind="purge", target="cdn", topic=subject, subject=subject, since=NOW, due=NOW, **rest)  # type: ignore[arg-type]


def ping(topic: str, subject: str, hub: str = "hub") -> Delivery:
    return Delivery(kind="ping", target=hub, topic=topic, subject=subject, since=NOW, due=NOW)


async def test_calls_are_kept_until_they_are_done(store: Store, stores: Callable[[], Store]) -> None:
    """In whatever process; those that are to be made later are due then."""
    one, two = ping("a", "world"), ping("b", "world")
    await store.outbox.dispatch([], [one, two])
    other = stores()
    await other.open()
    try:
        assert await other.outbox.due(NOW) == [one, two]
        assert await other.outbox.due(NOW - MINUTE) == []
    finally:
        await other.close()
    later = Delivery(kind="ping", target="hub", topic="b", subject="world", since=NOW, due=NOW + MINUTE, tries=1)
    await store.outbox.settle([one], [later])
    assert await store.outbox.due(NOW) == []
    assert not await store.outbox.has_work(NOW)
    assert await store.outbox.due(NOW + MINUTE) == [later]
    backlog = await store.outbox.backlog()
    assert (backlog.announcements, backlog.purges, backlog.pings, backlog.oldest) == (0, 0, 1, NOW)
    await store.outbox.settle([later], [])
    assert (await store.outbox.backlog()).oldest is None


async def test_a_ping_waits_for_its_purge_to_be_tried(store: Store) -> None:
    """And for no other."""
    first, second, elsewhere = purge("world"), ping("a", "world"), ping("b", "sports")
    await store.outbox.dispatch([], [first, second, elsewhere])
    assert set(await store.outbox.due(NOW)) == {first, elsewhere}
    failed = Delivery(kind="purge", target="cdn", topic="world", subject="world", since=NOW, due=NOW + MINUTE, tries=1)
    await store.outbox.settle([], [failed])
    assert set(await store.outbox.due(NOW)) == {second, elsewhere}


async def test_a_call_that_is_dispatched_anew_begins_anew(store: Store) -> None:
    """What is said of the one before changes nothing of it."""
    before = ping("a", "world")
    await store.outbox.dispatch([], [before])
    anew = Delivery(kind="ping", target="hub", topic="a", subject="world", since=NOW + MINUTE, due=NOW)
    await store.outbox.dispatch([], [anew])
    await store.outbox.settle([before], [])
    await store.outbox.settle([], [before])
    assert await store.outbox.due(NOW) == [anew]


async def test_servers_say_what_they_serve(store: Store, stores: Callable[[], Store]) -> None:
    """Each for itself, and are seen by others until they leave."""
    other = stores()
    await other.open()
    try:
        await store.outbox.attend("one", 3, NOW)
        await other.outbox.attend("two", 4, NOW)
        await store.outbox.attend("one", 5, NOW + MINUTE)
        found = await other.outbox.attendances()
        assert {name: (each.version, each.seen) for name, each in found.items()} == {
            "one": (5, NOW + MINUTE),
            "two": (4, NOW),
        }
        await other.outbox.leave("one")
        assert set(await store.outbox.attendances()) == {"two"}
    finally:
        await other.close()


async def test_one_leads(store: Store) -> None:
    """Until its time is over, it leaves, or is known to be gone; and longer as long as it says so."""
    outbox = store.outbox
    assert await outbox.leader() is None
    assert await outbox.lead("one", until=NOW + MINUTE, now=NOW, gone=[])
    assert not await outbox.lead("two", until=NOW + MINUTE, now=NOW, gone=[])
    assert await outbox.lead("one", until=NOW + 3 * MINUTE, now=NOW + MINUTE, gone=[])
    assert not await outbox.lead("two", until=NOW + 9 * MINUTE, now=NOW + 2 * MINUTE, gone=[])
    assert await outbox.lead("two", until=NOW + 9 * MINUTE, now=NOW + 3 * MINUTE, gone=[])
    assert await outbox.leader() == "two"
    await outbox.leave("one")
    assert not await outbox.lead("one", until=NOW + 9 * MINUTE, now=NOW + 3 * MINUTE, gone=[])
    await outbox.leave("two")
    assert await outbox.leader() is None
    assert await outbox.lead("one", until=NOW + 9 * MINUTE, now=NOW + 3 * MINUTE, gone=[])
    await outbox.attend("one", 1, NOW)
    assert await outbox.lead("three", until=NOW + 9 * MINUTE, now=NOW + 3 * MINUTE, gone=["one"])
    assert await outbox.attendances() == {}


async def test_a_new_section_is_announced_by_its_articles(store: Store) -> None:
    await make_sections(store, "culture")
    assert await announced(store) == set()
    await bring(store, article("a", sections=("culture",)))
    assert await announced(store) == {ALL, Scope("section", "culture")}
