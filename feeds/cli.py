"""The command `feeds`: what an editor and an operator type."""

import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from feeds import __version__, importing, intake, samples
from feeds.check import Finding, check_feed
from feeds.desk import Desk, present
from feeds.errors import FeedsError
from feeds.intake import Options, Tally
from feeds.serving import serve as run_server
from feeds.settings import Settings, load
from feeds.settling import settle
from feeds.store.contract import Store
from feeds.store.sqlite import SqliteStore
from feeds.web import CONFIG_VARIABLE, DEFAULT_CONFIG

T = TypeVar("T")

SOME_FAILED = 1
WRONG_USE = 2
INTERRUPTED = 130


def main() -> NoReturn:
    """Runs the command. Exit status: 0 done, 1 some records rejected or some check failed, 2 wrong use or wrong
    configuration, 130 interrupted."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A character that a terminal does not know is no reason to stop.
            stream.reconfigure(errors="backslashreplace")
    try:
        status = commands.main(prog_name="feeds", standalone_mode=False)
        sys.exit(status if isinstance(status, int) else 0)
    except click.ClickException as fault:
        fault.show()
        sys.exit(WRONG_USE)
    except FeedsError as fault:
        click.echo(str(fault), err=True)
        sys.exit(WRONG_USE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        sys.exit(INTERRUPTED)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="feeds")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    envvar=CONFIG_VARIABLE,
    default=DEFAULT_CONFIG,
    show_default=True,
    help=f"The configuration (also {CONFIG_VARIABLE} in the environment).",
)
@click.pass_context
def commands(context: click.Context, config: Path) -> None:
    """The feed desk of an Arabic newsroom: keeps articles, serves every section as RSS, Atom and JSON Feed.

    To begin: `feeds samples | feeds import -`, then `feeds serve`.
    """
    context.obj = config


def _with_config(command: Callable[..., T]) -> Callable[..., T]:
    """--config may stand behind the command's name too."""
    option = click.option("--config", type=click.Path(path_type=Path), help="The configuration.")
    return option(click.pass_context(command))


def _settings(context: click.Context, config: Path | None) -> Settings:
    return load(config or context.obj)


def _override(**values: object) -> None:
    """Options that stand for keys of the configuration override it as the environment does, in this process and
    in those that it starts."""
    for name, value in values.items():
        if value is not None:
            os.environ[name] = str(value)


@commands.command()
@click.option("--host", help="Where to listen, instead of [server] host.")
@click.option("--port", type=click.IntRange(0, 65535), help="Instead of [server] port; 0 takes a free one.")
@click.option("--workers", type=click.IntRange(1, 256), help="Processes, instead of [server] workers.")
@click.option("--reload", is_flag=True, help="Starts anew when the program's own files change.")
@_with_config
def serve(
    context: click.Context, config: Path | None, host: str | None, port: int | None, workers: int | None, reload: bool
) -> None:
    """Serves feeds and pages until Ctrl-C."""
    _override(FEEDS_SERVER__HOST=host, FEEDS_SERVER__PORT=port, FEEDS_SERVER__WORKERS=workers)
    settings = _settings(context, config)
    run_server(config or context.obj, settings, reload=reload, say=lambda line: click.echo(line))
    sys.stdout.flush()


def _with_store(settings: Settings, work: Callable[[Store], Awaitable[T]], *, trial: bool = False) -> T:
    """Runs some work on the opened store. A trial, which writes nothing, does not make one that is not there."""

    async def run(path: Path) -> T:
        store = SqliteStore(path, clock=time.time)
        try:
            await store.open()
            return await work(store)
        finally:
            # Its threads would keep the process alive.
            await store.close()

    if trial and not os.path.exists(settings.store_path):  # noqa: PTH110 — Path's raises where a folder is closed
        with tempfile.TemporaryDirectory() as folder:
            return asyncio.run(run(Path(folder, "articles.db")))
    return asyncio.run(run(settings.store_path))


@commands.command(name="import")
@click.argument("sources", nargs=-1, required=True)
@click.option("--section", help="Adds this section to every article; one that nobody knows is made.")
@click.option("--strict", is_flag=True, help="Checks everything first, and writes nothing if one record is bad.")
@click.option("--dry-run", is_flag=True, help="Writes nothing, and says what would be.")
@click.option("--if-empty", is_flag=True, help="Does nothing where the store holds articles already.")
@_with_config
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
    settings = _settings(context, config)
    if if_empty and _with_store(settings, importing.holds_articles, trial=True):
        click.echo("the store holds articles already: nothing was imported")
        return 0
    tally, checked = Tally(), Tally()
    with importing.Sources(sources, twice=strict) as opened:

        def bring(tally: Tally, *, dry_run: bool) -> None:
            options = Options(section=section, dry_run=dry_run)
            _with_store(settings, lambda store: opened.bring(store, settings, options, tally), trial=dry_run)

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


