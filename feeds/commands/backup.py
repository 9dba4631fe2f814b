"""`feeds backup`."""

import sys
from pathlib import Path

import click

from feeds.commands.context import settings_of, with_config
from feeds.store.sqlite.copying import copy


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@with_config
def backup(context: click.Context, config: Path | None, file: Path) -> None:
    """Copies the store to FILE, while it is served and written.

    FILE is there whole or not at all, and takes the place of an earlier copy. To restore: docs/operating.md.
    """
    settings = settings_of(context, config)
    if sys.stderr.isatty():
        with click.progressbar(length=1000, label=str(file), file=sys.stderr) as bar:
            size = copy(
                settings.store_path, file, lambda left, whole: bar.update(1000 * (whole - left) // whole - bar.pos)
            )
    else:
        size = copy(settings.store_path, file)
    click.echo(f"{file}: {size} bytes, as the store was when this began")
