"""What a check says: one finding a fault, told so that somebody can mend it."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning"]

_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A place in a feed where a specification asks for something else.

    An `error` breaks a MUST, or makes readers lose or mistake something; a `warning` breaks a SHOULD, or the
    advice of those who write readers. `where` is the part (`channel`, `item 3 (guid "…")`, `line 12`), `what`
    is wrong there, `right` would be right, `source` says so.
    """

    level: Level
    where: str
    what: str
    right: str
    source: str

    def __str__(self) -> str:
        return f"{self.level}: {self.where}: {self.what}; {self.right} ({self.source})"


def error(where: str, what: str, right: str, source: str) -> Finding:
    """A finding that breaks the feed for somebody."""
    return Finding(level="error", where=where, what=what, right=right, source=source)


def warning(where: str, what: str, right: str, source: str) -> Finding:
    """A finding that readers survive."""
    return Finding(level="warning", where=where, what=what, right=right, source=source)


def quoted(value: str) -> str:
    """The value in quotation marks, short, and printable."""
    return f'"{printable(value if len(value) <= _SHOWN else value[: _SHOWN - 1] + "…")}"'


def printable(value: str) -> str:
    """The value with an escape for each character that is not seen.

    Direction marks, controls and lone surrogates would turn or break the line that reports them.
    """
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in value)


def numbered(kind: str, number: int, name: str, value: str) -> str:
    """A place among equals: `item 3 (guid "…")`, or `item 3` where nothing names it."""
    return f"{kind} {number} ({name} {quoted(value)})" if value else f"{kind} {number}"
