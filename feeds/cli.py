"""The command `feeds`: what an editor and an operator type."""

import errno
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn

import click

from feeds import __version__
from feeds.commands.context import INTERRUPTED, WRONG_USE
from feeds.errors import FeedsError
from feeds.variables import CONFIG_VARIABLE, DEFAULT_CONFIG

# Where each command stands in feeds.commands, in the order in which they are listed.
_PLACES: Mapping[str, str] = {
    "serve": "serve.serve",
    "import": "bring.import_",
    "sections": "sections.sections",
    "withdraw": "withdrawal.withdraw",
    "restore": "withdrawal.restore",
    "check": "check.check",
    "ping": "ping.ping",
    "publish": "publish.publish",
    "samples": "samples.samples_",
    "token": "token.token",
    "init": "init.init",
    "backup": "backup.backup",
    "prune": "prune.prune",
    "doctor": "doctor.doctor",
}


class Commands(click.Group):
    """Loads a command when it is asked for: what one of them needs, the others need not wait for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_PLACES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _PLACES:
            return None
        module, _, name = _PLACES[cmd_name].partition(".")
        command = getattr(import_module(f"feeds.commands.{module}"), name)
        assert isinstance(command, click.Command)
        return command


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
    except OSError as fault:
        if fault.errno != errno.ENOSPC:
            raise
        click.echo(f"{fault.filename or 'what is printed'}: can't be written: no room is left; make room", err=True)
        # Python would try once more at its end, and tell of that.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(WRONG_USE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        sys.exit(INTERRUPTED)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
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
