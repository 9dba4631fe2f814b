"""Where everything is published: what a folder and a bucket have in common."""

import hashlib
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from feeds.conditional import Coding

# Of today's archives: they live in caches as feeds do, and not as the archives of days that are over.
TODAY = "today"
# Of the page of an article that was withdrawn.
GONE = "gone"

# Marks stand beside files, empty, and with this before their names.
MARK = ".mark-"

# What the variants of a file are called.
SUFFIXES: Mapping[Coding, str] = {"identity": "", "br": ".br", "gzip": ".gz"}


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """What stands at an address, in every coding it has, changed last in a Unix second, with its headers."""

    name: str
    variants: Mapping[Coding, bytes]
    modified: int
    headers: Mapping[str, str]

    @property
    def digest(self) -> str:
        """As Held's."""
        return md5(self.variants["identity"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A file as it was published: the MD5 of its bytes, and the Unix second it is dated; 0 where files have no dates
    of ours."""

    digest: str
    modified: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a folder shows."""

    files: Mapping[str, Held]
    marks: frozenset[str] = frozenset()


def md5(body: bytes) -> str:
    """What tells one state of a file from another, in the way of object stores."""
    return hashlib.md5(body, usedforsecurity=False).hexdigest()


class Outlet(Protocol):
    """Folders of files, each of which changes as a whole where that can be.

    A folder is named by the path of its addresses, decoded, without slashes at its ends; the topmost is the empty
    string. Errors: PublishError.
    """

    # Whether headers stand beside the files, so that another header is another file.
    keeps_headers: bool

    async def open(self) -> None:
        """Takes possession: nobody else may publish there."""
        ...

    async def close(self) -> None:
        """Leaves nothing behind that is not published."""
        ...

    async def recall(self) -> str:
        """What was noted last; empty where nothing was."""
        ...

    async def note(self, text: str) -> None:
        """Keeps a word for the next time."""
        ...

    async def shown(self, folder: str) -> Shown | None:
        """What a folder shows; None for one that is not published."""
        ...

    async def put(self, folder: str, files: Sequence[File], *, keep: Collection[str], marks: Collection[str]) -> None:
        """From now on a folder shows these files, those to keep of what it showed, and nothing else."""
        ...

    async def remove(self, folder: str) -> None:
        """Takes a folder away, with all that is below it."""
        ...

    def folders(self, under: str) -> AsyncIterator[str]:
        """The names of the published folders in a folder."""
        ...

    async def tidy(self) -> None:
        """Clears away what nobody can be reading any more."""
        ...


def is_variant(name: str, names: Collection[str]) -> bool:
    """Whether a name is that of another's compressed form."""
    return any(suffix and name.endswith(suffix) and name.removesuffix(suffix) in names for suffix in SUFFIXES.values())
