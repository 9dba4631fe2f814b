"""The records of a source in batches, read and cleaned ahead of being written."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from feeds.intake.admission import Admission
from feeds.intake.draft import Draft
from feeds.intake.seen import SeenIds
from feeds.intake.workshop import Asked, Drafted, Workshop
from feeds.interchange import shown
from feeds.model import Record, Rejection

# A batch is one transaction: long enough to be quick, short enough for others to have their turn.
_RECORDS = 400
# Characters at which it is full, too: it is in memory several times over.
_CHARACTERS = 1_000_000

# None is what was left out.
Batch = Sequence[Draft | Rejection | None]


class _Read(NamedTuple):
    """A batch that was read, when, and what is asked of the workshop."""

    records: Sequence[Record | Rejection]
    now: datetime
    asked: Asked


class Batches:
    """One going through a source. The next batch may be read in one thread while another has one cleaned."""

    def __init__(
        self,
        records: Iterable[Record | Rejection],
        *,
        workshop: Workshop,
        seen: SeenIds,
        admission: Admission,
        clock: Callable[[], datetime],
    ) -> None:
        self._records = iter(records)
        self._workshop = workshop
        self._seen = seen
        self._admission = admission
        self._clock = clock

    async def all(self, *, ahead: bool) -> AsyncGenerator[Batch]:
        """Every batch. With `ahead` the next is read, and cleaned in another process, while one is written; else
        it is read when it is asked for. Given up, the reading of the source ends by itself."""

        def read() -> "asyncio.Future[_Read]":
            return asyncio.ensure_future(asyncio.to_thread(self._read))

        following = read()
        try:
            while (found := await following).records:
                following = read() if ahead else following
                batch = await asyncio.to_thread(self._cleaned, found)
                if not batch:
                    break
                yield batch
                following = following if ahead else read()
        finally:
            following.cancel()

    def _read(self) -> _Read:
        """The next batch, about to be cleaned; at the end without records."""
        records = [] if self._admission.over else list(_some(self._records))
        now = self._clock()
        return _Read(records, now, self._workshop.ask([each for each in records if isinstance(each, Record)], now))

    def _cleaned(self, read: _Read) -> Batch:
        """What a batch holds; empty where no more is wanted. In the order of reading."""
        drafts = iter(self._workshop.answer(read.asked))
        batch: list[Draft | Rejection | None] = []
        for each in read.records:
            if self._admission.over:
                break
            found = each if isinstance(each, Rejection) else _draft(each, next(drafts), self._seen)
            batch.append(self._admission.look(found, read.now) if isinstance(found, Draft) else found)
        return batch


def _some(records: Iterator[Record | Rejection]) -> Iterator[Record | Rejection]:
    """As many as one batch holds."""
    size = 0
    for each in islice(records, _RECORDS):
        yield each
        if isinstance(each, Record):
            size += sum(len(value) for value in each.item.values() if isinstance(value, str))
        if size >= _CHARACTERS:
            return


def _draft(record: Record, drafted: Drafted, seen: SeenIds) -> Draft | Rejection:
    """The draft of a record, or why it can't be taken."""
    if isinstance(drafted, str):
        return Rejection(place=record.place, reason=drafted)
    return drafted if drafted.unnamed else _once(drafted, seen)


def _once(draft: Draft, seen: SeenIds) -> Draft | Rejection:
    """One that stood in its source before can't be taken."""
    guid = draft.article.guid
    first = seen.first(guid, draft.place)
    if first is None:
        return draft
    return Rejection(place=draft.place, reason=f"id {shown(guid)} stands at {first} already; give it once")
