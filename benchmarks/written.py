"""Where figures are written down: sections of Markdown pages, each in the place of the one before."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).parent / "results.md"
_END = "<!-- end -->"


def write_section(page: Path, name: str, section: str) -> None:
    """Puts a measurement's section between its marks; at the end of a page that has none yet."""
    begin = f"<!-- benchmarks.{name} -->"
    head, _, rest = page.read_text("utf-8").partition(begin)
    tail = rest.partition(_END)[2].strip()
    page.write_text(f"{head.rstrip()}\n\n{begin}\n{section}\n{_END}\n" + (f"\n{tail}\n" if tail else ""), "utf-8")


def machine() -> str:
    """What was measured on, and when."""
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    processor = names[0] if names else platform.machine()
    system = platform.freedesktop_os_release()["PRETTY_NAME"] if platform.system() == "Linux" else platform.platform()
    return f"{datetime.now(UTC):%Y-%m-%d}, {processor}, {os.cpu_count()} cores, {system}"
