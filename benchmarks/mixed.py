"""A minute of what readers really send: `python -m benchmarks.mixed [SECONDS]`.

70 % polls with the last ETag, 10 % with a date alone, 10 % first visits, 5 % with `limit` and tracking parameters,
5 % rubbish, over 300 sections, while articles are published. Counted: statuses, memory, and how long it takes from the
end of a publication's transaction until the section's feed has the article.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
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
# Seconds between two publications, each into a section of its own.
BETWEEN = 0.25
_CODINGS = ("Accept-Encoding: gzip, br", "Accept-Encoding: gzip", "Accept-Encoding: gzip, deflate, br")
_FORMATS = ("rss.xml", "atom.xml", "feed.json")


@dataclass(kw_only=True)
class Course:
    """What was seen meanwhile: resident bytes now and then, seconds from publication to feed."""

    resident: list[int] = field(default_factory=list)
    served: list[float] = field(default_factory=list)


def mix(server: Server) -> Callable[[], Request]:
    """What the next reader sends. Each kind stands for its share."""
    chance = random.Random(1)
    known: dict[str, list[Request]] = {"ETag": [], "date": [], "first": [], "parameters": []}
    for number in range(SECTIONS):
        path, coding = f"/section-{number}/{_FORMATS[number % 3]}", _CODINGS[number % 3]
        head = server.ask(path, {"Accept-Encoding": coding.partition(": ")[2]}).headers
        known["ETag"].append(get(path, [coding, f"If-None-Match: {head['etag']}"], kind="ETag"))
        known["date"].append(get(path, [coding, f"If-Modified-Since: {head['last-modified']}"], kind="date"))
        known["first"].append(get(path, [coding], kind="first"))
        target = f"{path}?limit={chance.choice((10, 20))}&utm_source=reader{number}"
        known["parameters"].append(get(target, [coding], kind="parameters"))
    kinds, weights = (*known, "rubbish"), (70, 10, 10, 5, 5)

    def choose() -> Request:
        kind = chance.choices(kinds, weights)[0]
        return rubbish(chance) if kind == "rubbish" else chance.choice(known[kind])

    return choose


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


async def publish(server: Server, folder: Path, seconds: float, course: Course) -> None:
    """Publishes again and again, and looks when each article is served."""
    store = SqliteStore(load_settings(folder / "config.toml").store_path, clock=time.time)
    await store.open()
    loop = asyncio.get_running_loop()
    waiting: set[asyncio.Task[None]] = set()
    try:
        end = time.perf_counter() + seconds
        for number in range(10**6):
            if time.perf_counter() > end:
                break
            section, guid = f"section-{number % SECTIONS}", f"published-{number}"
            await put(store, article(guid, at=datetime.now(UTC), sections=(section,)))
            wait = asyncio.to_thread(_until_served, server.port, section, guid)
            task = loop.create_task(_measured(wait, time.perf_counter(), course))
            waiting.add(task)
            course.resident.append(resident(server))
            await asyncio.sleep(BETWEEN)
        await asyncio.gather(*waiting)
    finally:
        await store.close()


async def _measured(wait: "asyncio.Future[None] | object", began: float, course: Course) -> None:
    await wait  # type: ignore[misc]
    course.served.append(time.perf_counter() - began)


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
    choose = mix(server)
    run = load(server.port, rate=RATE, seconds=seconds, connections=CONNECTIONS, choose=choose)
    answers, _ = await asyncio.gather(run, publish(server, folder, seconds, course))
    return answers


def main(seconds: float = 60) -> int:
    """Prints and writes what was seen; 1 where anything was a fault of the server's."""
    course = Course()
    with tempfile.TemporaryDirectory() as name, serving(Path(name), SECTIONS, 15_000) as server:
        answers = uvloop.run(_all(server, Path(name), seconds, course))
    served = sorted(course.served)
    counts = ", ".join(f"{count:,} × {status}" for status, count in sorted(answers.by_status().items()))
    third = len(course.resident) // 3
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
        f"| memory | {course.resident[third] / 2**20:.0f} MB after a third, {course.resident[-1] / 2**20:.0f} MB at"
        " the end | flat |",
        f"| from publication to feed, {len(served)} times | p50 {served[len(served) // 2]:.2f} s, p99"
        f" {served[int(len(served) * 0.99)]:.2f} s | p99 under 1 s |",
    ]
    print("\n".join(lines))
    write_section(RESULTS, "mixed", "\n".join(lines))
    return 1 if answers.lost or any(status >= 500 for status in answers.by_status()) else 0


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:])))
