"""The log: one line an event."""

import logging
import os
import sys
from pathlib import Path

import pytest

from feeds.logs import LineFormatter, event


def line(message: str, *, fault: bool = False) -> str:
    info = None
    if fault:
        try:
            raise ZeroDivisionError("a\nb")
        except ZeroDivisionError:
            info = sys.exc_info()
    record = logging.LogRecord("feeds", logging.ERROR, "x.py", 1, message, (), info)
    record.created = 1795435200.25
    record.process = 7
    return LineFormatter().format(record)


def test_an_event_is_a_name_and_values() -> None:
    """Those with spaces, signs or nothing in them stand in quotes."""
    said = event("x", path="/world/rss.xml", reason='it "is" gone\nfor good', title="خبر عاجل", none="", took=1.23456)
    assert said == (
        'event=x path=/world/rss.xml reason="it \\"is\\" gone\\nfor good" title="خبر عاجل" none="" took=1.235'
    )


def test_a_record_is_one_line() -> None:
    """With time, level, who and which process; a traceback is a value like others."""
    head = "time=2026-11-23T12:00:00.250+00:00 level=error logger=feeds pid=7 "
    assert line("event=x a=1") == head + "event=x a=1"
    assert line("what a library\nsays") == head + 'message="what a library\\nsays"'
    whole = line("event=x", fault=True)
    assert whole.startswith(head + 'event=x traceback="Traceback (most recent call last):\\n')
    assert whole.endswith('ZeroDivisionError: a\\nb"')
    assert "\n" not in whole


@pytest.mark.parametrize("message", ["event=x\nevent=y", "event=x \u2028", "event=\x1b[31m"])
def test_nobody_forges_a_line(message: str) -> None:
    """What came from outside unquoted is quoted whole."""
    found = line(message)
    assert found.isprintable()
    assert 'message="event=' in found


def test_a_stack_is_told_too() -> None:
    record = logging.LogRecord("feeds", logging.INFO, "x.py", 1, "event=x", (), None)
    record.stack_info = "Stack:\n  here"
    assert LineFormatter().format(record).endswith('event=x stack="Stack:\\n  here"')


def test_the_journal_is_told_how_grave_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As syslog counts, where systemd reads standard error itself; whoever reads a file finds no more than the line."""
    with (tmp_path / "log").open("w", encoding="utf-8") as log:
        monkeypatch.setattr(sys, "stderr", log)
        found = os.fstat(log.fileno())
        monkeypatch.setenv("JOURNAL_STREAM", f"{found.st_dev}:{found.st_ino}")
        assert line("event=x").startswith("<3>time=")
        monkeypatch.setenv("JOURNAL_STREAM", f"{found.st_dev}:{found.st_ino + 1}")
        assert line("event=x").startswith("time=")
    assert line("event=x").startswith("time=")
