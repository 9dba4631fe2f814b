"""Tags, authors and searches in a store."""

from datetime import timedelta
from typing import Any

import pytest

from feeds.model import Author, Selection, Topic, TopicKind
from feeds.store.contract import Store
from tests.store.articles import MINUTE, NOW, article, guids, put, versions, withdraw

pytestmark = pytest.mark.anyio


async def of_topic(store: Store, kind: TopicKind, slug: str) -> list[str]:
    selection = Selection(topic=Topic(kind, slug))
    return guids(await store.shelf(selection, limit=50, graves=0, now=NOW))


async def found(store: Store, query: str) -> set[str]:
    return set(guids(await store.shelf(Selection(search=query), limit=50, graves=20, now=NOW)))


async def test_spellings_that_fold_alike_are_one_tag(store: Store) -> None:
    """Under the slug and the title of the first one that came."""
    spellings = ("الحكومة", "الحُكومه", "الحكومة!", "الحـكومة")
    await put(store, *(article(f"{n}", at=NOW - n * MINUTE, tags=(tag,)) for n, tag in enumerate(spellings)))
    for name in spellings:
        assert await store.topic("tag", name, NOW) == Topic("tag", "الحكومة")
    assert await of_topic(store, "tag", "الحكومة") == ["0", "1", "2", "3"]
    shelf = await store.shelf(Selection(topic=Topic("tag", "الحكومة")), limit=1, graves=0, now=NOW)
    assert shelf.title == "الحكومة"


async def test_names_of_one_slug_have_slugs_of_their_own(store: Store) -> None:
    """Once and for all: an address belongs to one name."""
    await put(store, article("a", tags=("Café",)))
    await put(store, article("b", tags=("cafe", "café")))
    assert await store.topic("tag", "Café", NOW) == Topic("tag", "cafe")
    assert await of_topic(store, "tag", "cafe") == ["a", "b"]
    assert await store.topic("tag", "cafe-2", NOW) == Topic("tag", "cafe-2")
    assert await of_topic(store, "tag", "cafe-2") == ["b"]


async def test_tags_authors_and_sections_of_one_name_are_three(store: Store) -> None:
    await put(store, article("t", tags=("world",)), article("a", authors=(Author(name="World"),), sections=("sports",)))
    assert await of_topic(store, "tag", "world") == ["t"]
    assert await of_topic(store, "author", "world") == ["a"]
    assert set(await store.states()) == {"", "world", "sports"}


async def test_a_name_that_makes_no_slug_has_no_feed(store: Store) -> None:
    """The article shows it all the same."""
    await put(store, article("a", tags=("!!", "🙂")))
    assert await store.topic("tag", "!!", NOW) is None
    assert await store.topic("tag", "🙂", NOW) is None


async def test_a_tag_that_nobody_ever_had_is_none(store: Store) -> None:
    """One that an article had once stays, if need be empty."""
    assert await store.topic("tag", "طرابلس", NOW) is None
    await put(store, article("a", tags=("طرابلس",)))
    await put(store, article("a"))
    assert await store.topic("tag", "طرابلس", NOW) == Topic("tag", "طرابلس")
    assert await of_topic(store, "tag", "طرابلس") == []
    assert await store.topic("author", "طرابلس", NOW) is None


async def test_a_tag_is_not_known_before_its_embargo_ends(store: Store) -> None:
    await put(store, article("a", at=NOW + MINUTE, tags=("سر",)))
    assert await store.topic("tag", "سر", NOW) is None
    assert await store.topic("tag", "سر", NOW + MINUTE) == Topic("tag", "سر")
    await put(store, article("b", at=NOW - MINUTE, tags=("سر",)))
    assert await store.topic("tag", "سر", NOW) == Topic("tag", "سر")


async def test_a_tag_has_a_version_of_its_own(store: Store) -> None:
    """What happens elsewhere does not raise it."""
    tripoli, benghazi = Topic("tag", "طرابلس"), Topic("tag", "بنغازي")
    await put(store, article("a", tags=("طرابلس",)), article("b", tags=("بنغازي",)))
    before = await store.topic_states([tripoli, benghazi, Topic("tag", "x")])
    assert set(before) == {tripoli, benghazi}
    await put(store, article("c", tags=("بنغازي",)))
    after = await store.topic_states([tripoli, benghazi])
    assert after[tripoli] == before[tripoli]
    assert after[benghazi].version > before[benghazi].version
    assert after[benghazi].version == (await versions(store))[""]