@commands.command(name="samples")
@_with_config
def samples_(context: click.Context, config: Path | None) -> None:
    """Prints sample articles, dated from now.

    They are JSON Lines, as `feeds import` takes them: `feeds samples | feeds import -`.
    """
    settings = _settings(context, config)
    for item in samples.items(site_url=settings.site.url, now=present().astimezone(settings.site.zone)):
        # As JSON is: UTF-8, whatever the terminal speaks.
        click.echo(json.dumps(item, ensure_ascii=False).encode("utf-8"))


@commands.command()
@_with_config
def sections(context: click.Context, config: Path | None) -> None:
    """Lists the sections with their articles.

    A line each: slug, count of articles, newest article, last change, title; times in [site] timezone.
    """
    settings = _settings(context, config)

    async def work(store: Store) -> Sequence[Any]:
        await settle(store, settings)
        return await store.report()

    titles = {section.slug: section.title for section in settings.section_list()}
    zone = settings.site.zone
    rows = [("section", "articles", "newest", "changed", "title")]
    for report in _with_store(settings, work):
        newest = f"{report.newest.astimezone(zone):%Y-%m-%d %H:%M}" if report.newest else "-"
        changed = f"{datetime.fromtimestamp(report.state.changed, zone):%Y-%m-%d %H:%M}"
        slug = report.section.slug
        rows.append((slug, str(report.articles), newest, changed, titles.get(slug, report.section.title)))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for slug, articles, newest, changed, title in rows:
        line = (f"{slug:<{widths[0]}}", f"{articles:>{widths[1]}}", f"{newest:<{widths[2]}}", f"{changed:<{widths[3]}}")
        click.echo("  ".join((*line, title)))


@commands.command()
@click.argument("guids", nargs=-1, required=True)
@click.option("--reason", default="", help="Why; feed readers may show it.")
@_with_config
def withdraw(context: click.Context, config: Path | None, guids: Sequence[str], reason: str) -> int:
    """Withdraws articles by their GUIDS.

    They leave every feed at once and stay in Atom feeds as tombstones. An import does not bring them back; `feeds
    restore` does.
    """
    done = _with_store(_settings(context, config), lambda store: intake.withdraw(store, guids, reason, present()))
    return _say_done(done, "withdrawn", "there is no such article, or it is withdrawn already")


@commands.command()
@click.argument("guids", nargs=-1, required=True)
@_with_config
def restore(context: click.Context, config: Path | None, guids: Sequence[str]) -> int:
    """Brings withdrawn articles back by their GUIDS.

    They stand in their sections again, as they were, with a later modification.
    """
    done = _with_store(_settings(context, config), lambda store: intake.restore(store, guids, present()))
    return _say_done(done, "restored", "there is no such article, or it is not withdrawn")


def _say_done(done: Any, verb: str, failure: str) -> int:
    for guid, worked in done.items():
        click.echo(f"{guid}: {verb if worked else failure}", err=not worked)
    return 0 if all(done.values()) else SOME_FAILED


@commands.command()
@click.argument("sections", nargs=-1, metavar="[SECTION]...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@_with_config
def check(context: click.Context, config: Path | None, sections: Sequence[str], as_json: bool) -> int:
    """Says what a validator would say of the feeds.

    Renders every feed, or those of some SECTIONS (by slug, title or alias). The exit status is 1 where there is an
    error; a warning is none.
    """
    settings = _settings(context, config)

    async def work(store: Store) -> dict[str, list[Finding]]:
        desk = Desk(settings, store, clock=present)
        return {url: check_feed(body, self_url=url) async for url, body in desk.every_feed(sections)}

    found = _with_store(settings, work)
    for url, findings in found.items():
        for finding in findings:
            if as_json:
                click.echo(json.dumps({"feed": url, **asdict(finding)}, ensure_ascii=False))
            else:
                click.echo(f"{url}: {finding}")
    errors = sum(finding.level == "error" for findings in found.values() for finding in findings)
    warnings = sum(map(len, found.values())) - errors
    click.echo(f"{len(found)} feeds, {errors} errors, {warnings} warnings", err=as_json)
    return SOME_FAILED if errors else 0
