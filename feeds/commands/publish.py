"""`feeds publish`."""

import asyncio
import logging.config
import signal
import sys
import time
from contextlib import suppress
from itertools import islice
from pathlib import Path

import click

from feeds.commands.context import SOME_FAILED, settings_of, with_config
from feeds.errors import PublishError
from feeds.logs import LOGGING
from feeds.publish.bringing import Tally
from feeds.publish.outlet import Outlet
from feeds.publish.running import publish_once, publishing
from feeds.settings import Settings
from feeds.store.sqlite import SqliteStore
from feeds.text.plural import plural

# Files between two plain lines, seconds between two looks of a terminal.
_EVERY = 10_000
_BLINK = 0.2
_NAMED = 20


@click.command()
@click.argument("target", metavar="DIR|s3://BUCKET/PREFIX")
@click.option("--watch", is_flag=True, help="Goes on, and publishes each change within a second, until Ctrl-C.")
@with_config
def publish(context: click.Context, config: Path | None, target: str, watch: bool) -> int:
    """Writes everything that is served as files, for any web server or object store.

    Feeds, pages, archives and what belongs to them, with the very bytes that `feeds serve` answers, and compressed
    beside them (.br, .gz). Only what changed is written, and what is gone is taken away. A bucket's keys come from the
    environment (AWS_ACCESS_KEY_ID, …). The exit status is 1 where something could not be made.
    """
    settings = settings_of(context, config)
    outlet = _outlet(target)
    store = SqliteStore(settings.store_path, clock=time.time)
    if watch:
        click.echo(f"{target}: kept in step with the store. Ctrl-C ends it.")
        asyncio.run(_watch(settings, store, outlet))
        return 0
    shown = _Shown(target)
    tally = asyncio.run(publish_once(settings, store, outlet, shown))
    shown.end()
    for path in islice(tally.failed.values(), _NAMED):
        click.echo(f"{path}: could not be made; the log says why", err=True)
    click.echo(f"written {tally.written}  unchanged {tally.unchanged}  removed {tally.removed}")
    return SOME_FAILED if tally.failed else 0


async def _watch(settings: Settings, store: SqliteStore, outlet: Outlet) -> None:
    """Until it is told to end, by Ctrl-C or by whoever supervises it."""
    logging.config.dictConfig(LOGGING)
    async with publishing(settings, store, outlet) as publisher:
        work = asyncio.ensure_future(publisher.watch())
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, work.cancel)
        with suppress(asyncio.CancelledError):
            await work


def _outlet(target: str) -> Outlet:
    scheme, separator, _ = target.partition("://")
    if not separator:
        if sys.platform == "win32":
            raise PublishError(
                f"{target}: folders are published on Linux, macOS and BSD; name a bucket, or publish there"
            )
        from feeds.publish.folder import Folder

        return Folder(Path(target))
    if scheme != "s3":
        raise PublishError(f"{target}: is neither a folder nor a bucket; name a folder, or s3://bucket/prefix")
    try:
        from feeds.publish.bucket import Bucket
    except ModuleNotFoundError:
        raise PublishError(f"{target}: buckets need one package more: pip install 'khulasat[s3]'") from None
    return Bucket(target)


class _Shown:
    """How far it is: a line that changes on a terminal, a plain one now and then elsewhere."""

    def __init__(self, target: str) -> None:
        self._target = target
        self._terminal = sys.stderr.isatty()
        self._last = 0
        self._at = time.monotonic()

    def __call__(self, tally: Tally) -> None:
        files = tally.written + tally.unchanged
        if self._terminal:
            if time.monotonic() - self._at >= _BLINK:
                self._at = time.monotonic()
                click.echo(f"\r{self._target}: {plural(files, 'file')}", err=True, nl=False)
                self._last = files
        elif files - self._last >= _EVERY:
            self._last = files - files % _EVERY
            click.echo(f"{self._target}: {plural(files, 'file')}", err=True)

    def end(self) -> None:
        if self._terminal and self._last:
            click.echo("\r\x1b[2K", err=True, nl=False)
