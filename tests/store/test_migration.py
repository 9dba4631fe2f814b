"""A store that an earlier version made becomes one of today's, and loses nothing."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from feeds.model import EVERYTHING, Article, Selection, Topic
from feeds.store.contract import Shelf
from feeds.store.sqlite import SqliteStore
from feeds.store.sqlite.schema import VERSION
from feeds.text.guid import article_key
from tests.store.articles import MINUTE, NOW, article, guids, make_sections, put

pytestmark = pytest.mark.anyio

DATA = Path(__file__).parent / "data"


@pytest.fixture
async def store(tmp_path: Path) -> SqliteStore:
    """Written by the first schema's own program."""
    path = tmp_path / "articles.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((DATA / "schema_1.sql").read_text())
    return SqliteStore(path, clock=NOW.timestamp)


async def shelf(store: SqliteStore, selection: Selection) -> Shelf:
    return await store.shelf(selection, limit=50, graves=20, now=NOW)


async def test_a_store_of_the_first_schema(store: SqliteStore, tmp_path: Path) -> None:
    """Its articles stand where they stood, and under their tags and authors, and are found."""
    await store.open()
    try:
        assert guids(await shelf(store, EVERYTHING)) == [
            "without-address", "english", "mixed", "same-second", "tagged", "plain", "old"
        ]  # fmt: skip
        tag = await shelf(store, Selection(topic=Topic("tag", "طرابلس")))
        assert guids(tag) == ["same-second", "tagged"]
        assert [grave.guid for grave in tag.tombstones] == ["withdrawn"]
        assert guids(await shelf(store, Selection(topic=Topic("tag", "fifa")))) == ["tagged", "mixed"][::-1]
        assert guids(await shelf(store, Selection(topic=Topic("author", "سالم-الورفلي")))) == ["tagged"]
        assert await store.topic("tag", "سر", NOW) is None
        assert await store.topic("tag", "سر", NOW + 60 * MINUTE)
        assert set(guids(await shelf(store, Selection(search="قرارا")))) == {"mixed"}
        assert "withdrawn" not in guids(await shelf(store, Selection(search="طرابلس")))
        assert [section.aliases for section in await store.sections()] == [(), (), ("old",)]
        mixed = await store.find(article_key("mixed"))
        assert isinstance(mixed, Article)
        assert mixed.directed_html == "<p>\u200fFIFA تعلن قرارا جديدا اليوم.</p><p>نص.</p>"
        plain = await store.find(article_key("plain"))
        assert isinstance(plain, Article) and plain.directed_html is None
    finally:
        await store.close()
    with closing(sqlite3.connect(tmp_path / "articles.db")) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


async def test_it_is_written_from_then_on(store: SqliteStore) -> None:
    """Withdrawn, restored, changed: the index follows, and versions go on from where they were."""
    await store.open()
    try:
        before = await store.states()
        async with store.writing() as writing:
            assert await writing.restore("withdrawn", NOW + MINUTE)
        await put(store, article("mixed", title="غير ذلك"), article("new", title="قرارا"))
        assert "withdrawn" in guids(await shelf(store, Selection(search="طرابلس")))
        assert guids(await shelf(store, Selection(search="قرارا"))) == ["new"]
        after = await store.states()
        assert after[""].version == before[""].version + 2
        assert after["archive-news"] == before["archive-news"]
    finally:
        await store.close()


async def test_sections_whose_past_nobody_noted_stay(store: SqliteStore) -> None:
    """Whether one that is empty ever had an article was not told then."""
    await store.open()
    try:
        assert list(await store.unused_sections()) == []
        await make_sections(store, "new")
        assert list(await store.unused_sections()) == ["new"]
    finally:
        await store.close()


async def test_a_store_of_today_is_like_a_migrated_one(store: SqliteStore, tmp_path: Path) -> None:
    """Table by table: no step leaves anything else than a new store has."""
    await store.open()
    await store.close()
    other = SqliteStore(tmp_path / "new.db", clock=NOW.timestamp)
    await other.open()
    await other.close()
    schemas = []
    for name in ("articles.db", "new.db"):
        with closing(sqlite3.connect(tmp_path / name)) as connection:
            schemas.append(connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall())
    assert schemas[0] == schemas[1]
