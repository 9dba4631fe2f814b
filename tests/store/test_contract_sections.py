"""What every store promises of its sections: making, renaming, merging."""

import pytest

from feeds.model import Section
from feeds.store.contract import Store
from tests.store.articles import (
    MINUTE,
    NOW,
    Clock,
    article,
    guids,
    look,
    make_sections,
    put,
    raised,
    versions,
    withdraw,
)

pytestmark = pytest.mark.anyio


def named(slug: str, title: str = "") -> Section:
    return Section(slug=slug, title=title or slug.title())


async def rename(store: Store, slug: str, to: Section) -> None:
    async with store.writing() as writing:
        await writing.rename_section(slug, to)


async def test_sections_stand_in_the_order_of_their_making(store: Store) -> None:
    """A section keeps its slug and its title, and stands where it was made."""
    await make_sections(store, "ثقافة", "economy")
    async with store.writing() as writing:
        assert await writing.sections() == await store.sections()
    assert await store.sections() == [named("world"), named("sports"), named("ثقافة"), named("economy")]


async def test_a_new_section_leaves_the_others_alone(store: Store) -> None:
    """Making a section changes nothing that stands in the others, but the page of the whole desk lists it."""
    before = await versions(store)
    await make_sections(store, "economy")
    assert await raised(store, before) == {"", "economy"}


async def test_a_renamed_section_keeps_its_articles(store: Store) -> None:
    """Everything moves along, tombstones too; the old slug stays as an alias and is empty."""
    await put(store, article("a"), article("b", sections=["sports", "world"]), article("gone"))
    await withdraw(store, "gone")
    await rename(store, "world", named("international", "دولي"))
    shelf = await look(store, "international")
    assert guids(shelf) == ["a", "b"]
    assert [found.sections for found in shelf.articles] == [("international",), ("sports", "international")]
    assert [grave.guid for grave in shelf.tombstones] == ["gone"]
    assert guids(await look(store, "world")) == []
    assert Section(slug="international", title="دولي", aliases=("world",)) in await store.sections()
    await put(store, article("c", sections=["international"]))
    assert guids(await look(store, "international")) == ["a", "b", "c"]


async def test_two_sections_become_one(store: Store) -> None:
    """Renamed to a section that is there, a section is merged into it: nothing doubled, nothing lost."""
    await put(
        store,
        article("w", sections=["world"]),
        article("both", sections=["sports", "world"]),
        article("turned", sections=["world", "sports"]),
        article("s", sections=["sports"]),
        article("late", at=NOW + MINUTE, sections=["world"]),
        article("grave", sections=["world"]),
        article("two graves", sections=["world", "sports"]),
    )
    for guid in ("grave", "two graves"):
        await withdraw(store, guid)
    await rename(store, "world", named("sports", "ignored"))
    for sections in ((), ("sports",)):
        shelf = await look(store, *sections)
        assert guids(shelf) == ["both", "s", "turned", "w"]
        assert {found.sections for found in shelf.articles} == {("sports",)}
        assert [grave.guid for grave in shelf.tombstones] == ["grave", "two graves"]
        assert shelf.changes_at == NOW + MINUTE
    assert await store.sections() == [Section(slug="sports", title="Sports", aliases=("world",))]
    assert "world" not in await store.states()


async def test_a_merged_section_can_be_written(store: Store) -> None:
    """After a merge the articles that came along can be moved, withdrawn and put like any other."""
    await put(store, article("a", sections=["world"]), article("b", sections=["world", "sports"]))
    await rename(store, "world", named("sports"))
    await make_sections(store, "economy")
    await put(store, article("a", sections=["economy"]))
    await withdraw(store, "b")
    assert guids(await look(store, "sports")) == []
    assert guids(await look(store, "economy")) == ["a"]
    assert [grave.guid for grave in (await look(store, "sports")).tombstones] == ["b"]


async def test_versions_never_fall_by_a_rename(store: Store, clock: Clock) -> None:
    """What stands under a slug has no lower version and no earlier time than what stood there."""
    seen: dict[str, tuple[int, int]] = {}

    async def look_around() -> None:
        for slug, state in (await store.states()).items():
            version, changed = seen.get(slug, (0, 0))
            assert state.version >= version
            assert state.changed >= changed
            seen[slug] = (state.version, state.changed)

    clock.time += 3600
    for number in range(4):
        await put(store, article(f"{number}", sections=["world"]))
    await look_around()
    clock.time -= 7200
    await rename(store, "world", named("sports"))
    await look_around()
    before = seen["world"]
    await make_sections(store, "world")
    await look_around()
    assert seen["world"] > before
    clock.time += 7200
    await make_sections(store, "late")
    clock.time += 3600
    await put(store, article("new", sections=["world"]))
    await look_around()
    clock.time -= 7200
    await rename(store, "world", named("economy"))
    await rename(store, "late", named("world"))
    await look_around()


