"""How many polls a second: `python -m benchmarks.http [ROUNDS [SECONDS]]`.

Each side runs on core 0 and wrk asks on core 1, in short runs that alternate; a side's figure is the mean of its
three best. The machine's own speed does not count: the ratios within one run do. Beside them stands the processor's
time that a request took of the server, which other work on the machine changes less.
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from benchmarks.http_servers import PATH, Sides, Target, sides
from benchmarks.written import RESULTS, machine, write_section

CONNECTIONS = 50
PACKAGES = ("uvicorn", "httptools", "uvloop", "starlette", "Django", "gunicorn", "feedgen")
# wrk's script for HTTP/1.0, which it does not speak by itself.
OLD = """
local asked
request = function()
  asked = asked or wrk.format("GET"):gsub("HTTP/1.1", "HTTP/1.0", 1)
  return asked
end
"""
# wrk's script for heads that were never seen before.
UNSEEN = """
local number = 0
local start
request = function()
  -- As cheap as can be: wrk is not what is measured.
  start = start or wrk.format("GET"):sub(1, -3) .. "X-Request-Id: " .. os.time() .. "-"
  number = number + 1
  return start .. number .. "\\r\\n\\r\\n"
end
"""


@dataclass(kw_only=True)
class Measurement:
    """One side asked in one way, run after run."""

    name: str
    target: Target
    headers: dict[str, str]
    script: Path | None = None
    rates: list[float] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)

    def run(self, seconds: float) -> None:
        command = ["taskset", "-c", "1", "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s"]
        for name, value in self.headers.items():
            command += ["-H", f"{name}: {value}"]
        if self.script:
            command += ["-s", str(self.script)]
        before = self.target.processor_time()
        said = subprocess.run([*command, self.target.url + PATH], check=True, capture_output=True, text=True).stdout
        spent = self.target.processor_time() - before
        if "Non-2xx" in said or "Socket errors" in said:
            raise SystemExit(f"{self.name}: {said}")
        rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
        count = re.search(r"(\d+) requests in", said)
        assert rate, said
        assert count, said
        self.rates.append(float(rate[1]))
        self.costs.append(spent / int(count[1]) * 1e6)

    @property
    def rate(self) -> float:
        return statistics.fmean(sorted(self.rates)[-3:])

    @property
    def cost(self) -> float:
        return statistics.fmean(sorted(self.costs)[:3])


def measurements(found: Sides, folder: Path) -> dict[str, Measurement]:
    """What is measured, by name."""
    script = folder / "unseen.lua"
    script.write_text(UNSEEN, "ascii")
    old = folder / "old.lua"
    old.write_text(OLD, "ascii")
    gzip = {"Accept-Encoding": "gzip"}
    by_tag = gzip | {"If-None-Match": found.tag}
    made = [
        Measurement(name="bare uvicorn, 200", target=found.bare, headers=gzip),
        Measurement(name="this, 200 gzip", target=found.ours, headers=gzip),
        Measurement(name="this, 200 br", target=found.ours, headers={"Accept-Encoding": "br"}),
        Measurement(name="nginx, 200", target=found.nginx, headers=gzip),
        Measurement(name="bare uvicorn, unseen heads", target=found.bare, headers=gzip, script=script),
        Measurement(name="this, unseen heads", target=found.ours, headers=gzip, script=script),
        Measurement(name="bare uvicorn, 304", target=found.bare, headers=by_tag),
        Measurement(name="this, 304 by ETag", target=found.ours, headers=by_tag),
        Measurement(name="this, 304 by date", target=found.ours, headers=gzip | {"If-Modified-Since": found.modified}),
        Measurement(name="nginx, 304", target=found.nginx, headers=gzip | {"If-None-Match": found.nginx_tag}),
        Measurement(name="a Starlette route, 200", target=found.route, headers=gzip),
        Measurement(name="a Starlette route, 304", target=found.route, headers=by_tag),
        Measurement(name="feedgen on each request", target=found.per_request, headers=gzip),
        Measurement(name="Django's syndication, cached, under gunicorn", target=found.django, headers=gzip),
        Measurement(
            name="this, a connection for each poll", target=found.ours, headers=by_tag | {"Connection": "close"}
        ),
        Measurement(name="this, 304 by ETag in HTTP/1.0", target=found.ours, headers=by_tag, script=old),
        Measurement(name="this with two workers, on the core of wrk too", target=found.two, headers=by_tag),
    ]
    return {each.name: each for each in made}


# What, of what, the mark.
MARKS = (
    ("this, 200 gzip", "bare uvicorn, 200", 2.1),
    ("this, 200 gzip", "nginx, 200", 0.85),
    ("this, 304 by ETag", "bare uvicorn, 304", 3.0),
    ("this, 304 by ETag", "nginx, 304", 0.95),
    ("this, 304 by date", "bare uvicorn, 304", 3.0),
    ("this, 304 by date", "nginx, 304", 0.95),
    ("this, unseen heads", "bare uvicorn, unseen heads", 1.9),
)


def table(found: dict[str, Measurement], size: int) -> str:
    """The section of the results."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    nginx = subprocess.run(["nginx", "-v"], capture_output=True, text=True, check=True).stderr.split("/")[-1].strip()
    # It tells its version with an exit status of 1.
    wrk = subprocess.run(["wrk", "-v"], capture_output=True, text=True).stdout.split()[1]
    lines = [
        "## Polls",
        "",
        f"Server on one core, wrk on another, {CONNECTIONS} connections, a body of {size:,} bytes (gzip).",
        f"{machine()}; Python {sys.version.split()[0]}, {versions}, nginx {nginx}, wrk {wrk}.",
        f"Means of each side's three best of {len(next(iter(found.values())).rates)} runs, which alternate.",
        "",
        "| what | a second | processor's time of the server |",
        "| --- | ---: | ---: |",
        *(f"| {name} | {each.rate:,.0f} | {each.cost:.1f} µs |" for name, each in found.items()),
        "",
        "| ratio | by polls a second | by processor's time | mark |",
        "| --- | ---: | ---: | ---: |",
    ]
    for what, of, mark in MARKS:
        one, other = found[what], found[of]
        lines.append(f"| {what} / {of} | {one.rate / other.rate:.2f} | {other.cost / one.cost:.2f} | {mark} |")
    return "\n".join(lines)


def main(rounds: int = 9, seconds: int = 1) -> None:
    os.environ["PATH"] += ":/usr/sbin"
    if missing := [name for name in ("wrk", "nginx", "taskset") if not shutil.which(name)]:
        raise SystemExit(
            f"benchmarks.http needs {' and '.join(missing)}; on Debian: apt-get install wrk nginx util-linux"
        )
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as name, sides(Path(name)) as found:
        taken = measurements(found, Path(name))
        for number in range(rounds):
            for each in taken.values():
                each.run(seconds)
            print(f"round {number + 1} of {rounds}", flush=True)
        section = table(taken, found.size)
    print(section)
    write_section(RESULTS, "http", section)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
