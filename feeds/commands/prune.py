"""`feeds prune`."""

import asyncio
import time
from datetime import datetime
from pathlib import Path

import click

from feeds.clock import present
from feeds.commands.context import settings_of, with_config, with_store
from feeds.errors import BadRecord
from feeds.interchange import read_time
from feeds.settings import Settings
from feeds.settling import settle
from feeds.store.contract import Store
from feeds.store.turns import patiently
from feeds.text.plural import plural

# Articles of one transaction: others have their turn after it, for as long as it took.
_BATCH = 400
_EVERY = 20_000


@click.command()
@click.option("--before", required=True, metavar="DATE", help="Drops what is older, such as 2024-01-01.")
@click.option("--dry-run", is_flag=True, help="Drops nothing, and says how many articles it would be.")
@with_config
def prune(context: click.Context, config: Path | None, before: str, dry_run: bool) -> None:
    """Drops articles that are older than a date, for good.

    They leave feeds, archives and searches. Their ids stay known, so that no import brings them back as new ones, and
    so do tombstones. It can be run while the desk is served and written; the file stays as large as it is, and what
    was freed in it is used for what comes.
    """
    settings = settings_of(context, config)
    moment = _moment(before, settings)
    if dry_run:
        with_store(settings, lambda store: _foretell(store, settings, moment), trial=True)
    else:
        with_store(settings, lambda store: _prune(store, settings, moment))


def _moment(before: str, settings: Settings) -> datetime:
    try:
        moment = read_time("--before", before, settings.site.zone)
    except BadRecord as fault:
        raise click.UsageError(str(fault)) from None
    if moment > present():
        raise click.UsageError(f"--before is {before}, which is still to come; give a date that is over")
    return moment


async def _foretell(store: Store, settings: Settings, moment: datetime) -> None:
    """Says what would be dropped, and what would be left, of each section and of all."""
    await settle(store, settings)
    going = await store.standing(moment)
    for report in await store.report():
        slug = report.section.slug
        click.echo(f"{slug}: would drop {going[slug]} of {report.articles}, and keep {report.articles - going[slug]}")
    click.echo(f"would drop {plural(going[''], 'article')} in all, older than {moment.isoformat(timespec='minutes')}")


async def _prune(store: Store, settings: Settings, moment: datetime) -> None:
    await settle(store, settings)
    dropped = 0

    async def drop() -> int:
        async with store.writing() as writing:
            return await writing.prune(moment, _BATCH)

    try:
        while True:
            began = time.monotonic()
            number = await patiently(drop)
            dropped += number
            if dropped // _EVERY > (dropped - number) // _EVERY:
                click.echo(f"{plural(dropped, 'article')} dropped", err=True)
            if number < _BATCH:
                break
            await asyncio.sleep(time.monotonic() - began)
    finally:
        # Also after Ctrl-C: what was dropped is.
        click.echo(f"dropped {plural(dropped, 'article')} older than {moment.isoformat(timespec='minutes')}")
