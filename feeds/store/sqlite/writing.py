"""One transaction of the SQLite store (contract.Writing)."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import aiosqlite

from feeds.model import Article, Section
from feeds.store.contract import ALWAYS, Known
from feeds.store.sqlite.changes import Changes
from feeds.store.sqlite.facts import FINGERPRINT, SOURCE, read_fact, write_fact
from feeds.store.sqlite.indexing import bring_back, bring_in, take_out
from feeds.store.sqlite.moves import Moves
from feeds.store.sqlite.pruning import oldest, strip, unlist
from feeds.store.sqlite.quarters import QUARTER
from feeds.store.sqlite.rows import COLUMNS, from_micros, micros, to_row
from feeds.store.sqlite.scopes import (
    ALL,
    add_aliases,
    drop_sections,
    ids_text,
    make_section,
    read_scopes,
    read_sections,
    read_unused,
    rename_section,
)
from feeds.store.sqlite.stored import read_stored, read_stored_by_id
from feeds.store.sqlite.topics import topics_of
from feeds.text.guid import article_key

_PUT = f"""
INSERT OR REPLACE INTO articles (id, key, position, topics, words_id, digest, imported, {COLUMNS})
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, '', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


class SqliteWriting:
    """Writes through one connection, inside the transaction that the store began."""

    def __init__(self, db: aiosqlite.Connection, clock: Callable[[], float]) -> None:
        self._db = db
        self._clock = clock
        self._changes = Changes(clock)
        self._ids: dict[str, int] | None = None

    async def known(self, guids: Collection[str]) -> Mapping[str, Known]:
        names = {article_key(guid): guid for guid in guids}
        slugs = await self._slugs()
        return {
            names[stored.key]: Known(
                digest=stored.digest,
                sections=tuple(slugs[id] for id in json.loads(stored.scopes)),
                published=datetime.fromisoformat(stored.published),
                modified=datetime.fromisoformat(stored.modified),
                correction=bool(stored.correction),
                withdrawn=datetime.fromisoformat(stored.withdrawn) if stored.withdrawn else None,
                pruned=None if stored.pruned is None else from_micros(stored.pruned),
            )
            for stored in (await read_stored(self._db, names)).values()
        }

    async def sections(self) -> Sequence[Section]:
        return await read_sections(self._db)

    async def make_section(self, section: Section) -> None:
        await make_section(self._db, section, int(self._clock()))
        self._ids = None
        # The whole desk's page lists the sections.
        self._changes.touch({ALL, (await self._scopes())[section.slug]})

    async def rename_section(self, slug: str, to: Section) -> None:
        scopes = await self._scopes()
        new = await rename_section(self._db, scopes, slug, to)
        self._ids = None
        self._changes.touch({ALL, scopes[slug], new})
        self._changes.touch_archives()

    async def drop_unused_sections(self, but: Collection[str]) -> None:
        scopes = await self._scopes()
        gone = [scopes[slug] for slug in await read_unused(self._db) if slug not in but]
        if gone:
            await drop_sections(self._db, gone)
            self._ids = None
            # The whole desk's page lists the sections.
            self._changes.touch({ALL})

    async def call_section(self, slug: str, names: Collection[str]) -> None:
        scopes = await self._scopes()
        await add_aliases(self._db, scopes[slug], [name for name in names if name not in scopes])

    async def put(self, articles: Sequence[tuple[Article, bytes]], *, news_since: datetime | None = None) -> None:
        scopes = await self._scopes()
        # A guid may come twice: the last one stands.
        latest = {article_key(article.guid): (article, digest) for article, digest in articles}
        before = await read_stored(self._db, latest)
        topics = await topics_of(self._db, [article for article, _ in latest.values()])
        coming = [(article, before.get(key)) for key, (article, _) in latest.items()]
        numbers = await bring_in(self._db, coming, await self._slugs())
        (row,) = await self._db.execute_fetchall("SELECT coalesce(max(id), 0) FROM articles")
        new, now = count(row[0] + 1), int(self._clock())
        moves = Moves()
        rows: list[tuple[Any, ...]] = []
        for (key, (article, digest)), under, number in zip(latest.items(), topics, numbers, strict=True):
            old = before.get(key)
            id = old.id if old else next(new)
            position = micros(article.listed_at)
            sections = list(dict.fromkeys(scopes[slug] for slug in article.sections))
            texts = ids_text(sections), ids_text(under)
            ids = (ALL, *sections, *under)
            if old:
                self._changes.touch(old.scope_ids, old.quarters)
            self._changes.touch(ids, ((scope, position // QUARTER) for scope in (ALL, *sections)))
            self._changes.note_news(old, position, ids, news_since)
            if old is None or not old.stands(position, *texts):
                moves.stand(id, article.guid, position, ids)
                if old:
                    moves.leave(old, article.guid)
            imported = old.imported if old else now
            placed = (id, key, position, texts[1], number, digest, imported, article.guid, texts[0])
            rows.append((*placed, *to_row(article)))
        await self._db.executemany(_PUT, rows)
        await moves.write(self._db)

    async def withdraw(self, guid: str, when: datetime, reason: str) -> bool:
        stored = (await read_stored(self._db, [article_key(guid)])).get(article_key(guid))
        if stored is None or stored.withdrawn:
            return False
        moves = Moves()
        moves.leave(stored, guid)
        published, modified = map(datetime.fromisoformat, (stored.published, stored.modified))
        # Under embargo it was never seen: a tombstone would tell of it.
        if published <= when:
            # RFC 6721 §3: a reader keeps an entry that was updated after its tombstone.
            when = max(when, modified.astimezone(when.tzinfo))
            self._changes.announce(stored.scope_ids)
            moves.lie(stored, guid, micros(when))
        await moves.write(self._db)
        await take_out(self._db, [stored], await self._slugs())
        statement = "UPDATE articles SET withdrawn = ?, reason = ?, words_id = NULL WHERE id = ?"
        await self._db.execute(statement, (when.isoformat(), reason, stored.id))
        self._changes.touch(stored.scope_ids, stored.quarters)
        return True

    async def restore(self, guid: str, when: datetime) -> bool:
        stored = (await read_stored(self._db, [article_key(guid)])).get(article_key(guid))
        if stored is None or not stored.withdrawn or stored.pruned is not None:
            return False
        # RFC 6721 §3: a reader drops the tombstone only for an entry that was updated after it.
        modified = max(when, datetime.fromisoformat(stored.withdrawn) + timedelta(seconds=1))
        published = datetime.fromisoformat(stored.published)
        position = micros(max(published, modified) if stored.correction else published)
        scopes = stored.scope_ids
        moves = Moves()
        moves.leave(stored, guid)
        moves.stand(stored.id, guid, position, scopes)
        await moves.write(self._db)
        statement = "UPDATE articles SET withdrawn = NULL, reason = '', modified = ?, position = ? WHERE id = ?"
        await self._db.execute(statement, (modified.isoformat(), position, stored.id))
        await bring_back(self._db, stored.id, await self._slugs())
        self._changes.touch(scopes, stored.quarters | stored._replace(position=position).quarters)
        self._changes.note_news(None, position, scopes, ALWAYS)
        return True

    async def prune(self, before: datetime, most: int) -> int:
        ids = await oldest(self._db, micros(before), most)
        listed = [stored for stored in await read_stored_by_id(self._db, ids) if not stored.withdrawn]
        await take_out(self._db, listed, await self._slugs())
        for stored in listed:
            self._changes.touch(stored.scope_ids, stored.quarters)
        await unlist(self._db, [(scope, each.position, each.id) for each in listed for scope in each.scope_ids])
        await strip(self._db, ids, micros(before))
        return len(ids)

    async def record_fingerprint(self, fingerprint: str) -> None:
        if await read_fact(self._db, FINGERPRINT) != fingerprint:
            await write_fact(self._db, FINGERPRINT, fingerprint)
            self._changes.touch_everything()

    async def remember(self, source: str, state: str | None) -> None:
        await write_fact(self._db, f"{SOURCE}{source}", state)

    async def finish(self) -> None:
        """The last act before the commit."""
        await self._changes.write(self._db)

    async def _scopes(self) -> dict[str, int]:
        """The scope ids of sections by slug; the whole desk's by the empty string."""
        if self._ids is None:
            self._ids = {slug: scope.id for slug, scope in (await read_scopes(self._db)).items()}
        return self._ids

    async def _slugs(self) -> Mapping[int, str]:
        return {id: slug for slug, id in (await self._scopes()).items()}
