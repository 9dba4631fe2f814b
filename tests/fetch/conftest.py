"""A server that answers wrongly, and who asks it."""

from collections.abc import Callable, Iterator

import pytest

from feeds.fetch import Fetcher, Limits
from tests.fetch.servers import Server, serving


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def pauses() -> list[float]:
    """What was waited, in seconds, without waiting."""
    return []


@pytest.fixture
def fetching(pauses: list[float]) -> Iterator[Callable[..., Fetcher]]:
    """Makes fetchers that may ask this machine."""
    made: list[Fetcher] = []

    def make(*, allow_private: bool = True, limits: Limits | None = None, **more: object) -> Fetcher:
        options = {"wait": pauses.append, "agent": "test/1 (a test)"} | more
        made.append(Fetcher(allow_private=allow_private, limits=limits, **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for fetcher in made:
        fetcher.close()


@pytest.fixture
def fetcher(fetching: Callable[..., Fetcher]) -> Fetcher:
    return fetching()
