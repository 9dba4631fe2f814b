"""A desk that is served live and published, once for all tests here."""

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from feeds.clock import present
from feeds.model import Author
from feeds.settings import load
from feeds.settling import settle
from feeds.store.sqlite import SqliteStore
from tests.deploy.servers import UnixConnection, ask
from tests.live.server import Served, Server, feeds, wait
from tests.newsroom import CONFIG, SITE
from tests.publish.conftest import news
from tests.store.articles import put, withdraw

DAY = 24 * 60
CONFIGURATION = f"""{CONFIG.replace('"international"', '"international", "wp-category-3"')}
[websub]
hubs = ["https://hub.example/?a=1&b=2"]
"""


@dataclass(frozen=True, kw_only=True)
class Site:
    """The live service on a socket file, and the folder that is published from the same store."""

    folder: Path
    server: Server
    # The path of [site] url.
    base: str = ""

    @property
    def socket(self) -> Path:
        return self.folder / "desk.sock"

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def live(self, path: str, headers: Mapping[str, str] | None = None, method: str = "GET") -> Served:
        """What the live service answers at a path; it is the whole one, [site] url's included."""
        return ask(UnixConnection(self.socket), path, headers, method)


async def _stock(folder: Path) -> None:
    settings = load(folder / "config.toml", {})
    store = SqliteStore(settings.store_path, clock=time.time)
    await store.open()
    try:
        await settle(store, settings)
        await put(
            store,
            news("one", tags=("طرابلس", "sea"), authors=(Author(name="سالم"),)),
            news("two", minutes=2 * DAY, sections=["sports", "ثقافة"], url="https://elsewhere.example/two"),
            news("three", minutes=3 * DAY, sections=["world"]),
            news("gone", minutes=4 * DAY),
        )
        assert await withdraw(store, "gone", present())
    finally:
        await store.close()


@contextmanager
def published(folder: Path, base: str = "", more: str = "") -> Iterator[Site]:
    """A desk whose site has a path or none, with `more` in its configuration, served and published."""
    config = CONFIGURATION.replace(SITE, f"{SITE}{base}") + more
    (folder / "config.toml").write_text(f'{config}\n[server]\nunix_socket = "desk.sock"\n', "utf-8")
    asyncio.run(_stock(folder))
    server = Server(folder)
    made = Site(folder=folder, server=server, base=base)

    def serves() -> bool:
        try:
            return made.live(f"{base}/readyz").status == 200
        except OSError:
            return False

    def settled() -> bool:
        """Whether a change a moment ago is past: until then, the live service says another date each second."""
        headers = made.live(f"{base}/").headers
        return parsedate_to_datetime(headers["date"]) > parsedate_to_datetime(headers["last-modified"])

    wait(serves, server)
    wait(settled, server)
    done = feeds(folder, "publish", "out")
    assert done.returncode == 0, done.stderr
    yield made
    if server.process.poll() is None:
        server.end()


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with published(tmp_path_factory.mktemp("site")) as made:
        yield made


@pytest.fixture(scope="package")
def days(site: Site) -> Callable[[int], str]:
    """A day so many days ago, as its archive has it."""
    zone = load(site.folder / "config.toml", {}).site.zone
    return lambda number: (present() - timedelta(days=number)).astimezone(zone).date().isoformat()
