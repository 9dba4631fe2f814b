"""`feeds sections`."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from feeds.commands.context import settings_of, with_config, with_store
from feeds.settling import settle
from feeds.store.contract import Store


@click.command()
@with_config
def sections(context: click.Context, config: Path | None) -> None:
    """Lists the sections with their articles.

    A line each: slug, count of articles, newest article, last change, title; times in [site] timezone. First those of
    the configuration, in its order.
    """
    settings = settings_of(context, config)

    async def work(store: Store) -> Sequence[Any]:
        await settle(store, settings)
        return await store.report()

    order = {section.slug: number for number, section in enumerate(settings.section_list())}
    titles = {section.slug: section.title for section in settings.section_list()}
    zone = settings.site.zone
    rows = [("section", "articles", "newest", "changed", "title")]
    for report in sorted(with_store(settings, work), key=lambda report: order.get(report.section.slug, len(order))):
        newest = f"{report.newest.astimezone(zone):%Y-%m-%d %H:%M}" if report.newest else "-"
        changed = f"{datetime.fromtimestamp(report.state.changed, zone):%Y-%m-%d %H:%M}"
        slug = report.section.slug
        rows.append((slug, str(report.articles), newest, changed, titles.get(slug, report.section.title)))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for slug, articles, newest, changed, title in rows:
        line = (f"{slug:<{widths[0]}}", f"{articles:>{widths[1]}}", f"{newest:<{widths[2]}}", f"{changed:<{widths[3]}}")
        click.echo("  ".join((*line, title)))
