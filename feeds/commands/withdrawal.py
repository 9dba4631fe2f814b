"""`feeds withdraw` and `feeds restore`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from feeds.clock import present
from feeds.commands.context import SOME_FAILED, settings_of, with_config, with_store
from feeds.intake import door as intake


@click.command()
@click.argument("guids", nargs=-1, required=True)
@click.option("--reason", default="", help="Why; feed readers may show it.")
@with_config
def withdraw(context: click.Context, config: Path | None, guids: Sequence[str], reason: str) -> int:
    """Withdraws articles by their GUIDS.

    They leave every feed at once and stay in Atom feeds as tombstones. An import does not bring them back; `feeds
    restore` does.
    """
    done = with_store(settings_of(context, config), lambda store: intake.withdraw(store, guids, reason, present()))
    return _say_done(done, "withdrawn", "there is no such article, or it is withdrawn already")


@click.command()
@click.argument("guids", nargs=-1, required=True)
@with_config
def restore(context: click.Context, config: Path | None, guids: Sequence[str]) -> int:
    """Brings withdrawn articles back by their GUIDS.

    They stand in their sections again, as they were, with a later modification.
    """
    done = with_store(settings_of(context, config), lambda store: intake.restore(store, guids, present()))
    return _say_done(done, "restored", "there is no such article, or it is not withdrawn, or it was pruned")


def _say_done(done: Any, verb: str, failure: str) -> int:
    for guid, worked in done.items():
        click.echo(f"{guid}: {verb if worked else failure}", err=not worked)
    return 0 if all(done.values()) else SOME_FAILED
