"""`/metrics` of a real service with two workers, of which one dies."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

from tests.live.server import Server, stock, wait
from tests.live.test_workers import workers
from tests.operation.scrape import Samples, samples, value

Start = Callable[..., Server]


def scrape(server: Server) -> Samples:
    return samples(server.ask("/metrics").body)


def polled(server: Server) -> float:
    return value(scrape(server), "requests_total", kind="rss")


def test_two_workers_are_one_sum(start: Start, folder: Path) -> None:
    """Whichever answers; and when one is killed and another takes its place, no number falls, and none is lost."""
    stock(folder, "a")
    server = start("--workers", "2").ready()
    wait(lambda: value(scrape(server), "workers") == 2, server)
    for _ in range(40):
        assert server.ask("/world/rss.xml").status == 200
    wait(lambda: polled(server) == 40, server)
    # Both have answered some of the scrapes.
    assert {polled(server) for _ in range(20)} == {40}
    one, other = sorted(workers(server))
    os.kill(one, signal.SIGKILL)
    wait(lambda: len(workers(server) - {one, other}) == 1, server)
    server.ready()
    assert {polled(server) for _ in range(20)} == {40}
    for _ in range(10):
        assert server.ask("/world/rss.xml").status == 200
    wait(lambda: polled(server) == 50, server)
    assert server.end() == 0
    assert "Traceback" not in server.output
