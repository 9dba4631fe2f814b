"""Debian's chromium, in a thread of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from playwright.sync_api import Browser, sync_playwright

T = TypeVar("T")

CHROMIUM = Path("/usr/bin/chromium")
# Nothing of the browser's own goes out to the network; playwright gives it a new profile.
FLAGS = """--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
    --disable-component-update --disable-sync""".split()


class Chromium:
    """A browser in a thread of its own: playwright leaves a running event loop behind in the thread it is called
    from, where no asynchronous test could run any more."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="browser")
        self._playwright = self._thread.submit(sync_playwright().start).result()
        self._browser = self._thread.submit(self._launch).result()

    def _launch(self) -> Browser:
        return self._playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)

    def run(self, work: Callable[[Browser], T]) -> T:
        """What `work` gives, done in the browser's thread. Whatever it opens in there it is to close in there."""
        return self._thread.submit(work, self._browser).result()

    def close(self) -> None:
        self._thread.submit(self._browser.close).result()
        self._thread.submit(self._playwright.stop).result()
        self._thread.shutdown()
