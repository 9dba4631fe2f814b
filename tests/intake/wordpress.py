"""An editor who imports a WordPress site that answers what a real one did."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from feeds.fetch import Fetcher
from feeds.importers.wordpress.site import Site, find
from feeds.importing.in_step import InStep, Wanted
from feeds.intake.door import Options, Tally
from feeds.model import Article, Tombstone
from feeds.text.guid import article_key
from tests.fetch.servers import serving
from tests.intake.conftest import Door
from tests.wordpress.recorded import HOME, Recorded

HARBOUR = f"{HOME}/?post_type=post&p=4"
# What is published and open, of the recorded posts.
OPEN = 11


@pytest.fixture
def wordpress() -> Iterator[Recorded]:
    with serving() as server:
        yield Recorded(server=server)


@dataclass(kw_only=True)
class Editor:
    """Imports a site, and tells what became of it."""

    door: Door
    wordpress: Recorded
    said: list[str] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)

    async def bring(self, *, language: str | None = None, wanted: Wanted | None = None, **options: Any) -> str:
        tally = Tally()
        self.rejected.clear()
        in_step = InStep(
            self.door.store,
            self.door.settings,
            self.door.intake,
            clock=self.door.clock,
            tally=tally,
            reject=lambda rejection: self.rejected.append(str(rejection)),
            say=self.said.append,
        )
        with Fetcher(agent="test", allow_private=True, wait=lambda seconds: None) as fetcher:
            site = found(self.wordpress, fetcher)
            await in_step.bring(site.speaking(language), Options(**options), wanted or Wanted())
        return f"{tally.new}/{tally.updated}/{tally.unchanged}/{tally.rejected}"

    async def reconcile(self, **more: bool) -> str:
        return await self.bring(wanted=Wanted(reconcile=True, **more))

    async def article(self, guid: str) -> Article | Tombstone | None:
        return await self.door.store.find(article_key(guid))


def found(wordpress: Recorded, fetcher: Fetcher, path: str = "/") -> Site:
    site = find(fetcher, fetcher.get(wordpress.home + path))
    assert isinstance(site, Site)
    return site


@pytest.fixture
def editor(door: Door, wordpress: Recorded) -> Editor:
    return Editor(door=door, wordpress=wordpress)
