"""Disks that are full, or may only be read, for processes that know nothing of it."""

import os
import resource
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def fill(process: int, largest: int = 0) -> None:
    """From now on a process may make no file larger than this: writing fails for it as on a full disk."""
    resource.prlimit(process, resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))


def make_room(process: int) -> None:
    resource.prlimit(process, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Nothing in a folder may be written by who opens it from now on, as where a disk was found faulty.

    A kernel does not take away the right from who has a file open: neither does a disk that was mounted anew.
    """
    if os.geteuid():
        with _without_permission([folder, *folder.iterdir()]):
            yield
        return
    # For root permissions are no matter. What is put over the folder is read-only before: nobody can be faster.
    view = folder.with_name(f"{folder.name}-view")
    view.mkdir()
    if subprocess.run(["mount", "--bind", folder, view], capture_output=True).returncode:
        pytest.skip("root without the right to mount")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", view], check=True)
        subprocess.run(["mount", "--bind", view, folder], check=True)
        try:
            yield
        finally:
            subprocess.run(["umount", "-l", folder], check=True)
    finally:
        subprocess.run(["umount", "-l", view], check=True)


@contextmanager
def _without_permission(paths: list[Path]) -> Iterator[None]:
    before = {path: stat.S_IMODE(path.stat().st_mode) for path in paths}
    try:
        for path, mode in before.items():
            path.chmod(mode & ~0o222)
        yield
    finally:
        for path, mode in before.items():
            path.chmod(mode)
