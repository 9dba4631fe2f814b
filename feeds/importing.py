"""What `feeds import` does with its sources: opens them, takes them in, says how it goes."""

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import click

from feeds.desk import present, settle
from feeds.errors import BadSource
from feeds.importers import jsonfeed
from feeds.importers.source import Source
from feeds.intake import Intake, Options, Tally
from feeds.model import Rejection
from feeds.progress import Counted, Progress, size_of
from feeds.settings import Settings
from feeds.store.contract import Store

STANDARD_INPUT = "-"
Opened = Sequence[tuple[str, BinaryIO]]


@contextmanager
def opened(names: Sequence[str], *, twice: bool) -> Iterator[Opened]:
    """The sources by name, all of them open before the first is read. Raises BadSource.

    `twice` says that they will be read a second time: what can't be is kept in a temporary file.
    """
    with ExitStack() as stack:
        files = []
        for name in names:
            if name == STANDARD_INPUT:
                files.append(("standard input", _kept(stack, sys.stdin.buffer) if twice else sys.stdin.buffer))
                continue
            try:
                file = stack.enter_context(Path(name).open("rb"))
            except OSError as fault:
                raise BadSource(f"{name}: can't be read: {fault.strerror}") from None
            files.append((name, file if file.seekable() or not twice else _kept(stack, file)))
        yield files


def _kept(stack: ExitStack, pipe: BinaryIO) -> BinaryIO:
    copy = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 — the stack closes it
    shutil.copyfileobj(pipe, copy)
    copy.seek(0)
    return copy


async def bring(
    store: Store, settings: Settings, files: Opened, options: Options, tally: Tally, *, strict: bool
) -> None:
    """Takes every source in, counting into `tally`. With `strict`, nothing is written if one record is bad."""
    await settle(store, settings)
    intake = Intake(store, settings, clock=present)
    if strict:
        trial = Tally()
        await _take(intake, files, replace(options, dry_run=True), trial)
        if trial.rejected:
            tally.rejected = trial.rejected
            click.echo("nothing was written: with --strict, every record must be right", err=True)
            return
        for _, file in files:
            file.seek(0)
    await _take(intake, files, options, tally)


async def _take(intake: Intake, files: Opened, options: Options, tally: Tally) -> None:
    for name, file in files:
        counted = Counted(file)
        with Progress(name, counted, size_of(file), tally) as progress:
            records = jsonfeed.records(Source.of(name, counted))
            await intake.take(records, options, tally=tally, reject=_report, progress=progress)


def _report(rejection: Rejection) -> None:
    click.echo(str(rejection), err=True)


def summary(tally: Tally, *, dry_run: bool) -> str:
    """What became of all records, in one line."""
    would = "would be " if dry_run else ""
    counts = (f"{would}new {tally.new}", f"{would}updated {tally.updated}", f"unchanged {tally.unchanged}")
    return ", ".join((*counts, f"rejected {tally.rejected}"))


async def holds_articles(store: Store) -> bool:
    """Whether anything was ever brought into the store and is there."""
    return any(report.articles for report in await store.report())
