"""`feeds token`."""

import json
from collections.abc import Sequence
from pathlib import Path

import click

from feeds.commands.context import settings_of, with_config
from feeds.errors import BadParameter
from feeds.sections import SectionNames
from feeds.web.tokens import digest, made


@click.command()
@click.argument("name")
@click.option("--section", "sections", multiple=True, help="Only for this section; may be given more than once.")
@with_config
def token(context: click.Context, config: Path | None, name: str, sections: Sequence[str]) -> None:
    """Makes a token for whoever is called NAME, to push articles with.

    It is shown once: the configuration holds only its hash. Put the lines into it, and have the service
    read it again (SIGHUP).
    """
    settings = settings_of(context, config)
    names = SectionNames(settings.section_list(), ())
    if unknown := [section for section in sections if names.slug(section) is None]:
        known = ", ".join(section.slug for section in names)
        raise BadParameter(f'--section: there is no section "{unknown[0]}" in the configuration; there are {known}')
    new = made()
    click.echo(f"The token, shown this once: {new}\n", err=True)
    click.echo("[[api.tokens]]")
    click.echo(f"name = {json.dumps(name, ensure_ascii=False)}")
    click.echo(f'sha256 = "{digest(new)}"')
    if sections:
        click.echo(f"sections = {json.dumps([names.slug(section) for section in sections], ensure_ascii=False)}")
