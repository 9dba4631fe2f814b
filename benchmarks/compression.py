"""Bytes against time of the content codings: `python -m benchmarks.compression [ROUNDS]`.

The feed is one of ours, as it is served: the 50 newest of the samples with their full text, in RSS. The levels are
tried in turn, round after round; a level's time is the mean of its three best. Only the sizes are the same everywhere.
"""

import statistics
import sys
import tempfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter

import brotli

from benchmarks.written import write_section
from feeds import representation
from tests.live.server import ROOT, Server, feeds

PAGE = ROOT / "docs" / "performance.md"
CHOSEN = {f"br {representation.BROTLI_QUALITY}", f"gzip {representation.GZIP_LEVEL}"}
BROTLI_QUALITIES = range(4, 12)
GZIP_LEVELS = range(1, 10)


def feed() -> bytes:
    """The identity bytes of a feed, from a server of ours."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # The example configuration, whose sections the samples name.
        (folder / "config.toml").write_bytes((ROOT / "config.toml").read_bytes())
        feeds(folder, "import", "-", input=feeds(folder, "samples").stdout).check_returncode()
        server = Server(folder, "--port", "0").ready()
        try:
            served = server.ask("/rss.xml")
        finally:
            server.end()
    assert served.status == 200, served.status
    assert served.body.count(b"<item>") == 50
    return served.body


def codings(body: bytes) -> Mapping[str, Callable[[], bytes]]:
    """Each coding at each level, as `feeds.representation` has it."""

    def br(quality: int) -> Callable[[], bytes]:
        return lambda: bytes(brotli.compress(body, mode=brotli.MODE_TEXT, quality=quality))

    def gzip(level: int) -> Callable[[], bytes]:
        return lambda: zlib.compress(body, level, wbits=31)

    return {f"br {quality}": br(quality) for quality in BROTLI_QUALITIES} | {
        f"gzip {level}": gzip(level) for level in GZIP_LEVELS
    }


def measured(body: bytes, rounds: int) -> Mapping[str, tuple[int, float]]:
    """Bytes and seconds of each."""
    tried = codings(body)
    times: dict[str, list[float]] = {name: [] for name in tried}
    sizes: dict[str, int] = {}
    for _ in range(rounds):
        for name, compress in tried.items():
            began = perf_counter()
            sizes[name] = len(compress())
            times[name].append(perf_counter() - began)
    return {name: (sizes[name], statistics.fmean(sorted(times[name])[:3])) for name in tried}


def table(size: int, found: Mapping[str, tuple[int, float]]) -> str:
    lines = [
        f"Of {size:,} bytes, brotli {brotli.__version__}, zlib {zlib.ZLIB_RUNTIME_VERSION}:",
        "",
        "| coding and level | bytes | of the whole | time |",
        "| --- | ---: | ---: | ---: |",
    ]
    for name, (bytes_, seconds) in found.items():
        label = f"**{name}**" if name in CHOSEN else name
        lines.append(f"| {label} | {bytes_:,} | {bytes_ / size:.1%} | {seconds * 1000:.1f} ms |")
    return "\n".join(lines)


def main(rounds: int = 7) -> None:
    body = feed()
    section = table(len(body), measured(body, rounds))
    print(section)
    write_section(PAGE, "compression", section)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
