"""A source to read from, told apart by its content, and how much of it has been read."""

import io
from dataclasses import dataclass
from typing import Protocol

# What an importer may look at before it says whether a source is for it.
PEEK = 65_536


class Readable(Protocol):
    """What gives bytes: a file, a pipe, a count of either."""

    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A named stream of bytes; `peek` shows its beginning without taking it."""

    name: str
    stream: io.BufferedReader

    @classmethod
    def of(cls, name: str, raw: Readable) -> "Source":
        return cls(name=name, stream=io.BufferedReader(_Filling(raw), buffer_size=PEEK))

    def peek(self) -> bytes:
        return self.stream.peek(PEEK)[:PEEK]


class _Filling(io.RawIOBase):
    """Fills what it is asked to fill, so that a slow pipe's first bytes are not taken for the whole."""

    def __init__(self, raw: Readable) -> None:
        self._raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview", /) -> int:  # type: ignore[override]
        done = 0
        while done < len(buffer):
            piece = self._raw.read(len(buffer) - done)
            if not piece:
                break
            buffer[done : done + len(piece)] = piece
            done += len(piece)
        return done
