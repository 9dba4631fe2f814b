"""`feeds import`."""

from collections.abc import Sequence
from pathlib import Path

import click

from feeds import importing
from feeds.commands.context import SOME_FAILED, settings_of, with_config, with_store
from feeds.intake import Options, Tally


@click.command(name="import")
@click.argument("sources", nargs=-1, required=True)
@click.option("--section", help="Adds this section to every article; one that nobody knows is made.")
@click.option("--strict", is_flag=True, help="Checks everything first, and writes nothing if one record is bad.")
@click.option("--dry-run", is_flag=True, help="Writes nothing, and says what would be.")
@click.option("--if-empty", is_flag=True, help="Does nothing where the store holds articles already.")
@with_config
def import_(
    context: click.Context,
    config: Path | None,
    sources: Sequence[str],
    section: str | None,
    strict: bool,
    dry_run: bool,
    if_empty: bool,
) -> int:
    """Brings articles in from files or standard input.

    SOURCES are files of JSON Lines, JSON arrays or JSON Feed documents, told apart by their content; - is standard
    input. Each article is a JSON Feed item with a list of sections:

    \b
    {"id": "2026-117", "title": "…", "content_html": "<p>…</p>",
     "date_published": "2026-11-23T14:30:00+02:00", "sections": ["world"]}

    It can be run again at any time, also after it was stopped: what is unchanged stays untouched. A bad record is
    reported with its place and does not stop the rest; the exit status is 1 then.
    """
    settings = settings_of(context, config)
    if if_empty and with_store(settings, importing.holds_articles, trial=True):
        click.echo("the store holds articles already: nothing was imported")
        return 0
    tally, checked = Tally(), Tally()
    with importing.Sources(sources, twice=strict) as opened:

        def bring(tally: Tally, *, dry_run: bool) -> None:
            options = Options(section=section, dry_run=dry_run)
            with_store(settings, lambda store: opened.bring(store, settings, options, tally), trial=dry_run)

        try:
            if strict and not dry_run:
                bring(checked, dry_run=True)
            if checked.rejected:
                tally.rejected = checked.rejected
                counts = f"right {checked.taken}, rejected {checked.rejected}"
                click.echo(f"nothing was written: {counts}; with --strict, every record must be right", err=True)
            else:
                bring(tally, dry_run=dry_run)
        except BaseException:
            # Also after Ctrl-C: what was done is kept.
            if tally.taken or tally.rejected:
                click.echo(importing.summary(tally, dry_run=dry_run))
            raise
    click.echo(importing.summary(tally, dry_run=dry_run))
    return SOME_FAILED if tally.rejected else 0
