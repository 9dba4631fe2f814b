"""Headlines of the whole desk since a moment: what every store shows of them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from feeds.store.contract import Store
from tests.store.articles import MINUTE, NOW, article, guids, put, withdraw
from tests.store.test_contract import FULL

pytestmark = pytest.mark.anyio

SINCE = NOW - timedelta(hours=1)


async def test_what_stands_since_a_moment_newest_first(store: Store) -> None:
    """Of every section, the moment included, without what is under embargo; and where the next older one stands."""
    old = SINCE - timedelta(microseconds=1)
    await put(
        store,
        article("edge", at=SINCE, sections=["sports"]),
        article("old", at=old),
        article("older", at=old - MINUTE),
        article("b", at=NOW),
        article("a", at=NOW, sections=["world", "sports"]),
        article("embargoed", at=NOW + MINUTE),
        article("later", at=NOW + 2 * MINUTE),
    )
    shelf = await store.recent(SINCE, 10, NOW)
    assert guids(shelf) == ["a", "b", "edge"]
    assert (shelf.older, shelf.changes_at, shelf.tombstones) == (old, NOW + MINUTE, [])
    assert shelf.state == (await store.states())[""]
    assert guids(await store.recent(SINCE, 10, NOW + MINUTE)) == ["embargoed", "a", "b", "edge"]


async def test_no_more_than_asked_for(store: Store) -> None:
    """The latest; `older` is as if all were shown."""
    await put(store, *(article(f"{n}", at=NOW - n * MINUTE) for n in range(5)), article("old", at=SINCE - MINUTE))
    shelf = await store.recent(SINCE, 2, NOW)
    assert (guids(shelf), shelf.older) == (["0", "1"], SINCE - MINUTE)


async def test_a_correction_stands_at_its_modification(store: Store) -> None:
    """As everywhere; what was withdrawn does not stand at all."""
    await put(store, article("c", at=SINCE - MINUTE, modified=NOW, correction=True), article("w", at=NOW - MINUTE))
    await withdraw(store, "w")
    shelf = await store.recent(SINCE, 10, NOW)
    assert (guids(shelf), shelf.older, shelf.changes_at) == (["c"], None, None)


async def test_articles_come_without_their_texts(store: Store) -> None:
    """All else is there: texts are most of an article, and there may be thousands."""
    await put(store, replace(FULL, directed_html="<p>x</p>"))
    (found,) = (await store.recent(FULL.listed_at, 10, NOW)).articles
    assert found == replace(FULL, content_html="", directed_html=None)


async def test_an_empty_store_has_no_headlines(store: Store) -> None:
    """No error."""
    shelf = await store.recent(SINCE, 10, NOW)
    assert (shelf.articles, shelf.older, shelf.changes_at) == ([], None, None)
