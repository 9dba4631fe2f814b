"""What is stored comes to agree with the configuration."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from feeds.model import Section
from feeds.sections import SectionNames
from feeds.settling import settle, software
from feeds.store.sqlite import SqliteStore
from tests.newsroom import CONFIG, WallClock, configure, story
from tests.store.articles import guids, look, make_sections, put, versions, withdraw

pytestmark = pytest.mark.anyio

MADE = software("templates")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "articles.db", clock=WallClock().seconds)
    await store.open()
    yield store
    await store.close()


async def test_configured_sections_are_made(store: SqliteStore, tmp_path: Path) -> None:
    """In their order; those that articles brought stay."""
    await make_sections(store, "weather")
    await put(store, story("w", sections=("weather",)))
    await settle(store, configure(tmp_path))
    assert [section.slug for section in await store.sections()] == ["weather", "world", "sports", "ثقافة"]


async def test_settling_again_writes_nothing(store: SqliteStore, tmp_path: Path) -> None:
    """No version moves, for a command or for a server."""
    settings = configure(tmp_path)
    await settle(store, settings, made_by=MADE)
    before = await versions(store)
    await settle(store, settings)
    await settle(store, settings, made_by=MADE)
    assert await versions(store) == before


@pytest.mark.parametrize(
    "change",
    [
        ('title = "خُلاصات"', 'title = "أخبار"'),
        ('url = "https://news.example"', 'url = "https://other.example"'),
        ('title = "رياضة"', 'title = "الرياضة"'),
    ],
)
async def test_another_configuration_is_a_change_of_everything(
    store: SqliteStore, tmp_path: Path, change: tuple[str, str]
) -> None:
    """When it is served: a command alone changes no feed."""
    await settle(store, configure(tmp_path), made_by=MADE)
    before = await versions(store)
    other = configure(tmp_path, CONFIG.replace(*change))
    await settle(store, other)
    assert await versions(store) == before
    await settle(store, other, made_by=MADE)
    after = await versions(store)
    assert all(after[slug] > version for slug, version in before.items())


async def test_a_section_that_is_called_otherwise_now_keeps_its_articles(store: SqliteStore, tmp_path: Path) -> None:
    """By its title: the slug is new, the old one an alias."""
    await settle(store, configure(tmp_path))
    await put(store, story("a", sections=("sports",)))
    await settle(store, configure(tmp_path, CONFIG.replace('slug = "sports"', 'slug = "sport-news"')))
    assert guids(await look(store, "sport-news")) == ["a"]
    found = {section.slug: section.aliases for section in await store.sections()}
    assert found == {"world": (), "sport-news": ("sports",), "ثقافة": ()}


async def test_a_section_that_articles_brought_is_taken_in(store: SqliteStore, tmp_path: Path) -> None:
    """Where the configuration calls its name an alias, its articles move there, and its slug stays as an alias."""
    async with store.writing() as writing:
        await writing.make_section(Section(slug="international", title="International"))
        await writing.put([(story("i", sections=("international",)), b"")])
    await settle(store, configure(tmp_path))
    assert guids(await look(store, "world")) == ["i"]
    world = next(section for section in await store.sections() if section.slug == "world")
    assert world.aliases == ("international",)


async def test_titles_of_signs_alone_are_no_names(store: SqliteStore, tmp_path: Path) -> None:
    """Two sections whose titles hold no letter are two sections, and no address finds them by signs."""
    text = f'{CONFIG}\n[[sections]]\nslug = "one"\ntitle = "!!!"\n[[sections]]\nslug = "two"\ntitle = "***"\n'
    settings = configure(tmp_path, text)
    await settle(store, settings)
    await settle(store, settings)
    assert [section.slug for section in await store.sections()][-2:] == ["one", "two"]


async def test_a_rename_that_is_undone_takes_the_articles_back(store: SqliteStore, tmp_path: Path) -> None:
    """With the title, too: the former slug is the section again, and the one it had meanwhile an alias."""
    renamed = CONFIG.replace('slug = "sports"', 'slug = "games"\naliases = ["sports"]').replace("رياضة", "ألعاب")
    for text, slug, former in [(CONFIG, "sports", ()), (renamed, "games", ("sports",)), (CONFIG, "sports", ("games",))]:
        await settle(store, configure(tmp_path, text))
        if text is CONFIG and not former:
            await put(store, story("a", sections=("sports",)))
        assert guids(await look(store, slug)) == ["a"]
        found = {section.slug: section.aliases for section in await store.sections()}
        assert found == {"world": (), slug: former, "ثقافة": ()}
        before = await versions(store)
        await settle(store, configure(tmp_path, text))
        assert await versions(store) == before


OWN = f'{CONFIG[: CONFIG.index("[[sections]]")]}[[sections]]\nslug = "tripoli"\ntitle = "طرابلس"\n'


async def test_sections_that_nothing_ever_stood_in_go_with_the_configuration(
    store: SqliteStore, tmp_path: Path
) -> None:
    """Those of the samples, once an operator names his own: they are sections, names and aliases no more."""
    await settle(store, configure(tmp_path), made_by=MADE)
    await put(store, story("a", sections=("world",)))
    await withdraw(store, "a")
    before = await versions(store)
    own = configure(tmp_path, OWN)
    await settle(store, own)
    assert [section.slug for section in await store.sections()] == ["world", "tripoli"]
    after = await versions(store)
    assert after[""] > before[""]
    assert after["world"] == before["world"]
    names = SectionNames(own.section_list(), await store.sections())
    assert names.find("sports") is None and names.find("رياضة") is None
    await settle(store, own)
    assert await versions(store) == after
    await settle(store, configure(tmp_path))
    again = await versions(store)
    assert again["sports"] > before["sports"]


async def test_a_section_that_articles_left_stays(store: SqliteStore, tmp_path: Path) -> None:
    """By whatever way they left; renamed or merged meanwhile, it still answers its subscribers."""
    await settle(store, configure(tmp_path))
    await put(store, story("a", sections=("world",)), story("b", sections=("sports",)))
    await put(store, story("a", sections=("ثقافة",)), story("b", sections=("ثقافة",)))
    async with store.writing() as writing:
        await writing.rename_section("world", Section(slug="globe", title="Globe"))
        await writing.make_section(Section(slug="games", title="Games"))
        await writing.rename_section("sports", Section(slug="games", title="Games"))
    await settle(store, configure(tmp_path, OWN))
    found = {section.slug: section.aliases for section in await store.sections()}
    assert found == {"globe": ("world",), "ثقافة": (), "games": ("sports",), "tripoli": ()}
