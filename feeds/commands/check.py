"""`feeds check`."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from feeds.check import Finding, check_feed
from feeds.clock import present
from feeds.commands.context import SOME_FAILED, settings_of, with_config, with_store
from feeds.desk import Desk
from feeds.store.contract import Store


@click.command()
@click.argument("sections", nargs=-1, metavar="[SECTION]...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@with_config
def check(context: click.Context, config: Path | None, sections: Sequence[str], as_json: bool) -> int:
    """Says what a validator would say of the feeds.

    Renders every feed, or those of some SECTIONS (by slug, title or alias). The exit status is 1 where there is an
    error; a warning is none.
    """
    settings = settings_of(context, config)

    async def work(store: Store) -> dict[str, list[Finding]]:
        desk = Desk(settings, store, clock=present)
        return {url: check_feed(body, self_url=url) async for url, body in desk.every_feed(sections)}

    found = with_store(settings, work)
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