async def test_a_rename_is_a_change(store: Store) -> None:
    """Every entry names its sections: a rename raises the section's version and the whole's, and no other."""
    await make_sections(store, "economy")
    before = await versions(store)
    await rename(store, "world", named("international"))
    assert await raised(store, before) == {"", "international"}
    before = await versions(store)
    await rename(store, "international", named("sports"))
    assert await raised(store, before) == {"", "sports"}


async def test_a_new_title_keeps_everything(store: Store) -> None:
    """Renamed to its own slug, a section has a new title, its articles and no alias."""
    await put(store, article())
    await rename(store, "world", named("world", "دولي"))
    assert guids(await look(store, "world")) == ["a"]
    assert await store.sections() == [named("world", "دولي"), named("sports")]


async def test_aliases_follow_a_section(store: Store) -> None:
    """Old slugs stay as aliases of the section that has its articles, through every rename and merge."""
    await rename(store, "world", named("b"))
    await rename(store, "b", named("c"))
    assert await store.sections() == [Section(slug="c", title="C", aliases=("b", "world")), named("sports")]
    await rename(store, "c", named("sports"))
    assert await store.sections() == [Section(slug="sports", title="Sports", aliases=("b", "c", "world"))]


async def test_a_slug_in_use_is_no_alias(store: Store) -> None:
    """A section that takes a former slug takes it for good, made or renamed."""
    await rename(store, "world", named("b"))
    await make_sections(store, "world")
    assert await store.sections() == [named("b"), named("sports"), named("world")]
    await rename(store, "sports", named("c"))
    await rename(store, "b", named("sports"))
    assert await store.sections() == [
        Section(slug="sports", title="Sports", aliases=("b",)),
        named("c"),
        named("world"),
    ]


async def test_a_merged_section_is_as_old_as_the_older(store: Store, clock: Clock) -> None:
    """`since` is when the first of the two was made."""
    clock.time += 60
    await make_sections(store, "late")
    await rename(store, "world", named("late"))
    assert (await look(store, "late")).since == NOW


async def test_a_section_is_called_by_more_names(store: Store) -> None:
    """More aliases are found with a section and move nothing; what is taken already stays what it is."""
    await rename(store, "world", named("international"))
    before = await versions(store)
    async with store.writing() as writing:
        await writing.call_section("sports", ["sports", "international", "world", "wp-category-3", "riyada"])
    async with store.writing() as writing:
        await writing.call_section("sports", ["riyada"])
        await writing.call_section("international", ["riyada"])
    found = {section.slug: section.aliases for section in await store.sections()}
    assert found == {"sports": ("riyada", "wp-category-3"), "international": ("world",)}
    assert await raised(store, before) == set()


async def test_sections_without_a_past_can_be_dropped(store: Store) -> None:
    """With their aliases; what ever held an article, under embargo or for a moment, stays."""
    await make_sections(store, "economy", "culture", "late")
    await put(store, article("a", sections=["economy"]), article("b", at=NOW + MINUTE, sections=["culture"]))
    await put(store, article("a", sections=["culture"]))
    await withdraw(store, "b")
    async with store.writing() as writing:
        await writing.call_section("late", ["later"])
    assert set(await store.unused_sections()) == {"world", "sports", "late"}
    before = await versions(store)
    async with store.writing() as writing:
        await writing.drop_unused_sections({"world", "nothing"})
    assert [section.slug for section in await store.sections()] == ["world", "economy", "culture"]
    assert await raised(store, before) == {""}
    async with store.writing() as writing:
        await writing.call_section("world", ["later"])
        await writing.rename_section("culture", named("world"))
    assert Section(slug="world", title="World", aliases=("culture", "later")) in await store.sections()
    assert set(await store.unused_sections()) == set()
    before = await versions(store)
    async with store.writing() as writing:
        await writing.drop_unused_sections(())
    assert await raised(store, before) == set()
    await make_sections(store, "sports")
    assert set(await store.unused_sections()) == {"sports"}
