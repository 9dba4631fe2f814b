"""How long a poll waits at 5,000 polls a second: `python -m benchmarks.latency [SECONDS]`.

The server runs on core 0; the polls (four in five answered with 304, the others with 200 in gzip) and the import
that writes 200 articles a second into the sections polled run on core 1. Latency is counted from the moment at which
a poll was due.
"""

import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvloop

from benchmarks.load import Answers, Request, get, load
from benchmarks.made import lines
from benchmarks.written import RESULTS, machine, write_section
from tests.live.server import LOCAL, Server, environment, feeds

RATE = 5000
CONNECTIONS = 50
SECTIONS = 10
WRITES = 200


@contextmanager
def serving(folder: Path, sections: int, articles: int) -> Iterator[Server]:
    """A server on core 0 with so many articles in so many sections; whoever asks runs on core 1."""
    (folder / "config.toml").write_text(LOCAL, encoding="utf-8")
    text = "\n".join(lines(articles, sections)) + "\n"
    feeds(folder, "import", "-", input=text).check_returncode()
    server = Server(folder, "--port", "0").ready()
    os.sched_setaffinity(server.process.pid, {0})
    os.sched_setaffinity(0, {1})
    try:
        yield server
    finally:
        server.end()


@contextmanager
def importing(folder: Path, rate: float, sections: int, first: int) -> Iterator[None]:
    """An import that is given so many articles a second."""
    process = subprocess.Popen(
        [sys.executable, "-m", "feeds", "import", "-"],
        cwd=folder,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    stopped = threading.Event()

    def write() -> None:
        assert process.stdin
        began = time.monotonic()
        for number, line in enumerate(lines(10**9, sections)):
            if number < first:
                continue
            if stopped.wait(max(0.0, began + (number - first) / rate - time.monotonic())):
                return
            process.stdin.write(line + "\n")
            process.stdin.flush()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        stopped.set()
        writer.join()
        process.communicate(timeout=60)


def polls(server: Server) -> Callable[[], Request]:
    """What readers send who were here before, and some who were not."""
    chance = random.Random(1)
    made: list[Request] = []
    for number in range(SECTIONS):
        path = f"/section-{number}/rss.xml"
        tag = server.ask(path, {"Accept-Encoding": "gzip"}).headers["etag"]
        fresh = get(path, ["Accept-Encoding: gzip"], kind="200")
        made += [get(path, ["Accept-Encoding: gzip", f"If-None-Match: {tag}"], kind="304")] * 4 + [fresh]
    return lambda: chance.choice(made)


def asked(server: Server, seconds: float) -> Answers:
    return uvloop.run(load(server.port, rate=RATE, seconds=seconds, connections=CONNECTIONS, choose=polls(server)))


def row(name: str, answers: Answers) -> str:
    quantiles = " | ".join(f"{answers.percentile(share) * 1000:.2f} ms" for share in (0.5, 0.99, 0.999))
    counts = ", ".join(f"{count:,} × {status}" for status, count in sorted(answers.by_status().items()))
    return f"| {name} | {quantiles} | {counts}{f', {answers.lost} lost' if answers.lost else ''} |"


def main(seconds: float = 20) -> None:
    with tempfile.TemporaryDirectory() as name, serving(Path(name), SECTIONS, 2000) as server:
        quiet = asked(server, seconds)
        with importing(Path(name), WRITES, SECTIONS, 2000):
            busy = asked(server, seconds)
    section = "\n".join(
        [
            "## Latency",
            "",
            f"{RATE:,} polls a second over {CONNECTIONS} connections for {seconds:.0f} s, four in five answered with"
            f" 304 at first; the server on one core, everything else on the other. {machine()}.",
            "",
            "| while | p50 | p99 | p99.9 | answers |",
            "| --- | ---: | ---: | ---: | --- |",
            row("nothing else happens", quiet),
            row(f"an import writes {WRITES} articles a second into these sections", busy),
        ]
    )
    print(section)
    write_section(RESULTS, "latency", section)


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
