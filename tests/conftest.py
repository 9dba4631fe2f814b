"""What tests of asynchronous code share."""

import os
from collections.abc import Generator

import pytest


@pytest.fixture
def anyio_backend() -> str:
    """The store and the server speak asyncio's language only."""
    return "asyncio"


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> Generator[None, None, None]:
    """In CI every test runs: one that was skipped for want of a program is a failure."""
    yield
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and reporter.stats.get("skipped") and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
