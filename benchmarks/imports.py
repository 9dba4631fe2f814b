"""How fast articles come in, and in how much memory: `python -m benchmarks.imports [COUNT [SECTIONS]]`.

The last tenth against the first says whether an article costs more when the store is large.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.made import lines

CONFIG = Path(__file__).parent.parent / "config.toml"


def main(count: int = 20_000, sections: int = 6) -> None:
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as folder:
        pieces = 10 if count >= 100_000 else 1
        files = [Path(folder) / f"{part}.jsonl" for part in range(pieces)]
        opened = [file.open("w") for file in files]
        for number, line in enumerate(lines(count, sections)):
            opened[number * pieces // count].write(line + "\n")
        for part in opened:
            part.close()
        environ = os.environ | {"FEEDS_STORE__URL": f"sqlite:{folder}/articles.db", "FEEDS_CONFIG": str(CONFIG)}
        times, costs = [], []
        for file in files:
            began, spent = time.perf_counter(), processor()
            subprocess.run([sys.executable, "-m", "feeds", "import", str(file)], env=environ, check=True)
            times.append(time.perf_counter() - began)
            costs.append(processor() - spent)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        took = f"{sum(times):.1f} s, of the processors {sum(costs):.1f} s"
        print(f"{count} articles into {sections} sections: {took}, {peak:.0f} MB resident at most")
        if pieces > 1:
            # On a busy machine the second says more.
            for name, each in (("time", times), ("processor's time", costs)):
                tenths = ", ".join(f"{tenth:.1f}" for tenth in each)
                print(f"last tenth / first tenth, {name}: {each[-1] / each[0]:.2f} ({tenths} s)")


def processor() -> float:
    """Seconds that children which have ended, and theirs, had of the processors."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
