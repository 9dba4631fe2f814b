"""Articles are cleaned in a process of its own, and here where that process is gone."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

import pytest

from feeds.intake.draft import Drafter
from feeds.intake.workshop import Workshop, drafted
from feeds.model import Place, Record
from tests.intake.drafts import NOW, SITE, item

ZONE = ZoneInfo("Africa/Tripoli")
RICH = {
    "authors": [{"name": "ليلى", "url": "https://news.example/layla"}, {"name": "سالم"}],
    "tags": ["ماء", "كهرباء"],
    "image": "https://news.example/a.png",
    "attachments": [{"url": "https://news.example/a.mp3", "mime_type": "audio/mpeg"}],
    "_feeds": {"source": {"title": "وكالة", "url": "https://agency.example/rss"}},
}
BATCHES = [
    [Record(place=Place(source="in", position=f"{batch}.{number}"), item=raw) for number, raw in enumerate(raws)]
    for batch, raws in enumerate(
        ([item()], [item(id=...), item(**RICH), item(language="he")], [item(content_html="<p>15:30 ظهرًا</p>")], [])
    )
]


@contextmanager
def workshop() -> Iterator[Workshop]:
    made = Workshop(base=SITE, zone=ZONE)
    try:
        yield made
    finally:
        made.close()


@pytest.mark.parametrize("killed", [False, True], ids=["alive", "killed"])
def test_drafts_are_the_same_wherever_they_are_made(killed: bool) -> None:
    """Asked for the next batch before the answer to one is taken; with the process ended in between by somebody."""
    here = Drafter(base=SITE, zone=ZONE)
    with workshop() as there:
        asked = [there.ask(batch, NOW) for batch in BATCHES]
        assert [each.elsewhere for each in asked] == [False, True, True, False]
        if killed:
            process = there._process
            assert process
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        assert [there.answer(each) for each in asked] == [drafted(here, batch, NOW) for batch in BATCHES]
        after = there.ask(BATCHES[1], NOW)
        assert after.elsewhere is not killed
        assert there.answer(after) == drafted(here, BATCHES[1], NOW)


def test_closed_it_works_here() -> None:
    """An import that was given up closes it while a thread still asks."""
    with workshop() as there:
        there.answer(there.ask(BATCHES[0], NOW))
        there.close()
        asked = there.ask(BATCHES[2], NOW)
        assert (asked.elsewhere, len(there.answer(asked))) == (False, 1)
