"""`feeds init`."""

from importlib.resources import files
from pathlib import Path

import click

from feeds.commands.context import with_config
from feeds.errors import ConfigurationError

_NAME = "config.toml"


def example() -> bytes:
    """The commented configuration: it comes with the package, and stands at the top of a checkout."""
    shipped = files("feeds").joinpath(_NAME)
    if shipped.is_file():
        return shipped.read_bytes()
    return Path(__file__).parents[2].joinpath(_NAME).read_bytes()


@click.command()
@with_config
def init(context: click.Context, config: Path | None) -> None:
    """Writes a commented configuration where there is none.

    It is a working one: `feeds samples | feeds import -` and `feeds serve` go on from there. What stands there
    already stays as it is.
    """
    path: Path = config or context.obj
    text = example()
    try:
        with path.open("xb") as file:
            try:
                file.write(text)
                file.flush()
            except OSError:
                path.unlink()
                raise
    except FileExistsError:
        raise ConfigurationError(
            [f"{path}: is there already, and stays as it is; name another with --config"]
        ) from None
    except OSError as fault:
        raise ConfigurationError([f"{path}: can't be written: {fault.strerror}"]) from None
    click.echo(f"{path}: written; set the title, the public url and your sections in it")
