"""`feeds import`."""

import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import NoReturn

import click

from feeds.commands.context import SOME_FAILED, settings_of, with_config, with_store
from feeds.errors import BadRecord, BadSource, StoreUnavailable
from feeds.importers import Reading
from feeds.importing.gathering import STANDARD_INPUT
from feeds.importing.in_step import Wanted
from feeds.importing.reports import Report
from feeds.importing.run import Bringing
from feeds.importing.sources import Sources, holds_articles
from feeds.intake.admission import LONGEST_EMBARGO
from feeds.intake.door import Options
from feeds.interchange import read_time
from feeds.settings import Settings

# Seconds between two comparings of all that is published.
_HOUR = 3600


@click.command(name="import")
@click.argument("sources", nargs=-1, required=True)
@click.option("--section", help="Adds this section to every article; one that nobody knows is made.")
@click.option("--since", metavar="DATE", help="Leaves out what was published before, such as 2026-01-31.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Ends after so many articles, over all sources.")
@click.option("--strict", is_flag=True, help="Checks everything first, and writes nothing if one record is bad.")
@click.option("--dry-run", is_flag=True, help="Writes nothing, and says of each article what would be.")
@click.option("--embargo-ok", is_flag=True, help="Takes articles dated more than 30 days ahead, too.")
@click.option("--sections-from-categories", is_flag=True, help="A feed's categories are sections, not tags.")
@click.option("--allow-private", is_flag=True, help="Fetches from private networks and this machine, too.")
@click.option("--parents", is_flag=True, help="WordPress: articles stand in the categories above theirs, too.")
@click.option("--language", metavar="TAG", help="WordPress with Polylang or WPML: this language alone, such as ar.")
@click.option("--reconcile", is_flag=True, help="WordPress: withdraws what is no longer published there.")
@click.option(
    "--watch",
    "seconds",
    type=click.IntRange(1),
    metavar="SECONDS",
    help="Again and again, with so many seconds between, until Ctrl-C; withdraws as --reconcile each hour.",
)
@click.option("--if-empty", is_flag=True, help="Does nothing where the store holds articles already.")
@with_config
def import_(
    context: click.Context,
    config: Path | None,
    sources: Sequence[str],
    section: str | None,
    since: str | None,
    limit: int | None,
    strict: bool,
    dry_run: bool,
    embargo_ok: bool,
    sections_from_categories: bool,
    allow_private: bool,
    parents: bool,
    language: str | None,
    reconcile: bool,
    seconds: int | None,
    if_empty: bool,
) -> int:
    """Brings articles in from files, folders, addresses or standard input.

    SOURCES are told apart by their content: JSON Lines, JSON arrays and JSON Feeds; RSS, Atom and RDF; exports
    of WordPress; saved pages of articles; copied text of such pages. A folder or a pattern in quotes stands for the
    files in it, an address (https://…) for what is there: a feed, a page of an article, a page that names a feed, or
    the front page of a WordPress site, whose articles then all come; - stands for standard input. In JSON each article
    is a JSON Feed item with a list of sections:

    \b
    {"id": "2026-117", "title": "…", "content_html": "<p>…</p>",
     "date_published": "2026-11-23T14:30:00+02:00", "sections": ["world"]}

    It can be run again at any time, also after it was stopped: what is unchanged stays untouched. A bad record is
    reported with its place and does not stop the rest; the exit status is 1 then.
    """
    settings = settings_of(context, config)
    options = Options(
        section=section,
        dry_run=dry_run,
        since=_time(since, settings),
        limit=limit,
        embargo=None if embargo_ok else LONGEST_EMBARGO,
    )
    reading = Reading(categories=sections_from_categories, parents=parents)
    how = Bringing(
        options=options,
        reading=reading,
        allow_private=allow_private,
        wanted=Wanted(parents=parents, reconcile=reconcile),
        language=language,
    )
    if if_empty and with_store(settings, holds_articles, trial=True):
        click.echo("the store holds articles already: nothing was imported")
        return 0
    if seconds is None:
        return _bring(sources, settings, how, strict=strict)
    if STANDARD_INPUT in sources:
        raise click.UsageError("standard input can be read once; leave --watch out")
    watch(
        lambda how: _bring(sources, settings, how, strict=strict),
        how,
        seconds,
        clock=time.monotonic,
        wait=time.sleep,
    )


def watch(
    bring: Callable[[Bringing], object],
    how: Bringing,
    pause: float,
    *,
    clock: Callable[[], float],
    wait: Callable[[float], object],
) -> NoReturn:
    """Brings again and again, so many seconds apart, and compares all that is published at first and each hour.

    What goes wrong is said, and is tried again: a site may be away for a while. `clock` gives seconds that never go
    back.
    """
    compared = -math.inf
    for round in count():
        began = clock()
        due = began - compared >= _HOUR
        try:
            bring(replace(how, wanted=replace(how.wanted, reconcile=due, carefully=True)))
        except (BadSource, StoreUnavailable) as fault:
            if round == 0:
                raise
            click.echo(str(fault), err=True)
        else:
            compared = began if due else compared
        sys.stdout.flush()
        wait(pause)
    raise AssertionError


def _time(since: str | None, settings: Settings) -> datetime | None:
    try:
        return read_time("--since", since, settings.site.zone) if since else None
    except BadRecord as fault:
        raise click.UsageError(str(fault)) from None


def _bring(sources: Sequence[str], settings: Settings, how: Bringing, *, strict: bool) -> int:
    report = Report(trial=how.options.dry_run)
    checked = Report(check=True)
    with Sources(sources, twice=strict) as opened:
        for line in opened.passed_over:
            click.echo(line, err=True)

        def bring(how: Bringing, report: Report) -> None:
            with_store(settings, lambda store: opened.bring(store, settings, how, report), trial=how.options.dry_run)

        try:
            if strict and not how.options.dry_run:
                bring(how.trial(), checked)
            if checked.tally.rejected:
                report.tally.rejected = checked.tally.rejected
                counts = f"right {checked.tally.taken}, rejected {checked.tally.rejected}"
                click.echo(f"nothing was written: {counts}; with --strict, every record must be right", err=True)
            else:
                bring(how, report)
        except BaseException:
            # Also after Ctrl-C: what was done is kept.
            if report.tally.taken or report.tally.rejected:
                _sum_up(report, how)
            raise
    _sum_up(report, how)
    return SOME_FAILED if report.tally.rejected else 0


def _sum_up(report: Report, how: Bringing) -> None:
    for line in report.made():
        click.echo(line, err=not how.options.dry_run)
    click.echo(report.summary())
