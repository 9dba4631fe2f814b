"""A reader of a published folder, as a process of its own: `python -m tests.publish.reader FOLDER NAME...`.

Until its standard input ends, it opens a feed and its compressed forms by their names, in whatever order, and never may
find one missing, half, or older than what it had seen before in another. Says when it begins and, at its end, how often
it looked, and how many states it met; or what it found.
"""

import gzip
import os
import random
import re
import select
import sys
from pathlib import Path

import brotli

_STATE = re.compile(rb"state-(\d+)-")


def state_of(path: Path, suffix: str) -> int:
    """The number of the state that a file shows, which must be whole."""
    body = path.with_name(path.name + suffix).read_bytes()
    if suffix == ".br":
        body = brotli.decompress(body)
    elif suffix == ".gz":
        body = gzip.decompress(body)
    assert body.rstrip().endswith((b"end", b">")), f"{path}{suffix} is half: {body[-40:]!r}"
    return max((int(number) for number in _STATE.findall(body)), default=0)


def states_at(path: Path) -> set[int]:
    """The states of all forms of a file in one version of its folder: there is never more than one."""
    version = os.open(path.parent / ".now", os.O_PATH | os.O_DIRECTORY)
    try:
        here = Path(f"/proc/self/fd/{version}/{path.name}")
        return {state_of(here, suffix) for suffix in ("", ".br", ".gz")}
    finally:
        os.close(version)


def main(folder: Path, names: list[str]) -> None:
    chance = random.Random(os.getpid())
    seen = dict.fromkeys(names, 0)
    met: set[tuple[str, int]] = set()
    looks, ends = 0, False
    print("ready", flush=True)
    while not ends:
        # The last look begins after it was told.
        ends = bool(select.select([sys.stdin], [], [], 0)[0])
        for name in names:
            for suffix in chance.sample(["", ".br", ".gz"], 3):
                state = state_of(folder / name, suffix)
                assert state >= seen[name], f"{name}{suffix} shows {state} after {seen[name]}"
                seen[name] = state
                met.add((name, state))
            states = states_at(folder / name)
            assert len(states) == 1, f"{name} is mixed: {states}"
            looks += 1
    print(looks, len(met), *(seen[name] for name in names))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
