"""`feeds doctor`."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from feeds import doctor as doctoring
from feeds.clock import present
from feeds.commands.context import SOME_FAILED, with_config


@click.command()
@click.option(
    "--proxy", metavar="ADDRESS", help="Where readers reach the desk: asks there as readers do, and compares."
)
@click.option("--configuration", is_flag=True, help="Looks at the configuration alone, as before a reload.")
@click.option("--quick", is_flag=True, help="Leaves out what takes long: the store read through, hubs, the proxy.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@with_config
def doctor(
    context: click.Context, config: Path | None, proxy: str | None, configuration: bool, quick: bool, as_json: bool
) -> int:
    """Says what is wrong with a desk and its machine, and what would be right.

    Looks at the configuration, the store, the clock, the disk, the service, the hubs and, where its address is given,
    the proxy in front. Nothing is changed. The exit status is 1 where something is wrong; a note is none.
    """
    found = []
    path = config or context.obj
    for finding in doctoring.examine(path, now=present(), alone=configuration, quick=quick, address=proxy):
        found.append(finding)
        click.echo(json.dumps(asdict(finding), ensure_ascii=False) if as_json else str(finding))
    wrong = sum(finding.level == "wrong" for finding in found)
    click.echo(f"{len(found)} looked at, {wrong} wrong", err=as_json)
    return SOME_FAILED if wrong else 0
