"""What the names of an import's sources stand for: files, folders, patterns, addresses, standard input."""

import glob
import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from feeds.errors import BadSource
from feeds.fetch import is_address
from feeds.importers import Kind, detect
from feeds.importers.source import Source

STANDARD_INPUT = "-"
# Of these a file holds one article, and many files make one source.
_SINGLE: tuple[Kind, ...] = ("page", "copy")
# What browsers keep beside a saved page: its pictures, styles and frames.
_BESIDE = ("_files", ".files", "_fichiers", "-Dateien")
# Names of files that are passed over, as messages show them.
_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """A source that is one stream: a file, a pipe, standard input."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A source to be fetched."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file with one article."""

    path: str
    kind: Kind
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Heap:
    """Files with one article each, taken together: what is in two of them is told, and what all share is known."""

    name: str
    files: tuple[File, ...]


Gathered = Stream | Address | Heap


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvest:
    """All sources in their order, and what was found in folders that is none, in words."""

    sources: tuple[Gathered, ...]
    passed_over: tuple[str, ...] = ()


def gather(names: Sequence[str]) -> Harvest:
    """Looks at all that can be looked at, before anything is taken. Raises BadSource with every fault."""
    found: list[Gathered | File] = []
    passed_over: list[str] = []
    faults: list[str] = []
    for name in dict.fromkeys(names):
        try:
            if name == STANDARD_INPUT:
                found.append(Stream(name=name))
            elif is_address(name):
                found.append(Address(url=name))
            elif not os.path.lexists(name) and glob.has_magic(name):
                _many(name, sorted(glob.glob(name, recursive=True)), found, passed_over)  # noqa: PTH207 — Path's knows no absolute one
            elif Path(name).is_dir():
                _many(name, list(_inside(name)), found, passed_over)
            else:
                found.append(_one(name))
        except BadSource as fault:
            faults.append(str(fault))
    if faults:
        raise BadSource("\n".join(faults))
    return Harvest(sources=tuple(_joined(found)), passed_over=tuple(passed_over))


def _many(name: str, paths: Sequence[str], found: list[Gathered | File], passed_over: list[str]) -> None:
    """The files of a folder or a pattern. Others than articles are expected there, and only told."""
    taken: list[Gathered | File] = []
    others: list[str] = []
    for path in paths:
        if Path(path).is_dir():
            continue
        try:
            taken.append(_one(path))
        except BadSource:
            others.append(os.path.relpath(path, name) if Path(name).is_dir() else path)
    if not taken:
        raise BadSource(f"{called(name)}: holds no source of articles (files: {len(others)}); check the name")
    if others:
        more = ", …" if len(others) > _SHOWN else ""
        shown = ", ".join(map(called, others[:_SHOWN]))
        passed_over.append(f"{called(name)}: passed over as no articles: {len(others)} ({shown}{more})")
    files = [each for each in taken if isinstance(each, File)]
    found.extend(each for each in taken if not isinstance(each, File))
    if files:
        found.append(Heap(name=called(name), files=tuple(files)))


def _inside(folder: str) -> Iterator[str]:
    """The files of a folder and of those in it, in the order of their names; without hidden ones."""
    for where, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith(".") and not each.endswith(_BESIDE))
        for file in sorted(files):
            if not file.startswith("."):
                yield os.path.join(where, file)  # noqa: PTH118 — Path would drop a leading ./


def _one(name: str) -> Stream | File:
    """A file by its content. What gives its bytes only once is left alone. Raises BadSource."""
    with refusing(name):
        status = Path(name).stat()
    if not stat.S_ISREG(status.st_mode):
        return Stream(name=name)
    with opened(name) as file:
        kind = detect(called(name), Source.of(called(name), _Careful(name, file)).peek())
    return File(path=name, kind=kind, size=status.st_size) if kind in _SINGLE else Stream(name=name)


def _joined(found: Iterable[Gathered | File]) -> Iterator[Gathered]:
    """Files that were named one after the other are one heap: a shell has turned a pattern into them."""
    files: list[File] = []
    for each in (*found, None):
        if isinstance(each, File):
            files.append(each)
            continue
        if files:
            yield Heap(name=called(files[0].path) if len(files) == 1 else f"{len(files)} files", files=tuple(files))
            files = []
        if each is not None:
            yield each


class _Careful:
    """A file that says in our words why it can't be read."""

    def __init__(self, name: str, file: BinaryIO) -> None:
        self._name = name
        self._file = file

    def read(self, size: int = -1, /) -> bytes:
        try:
            return self._file.read(size)
        except OSError as fault:
            raise BadSource(f"{called(self._name)}: can't be read further: {fault.strerror}") from None


def opened(name: str) -> BinaryIO:
    """A file or standard input, without a buffer of ours, so that a wait for its bytes is seen. Raises BadSource."""
    if name == STANDARD_INPUT and sys.stdin is None:
        raise BadSource("standard input: is closed; give a file, or a pipe that ends in `feeds import -`")
    with refusing(name):
        if name == STANDARD_INPUT:
            return open(sys.stdin.fileno(), "rb", buffering=0, closefd=False)
        return Path(name).open("rb", buffering=0)


def changed(file: BinaryIO, now: datetime) -> datetime:
    """When a file was written last; now where it is none."""
    status = os.fstat(file.fileno())
    return datetime.fromtimestamp(int(status.st_mtime), UTC) if stat.S_ISREG(status.st_mode) else now


@contextmanager
def refusing(name: str) -> Iterator[None]:
    """The system's errors as BadSource."""
    try:
        yield
    except OSError as fault:
        raise BadSource(f"{called(name)}: can't be read: {fault.strerror}") from None


def called(name: str) -> str:
    """A source's name as it is shown; one that is no text has signs in it that say so."""
    return "standard input" if name == STANDARD_INPUT else os.fsencode(name).decode("utf-8", "replace")
