"""The command `feeds`: what an editor and an operator type."""

import sys
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn

import click

from feeds import __version__
from feeds.commands.backup import backup
from feeds.commands.bring import import_
from feeds.commands.check import check
from feeds.commands.context import INTERRUPTED, WRONG_USE
from feeds.commands.init import init
from feeds.commands.ping import ping
from feeds.commands.prune import prune
from feeds.commands.publish import publish
from feeds.commands.samples import samples_
from feeds.commands.sections import sections
from feeds.commands.serve import serve
from feeds.commands.token import token
from feeds.commands.withdrawal import restore, withdraw
from feeds.errors import FeedsError
from feeds.web import CONFIG_VARIABLE, DEFAULT_CONFIG


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

    To begin: `feeds init`, `feeds samples | feeds import -`, then `feeds serve`.
    """
    context.obj = config


for _command in (
    *(serve, import_, sections, withdraw, restore, check, ping, publish),
    *(samples_, token, init, backup, prune),
):
    commands.add_command(_command)
