"""What an examination finds."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "note", "wrong"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at: in order, worth knowing, or wrong. The text says what would be right."""

    level: Level
    subject: str
    text: str

    def __str__(self) -> str:
        return f"{self.level:<6} {self.subject:<14} {self.text}"


def ok(subject: str, text: str) -> Finding:
    return Finding(level="ok", subject=subject, text=text)


def note(subject: str, text: str) -> Finding:
    return Finding(level="note", subject=subject, text=text)


def wrong(subject: str, text: str) -> Finding:
    return Finding(level="wrong", subject=subject, text=text)
