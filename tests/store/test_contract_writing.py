"""What every store promises of writing: versions, transactions, the times of changes."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from feeds.errors import StoreUnavailable
from feeds.store.contract import Known, Store
from tests.store.articles import (
    MINUTE,
    NOW,
    SECOND,
    Clock,
    article,
    digest,
    guids,
    look,
    make_sections,
    put,
    raised,
    versions,
    withdraw,
)

pytestmark = pytest.mark.anyio


class Trouble(Exception):
    """What goes wrong in the middle of a block."""


async def test_a_change_raises_the_versions_of_its_sections_alone(store: Store) -> None:
    """A change in one section leaves the others' cached representations alone."""
    before = await versions(store)
    await put(store, article(sections=["world"]))
    assert await raised(store, before) == {"", "world"}


async def test_a_moved_article_raises_both_sections(store: Store) -> None:
    """Where an article stood and where it comes to stand both change."""
    await put(store, article(sections=["world"]))
    before = await versions(store)
    await put(store, article(sections=["sports"]))
    assert await raised(store, before) == {"", "world", "sports"}
    assert guids(await look(store, "world")) == []
    assert guids(await look(store, "sports")) == ["a"]


async def test_a_shelf_tells_its_state_with_its_articles(store: Store) -> None:
    """A shelf's version is read with it, and grows with each change in any of its sections."""
    seen = [(await look(store, "sports", "world")).state.version]
    for guid, section in (("a", "world"), ("b", "sports"), ("c", "world")):
        await put(store, article(guid, sections=[section]))
        seen.append((await look(store, "sports", "world")).state.version)
    assert seen == sorted(set(seen))
    states = await store.states()
    assert (await look(store, "world")).state == states["world"]
    assert (await look(store)).state == states[""]
    assert seen[-1] == states["sports"].version + states["world"].version


async def test_a_transaction_raises_a_version_once(store: Store) -> None:
    """Many articles in one block are one change: their sections come to the same version."""
    await put(store, *(article(f"{n}", sections=["world", "sports"]) for n in range(20)))
    after = await versions(store)
    assert after["world"] == after["sports"] == after[""]


async def test_the_change_is_dated_the_second_after_it(store: Store, clock: Clock) -> None:
    """Last-Modified is the second after the change, so that no change within a second is lost."""
    clock.time = SECOND + 100.9
    await put(store, article(sections=["world"]))
    states = await store.states()
    assert states["world"].changed == states[""].changed == SECOND + 101
    assert states["sports"].changed == SECOND + 1


async def test_the_time_of_a_change_never_falls(store: Store, clock: Clock) -> None:
    """When the clock steps back, Last-Modified stays where it was; the version grows nevertheless."""
    before = (await store.states())["world"]
    clock.time -= 3600
    await put(store, article())
    after = (await store.states())["world"]
    assert after.changed == before.changed
    assert after.version > before.version
    clock.time += 7200
    await put(store, article("b"))
    assert (await store.states())["world"].changed == SECOND + 3601


async def test_a_block_that_fails_writes_nothing(store: Store) -> None:
    """A transaction is undone if its block raises, whatever it had done, and the next one works."""
    await put(store, article("old"))
    before = (await store.states(), await look(store), await store.sections())
    with pytest.raises(Trouble):
        async with store.writing() as writing:
            await writing.put([(article("new"), b"")])
            await writing.withdraw("old", NOW, "")
            await writing.rename_section("sports", (await writing.sections())[0])
            await writing.record_fingerprint("another")
            raise Trouble
    assert (await store.states(), await look(store), await store.sections()) == before
    await put(store, article("newer"))
    assert guids(await look(store)) == ["newer", "old"]


async def test_a_block_sees_what_it_has_written(store: Store) -> None:
    """Within a transaction the writer finds its own articles and sections, and nobody else does."""
    async with store.writing() as writing:
        await writing.put([(article(), b"1")])
        assert set(await writing.known(["a"])) == {"a"}
        assert guids(await look(store)) == []
    assert guids(await look(store)) == ["a"]


async def test_an_empty_block_changes_nothing(store: Store) -> None:
    """A block that writes nothing raises no version: an import of what is unchanged costs no rendering."""
    before = await store.states()
    async with store.writing() as writing:
        await writing.known(["a"])
        await writing.put([])
        await writing.withdraw("a", NOW, "")
        await writing.restore("a", NOW)
    assert await store.states() == before


async def test_a_guid_has_one_article(store: Store) -> None:
    """Put again, an article is replaced: its text, its place, its sections."""
    await put(store, article(title="first", at=NOW - 9 * MINUTE), article("b", at=NOW - 5 * MINUTE))
    await put(store, article(title="second", at=NOW - 1 * MINUTE, sections=["sports", "world"]))
    assert guids(await look(store)) == ["a", "b"]
    assert guids(await look(store, "sports")) == ["a"]
    assert [found.title for found in (await look(store, "world", limit=1)).articles] == ["second"]
    assert {report.articles for report in await store.report()} == {1, 2}


