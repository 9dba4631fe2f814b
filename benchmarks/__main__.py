"""`make bench`: every measurement in turn. Ratios within one run count; the machine's own speed does not."""

import subprocess
import sys
import time

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
    "published",
    "scale",
)


def main() -> int:
    """1 where one of them failed, or found a fault; the others are made all the same."""
    failed: list[str] = []
    began = time.monotonic()
    for name in MEASUREMENTS:
        print(f"== {name} (after {time.monotonic() - began:.0f} s)", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"]).returncode:
            failed.append(name)
    said = f"failed: {', '.join(failed)}" if failed else "all measured"
    print(f"== {said}, in {time.monotonic() - began:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
