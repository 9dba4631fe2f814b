"""`feeds samples`."""

import json
from pathlib import Path

import click

from feeds import samples
from feeds.clock import present
from feeds.commands.context import settings_of, with_config


@click.command(name="samples")
@with_config
def samples_(context: click.Context, config: Path | None) -> None:
    """Prints sample articles, dated from now.

    They are JSON Lines, as `feeds import` takes them: `feeds samples | feeds import -`.
    """
    settings = settings_of(context, config)
    for item in samples.items(site_url=settings.site.url, now=present().astimezone(settings.site.zone)):
        # As JSON is: UTF-8, whatever the terminal speaks.
        click.echo(json.dumps(item, ensure_ascii=False).encode("utf-8"))
