"""A run of `feeds publish`: the parts opened around the publisher, and closed again."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from feeds.clock import present
from feeds.desk import Desk
from feeds.publish.bringing import Tally
from feeds.publish.outlet import Outlet
from feeds.publish.publisher import Publisher
from feeds.publish.service import Service
from feeds.settings import Settings
from feeds.store.contract import Store
from feeds.web.app import application

# Seconds between looks at the store, and bytes of what was rendered that are kept: hardly anything is asked for twice.
TICK = 0.2
_KEPT = 4_000_000
# Seconds that hubs and caches have to answer before a run ends.
_TELLING = 10.0


@asynccontextmanager
async def publishing(
    settings: Settings,
    store: Store,
    outlet: Outlet,
    progress: Callable[[Tally], None] = lambda _: None,
    *,
    clock: Callable[[], datetime] = present,
) -> AsyncIterator[Publisher]:
    """A publisher whose outlet is open, over a desk that knows its store. `clock` gives the present time, aware."""
    cache = settings.cache.model_copy(update={"max_bytes": _KEPT})
    desk = Desk(
        settings.model_copy(update={"cache": cache}),
        store,
        clock=clock,
        tick=TICK,
        copied=lambda: publisher.shows,
    )
    app = application(desk)
    publisher = Publisher(desk, Service(app, settings.site.path), outlet, progress=progress)
    await outlet.open()
    try:
        await publisher.begin()
        async with app.router.lifespan_context(app):
            yield publisher
    finally:
        await outlet.close()


async def publish_once(
    settings: Settings,
    store: Store,
    outlet: Outlet,
    progress: Callable[[Tally], None] = lambda _: None,
    *,
    clock: Callable[[], datetime] = present,
) -> Tally:
    """Publishes what stands otherwise, and gives what was done. Raises StoreError, PublishError."""
    async with publishing(settings, store, outlet, progress, clock=clock) as publisher:
        await publisher.later()
        await publisher.turn()
        await _told(settings, store, clock)
        return publisher.tally


async def _told(settings: Settings, store: Store, clock: Callable[[], datetime]) -> None:
    """Waits until hubs and caches were told of what is published now; of what fails, the next run tells."""
    if settings.websub.hubs or settings.cdn.purge_url:
        for _ in range(int(_TELLING / TICK)):
            if not await store.outbox.has_work(clock()):
                break
            await asyncio.sleep(TICK)
