"""Whatever the newsroom does and whenever a reader polls, the reader comes to hold what the desk holds.

The reader is one that takes RFC 4287 and RFC 6721 at their word: it shows an entry anew where `updated` is later, drops
what a tombstone names unless it was updated after it, asks with the ETag it has, and never forgets by itself.
"""

import asyncio
import tempfile
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule
from lxml import etree

from feeds.edition import GRAVES
from feeds.intake.door import Intake, Options, Tally, restore, withdraw
from feeds.model import Place, Record
from tests.newsroom import SITE, Newsroom, opened
from tests.store.articles import NOW

NAMES = {"a": "http://www.w3.org/2005/Atom", "at": "http://purl.org/atompub/tombstones/1.0"}
FEED = "/world/atom.xml"
GUIDS = st.sampled_from([f"https://elsewhere.example/{number}" for number in range(5)])
# None at all, less than feeds can tell, days.
PAUSES = st.sampled_from([0, 0, 0, 0.3, 1, 60, 100_000])


class Reader:
    """What it holds, by id: when it was updated, and its title. One that `walks` follows `prev-archive`, too."""

    def __init__(self, newsroom: Newsroom, *, walks: bool) -> None:
        self._newsroom = newsroom
        self._walks = walks
        self._etags: dict[str, str] = {}
        self._previous: dict[str, str] = {}
        self.holds: dict[str, tuple[datetime, str]] = {}

    async def poll(self) -> None:
        target: str | None = FEED
        while target is not None:
            await self._read(target)
            target = self._previous.get(target) if self._walks else None

    async def _read(self, target: str) -> None:
        etag = self._etags.get(target)
        answer = await self._newsroom.ask(target, headers={"if-none-match": etag} if etag else {})
        if answer.status == 304:
            return
        assert answer.status == 200
        self._etags[target] = answer["etag"]
        feed = etree.fromstring(answer.body)
        for stone in feed.findall("at:deleted-entry", NAMES):
            held = self.holds.get(stone.get("ref", ""))
            if held and datetime.fromisoformat(stone.get("when", "")) >= held[0]:
                del self.holds[stone.get("ref", "")]
        for entry in feed.findall("a:entry", NAMES):
            id, title = str(entry.findtext("a:id", "", NAMES)), str(entry.findtext("a:title", "", NAMES))
            updated = datetime.fromisoformat(str(entry.findtext("a:updated", "", NAMES)))
            if id not in self.holds or updated > self.holds[id][0]:
                self.holds[id] = updated, title
        found = feed.xpath("string(a:link[@rel='prev-archive']/@href)", namespaces=NAMES)
        self._previous.pop(target, None)
        if found:
            self._previous[target] = str(found).removeprefix(SITE)


class Desk(RuleBasedStateMachine):
    """A newsroom at work, and a reader."""

    entries, walks = "50", False

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._folder = tempfile.TemporaryDirectory()
        self.newsroom: Newsroom = self._run(
            self._stack.enter_async_context(opened(Path(self._folder.name), FEEDS__ENTRIES=self.entries))
        )
        self.reader = Reader(self.newsroom, walks=self.walks)
        # Titles by guid.
        self.shown: dict[str, str] = {}
        self.withdrawn: dict[str, str] = {}
        self.numbers = iter(range(10**6))
        self.unseen = 0
        self.corrected: set[str] = set()
        # Seconds by which corrections may be ahead of the clock: each change is a second later than the one before.
        self.ahead: dict[str, int] = {}

    def _run(self, work: Any) -> Any:
        return self._runner.run(work)

    @rule(guid=GUIDS, pause=PAUSES, correction=st.booleans())
    def push(self, guid: str, pause: float, correction: bool) -> None:
        """Publishes, changes or brings back, as the newsroom's push does; an article keeps its date."""
        self.newsroom.clock.go(seconds=pause)
        title = f"خبر {next(self.numbers)}"
        item = {
            "id": guid,
            "url": guid,
            "title": title,
            "date_published": (NOW - timedelta(days=int(guid[-1]) % 4 + 1)).isoformat(),
            "sections": ["world"],
            "_feeds": {"correction": correction},
        }
        tally = Tally()
        intake = Intake(self.newsroom.store, self.newsroom.settings, clock=self.newsroom.clock)
        records = [Record(place=Place(source="x"), item=item)]
        options = Options(restoring=True, news=None)
        self._run(intake.take(records, options, tally=tally, reject=lambda rejection: pytest.fail(str(rejection))))
        assert tally.taken == 1
        self.withdrawn.pop(guid, None)
        self.shown[guid] = title
        self.ahead[guid] = self.ahead.get(guid, 0) + 1
        (self.corrected.add if correction else self.corrected.discard)(guid)

    @precondition(lambda self: self.shown and self.unseen < GRAVES)
    @rule(choice=st.randoms(use_true_random=False), pause=PAUSES)
    def withdraw(self, choice: Any, pause: float) -> None:
        self.newsroom.clock.go(seconds=pause)
        guid = choice.choice(sorted(self.shown))
        assert self._run(withdraw(self.newsroom.store, [guid], "خطأ", self.newsroom.clock()))[guid]
        self.withdrawn[guid] = self.shown.pop(guid)
        self.unseen += 1

    @precondition(lambda self: self.withdrawn)
    @rule(choice=st.randoms(use_true_random=False), pause=PAUSES)
    def restore(self, choice: Any, pause: float) -> None:
        self.newsroom.clock.go(seconds=pause)
        guid = choice.choice(sorted(self.withdrawn))
        assert self._run(restore(self.newsroom.store, [guid], self.newsroom.clock()))[guid]
        self.shown[guid] = self.withdrawn.pop(guid)
        self.ahead[guid] = self.ahead.get(guid, 0) + 1

    @rule(pause=PAUSES)
    def poll(self, pause: float) -> None:
        # What was corrected twice in a second stands in the feeds a second later.
        ahead = max((self.ahead.get(guid, 0) for guid in self.corrected), default=0)
        self.newsroom.clock.go(seconds=pause + ahead)
        if ahead or pause >= 1:
            self.ahead.clear()
        self._run(self.newsroom.seen())
        self._run(self.reader.poll())
        self.unseen = 0
        assert {guid: title for guid, (_, title) in self.reader.holds.items()} == self.shown

    def teardown(self) -> None:
        try:
            self.poll(0)
        finally:
            self._run(self._stack.aclose())
            self._runner.close()
            self._folder.cleanup()


class WalkedDesk(Desk):
    """Of which the current feed shows two articles: the others are in archives, and so are their tombstones."""

    entries, walks = "2", True


FEW = settings(max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
TestReader = Desk.TestCase
TestReader.settings = FEW
TestWalkingReader = WalkedDesk.TestCase
TestWalkingReader.settings = FEW
