"""A process of its own that renders everything a store holds: `python -m tests.render.child CONFIG`.

Prints, as JSON, the digest of every feed's and page's bytes and its validators, by path.
"""

import asyncio
import hashlib
import json
import locale
import sys
from pathlib import Path

from feeds.addresses import Address, FeedAddress, PageAddress, path_of
from feeds.cache import Found
from feeds.desk import Desk
from feeds.model import EVERYTHING, FEED_FORMATS, Selection
from feeds.settings import load
from feeds.store.sqlite import SqliteStore
from tests.store.articles import NOW


async def digests(config: Path) -> dict[str, list[object]]:
    settings = load(config, {})
    store = SqliteStore(settings.store_path, clock=NOW.timestamp)
    desk = Desk(settings, store, clock=lambda: NOW)
    await desk.open()
    try:
        selections = [EVERYTHING, *(Selection(sections=(section.slug,)) for section in desk.names)]
        addresses: list[Address] = [PageAddress(selection=selection) for selection in selections]
        for selection in selections:
            addresses += [FeedAddress(selection=selection, format=format) for format in FEED_FORMATS]
        found = {}
        for address in addresses:
            made = await desk.get(address)
            assert isinstance(made, Found)
            held = made.value
            digest = hashlib.sha256(held.body).hexdigest()
            found[path_of(address)] = [digest, dict(held.validators.etags), held.validators.last_modified]
        return found
    finally:
        await desk.close()


if __name__ == "__main__":
    locale.setlocale(locale.LC_ALL, "")
    print(json.dumps(asyncio.run(digests(Path(sys.argv[1])))))
