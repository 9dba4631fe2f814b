"""A newsroom with a few articles, served by the real application."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.newsroom import Newsroom, opened, story


@pytest.fixture(scope="session")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three articles in world, two in sports; `here` has its page here; nothing stands in the third section."""
    folder = tmp_path_factory.mktemp("articles")

    async def write() -> Path:
        async with opened(folder) as newsroom:
            await newsroom.write(
                story("a", minutes=30),
                story("b", minutes=20, sections=("world", "sports")),
                story("c", minutes=10, sections=("sports",)),
                story("here", minutes=5, url=None),
            )
            return newsroom.settings.store_path

    return asyncio.run(write())


@pytest.fixture
async def newsroom(articles: Path, tmp_path: Path) -> AsyncIterator[Newsroom]:
    """The newsroom with those articles, a minute after they were written."""
    shutil.copy(articles, tmp_path / articles.name)
    async with opened(tmp_path) as newsroom:
        # So that no date is a matter of the last second.
        newsroom.clock.go(minutes=1)
        newsroom.store.shelves.clear()
        yield newsroom
