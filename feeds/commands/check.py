"""`feeds check`."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from feeds.addresses import PartnerAddress, path_of
from feeds.catalogue import Standing, every_feed, every_listing, every_partner_feed
from feeds.check import Finding, check_feed
from feeds.clock import present
from feeds.commands.context import SOME_FAILED, settings_of, with_config, with_store
from feeds.commands.verdicts import Verdict, of_partner, said, summary
from feeds.desk import Desk
from feeds.render.profiles import profiles
from feeds.settings import Settings
from feeds.store.contract import Store
from feeds.text.plural import plural


@click.command()
@click.argument("sections", nargs=-1, metavar="[SECTION]...")
@click.option("--profile", type=click.Choice(sorted(profiles())), help="What this partner would say of each article.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@with_config
def check(
    context: click.Context, config: Path | None, sections: Sequence[str], profile: str | None, as_json: bool
) -> int:
    """Says what a validator would say of the feeds.

    Renders every feed, the partners' too, the OPML document and the news sitemap; or the feeds of some SECTIONS (by
    slug, title or alias). With --profile it says of each article what the partner would reject, and why. The exit
    status is 1 where there is an error or a rejection; a warning or an advice is none.
    """
    settings = settings_of(context, config)
    if profile:
        return _of_partner(settings, sections, profile, as_json=as_json)

    async def work(store: Store) -> dict[str, list[Finding]]:
        desk = Desk(settings, store, clock=present)
        found = [each async for each in every_feed(desk, sections)]
        found += [each async for each in every_partner_feed(desk, sections)]
        if not sections:
            found += [each async for each in every_listing(desk)]
        return dict(_checked(desk, each) for each in found)

    found = with_store(settings, work)
    for url, findings in found.items():
        for finding in findings:
            if as_json:
                click.echo(json.dumps({"feed": url, **asdict(finding)}, ensure_ascii=False))
            else:
                click.echo(f"{url}: {finding}")
    errors = sum(finding.level == "error" for findings in found.values() for finding in findings)
    warnings = sum(map(len, found.values())) - errors
    click.echo(
        f"{plural(len(found), 'document')}, {plural(errors, 'error')}, {plural(warnings, 'warning')}", err=as_json
    )
    return SOME_FAILED if errors else 0


def _checked(desk: Desk, standing: Standing) -> tuple[str, list[Finding]]:
    address, representation = standing
    url = desk.edition.url(path_of(address))
    return url, check_feed(representation.body, self_url=url)


def _of_partner(settings: Settings, sections: Sequence[str], profile: str, *, as_json: bool) -> int:
    async def work(store: Store) -> list[Verdict]:
        desk = Desk(settings, store, clock=present)
        await desk.look()
        slugs = [desk.names.sure(name) for name in sections] or [section.slug for section in desk.names]
        addresses = [PartnerAddress(section=slug, profile=profile) for slug in slugs]
        return [verdict for address in addresses for verdict in of_partner(address, *await desk.judged(address))]

    verdicts = with_store(settings, work)
    for line in said(verdicts, as_json=as_json):
        click.echo(line)
    for line in summary(profile, verdicts):
        click.echo(line, err=as_json)
    return SOME_FAILED if any(verdict.verdict == "rejected" for verdict in verdicts) else 0
