"""The numbers of many processes as one sum, whoever dies."""

import errno
import multiprocessing
import os
import resource
import signal
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from feeds.ledger import Ledger, Present
from feeds.metrics import KEYS, Metrics

SPAWN = multiprocessing.get_context("spawn")
WELL = Present(cache_bytes=1000, cache_entries=2, store_well=True)


def hits(count: int) -> Metrics:
    metrics = Metrics()
    metrics.add("cache", "hit", by=count)
    return metrics


def worker(path: Path, count: int, line: Connection) -> None:
    """Writes once, says so, and stays until it is told to go."""
    ledger = Ledger(path)
    ledger.write(hits(count).values(), WELL, now=100)
    line.send(ledger.number)
    line.recv()
    ledger.close()


class Worker:
    def __init__(self, path: Path, count: int) -> None:
        self._line, theirs = SPAWN.Pipe()
        self.process = SPAWN.Process(target=worker, args=(path, count, theirs))
        self.process.start()
        self.number = self._line.recv()

    def go(self) -> None:
        self._line.send(None)
        self.process.join()

    def kill(self) -> None:
        assert self.process.pid
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.join()


def full(path: Path, line: Connection) -> None:
    """Takes a page where there is no room for one."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        Ledger(path).close()
        line.send("taken")
    except OSError as fault:
        line.send(fault.errno)
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_without_room_for_a_page_there_is_none(tmp_path: Path) -> None:
    """It is an error at once: a page that stood in no block of the disk would kill who writes into it."""
    mine = Ledger(tmp_path / "ledger")
    line, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=full, args=(tmp_path / "ledger", theirs))
    process.start()
    assert line.recv() == errno.EFBIG
    process.join()
    mine.close()
    file = (tmp_path / "ledger").stat()
    assert file.st_blocks * 512 >= file.st_size


def test_each_process_has_a_page_and_the_dead_leave_theirs(tmp_path: Path) -> None:
    """Killed or ended: what was counted stays, the next takes the page and goes on from there."""
    path = tmp_path / "ledger"
    mine = Ledger(path)
    workers = [Worker(path, 10), Worker(path, 100)]
    try:
        assert [mine.number, *(each.number for each in workers)] == [0, 1, 2]
        mine.write(hits(1).values(), WELL, now=100)
        assert mine.read(now=101).counts["cache", "hit"] == 111
        assert len(mine.read(now=101).present) == 3
        workers[0].kill()
        workers.append(Worker(path, 1000))
        assert workers[2].number == 1
        assert mine.read(now=101).counts["cache", "hit"] == 1111
        workers[1].go()
        assert mine.read(now=101).counts["cache", "hit"] == 1111
        # Who ended says so; who was killed falls silent.
        assert len(mine.read(now=101).present) == 2
        assert len(mine.read(now=104).present) == 0
        workers[2].go()
    finally:
        for each in workers:
            each.process.kill()
    mine.close()
    with pytest.raises(ValueError, match="released"):
        mine.write(hits(2).values(), WELL, now=1)


def test_a_process_can_be_two(tmp_path: Path) -> None:
    """A lock is the process's; so what it has taken it must not take again. (Tests and reloading do this.)"""
    first = Ledger(tmp_path / "ledger")
    first.write(hits(1).values(), WELL, now=1)
    first.close()
    second = Ledger(tmp_path / "ledger")
    second.write(hits(5).values(), WELL, now=1)
    assert second.read(now=1).counts["cache", "hit"] == 6
    second.close()


def test_every_number_has_a_key_from_the_beginning() -> None:
    """So that a row of integers says all; another number is a mistake that is told."""
    metrics = Metrics()
    metrics.lane("rss", 200).requests += 3
    metrics.lane("rss", 299).requests += 1
    metrics.lane("rss", 200, stale=True).requests += 1
    metrics.add("cache", "hit")
    metrics.rendered("rss", 3_000_000)
    metrics.rendered("rss", 3_000_000_000_000)
    values = metrics.values()
    assert tuple(values) == KEYS
    assert values["requests", "rss", "200", "lane"] == 4
    assert values["cache", "stale"] == 1
    assert values["requests", "rss", "other", "lane"] == 1
    assert values["cache", "hit"] == 5
    assert (values["renders", "rss", "0.005"], values["renders", "rss", "+Inf"]) == (1, 1)
    with pytest.raises(KeyError):
        metrics.add("cache", "lucky")
