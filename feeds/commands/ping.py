"""`feeds ping`."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import click

from feeds.commands.context import SOME_FAILED, settings_of, with_config, with_store
from feeds.errors import BadParameter
from feeds.sections import SectionNames
from feeds.settings import Settings
from feeds.settling import settle
from feeds.store.contract import Store
from feeds.store.outbox import Scope
from feeds.websub.calling import Caller, Reply, agent_of, shown
from feeds.websub.notices import topics

# Hubs are not to be flooded.
_AT_ONCE = 4


@click.command()
@click.argument("sections", nargs=-1, metavar="[SECTION]...")
@with_config
def ping(context: click.Context, config: Path | None, sections: Sequence[str]) -> int:
    """Tells the hubs that feeds have changed.

    Of every section and of the whole desk, or of some SECTIONS only (by slug, title or alias), in all formats. A desk
    that runs does so by itself after each change; this is for when a hub has forgotten, or was named only now. The
    exit status is 1 where a hub did not take it.
    """
    settings = settings_of(context, config)
    if not settings.websub.hubs:
        raise BadParameter(f"{config or context.obj}: [websub] hubs names no hub; give at least one address")
    failed = 0
    for hub, topic, reply in with_store(settings, lambda store: _ping(store, settings, sections)):
        click.echo(f"{topic}: {shown(hub)}: {reply.said}", err=not reply.taken)
        failed += not reply.taken
    return SOME_FAILED if failed else 0


async def _ping(store: Store, settings: Settings, sections: Sequence[str]) -> list[tuple[str, str, Reply]]:
    await settle(store, settings)
    names = SectionNames(settings.section_list(), await store.sections())
    scopes = [Scope("section", names.sure(name)) for name in sections]
    scopes = scopes or [Scope("all", ""), *(Scope("section", section.slug) for section in names)]
    calls = [
        (hub, topic) for scope in scopes for topic in topics(scope, settings.site.url) for hub in settings.websub.hubs
    ]
    caller = Caller(agent=agent_of(settings))
    await caller.open()
    turn = asyncio.Semaphore(_AT_ONCE)

    async def call(hub: str, topic: str) -> tuple[str, str, Reply]:
        async with turn:
            return hub, topic, await caller.ping(hub, topic)

    try:
        return await asyncio.gather(*(call(*each) for each in calls))
    finally:
        await caller.close()
