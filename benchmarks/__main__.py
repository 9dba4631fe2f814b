"""`make bench`: every measurement in turn. Ratios within one run count; the machine's own speed does not."""

import subprocess
import sys

MEASUREMENTS = (
    "text",
    "direction",
    "imports",
    "pages",
    "latest",
    "render",
    "under_import",
    "compression",
    "latency",
    "mixed",
    "http",
)


def main() -> None:
    for name in MEASUREMENTS:
        print(f"== {name}", flush=True)
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)


if __name__ == "__main__":
    main()
