"""A process of its own that renders everything a store holds: `python -m tests.render.child CONFIG`.

Prints, as JSON, the digest of every feed's, list's and page's bytes and its validators, by path.
"""

import asyncio
import hashlib
import json
import locale
import sys
from pathlib import Path

from feeds.addresses import PageAddress, path_of
from feeds.cache import Found
from feeds.catalogue import every_feed, every_listing, every_partner_feed
from feeds.desk import Desk
from feeds.model import EVERYTHING, Selection
from feeds.settings import load
from feeds.store.sqlite import SqliteStore
from tests.store.articles import NOW


async def digests(config: Path) -> dict[str, list[object]]:
    settings = load(config, {})
    store = SqliteStore(settings.store_path, clock=NOW.timestamp)
    desk = Desk(settings, store, clock=lambda: NOW)
    await desk.open()
    try:
        standing = [each async for each in every_feed(desk)]
        standing += [each async for each in every_partner_feed(desk)]
        standing += [each async for each in every_listing(desk)]
        for selection in [EVERYTHING, *(Selection(sections=(section.slug,)) for section in desk.names)]:
            address = PageAddress(selection=selection)
            made = await desk.get(address)
            assert isinstance(made, Found)
            standing.append((address, made.value))
        found = {}
        for where, held in standing:
            digest = hashlib.sha256(held.body).hexdigest()
            found[path_of(where)] = [digest, dict(held.validators.etags), held.validators.last_modified]
        return found
    finally:
        await desk.close()


if __name__ == "__main__":
    locale.setlocale(locale.LC_ALL, "")
    print(json.dumps(asyncio.run(digests(Path(sys.argv[1])))))
