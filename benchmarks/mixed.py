"""A minute of what readers really send: `python -m benchmarks.mixed [SECONDS]`.

70 % polls with the last ETag, 10 % with a date alone, 10 % first visits, 5 % with `limit` and tracking parameters,
5 % rubbish, over 300 sections, while articles are published. Counted: statuses, memory, and how long it takes from the
end of a publication's transaction until the section's feed has the article.

It is measured once everything that is asked for was made, and made anew after a change: until then it is the cache that
grows, and the room that the allocator keeps for work like that.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from itertools import count
from pathlib import Path

import uvloop

from benchmarks.latency import serving
from benchmarks.load import Answers, Request, get, load
from benchmarks.written import RESULTS, machine, write_section
from feeds.settings import load as load_settings
from feeds.store.sqlite import SqliteStore
from tests.live.server import Server
from tests.store.articles import article, put

RATE = 3000
CONNECTIONS = 100
SECTIONS = 300
# Seconds between two publications, each into a section of its own; and beforehand, once into each.
BETWEEN = 0.25
BEFOREHAND = 0.05
# What memory may grow by in the time measured, to be called flat.
FLAT = 0.03
_CODINGS = ("Accept-Encoding: gzip, br", "Accept-Encoding: gzip", "Accept-Encoding: gzip, deflate, br")
LIMITS = (10, 20)
_FORMATS = ("rss.xml", "atom.xml", "feed.json")


@dataclass(kw_only=True)
class Course:
    """What was seen meanwhile: resident bytes now and then, seconds from publication to feed."""

    resident: list[int] = field(default_factory=list)
    served: list[float] = field(default_factory=list)


class Readers:
    """What the next reader sends. Each kind stands for its share; who polls has seen what there was."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._chance = random.Random(1)
        self._known: dict[str, dict[int, Request]] = {"ETag": {}, "date": {}, "first": {}, "parameters": {}}
        for number in range(SECTIONS):
            # What is looked for when something was published.
            server.ask(f"/section-{number}/feed.json")
            for limit in LIMITS:
                server.ask(*self._asked(number, f"?limit={limit}"))
            self.learn(number)

    def _asked(self, number: int, query: str = "") -> tuple[str, dict[str, str]]:
        path, coding = f"/section-{number}/{_FORMATS[number % 3]}", _CODINGS[number % 3]
        return path + query, {"Accept-Encoding": coding.partition(": ")[2]}

    def learn(self, number: int) -> None:
        """Sees what is new in a section."""
        (path, _), coding = self._asked(number), _CODINGS[number % 3]
        head = self._server.ask(*self._asked(number)).headers
        target = f"{path}?limit={self._chance.choice(LIMITS)}&utm_source=reader{number}"
        self._known["ETag"][number] = get(path, [coding, f"If-None-Match: {head['etag']}"], kind="ETag")
        self._known["date"][number] = get(path, [coding, f"If-Modified-Since: {head['last-modified']}"], kind="date")
        self._known["first"][number] = get(path, [coding], kind="first")
        self._known["parameters"][number] = get(target, [coding], kind="parameters")

    def choose(self) -> Request:
        kind = self._chance.choices((*self._known, "rubbish"), (70, 10, 10, 5, 5))[0]
        if kind == "rubbish":
            return rubbish(self._chance)
        return self._known[kind][self._chance.randrange(SECTIONS)]


def rubbish(chance: random.Random) -> Request:
    """What scanners and broken readers send."""
    number = chance.randrange(10**9)
    target = chance.choice(
        (
            f"/wp-login.php?{number}",
            f"/section-{number}/rss.xml",
            "/section-1/rss.xml?limit=0",
            "//section-1//rss.xml",
            "/%ff%00/../etc/passwd",
            f"/search/atom.xml?q={'%D8%A7' * 50}{number}",
        )
    )
    return get(target, ["X-Junk: " + "j" * chance.randrange(2000)], kind="rubbish")


@asynccontextmanager
async def writing(folder: Path) -> AsyncIterator[SqliteStore]:
    """The store of a folder, beside the server."""
    store = SqliteStore(load_settings(folder / "config.toml").store_path, clock=time.time)
    await store.open()
    try:
        yield store
    finally:
        await store.close()


