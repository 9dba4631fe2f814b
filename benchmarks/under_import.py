"""Polls while an import writes: `python -m benchmarks.under_import [ARTICLES] [REQUESTS]`.

A real server is asked at least 10,000 times while `feeds import` takes 20,000 articles; the answers are counted by
their status. The aim is 200 and 304 alone.
"""

import sys
import tempfile
from pathlib import Path
from time import perf_counter

from tests.live.polling import importing, write_articles
from tests.live.server import LOCAL, Server, feeds, item


def main(articles: int = 20_000, requests: int = 10_000) -> int:
    """Prints the counts; 1 where an answer was wrong."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config.toml").write_text(LOCAL, encoding="utf-8")
        feeds(folder, "import", "-", input=item("first"))
        write_articles(folder / "articles.jsonl", articles)
        server = Server(folder, "--port", "0").ready()
        start = perf_counter()
        counts, wrong = importing(server, folder / "articles.jsonl", requests)
        seconds = perf_counter() - start
        server.end()
    said = ", ".join(f"{status}: {count:,}" for status, count in sorted(counts.items()))
    print(f"under import: {counts.total():,} answers in {seconds:.1f} s while {articles:,} articles came in: {said}")
    for each in wrong[:10]:
        print(f"  wrong: {each}")
    return 1 if wrong or counts.keys() - {200, 304} else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