async def test_a_withdrawal_leaves_a_tombstone_with_a_tag_too(store: Store) -> None:
    await put(store, article("a", tags=("طرابلس",)))
    assert await withdraw(store, "a", NOW)
    shelf = await store.shelf(Selection(topic=Topic("tag", "طرابلس")), limit=5, graves=5, now=NOW)
    assert (guids(shelf), [grave.guid for grave in shelf.tombstones]) == ([], ["a"])


CASES: dict[str, Any] = {
    "حكومة": {"with", "by", "for", "bare", "the"},
    "الحكومة": {"with", "by", "for", "bare", "the"},
    "HUKUMA": {"latin"},
    "محكومة": {"other"},
    '"قرار الحكومة"': {"the"},
    "«قرار الحكومة»": {"the"},
    '"الحكومة قرار"': set(),
    "قرار -أخرى": {"the"},
    "-أُخرى قرار": {"the"},
    'قرار -"حكومة أخرى"': {"the"},
    "قرار -الحكومة": set(),
    "قرار": {"the", "bare"},
    # What FTS5 would reject is taken as plain words.
    '"قرار': {"the", "bare"},
    "قرار AND OR NOT": set(),
    "-قرار": {"the", "bare"},
    "قرار* (": {"the", "bare"},
    "folded : قرار": set(),
    "!!": set(),
    "": set(),
    "'; DROP TABLE words; --": set(),
}


@pytest.fixture
async def searched(store: Store) -> Store:
    titles = {
        "with": "والحكومة تعلن",
        "by": "بالحكومة ثقة",
        "for": "للحكومة رأي",
        "the": "قرار الحُكومة",
        "bare": "قرار حكومة أخرى",
        "other": "أرض محكومة",
        "latin": "Hukuma",
    }
    await put(store, *(article(guid, title=title) for guid, title in titles.items()))
    return store


@pytest.mark.parametrize(("query", "expected"), CASES.items())
async def test_a_search_finds_words_in_any_spelling(searched: Store, query: str, expected: set[str]) -> None:
    """Every word, every phrase, no -word; and no query is an error."""
    assert await found(searched, query) == expected


async def test_a_search_looks_at_all_that_is_read(store: Store) -> None:
    """Title, summary, text, tags and authors; not at addresses and markup."""
    await put(
        store,
        article("title", title="نخلة"),
        article("summary", summary="نخلة"),
        article("text", content_html='<p class="x">ظل<strong>نخلة</strong></p><p>نخلة</p>'),
        article("tag", tags=("نخلة",)),
        article("author", authors=(Author(name="نخلة"),)),
        article("address", content_html='<p><a href="https://x.example/نخلة">هنا</a></p>'),
    )
    assert await found(store, "نخلة") == {"title", "summary", "text", "tag", "author"}
    assert await found(store, "strong") == set()


async def test_a_search_follows_changes(store: Store) -> None:
    """What is changed, withdrawn or restored is found as it is now."""
    await put(store, article("a", title="قديم"))
    await put(store, article("a", title="جديد"))
    assert (await found(store, "قديم"), await found(store, "جديد")) == (set(), {"a"})
    await withdraw(store, "a")
    assert await found(store, "جديد") == set()
    async with store.writing() as writing:
        await writing.restore("a", NOW)
    assert await found(store, "جديد") == {"a"}


async def test_the_latest_matches_come_first(store: Store) -> None:
    """Of one second, by their exact times and then their ids, however few are asked for."""
    half = timedelta(milliseconds=500)
    times = {"c": NOW - MINUTE, "b": NOW - MINUTE, "a": NOW - MINUTE + half, "d": NOW - 2 * MINUTE, "e": NOW + MINUTE}
    for guid, at in times.items():
        await put(store, article(guid, at=at, title="نخلة"))
    for limit in range(1, 6):
        shelf = await store.shelf(Selection(search="نخلة"), limit=limit, graves=0, now=NOW)
        assert guids(shelf) == ["a", "b", "c", "d"][:limit]
        assert shelf.changes_at == NOW + MINUTE
