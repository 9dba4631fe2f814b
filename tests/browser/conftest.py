"""Debian's chromium and a desk to look at, one for the whole session."""

import os
from collections.abc import Iterator

import pytest

from tests.browser.chromium import CHROMIUM, Chromium
from tests.browser.served import served


@pytest.fixture(scope="session")
def browser() -> Iterator[Chromium]:
    if not CHROMIUM.exists():
        missing = f"there is no {CHROMIUM}: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    chromium = Chromium()
    yield chromium
    chromium.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with the samples and hostile articles."""
    with served(tmp_path_factory.mktemp("desk")) as address:
        yield address
