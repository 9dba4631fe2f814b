"""`feeds serve`."""

import os
import sys
from pathlib import Path

import click

from feeds.commands.context import settings_of, with_config
from feeds.serving.service import serve as run_server


def _override(**values: object) -> None:
    """Options that stand for keys of the configuration override it as the environment does, in this process and
    in those that it starts."""
    for name, value in values.items():
        if value is not None:
            os.environ[name] = str(value)


@click.command()
@click.option("--host", help="Where to listen, instead of [server] host.")
@click.option("--port", type=click.IntRange(0, 65535), help="Instead of [server] port; 0 takes a free one.")
@click.option("--workers", type=click.IntRange(1, 256), help="Processes, instead of [server] workers.")
@click.option("--reload", is_flag=True, help="Starts anew when the program's own files change.")
@with_config
def serve(
    context: click.Context, config: Path | None, host: str | None, port: int | None, workers: int | None, reload: bool
) -> None:
    """Serves feeds and pages until Ctrl-C."""
    _override(FEEDS_SERVER__HOST=host, FEEDS_SERVER__PORT=port, FEEDS_SERVER__WORKERS=workers)
    settings = settings_of(context, config)
    run_server(config or context.obj, settings, reload=reload, say=lambda line: click.echo(line))
    sys.stdout.flush()
