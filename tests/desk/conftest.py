"""A desk without a web around it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.newsroom import Newsroom, opened, story


@pytest.fixture
async def newsroom(tmp_path: Path) -> AsyncIterator[Newsroom]:
    """One article in world, one in sports, one in both."""
    async with opened(tmp_path) as newsroom:
        await newsroom.write(
            story("w", minutes=30),
            story("s", minutes=20, sections=("sports",)),
            story("b", sections=("world", "sports")),
        )
        newsroom.clock.go(minutes=1)
        yield newsroom
