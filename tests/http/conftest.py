"""A newsroom with a few articles, served by the real application."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.newsroom import Newsroom, opened, story


@pytest.fixture
async def newsroom(tmp_path: Path) -> AsyncIterator[Newsroom]:
    """Three articles in world, two in sports; `here` has its page here; nothing stands in the third section."""
    async with opened(tmp_path) as newsroom:
        await newsroom.write(
            story("a", minutes=30),
            story("b", minutes=20, sections=("world", "sports")),
            story("c", minutes=10, sections=("sports",)),
            story("here", minutes=5, url=None),
        )
        # So that no date is a matter of the last second.
        newsroom.clock.go(minutes=1)
        newsroom.store.shelves.clear()
        yield newsroom
