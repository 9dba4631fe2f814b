"""What all tests share."""

import os
import signal
from collections.abc import Generator

import pytest
from hypothesis import settings

# A busy machine is slow, and no promise is broken by it.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Shells have what they start in the background, these tests for one, ignore Ctrl-C, and so would all programs
    # that are tested.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def anyio_backend() -> str:
    """The store and the server speak asyncio's language only."""
    return "asyncio"


_LIMIT = pytest.StashKey[object]()


@pytest.hookimpl(tryfirst=True)
def pytest_timeout_set_timer(item: pytest.Item, settings: object) -> None:
    """Remembers the limit of a test (pytest-timeout sets it)."""
    item.stash[_LIMIT] = settings


@pytest.hookimpl(wrapper=True)
def pytest_exception_interact(node: pytest.Item | pytest.Collector) -> Generator[None, None, None]:
    """Limits the time of what comes after a failure, too: a limit that was met is over, and pytest-timeout lifts one
    that was not. The end of what a test used may wait for ever for a test that stopped halfway."""
    yield
    if limit := node.stash.get(_LIMIT, None):
        node.ihook.pytest_timeout_set_timer(item=node, settings=limit)


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> Generator[None, None, None]:
    """In CI every test runs: one that was skipped for want of a program is a failure."""
    yield
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter and reporter.stats.get("skipped") and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
