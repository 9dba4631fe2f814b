"""A newsroom with a few articles, served by the real application."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.newsroom import Answer, Newsroom, opened, story
from tests.newsroom import ask as application
from tests.wire import wired


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


@pytest.fixture(params=["application", "lane"])
async def newsroom(articles: Path, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Newsroom]:
    """The newsroom with those articles, a minute after they were written: asked as an application, and over a
    wire with the fast lane. All that is promised is promised of both."""
    shutil.copy(articles, tmp_path / articles.name)
    async with opened(tmp_path) as newsroom:
        # So that no date is a matter of the last second.
        newsroom.clock.go(minutes=1)
        newsroom.store.shelves.clear()
        if request.param == "application":
            yield newsroom
            return
        async with wired(newsroom) as wire:

            async def ask(target: bytes, method: str, headers: list[tuple[str, str]]) -> Answer:
                if any("\0" in value for _, value in headers):
                    # No server's parser lets this through: it is for the application alone.
                    return await application(newsroom.app, target, method, headers)
                answer = await wire.ask(target, method, headers)
                fields = [(name, value) for name, value in answer.fields if name != "date"]
                return Answer(status=answer.status, fields=fields, body=answer.body)

            newsroom.asked = ask
            yield newsroom
