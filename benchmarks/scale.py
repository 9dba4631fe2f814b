"""Ten million subscribers on one machine, by arithmetic: `python -m benchmarks.scale` fills benchmarks/scale.md.

What a poll costs is read from results.md (`python -m benchmarks.published` measures it); what is polled stands below,
with where it comes from in scale.md. Nothing is measured here: it takes no time.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from benchmarks.written import RESULTS, write_section

SCALE = Path(__file__).parent / "scale.md"
SUBSCRIBERS = 10_000_000
CORES = 2
# Of all polls, those that get the whole feed, and bytes of one (gzip; benchmarks.http).
WHOLE = 0.35
BYTES = 36_230


@dataclass(frozen=True, kw_only=True)
class Load:
    """How often each subscriber polls each of so many feeds; the busiest hour has `peak` times an average one."""

    name: str
    feeds: float
    a_day: float
    peak: float

    @property
    def average(self) -> float:
        """Polls a second."""
        return SUBSCRIBERS * self.feeds * self.a_day / 86_400

    @property
    def busiest(self) -> float:
        return self.average * self.peak


LOADS = (
    Load(name="as measured: 10 polls a day, 1 feed", feeds=1, a_day=10, peak=2),
    Load(name="hourly, 3 feeds", feeds=3, a_day=24, peak=2),
    Load(name="every 15 minutes, 3 feeds", feeds=3, a_day=96, peak=1.5),
)


def costs() -> dict[str, float]:
    """Microseconds of the server's processor that each kind of poll took, from the results."""
    section = RESULTS.read_text("utf-8").partition("<!-- benchmarks.published -->")[2].partition("<!-- end -->")[0]
    found = {name: float(cost) for name, cost in re.findall(r"^\| ([^|]+) \| [\d,]+ \| ([\d.]+) µs \|$", section, re.M)}
    assert found, "results.md has no measurement of a published folder; run python -m benchmarks.published"
    return found


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way to serve; microseconds of a processor for each poll of the mix."""

    name: str
    cost: float

    @property
    def rate(self) -> float:
        """Polls a second that all cores together answer."""
        return CORES * 1e6 / self.cost


def ways(cost: dict[str, float]) -> list[Way]:
    found = []
    for side, name in (("live", "live, two workers"), ("folder", "published, nginx")):
        mixed = (1 - WHOLE) * cost[f"{side}, 304 by ETag"] + WHOLE * cost[f"{side}, 200 gzip"]
        # What a connection of its own adds to a poll.
        more = cost[f"{side}, 304, a connection for each poll"] - cost[f"{side}, 304 by ETag"]
        found.append(Way(name=f"{name}, connections kept", cost=mixed))
        found.append(Way(name=f"{name}, a connection for each poll", cost=mixed + more))
    more = cost["folder, 304, TLS, a connection for each poll"] - cost["folder, 304 by ETag"]
    mixed = (1 - WHOLE) * cost["folder, 304 by ETag"] + WHOLE * cost["folder, 200 gzip"]
    found.append(Way(name="published, nginx, TLS and a connection for each poll", cost=mixed + more))
    return found


def table(cost: dict[str, float]) -> str:
    found = ways(cost)
    lines = [
        f"A mix of {1 - WHOLE:.0%} 304 and {WHOLE:.0%} 200 (gzip, {BYTES:,} bytes), {CORES} cores:",
        "",
        "| way | processor's time a poll | polls a second |",
        "| --- | ---: | ---: |",
        *(f"| {way.name} | {way.cost:.1f} µs | {way.rate:,.0f} |" for way in found),
        "",
        "| ten million subscribers, each | polls a second | in the busiest hour | line then | "
        + " | ".join(f"{way.name}" for way in found)
        + " |",
        "| --- | ---: | ---: | ---: | " + " | ".join("---:" for _ in found) + " |",
    ]
    for load in LOADS:
        line = load.busiest * WHOLE * BYTES * 8 / 1e9
        shares = " | ".join(f"{load.busiest / way.rate:.0%}" for way in found)
        lines.append(f"| {load.name} | {load.average:,.0f} | {load.busiest:,.0f} | {line:.1f} Gbit/s | {shares} |")
    lines += ["", "A share is that of both cores in the busiest hour: over 100% one such machine is not enough."]
    return "\n".join(lines)


def main() -> None:
    section = table(costs())
    print(section)
    write_section(SCALE, "scale", section)


if __name__ == "__main__":
    main()
