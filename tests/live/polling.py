"""Many polls of a server while something happens to it or to its store."""

import itertools
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path

from tests.live.server import Server, environment, item, wait
from tests.newsroom import PATIENCE

PATHS = ("/rss.xml", "/world/rss.xml", "/world/atom.xml", "/world/feed.json", "/sports/atom.xml", "/", "/world/")
CODINGS = ("br", "gzip", "identity")
# What a poll found that got no answer: no connection, or one that ended.
NO_ANSWER = 0


def first_addresses() -> Iterator[str]:
    """Addresses that nobody asked for before: each is a first render."""
    feeds = ("rss.xml", "atom.xml", "feed.json")
    for limit, section, file in itertools.product(range(1, 50), ("", "world/", "sports/"), feeds):
        yield f"/{section}{file}?limit={limit}"
    for number in itertools.count():
        yield f"/search/atom.xml?q=%D8%B9%D9%86%D9%88%D8%A7%D9%86+-x{number}"


class Poller(threading.Thread):
    """Polls as aggregators do, with the validators of the last answer, until it is told to stop; counts by status.

    With `first`, one poll in ten asks for the next address of these; where the store is `lost`, they may be answered
    with 503. One that is `patient` comes again when it got no answer, as aggregators do; for another it is a fault.
    """

    def __init__(self, port: int, seed: int, first: Iterator[str], *, lost: bool, patient: bool) -> None:
        super().__init__()
        self._port = port
        self._chance = random.Random(seed)
        self._first = first
        self._lost = lost
        self._patient = patient
        self._stopped = threading.Event()
        self._tags: dict[tuple[str, str], str] = {}
        self.counts: Counter[int] = Counter()
        # How many of them were made for this poll.
        self.renders = 0
        # What was answered with another status, or not as HTTP has it.
        self.wrong: list[str] = []

    def stop(self) -> None:
        self._stopped.set()
        self.join(PATIENCE)
        assert not self.is_alive()

    def run(self) -> None:
        while not self._stopped.is_set():
            connection = HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
            try:
                while not self._stopped.is_set():
                    self._poll(connection)
            except Exception as fault:
                if not self._patient or not isinstance(fault, OSError | HTTPException):
                    self.wrong.append(repr(fault))
                    return
                self.counts[NO_ANSWER] += 1
                self._stopped.wait(0.02)
            finally:
                connection.close()

    def _poll(self, connection: HTTPConnection) -> None:
        path, coding = self._chance.choice(PATHS), self._chance.choice(CODINGS)
        if self._chance.random() < 0.1:
            path = next(self._first, path)
        headers = {"Accept-Encoding": coding}
        if (path, coding) in self._tags:
            headers["If-None-Match"] = self._tags[path, coding]
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        self._take(answer, answer.read(), (path, coding), headers.get("If-None-Match"))

    def _take(self, answer: HTTPResponse, body: bytes, asked: tuple[str, str], known: str | None) -> None:
        self.counts[answer.status] += 1
        self.renders += "stored" in answer.headers.get("cache-status", "")
        tag = answer.headers["etag"]
        if answer.status == 200 and len(body) == int(answer.headers["content-length"]):
            if asked[0] in PATHS:
                self._tags[asked] = tag
        elif answer.status == 503 and self._lost and asked[0] not in PATHS:
            assert answer.headers["retry-after"] == "30"
        elif answer.status != 304 or body or tag != known:
            self.wrong.append(f"{asked[0]} {answer.status} {answer.headers} {body[:200]!r}")


class Polls:
    """Pollers at work for as long as a block runs."""

    def __init__(
        self,
        server: Server,
        pollers: int = 3,
        *,
        first: bool = False,
        lost: bool = False,
        patient: bool = False,
    ) -> None:
        self.server = server
        # One for all of them, so that no address is asked for twice.
        addresses = _Shared(first_addresses()) if first else iter(())
        self._threads = [Poller(server.port, seed, addresses, lost=lost, patient=patient) for seed in range(pollers)]

    def __enter__(self) -> "Polls":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for thread in self._threads:
            thread.stop()

    @property
    def counts(self) -> Counter[int]:
        """How many were answered with each status."""
        return sum((thread.counts.copy() for thread in self._threads), Counter())

    @property
    def answered(self) -> int:
        return sum(thread.counts.total() - thread.counts[NO_ANSWER] for thread in self._threads)

    @property
    def renders(self) -> int:
        """How many of the answers were made for the poll that asked."""
        return sum(thread.renders for thread in self._threads)

    @property
    def wrong(self) -> list[str]:
        return [each for thread in self._threads for each in thread.wrong]

    def more(self, count: int) -> None:
        """Waits for so many more answers."""
        enough = self.answered + count
        wait(lambda: self.answered >= enough or self.wrong, self.server)

    def last(self, seconds: float) -> None:
        """Goes on for so long, or until something was answered wrongly."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not self.wrong:
            self.more(1)


class _Shared:
    """An iterator that several threads may take from."""

    def __init__(self, inner: Iterator[str]) -> None:
        self._inner = inner
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        with self._lock:
            return next(self._inner)


Answers = tuple[Counter[int], list[str]]


def polled(server: Server, until: Callable[[Callable[[], int]], object], pollers: int = 3) -> Answers:
    """What is answered while `until` runs; it is given how many answers there were so far."""
    with Polls(server, pollers) as polls:
        until(lambda: polls.answered)
    return polls.counts, polls.wrong


def write_articles(path: Path, count: int) -> None:
    """A file of so many articles of three paragraphs."""
    text = "<p>" + "نص الخبر كما ورد من المراسل في المدينة. " * 8 + "</p>"
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            minute, second = divmod(number, 60)
            when = f"2026-01-{minute // 1440 + 1:02}T{minute // 60 % 24:02}:{minute % 60:02}:{second:02}Z"
            section = "world" if number % 3 else "sports"
            file.write(item(f"article-{number}", section, content_html=text * 3, date_published=when))


def importing(server: Server, path: Path, requests: int) -> Answers:
    """The answers while `feeds import` takes a file: at least so many, and until it is done."""
    command = [sys.executable, "-m", "feeds", "import", str(path)]

    def until(answered: Callable[[], int]) -> None:
        with subprocess.Popen(command, cwd=server.folder, env=environment(), stdout=subprocess.PIPE) as child:
            said, _ = child.communicate(timeout=600)
            assert (child.returncode, said.split()[0]) == (0, b"new"), said
        pause = threading.Event()
        while answered() < requests and server.process.poll() is None:
            pause.wait(0.05)

    return polled(server, until)
