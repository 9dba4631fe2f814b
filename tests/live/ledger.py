"""What the long runs measured, written into the table of docs/reliability.md."""

import re
import time
from collections import Counter
from collections.abc import Callable

import pytest

from tests.live.polling import NO_ANSWER
from tests.live.server import ROOT, Server, wait

PAGE = ROOT / "docs" / "reliability.md"
# Each fault in a short form, in every run, and in a long one, which the table tells of.
SHORT_AND_LONG = pytest.mark.parametrize(
    "long", [pytest.param(False, id="short"), pytest.param(True, id="long", marks=pytest.mark.soak)]
)


def record(what: str, answered: Counter[int] | str, again: float | str) -> None:
    """Fills the row of a fault: how many were answered with what, and the seconds until all was well again."""
    text = PAGE.read_text("utf-8")
    said = answered if isinstance(answered, str) else counted(answered)
    after = again if isinstance(again, str) else seconds(again)
    row, found = re.subn(rf"(?m)^\| {re.escape(what)} \|.*$", lambda _: f"| {what} | {said} | {after} |", text)
    assert found == 1, f"docs/reliability.md has {found} rows for: {what}"
    PAGE.write_text(row, encoding="utf-8")


def counted(counts: Counter[int]) -> str:
    """In words, for a cell."""
    names = {NO_ANSWER: "no connection"}
    return ", ".join(f"{number:,} × {names.get(status, status)}" for status, number in sorted(counts.items()) if number)


def seconds(duration: float) -> str:
    return f"{duration:.1f} s" if duration >= 0.05 else "at once"


def took(condition: Callable[[], object], server: Server) -> float:
    """The seconds until a condition came true."""
    began = time.monotonic()
    wait(condition, server)
    return time.monotonic() - began