async def test_of_a_guid_that_comes_twice_the_last_stands(store: Store) -> None:
    """A source that holds an article twice does not double it, not in one transaction either."""
    await put(
        store,
        article(title="first", at=NOW - 3 * MINUTE),
        article("b"),
        article(title="last", sections=["sports"]),
    )
    assert guids(await look(store)) == ["a", "b"]
    assert [found.title for found in (await look(store, "sports")).articles] == ["last"]
    assert guids(await look(store, "world")) == ["b"]


async def test_guids_are_told_apart_byte_for_byte(store: Store) -> None:
    """A guid is never cleaned: another case, a space, another normal form is another article."""
    names = ["x", "X", "x ", " x", "é", "e\N{COMBINING ACUTE ACCENT}", "http://x/", "http://x", ""]
    await put(store, *map(article, names))
    assert guids(await look(store)) == sorted(names)


async def test_what_is_known_of_a_guid(store: Store) -> None:
    """An import asks what is known: digest, sections, times, withdrawal; guids never seen are absent."""
    first = article(at=NOW - 3 * MINUTE, sections=["sports", "world"], modified=NOW - MINUTE, correction=True)
    await put(store, first)
    expected = Known(
        digest=digest(first),
        sections=("sports", "world"),
        published=first.published,
        modified=first.modified,
        correction=True,
        withdrawn=None,
    )
    async with store.writing() as writing:
        assert await writing.known(["a", "b"]) == {"a": expected}
        assert await writing.known([]) == {}
    await withdraw(store, "a", NOW)
    async with store.writing() as writing:
        assert await writing.known(["a"]) == {"a": replace(expected, withdrawn=NOW)}


async def test_a_large_batch_is_one_transaction(store: Store) -> None:
    """An import's batch has no limit of its own."""
    await put(store, *(article(f"{n:04}") for n in range(2500)))
    async with store.writing() as writing:
        assert len(await writing.known([f"{n:04}" for n in range(2500)])) == 2500
    assert guids(await look(store, limit=2)) == ["0000", "0001"]


async def test_another_fingerprint_is_a_change_of_everything(store: Store, clock: Clock) -> None:
    """A change of configuration or software moves every Last-Modified; the same one, none."""
    for fingerprint, expected in (
        ("x", {"", "world", "sports"}),
        ("x", set()),
        ("y", {"", "world", "sports"}),
    ):
        before, clock.time = await versions(store), clock.time + 60
        changed = (await store.states())["world"].changed
        async with store.writing() as writing:
            await writing.record_fingerprint(fingerprint)
        assert await raised(store, before) == expected
        assert ((await store.states())["world"].changed > changed) is bool(expected)


async def test_a_fingerprint_outlives_the_process(store: Store, stores: Callable[[], Store]) -> None:
    """A restart with the same configuration and software changes nothing."""
    async with store.writing() as writing:
        await writing.record_fingerprint("x")
    before = await store.states()
    other = stores()
    await other.open()
    try:
        async with other.writing() as writing:
            await writing.record_fingerprint("x")
        assert await other.states() == before
    finally:
        await other.close()


async def test_a_change_is_noticed_once(store: Store, stores: Callable[[], Store]) -> None:
    """`changed` tells of writes since it was asked last, this process's and others', no more."""
    await store.changed()
    assert not await store.changed()
    await put(store, article())
    assert await store.changed()
    assert not await store.changed()
    other = stores()
    await other.open()
    try:
        await put(other, article("b"))
        assert await store.changed()
        assert not await store.changed()
    finally:
        await other.close()


async def test_a_closed_store_says_so(store: Store) -> None:
    """After closing every method refuses; closing again does no harm, and opening again works."""
    await store.close()
    await store.close()
    for call in (store.states, store.sections, store.report, store.changed):
        with pytest.raises(StoreUnavailable, match="not open"):
            await call()
    with pytest.raises(StoreUnavailable, match="not open"):
        await make_sections(store, "economy")
    await store.open()
    await put(store, article())
    assert guids(await look(store)) == ["a"]


async def test_what_an_importer_wants_to_know_again_is_kept_and_changes_nothing(store: Store) -> None:
    before = await store.states()
    assert await store.recall("https://a.example/feed/") is None
    for state in ("one", "two"):
        async with store.writing() as writing:
            await writing.remember("https://a.example/feed/", state)
        assert await store.recall("https://a.example/feed/") == state
    assert await store.recall("https://b.example/feed/") is None
    async with store.writing() as writing:
        await writing.remember("https://a.example/feed/", None)
    assert await store.recall("https://a.example/feed/") is None
    assert await store.states() == before
