"""A folder of the file system as an outlet: what a web server serves.

Whoever reads it at any moment finds every feed and page whole, and in the same state in every coding. The files of a
folder lie in a version of it, `.v1`, `.v2`, …; `.now` is a symbolic link to the one that is shown, and each name is a
link that leads through it: `rss.xml` to `.now/rss.xml`. So a folder changes as a whole by one rename, of `.now`. What
did not change is linked from version to version, never written again.
"""

import asyncio
import errno
import fcntl
import os
import shutil
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from feeds.errors import PublishError
from feeds.publish.outlet import MARK, SUFFIXES, File, Held, Shown, is_variant, md5
from feeds.publish.versions import LOCK, NEXT, NOW, VERSION, current, folders, links, ours, versions

_NOTE = ".published"
_TRASH = ".trash"
# What file systems put at their top by themselves.
_SYSTEM = {"lost+found"}
# Seconds.
GRACE = 2.0
_OPEN_FOLDER, _OPEN_FILE = 0o755, 0o644
_FULL = {errno.ENOSPC: "no room is left on its disk", errno.EDQUOT: "its quota is used up",
         errno.EFBIG: "no file may grow so large"}  # fmt: skip


class Folder:
    """An outlet below a path, which is made where it is not there. Old versions are kept for `grace` seconds: whoever
    was on the way to one gets there."""

    keeps_headers = False

    def __init__(self, path: Path, *, grace: float = GRACE) -> None:
        self._path = path
        self._grace = grace
        self._lock: TextIOWrapper | None = None
        # What is to be removed, and when it was let go.
        self._old: deque[tuple[float, Path]] = deque()
        self._number = 0

    async def open(self) -> None:
        with self._translated():
            await asyncio.to_thread(self._open)

    def _open(self) -> None:
        self._make(self._path)
        known = (self._path / LOCK).exists()
        if not known and {each.name for each in self._path.iterdir()} - _SYSTEM:
            raise PublishError(f"{self._path}: holds files that are not ours; name an empty folder, or a new one")
        self._lock = (self._path / LOCK).open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            raise PublishError(f"{self._path}: another process publishes here; end it, or wait for it") from None
        trash = self._path / _TRASH
        trash.mkdir(exist_ok=True)
        # Of a process that was killed.
        for left in trash.iterdir():
            _clear(left)

    async def close(self) -> None:
        """Waits until nobody can be on the way to an old version, and removes it."""
        if self._old:
            last = max(when for when, _ in self._old)
            await asyncio.sleep(max(0.0, last + self._grace - time.monotonic()))
            await self._remove_old(last)
        if self._lock:
            self._lock.close()

    async def recall(self) -> str:
        with self._translated():
            try:
                return (self._path / _NOTE).read_text("utf-8", "replace")
            except FileNotFoundError:
                return ""

    async def note(self, text: str) -> None:
        with self._translated():
            await asyncio.to_thread(self._note, text)

    def _note(self, text: str) -> None:
        beside = self._path / f"{_NOTE}.next"
        _write(beside, text.encode(), None)
        beside.replace(self._path / _NOTE)

    async def shown(self, folder: str) -> Shown | None:
        with self._translated(folder):
            return await asyncio.to_thread(self._shown, self._path / folder)

    def _shown(self, path: Path) -> Shown | None:
        try:
            entries = list((path / NOW).iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return None
        self._find_left(path)
        marks = frozenset(each.name.removeprefix(MARK) for each in entries if each.name.startswith(MARK))
        names = {each.name for each in entries}
        files = {
            each.name: Held(
                digest=md5(each.read_bytes()),
                modified=int(each.stat().st_mtime),
            )
            for each in entries
            if not each.name.startswith(MARK) and not is_variant(each.name, names)
        }
        return Shown(files=files, marks=marks)

    def _find_left(self, path: Path) -> None:
        """What a process left that was killed behind a publication may hold what was withdrawn: it goes."""
        found = versions(path)
        if len(found) > 1:
            known = {each for _, each in self._old} | {current(path)}
            self._old.extendleft((0.0, each) for each in found if each not in known)

    async def put(self, folder: str, files: Sequence[File], *, keep: Collection[str], marks: Collection[str]) -> None:
        with self._translated(folder):
            await _to_its_end(self._put, self._path / folder, files, keep, marks)

    def _put(self, path: Path, files: Sequence[File], keep: Collection[str], marks: Collection[str]) -> None:
        self._make(path)
        old, before = current(path), versions(path)
        made = path / f"{VERSION}{max((int(each.name[2:]) for each in before), default=0) + 1}"
        try:
            made.mkdir()
            made.chmod(_OPEN_FOLDER)
            for name in keep:
                for suffix in SUFFIXES.values():
                    with suppress(FileNotFoundError):
                        os.link(path / NOW / f"{name}{suffix}", made / f"{name}{suffix}")
            for file in files:
                for coding, body in file.variants.items():
                    _write(made / f"{file.name}{SUFFIXES[coding]}", body, file.modified)
            for mark in marks:
                _write(made / f"{MARK}{mark}", b"", None)
            names = {each.name for each in made.iterdir() if not each.name.startswith(MARK)}
            # They lead nowhere until the version is shown that has them.
            for name in names - links(path):
                self._link(path, name)
            self._switch(path, made)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            self._forget_new(path)
            raise
        for name in links(path) - names:
            (path / name).unlink()
        for each in before:
            # Others than the one that was shown were left by a process that was killed.
            self._old.append((time.monotonic() if each == old else 0.0, each))

    def _link(self, path: Path, name: str) -> None:
        try:
            (path / name).symlink_to(f"{NOW}/{name}")
        except FileExistsError:
            raise PublishError(f"{path / name}: is not ours, and stands in the way; move it away") from None

    def _make(self, path: Path) -> None:
        """Makes a folder where there is none, and those that it lies in. What is published is for everyone to read,
        whatever else its writer makes."""
        if not path.is_dir():
            if path != self._path:
                self._make(path.parent)
            path.mkdir(parents=True, exist_ok=True)
            path.chmod(_OPEN_FOLDER)

    def _switch(self, path: Path, made: Path) -> None:
        # What a name leads to is on the disk before the name is: a power cut leaves the one or the other.
        _sync(made)
        beside = path / NEXT
        beside.unlink(missing_ok=True)
        beside.symlink_to(made.name)
        beside.replace(path / NOW)
        _sync(path)

    def _forget_new(self, path: Path) -> None:
        """Takes away the links that lead nowhere."""
        with suppress(OSError):
            for name in links(path):
                if not (path / name).exists():
                    (path / name).unlink()

    async def remove(self, folder: str) -> None:
        with self._translated(folder):
            await _to_its_end(self._remove, self._path / folder)

    def _remove(self, path: Path) -> None:
        with suppress(FileNotFoundError):
            found, every = ours(path)
            # As a whole; where something of somebody else's stands in it, without that.
            for each in [path] if every else found:
                self._number += 1
                away = self._path / _TRASH / f"{self._number}"
                each.rename(away)
                self._old.append((time.monotonic(), away))

    async def folders(self, under: str) -> AsyncIterator[str]:
        with self._translated(under):
            found = await asyncio.to_thread(lambda: list(folders(self._path / under)))
        for name in found:
            yield name

    async def tidy(self) -> None:
        await self._remove_old(time.monotonic() - self._grace)

    async def _remove_old(self, gone: float) -> None:
        """Removes what was let go until then."""
        while self._old and self._old[0][0] <= gone:
            await _to_its_end(_clear, self._old[0][1])
            self._old.popleft()

    @contextmanager
    def _translated(self, folder: str = "") -> Iterator[None]:
        try:
            yield
        except OSError as fault:
            where = self._path / folder
            if fault.errno in _FULL:
                raise PublishError(f"{where}: {_FULL[fault.errno]}; make room: until then it stays as it was") from None
            if fault.errno in (errno.ENOTDIR, errno.EEXIST):
                raise PublishError(f"{where}: a file stands in its place or above it; name a folder") from None
            what = os.strerror(fault.errno) if fault.errno else str(fault)
            raise PublishError(f"{where}: can't be read or written: {what}; give this user permission for it") from None


def _clear(path: Path) -> None:
    if path.is_symlink():
        path.unlink(missing_ok=True)
    else:
        shutil.rmtree(path, ignore_errors=True)


async def _to_its_end(work: Callable[..., None], *values: Any) -> None:
    """Runs work in a thread, which is waited for though nobody wants it any more: nothing is left half done."""
    running = asyncio.ensure_future(asyncio.to_thread(work, *values))
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise


def _write(path: Path, body: bytes, modified: int | None) -> None:
    """Writes a file whole, and sees it on the disk: what is shown survives a power cut."""
    with path.open("wb") as file:
        file.write(body)
        file.flush()
        os.fchmod(file.fileno(), _OPEN_FILE)
        os.fsync(file.fileno())
    if modified is not None:
        os.utime(path, (modified, modified))


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
