"""What the latest 50 of a selection cost at 10,000 articles and at so many: `python -m benchmarks.latest [ARTICLES]`.

Of a section, a tag, an author, and a search for a common word; and what one day of a section's history costs.

Both stores are asked in turn, in one run; what counts is the ratio.
"""

import asyncio
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.made import START, item
from feeds.model import Article, Author, Section, Selection, Topic
from feeds.store.sqlite import SqliteStore
from feeds.text.slug import slugify

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
        authors=tuple(Author(name=author["name"]) for author in made["authors"]),
        sections=tuple(made["sections"]),
    )


def selections(kind: str) -> list[Selection]:
    words = [made["tags"][0] for made in (item(number, SECTIONS) for number in range(ASKED))]
    names = [made["authors"][0]["name"] for made in (item(number, SECTIONS) for number in range(ASKED))]
    return {
        "section": [Selection(sections=(f"section-{number * 7 % SECTIONS}",)) for number in range(ASKED)],
        "tag": [Selection(topic=Topic("tag", slugify(word))) for word in words],
        "author": [Selection(topic=Topic("author", slugify(name))) for name in names],
        "search": [Selection(search=word) for word in words],
    }[kind]


async def ask(store: SqliteStore, kind: str) -> float:
    """Seconds for the latest 50 of several selections, or for as many days."""
    if kind == "day":
        return await ask_days(store)
    asked = selections(kind)
    began = time.perf_counter()
    for selection in asked:
        assert len((await store.shelf(selection, limit=50, graves=20, now=NOW)).articles) == 50
    return time.perf_counter() - began


async def ask_days(store: SqliteStore) -> float:
    days = [(f"section-{number * 7 % SECTIONS}", START + timedelta(days=1 + number % 4)) for number in range(ASKED)]
    began = time.perf_counter()
    for section, begin in days:
        shelf = await store.day(section, begin, begin + timedelta(days=1), NOW)
        assert shelf.articles and shelf.older and shelf.newer
    return time.perf_counter() - began


async def main(large: int = 100_000, small: int = 10_000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        stores = [await filled(Path(folder) / f"{count}.db", count) for count in (small, large)]
        try:
            for kind in ("section", "tag", "author", "search", "day"):
                for store in stores:
                    await ask(store, kind)
                times = [[await ask(store, kind) for store in stores] for _ in range(ROUNDS)]
                best = [sum(sorted(column)[:3]) / 3 / ASKED * 1000 for column in zip(*times, strict=True)]
                costs = f"{best[0]:.3f} ms at {small}, {best[1]:.3f} ms at {large}"
                print(
                    f"{'a' if kind == 'day' else 'latest 50,'} {kind}: {costs}: ratio {best[1] / best[0]:.2f}",
                    flush=True,
                )
        finally:
            for store in stores:
                await store.close()


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
