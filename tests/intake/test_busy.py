"""An import waits while another process has the store, and ends cleanly where it is told to."""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from feeds.errors import BadSource, StoreUnavailable
from feeds.intake.door import Options, Tally
from feeds.intake.seen import SeenIds
from feeds.model import Place, Record
from feeds.store import turns
from feeds.store.turns import patiently
from tests.intake.conftest import Door, records
from tests.intake.drafts import item

pytestmark = pytest.mark.anyio


async def test_it_waits_while_another_process_writes_and_then_goes_on(door: Door, start: Any) -> None:
    child = start("hold", door.settings.store_path, "BEGIN IMMEDIATE")
    assert child.hear() == "held"
    failed: list[int] = []

    async def watched() -> str:
        return await door.take(*(item(id=str(number)) for number in range(1000)))

    async with anyio.create_task_group() as group:
        done: list[str] = []

        async def run() -> None:
            done.append(await watched())

        group.start_soon(run)
        # Longer than one try takes (1.6 s): the lock is let go only after a try has failed.
        with anyio.fail_after(60):
            while not failed:
                try:
                    await _write_nothing(door)
                except StoreUnavailable:
                    failed.append(1)
        assert done == []
        await asyncio.to_thread(child.rest)
    assert done == ["1000/0/0/0"]


async def _write_nothing(door: Door) -> None:
    async with door.store.writing():
        pass


async def test_it_gives_up_where_the_store_stays_away(
    door: Door,
    start: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was done until then is kept and counted."""
    monkeypatch.setattr(turns, "_PATIENCE", (0.01,))
    child: list[Any] = []
    written = threading.Event()

    def source() -> Iterator[Record]:
        for number in range(800):
            if number == 400:
                written.wait()
                child.append(start("hold", door.settings.store_path, "BEGIN IMMEDIATE"))
                assert child[0].hear() == "held"
            yield Record(place=Place(source="in", position=str(number)), item=item(id=str(number)))

    tally = Tally()
    with pytest.raises(StoreUnavailable, match="is locked by another process"):
        await door.intake.take(source(), Options(), tally=tally, reject=print, progress=written.set)
    assert tally.new == 400
    await asyncio.to_thread(child[0].rest)
    assert len(await door.guids()) == 400


async def test_a_batch_fails_as_a_whole(door: Door) -> None:
    """An import that dies at any record leaves whole batches, and is right when it is run again."""

    def source(end: int) -> Iterator[Record]:
        for number in range(1000):
            if number == end:
                raise BadSource("in: can't be read further: Input/output error")
            yield Record(place=Place(source="in", position=str(number)), item=item(id=str(number), sections=["جديد"]))

    tally = Tally()
    for end in (0, 399, 401, 805):
        with pytest.raises(BadSource):
            await door.intake.take(source(end), Options(), tally=tally, reject=print)
        assert len(await door.guids()) == end // 400 * 400
    assert await door.take(*(item(id=str(number), sections=["جديد"]) for number in range(1000))) == "200/0/800/0"


async def test_few_long_articles_are_in_memory_at_a_time(door: Door) -> None:
    """A batch of those would be a gigabyte."""
    text = f"<p>{'نص ' * 200_000}</p>"
    tally = Tally()
    taken: list[int] = []
    await door.intake.take(
        records([item(id=str(number), content_html=text) for number in range(5)]),
        Options(),
        tally=tally,
        reject=print,
        progress=lambda: taken.append(tally.new),
    )
    assert taken == [2, 4, 5]


async def test_an_article_that_can_not_be_written_undoes_its_batch(door: Door) -> None:
    """Also the sections that were made for it."""
    await door.take(item(id="0"))
    before = await door.store.states()
    with sqlite3.connect(door.settings.store_path) as db:
        db.execute(
            "CREATE TRIGGER no BEFORE INSERT ON articles WHEN new.guid = '7' BEGIN SELECT raise(FAIL, 'no'); END"
        )
    db.close()
    with pytest.raises(sqlite3.IntegrityError):
        await door.take(*(item(id=str(number), sections=["جديد"]) for number in range(10)))
    assert (await door.store.states(), await door.guids()) == (before, {"0"})


async def test_cancelled_it_ends_at_once_while_a_source_gives_nothing(door: Door) -> None:
    """What is being read ends by itself."""
    written, waiting, go_on = threading.Event(), threading.Event(), threading.Event()

    def source() -> Iterator[Record]:
        yield from (
            each for each in records([item(id=str(number)) for number in range(500)]) if isinstance(each, Record)
        )
        written.wait()
        waiting.set()
        go_on.wait()
        yield Record(place=Place(source="in"), item=item(id="late"))

    tally = Tally()
    task = asyncio.create_task(door.intake.take(source(), Options(), tally=tally, reject=print, progress=written.set))
    await asyncio.to_thread(waiting.wait)
    task.cancel()
    await asyncio.wait({task})
    go_on.set()
    assert task.cancelled()
    assert (tally.new, len(await door.guids())) == (400, 400)


async def test_cancelled_it_keeps_and_counts_what_is_being_written(door: Door) -> None:
    for _ in range(8):
        tally = Tally()
        before = len(await door.guids())
        items = [item(id=f"{before}-{number}") for number in range(400)]
        task = asyncio.create_task(door.intake.take(records(items), Options(), tally=tally, reject=print))
        # Between the beginning of the write and its end, at a moment that differs.
        while not door.store._turn.locked() and not task.done():  # noqa: ASYNC110 — nobody tells of it
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
        assert len(await door.guids()) - before == tally.new == 400


async def test_patience_ends_with_success() -> None:
    tries: list[int] = []

    async def act() -> int:
        tries.append(1)
        if len(tries) < 3:
            raise StoreUnavailable("articles.db: the store is locked by another process")
        return len(tries)

    assert await patiently(act) == 3


def test_ids_that_were_seen_are_kept_out_of_memory(tmp_path: Path) -> None:
    seen = SeenIds()
    for number in range(20_000):
        assert seen.first(f"id-{number}", Place(source="in", position=str(number))) is None
    assert seen.first("id-7", Place(source="in", position="x")) == "in:7"
    seen.close()
    # A reading that was given up may go on for a while.
    assert seen.first("id-7", Place(source="in")) is None
