"""A source to read from, told apart by its content, and how much of it has been read."""

import io
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from feeds.errors import BadSource

# What an importer may look at before it says whether a source is for it.
PEEK = 65_536


class Readable(Protocol):
    """What gives bytes: a file, a pipe, a count of either."""

    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A named stream of bytes; `peek` shows its beginning without taking it.

    `changed` is when it was written, the date of what has none. Of an answer, `address` is where it stood and
    `charset` the encoding that HTTP says.
    """

    name: str
    stream: io.BufferedReader
    changed: datetime | None = None
    address: str | None = None
    charset: str | None = None

    @classmethod
    def of(
        cls,
        name: str,
        raw: Readable,
        *,
        changed: datetime | None = None,
        address: str | None = None,
        charset: str | None = None,
    ) -> "Source":
        stream: io.BufferedReader = io.BufferedReader(_Filling(raw), buffer_size=PEEK)
        return cls(name=name, stream=stream, changed=changed, address=address, charset=charset)

    def peek(self) -> bytes:
        return self.stream.peek(PEEK)[:PEEK]

    def whole(self, limit: int) -> bytes:
        """All its bytes. Raises BadSource where they are more than `limit`."""
        raw = self.stream.read(limit + 1)
        if len(raw) > limit:
            raise BadSource(f"{self.name}: is longer than {limit} bytes, and nothing of it was taken; split it")
        return raw


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
