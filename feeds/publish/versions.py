"""What of a folder's contents publishing has made: versions, the link to the one that is shown, and links through it.

Everything else is somebody else's, and is never taken away.
"""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

NOW = ".now"
NEXT = ".next"
VERSION = ".v"
# Of whoever publishes into a folder and all that is below it.
LOCK = ".lock"


def current(path: Path) -> Path | None:
    """The version that a folder shows."""
    try:
        return path / (path / NOW).readlink()
    except FileNotFoundError:
        return None


def versions(path: Path) -> list[Path]:
    return [each for each in path.iterdir() if _is_version(each.name)]


def links(path: Path) -> set[str]:
    """The names in a folder that lead to what it shows."""
    return {each.name for each in os.scandir(path) if _leads(each) and not each.name.startswith(".")}


def folders(path: Path) -> Iterable[str]:
    """The published folders in a folder; not one that another process publishes into."""
    with suppress(FileNotFoundError):
        for each in os.scandir(path):
            hidden = each.name.startswith(".")
            if not hidden and each.is_dir(follow_symlinks=False) and _is_shown(each.path):
                yield each.name


def ours(path: Path) -> tuple[list[Path], bool]:
    """What in a folder and below it is ours to take away, the link to what is shown first; and whether that is all."""
    found: list[Path] = []
    every = True
    for each in sorted(os.scandir(path), key=lambda each: each.name != NOW):
        if _leads(each) or (each.is_dir(follow_symlinks=False) and _is_version(each.name)):
            found.append(Path(each.path))
        elif each.is_dir(follow_symlinks=False) and not os.path.lexists(f"{each.path}/{LOCK}"):
            below, whole = ours(Path(each.path))
            # An empty one that nothing was published in is somebody's.
            whole = whole and bool(below)
            found += [Path(each.path)] if whole else below
            every = every and whole
        else:
            every = False
    return found, every


def _leads(entry: "os.DirEntry[str]") -> bool:
    """Whether it is one of our links."""
    if not entry.is_symlink():
        return False
    return entry.name in (NOW, NEXT) or str(Path(entry.path).readlink()) == f"{NOW}/{entry.name}"


def _is_version(name: str) -> bool:
    return name.startswith(VERSION) and name.removeprefix(VERSION).isdigit()


def _is_shown(path: str) -> bool:
    return os.path.lexists(f"{path}/{NOW}") and not os.path.lexists(f"{path}/{LOCK}")
