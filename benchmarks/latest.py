"""What the latest 50 of a section cost at 10,000 articles and at 1,000,000: `python -m benchmarks.latest`.

Both stores are asked in turn, in one run; what counts is the ratio.
"""

import asyncio
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.made import START, item
from feeds.model import Article, Section, Selection
from feeds.store.sqlite import SqliteStore

SECTIONS = 100
ROUNDS = 9
ASKED = 40
NOW = datetime(2030, 1, 1, tzinfo=UTC)


async def filled(path: Path, count: int) -> SqliteStore:
    store = SqliteStore(path, clock=time.time)
    await store.open()
    async with store.writing() as writing:
        for number in range(SECTIONS):
            await writing.make_section(Section(slug=f"section-{number}", title=str(number)))
    for begin in range(0, count, 5000):
        async with store.writing() as writing:
            await writing.put([(article(number), b"") for number in range(begin, min(begin + 5000, count))])
    return store


def article(number: int) -> Article:
    made = item(number, SECTIONS)
    published = datetime.fromisoformat(made["date_published"])
    assert published >= START
    return Article(
        guid=made["id"],
        url=made["url"],
        title=made["title"],
        content_html=made["content_html"],
        published=published,
        modified=published,
        tags=tuple(made["tags"]),
        sections=tuple(made["sections"]),
    )


async def ask(store: SqliteStore) -> float:
    """Seconds for the latest 50 of several sections."""
    began = time.perf_counter()
    for number in range(ASKED):
        selection = Selection(sections=(f"section-{number * 7 % SECTIONS}",))
        await store.shelf(selection, limit=50, graves=20, now=NOW)
    return time.perf_counter() - began


async def main(small: int = 10_000, large: int = 1_000_000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        stores = [await filled(Path(folder) / f"{count}.db", count) for count in (small, large)]
        try:
            for store in stores:
                await ask(store)
            times = [[await ask(store) for store in stores] for _ in range(ROUNDS)]
        finally:
            for store in stores:
                await store.close()
    best = [sum(sorted(column)[:3]) / 3 / ASKED * 1000 for column in zip(*times, strict=True)]
    print(
        f"latest of a section: {best[0]:.3f} ms at {small}, {best[1]:.3f} ms at {large}: ratio {best[1] / best[0]:.2f}"
    )


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
