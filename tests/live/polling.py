"""Many polls of a server while something happens to its store."""

import random
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path

from tests.live.server import Server, environment, item
from tests.newsroom import PATIENCE

PATHS = ("/rss.xml", "/world/rss.xml", "/world/atom.xml", "/world/feed.json", "/sports/atom.xml", "/", "/world/")
CODINGS = ("br", "gzip", "identity")


class Poller(threading.Thread):
    """Polls as aggregators do, with the validators of the last answer, until it is told to stop; counts by status."""

    def __init__(self, port: int, seed: int) -> None:
        super().__init__()
        self._port = port
        self._chance = random.Random(seed)
        self._stopped = threading.Event()
        self.counts: Counter[int] = Counter()
        # What was answered with another status, or not as HTTP has it.
        self.wrong: list[str] = []

    def stop(self) -> None:
        self._stopped.set()
        self.join(PATIENCE)
        assert not self.is_alive()

    def run(self) -> None:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        tags: dict[tuple[str, str], str] = {}
        try:
            while not self._stopped.is_set():
                path, coding = self._chance.choice(PATHS), self._chance.choice(CODINGS)
                headers = {"Accept-Encoding": coding}
                if (path, coding) in tags:
                    headers["If-None-Match"] = tags[path, coding]
                connection.request("GET", path, headers=headers)
                answer = connection.getresponse()
                body = answer.read()
                self.counts[answer.status] += 1
                tag = answer.headers["etag"]
                if answer.status == 200 and len(body) == int(answer.headers["content-length"]):
                    tags[path, coding] = tag
                elif answer.status != 304 or body or tag != headers.get("If-None-Match"):
                    self.wrong.append(f"{path} {answer.status} {answer.headers} {body[:200]!r}")
        except Exception as fault:
            self.wrong.append(repr(fault))
        finally:
            connection.close()


Answers = tuple[Counter[int], list[str]]


def polled(server: Server, until: Callable[[Callable[[], int]], object], pollers: int = 3) -> Answers:
    """What is answered while `until` runs; it is given how many answers there were so far."""
    threads = [Poller(server.port, seed) for seed in range(pollers)]
    for thread in threads:
        thread.start()
    try:
        until(lambda: sum(thread.counts.total() for thread in threads))
    finally:
        for thread in threads:
            thread.stop()
    return sum((thread.counts for thread in threads), Counter()), [each for thread in threads for each in thread.wrong]


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