async def publish(server: Server, store: SqliteStore, readers: Readers, seconds: float, course: Course) -> None:
    """Publishes again and again, and looks when each article is served."""
    loop = asyncio.get_running_loop()
    waiting: set[asyncio.Task[None]] = set()
    end = time.perf_counter() + seconds
    for number in count():
        if time.perf_counter() > end:
            break
        section, guid = number % SECTIONS, f"published-{number}"
        await put(store, article(guid, at=datetime.now(UTC), sections=(f"section-{section}",)))
        began = time.perf_counter()

        async def served(section: int = section, guid: str = guid, began: float = began) -> None:
            await asyncio.to_thread(_until_served, server.port, f"section-{section}", guid)
            course.served.append(time.perf_counter() - began)
            await asyncio.to_thread(readers.learn, section)

        waiting.add(loop.create_task(served()))
        course.resident.append(resident(server))
        await asyncio.sleep(BETWEEN)
    await asyncio.gather(*waiting)
    course.resident.append(resident(server))


async def _publish_everywhere(store: SqliteStore) -> None:
    """Once into each section."""
    for number in range(SECTIONS):
        await put(store, article(f"beforehand-{number}", at=datetime.now(UTC), sections=(f"section-{number}",)))
        await asyncio.sleep(BEFOREHAND)


def _until_served(port: int, section: str, guid: str) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        for _ in range(1000):
            connection.request("GET", f"/{section}/feed.json")
            if guid.encode() in connection.getresponse().read():
                return
            time.sleep(0.02)
        raise SystemExit(f"{guid} was not served in time")
    finally:
        connection.close()


def resident(server: Server) -> int:
    text = Path(f"/proc/{server.process.pid}/status").read_text("ascii")
    return int(text.partition("VmRSS:")[2].split()[0]) * 1024


async def _all(server: Server, folder: Path, seconds: float, course: Course) -> Answers:
    readers = Readers(server)

    async def run(seconds: float) -> Answers:
        return await load(server.port, rate=RATE, seconds=seconds, connections=CONNECTIONS, choose=readers.choose)

    async with writing(folder) as store:
        await asyncio.gather(run(SECTIONS * BEFOREHAND + 2), _publish_everywhere(store))
        for number in range(SECTIONS):
            await asyncio.to_thread(readers.learn, number)
        answers, _ = await asyncio.gather(run(seconds), publish(server, store, readers, seconds, course))
    return answers


def main(seconds: float = 60) -> int:
    """Prints and writes what was seen; 1 where anything was a fault of the server's."""
    course = Course()
    with tempfile.TemporaryDirectory() as name, serving(Path(name), SECTIONS, 15_000) as server:
        answers = uvloop.run(_all(server, Path(name), seconds, course))
    served = sorted(course.served)
    counts = ", ".join(f"{count:,} × {status}" for status, count in sorted(answers.by_status().items()))
    last = len(course.resident) - 1
    sizes = [course.resident[last * third // 3] for third in range(4)]
    lines = [
        "## What readers really send",
        "",
        f"{RATE:,} requests a second for {seconds:.0f} s over {SECTIONS} sections, with a publication every"
        f" {BETWEEN:.2f} s; the server on one core. {machine()}.",
        "",
        "| what | measured | aim |",
        "| --- | --- | --- |",
        f"| answers | {counts}; {answers.lost} lost | no 5xx |",
        f"| latency | p50 {answers.percentile(0.5) * 1000:.1f} ms, p99 {answers.percentile(0.99) * 1000:.1f} ms | |",
        f"| memory | {' MB, '.join(f'{size / 2**20:.0f}' for size in sizes)} MB at the beginning, after a third, after"
        " two, at the end | flat |",
        f"| from publication to feed, {len(served)} times | p50 {served[len(served) // 2]:.2f} s, p99"
        f" {served[int(len(served) * 0.99)]:.2f} s | p99 under 1 s |",
    ]
    print("\n".join(lines))
    write_section(RESULTS, "mixed", "\n".join(lines))
    faults = [answers.lost, *(status for status in answers.by_status() if status >= 500)]
    return 1 if any(faults) or sizes[-1] > sizes[0] * (1 + FLAT) else 0


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:])))
