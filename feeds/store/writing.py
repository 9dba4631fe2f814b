"""One transaction of the SQLite store (contract.Writing)."""

import asyncio
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import aiosqlite

from feeds.model import Article, Section
from feeds.store.contract import ALWAYS, Known
from feeds.store.days import QUARTER, Quarter, touch_every_quarter, touch_quarters
from feeds.store.facts import FINGERPRINT, SOURCE, read_fact, write_fact
from feeds.store.pruning import oldest, strip, unlist
from feeds.store.rows import COLUMNS, article_of, from_micros, micros, to_row
from feeds.store.sqlite_outbox import EMBARGO, announce
from feeds.store.stored import ALL, Stored, read_stored, read_stored_by_id
from feeds.store.topics import topics_of
from feeds.store.words import Rows, Words, forget, index, same_second, words_of
from feeds.text.guid import article_key

_PUT = f"""
INSERT OR REPLACE INTO articles (id, key, position, topics, words_id, digest, imported, {COLUMNS})
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, '', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_LIST = "INSERT INTO listings (scope_id, position, guid, article_id) VALUES (?, ?, ?, ?)"
_UNLIST = "DELETE FROM listings WHERE scope_id = ? AND position = ? AND guid = ?"
_BURY = "INSERT INTO tombstones (scope_id, withdrawn, guid, article_id) VALUES (?, ?, ?, ?)"
_UNBURY = "DELETE FROM tombstones WHERE scope_id = ? AND withdrawn = ? AND guid = ?"
# Where it stood, for the archive of its day.
_INTER = "INSERT INTO buried (scope_id, position, guid, article_id) VALUES (?, ?, ?, ?)"
_EXHUME = "DELETE FROM buried WHERE scope_id = ? AND position = ? AND guid = ?"
# A version is the number of the change that it came with, counted over the whole store, whose own is the
# highest: the next section of an old name, or one that another was merged into, can't fall behind what was
# served under its name.
_TOUCH = """
UPDATE scopes SET version = (SELECT version FROM scopes WHERE id = 1) + 1, changed = max(changed, ?)
WHERE id IN (SELECT value FROM json_each(?))
"""
_TOUCH_ALL = """
UPDATE scopes SET version = (SELECT version FROM scopes WHERE id = 1) + 1, changed = max(changed, ?)
"""
# Walks the primary key of articles.
_WHOLE = f"SELECT id, {COLUMNS} FROM articles WHERE id IN (SELECT value FROM json_each(?))"
# The time of the change, too, must not fall where the clock was set back since: others may have had the slug.
_MAKE = """
INSERT INTO scopes (kind, slug, title, since, changed)
SELECT 'section', ?, ?, ?, changed FROM scopes WHERE id = 1
"""
_RENAME = """
UPDATE scopes SET slug = ?, title = ?, changed = (SELECT changed FROM scopes WHERE id = 1) WHERE id = ?
"""
_INHERIT = """
UPDATE scopes SET version = max(scopes.version, old.version), changed = max(scopes.changed, old.changed),
    since = min(scopes.since, old.since)
FROM (SELECT version, changed, since FROM scopes WHERE id = ?) old WHERE id = ?
"""
_SECTIONS = """
SELECT slug, title, (
    SELECT json_group_array(f.slug) FROM (SELECT slug FROM former_slugs WHERE scope_id = s.id ORDER BY slug) f
) FROM scopes s WHERE kind = 'section' ORDER BY id
"""
# Whoever put an article into a section noted in which quarter of its history: one step of their primary key for each.
UNUSED = """
SELECT slug FROM scopes s WHERE kind = 'section' AND NOT EXISTS (SELECT 1 FROM quarters q WHERE q.scope_id = s.id)
"""


class SqliteWriting:
    """Writes through one connection, inside the transaction that the store began."""

    def __init__(self, db: aiosqlite.Connection, clock: Callable[[], float]) -> None:
        self._db = db
        self._clock = clock
        self._touched: set[int] = set()
        self._quarters: set[Quarter] = set()
        # Of those, what others are to be told of; and where an embargo ends, in microseconds.
        self._announced: set[int] = set()
        self._embargoes: set[tuple[int, int]] = set()
        self._everything = self._renamed = False
        self._ids: dict[str, int] | None = None

    async def known(self, guids: Collection[str]) -> Mapping[str, Known]:
        names = {article_key(guid): guid for guid in guids}
        slugs = {id: slug for slug, id in (await self._scopes()).items()}
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
        await self._db.execute(_MAKE, (section.slug, section.title, int(self._clock())))
        await self._db.execute("DELETE FROM former_slugs WHERE slug = ?", (section.slug,))
        self._ids = None
        # The whole desk's page lists the sections.
        self._touched |= {ALL, (await self._scopes())[section.slug]}

    async def rename_section(self, slug: str, to: Section) -> None:
        scopes = await self._scopes()
        old = scopes[slug]
        self._touched |= {ALL, old}
        self._renamed = True
        if to.slug == slug:
            await self._db.execute("UPDATE scopes SET title = ? WHERE id = ?", (to.title, old))
            return
        if to.slug not in scopes:
            await self._db.execute(_RENAME, (to.slug, to.title, old))
            new = old
        else:
            new = scopes[to.slug]
            await self._merge(old, new)
        await self._db.execute("DELETE FROM former_slugs WHERE slug IN (?, ?)", (slug, to.slug))
        await self._db.execute("UPDATE former_slugs SET scope_id = ? WHERE scope_id = ?", (new, old))
        await self._db.execute("INSERT INTO former_slugs (slug, scope_id) VALUES (?, ?)", (slug, new))
        self._ids = None
        self._touched.add(new)

    async def _merge(self, old: int, new: int) -> None:
        """Moves all that stands in one scope to another, and drops it."""
        for table in ("listings", "tombstones", "buried", "quarters", "announcements", "embargoes"):
            await self._db.execute(f"UPDATE OR IGNORE {table} SET scope_id = ? WHERE scope_id = ?", (new, old))
            await self._db.execute(f"DELETE FROM {table} WHERE scope_id = ?", (old,))
        rows = await self._db.execute_fetchall(
            "SELECT id, scopes FROM articles WHERE EXISTS (SELECT 1 FROM json_each(scopes) WHERE value = ?)",
            (old,),
        )
        await self._db.executemany(
            "UPDATE articles SET scopes = ? WHERE id = ?",
            [(_ids_text(new if scope == old else scope for scope in json.loads(ids)), id) for id, ids in rows],
        )
        await self._db.execute(_INHERIT, (old, new))
        await self._db.execute("DELETE FROM scopes WHERE id = ?", (old,))

    async def drop_unused_sections(self, but: Collection[str]) -> None:
        scopes = await self._scopes()
        gone = [(scopes[slug],) for slug in await read_unused(self._db) if slug not in but]
        if gone:
            await self._db.executemany("DELETE FROM former_slugs WHERE scope_id = ?", gone)
            await self._db.executemany("DELETE FROM scopes WHERE id = ?", gone)
            self._ids = None
            # The whole desk's page lists the sections.
            self._touched.add(ALL)

    async def call_section(self, slug: str, names: Collection[str]) -> None:
        scopes = await self._scopes()
        rows = [(name, scopes[slug]) for name in names if name not in scopes]
        await self._db.executemany("INSERT OR IGNORE INTO former_slugs (slug, scope_id) VALUES (?, ?)", rows)

    async def put(self, articles: Sequence[tuple[Article, bytes]], *, news_since: datetime | None = None) -> None:
        scopes = await self._scopes()
        # A guid may come twice: the last one stands.
        latest = {article_key(article.guid): (article, digest) for article, digest in articles}
        before = await read_stored(self._db, latest)
        topics = await topics_of(self._db, [article for article, _ in latest.values()])
        numbers = await self._reindex([(article, before.get(key)) for key, (article, _) in latest.items()])
        (row,) = await self._db.execute_fetchall("SELECT coalesce(max(id), 0) FROM articles")
        last, now = row[0], int(self._clock())
        unlisted: list[tuple[Any, ...]] = []
        unburied: list[tuple[Any, ...]] = []
        exhumed: list[tuple[Any, ...]] = []
        listed: list[tuple[Any, ...]] = []
        rows: list[tuple[Any, ...]] = []
        for (key, (article, digest)), under, number in zip(latest.items(), topics, numbers, strict=True):
            old = before.get(key)
            if old is None:
                last += 1
            id = old.id if old else last
            position = micros(article.listed_at)
            sections = list(dict.fromkeys(scopes[slug] for slug in article.sections))
            texts = _ids_text(sections), _ids_text(under)
            ids = (ALL, *sections, *under)
            if old:
                self._touched.update(old.scope_ids)
                self._quarters |= old.quarters
            self._touched.update(ids)
            self._quarters |= {(scope, position // QUARTER) for scope in (ALL, *sections)}
            self._note_news(old, position, ids, news_since)
            if old is None or not old.stands(position, *texts):
                listed += [(scope, position, article.guid, id) for scope in ids]
                if old and old.withdrawn:
                    buried = micros(datetime.fromisoformat(old.withdrawn))
                    unburied += [(scope, buried, article.guid) for scope in old.scope_ids]
                    exhumed += [(scope, old.position, article.guid) for scope in old.section_ids]
                elif old:
                    unlisted += [(scope, old.position, article.guid) for scope in old.scope_ids]
            imported = old.imported if old else now
            placed = (id, key, position, texts[1], number, digest, imported, article.guid, texts[0])
            rows.append((*placed, *to_row(article)))
        await self._db.executemany(_UNLIST, unlisted)
        await self._db.executemany(_UNBURY, unburied)
        await self._db.executemany(_EXHUME, exhumed)
        await self._db.executemany(_PUT, rows)
        await self._db.executemany(_LIST, listed)

    def _note_news(self, old: Stored | None, position: int, ids: Iterable[int], since: datetime | None) -> None:
        """Notes whom a change concerns beside the feeds."""
        now = int(self._clock() * 1_000_000)
        shown = [at for at in (position, old.position if old and not old.withdrawn else position) if at <= now]
        if since and any(at >= micros(since) for at in shown):
            self._announced.update(ids, old.scope_ids if old else ())
        if position > now:
            self._embargoes.update((position, scope) for scope in ids)

    async def _reindex(self, articles: Sequence[tuple[Article, Stored | None]]) -> list[int]:
        """Brings the words of articles in; returns their rows in the index."""
        # Thousands of words each: away from the event loop.
        found = await asyncio.to_thread(lambda: [words_of(article) for article, _ in articles])
        former = await self._words({old.id: old.words_id for _, old in articles if old and old.words_id is not None})
        moved = [article for article, old in articles if not _keeps_words(article, old)]
        numbers = iter(await Rows(self._db).take(moved))
        taken: list[int] = []
        gone: list[tuple[int, Words]] = []
        come: list[tuple[int, Words]] = []
        for (article, old), new in zip(articles, found, strict=True):
            row = old.words_id if old else None
            stays = _keeps_words(article, old)
            number = row if stays and row is not None else next(numbers)
            if row is None or old is None:
                come.append((number, new))
            elif not stays or former[old.id] != new:
                gone.append((row, former[old.id]))
                come.append((number, new))
            taken.append(number)
        await forget(self._db, gone)
        await index(self._db, come)
        return taken

    async def _words(self, rows: Mapping[int, int]) -> dict[int, Words]:
        """What the index holds of stored articles, by their ids."""
        stored = await self._db.execute_fetchall(_WHOLE, (json.dumps(list(rows)),))
        slugs = {id: slug for slug, id in (await self._scopes()).items()}
        return {id: words_of(article_of(columns, slugs)) for id, *columns in stored}

    async def withdraw(self, guid: str, when: datetime, reason: str) -> bool:
        stored = (await read_stored(self._db, [article_key(guid)])).get(article_key(guid))
        if stored is None or stored.withdrawn:
            return False
        scopes = stored.scope_ids
        await self._db.executemany(_UNLIST, [(scope, stored.position, guid) for scope in scopes])
        published, modified = map(datetime.fromisoformat, (stored.published, stored.modified))
        # Under embargo it was never seen: a tombstone would tell of it.
        if published <= when:
            # RFC 6721 §3: a reader keeps an entry that was updated after its tombstone.
            when = max(when, modified.astimezone(when.tzinfo))
            self._announced.update(scopes)
            await self._db.executemany(_BURY, [(scope, micros(when), guid, stored.id) for scope in scopes])
            interred = [(scope, stored.position, guid, stored.id) for scope in stored.section_ids]
            await self._db.executemany(_INTER, interred)
        if stored.words_id is not None:
            words = await self._words({stored.id: stored.words_id})
            await forget(self._db, [(stored.words_id, words[stored.id])])
        statement = "UPDATE articles SET withdrawn = ?, reason = ?, words_id = NULL WHERE id = ?"
        await self._db.execute(statement, (when.isoformat(), reason, stored.id))
        self._touched.update(scopes)
        self._quarters |= stored.quarters
        return True

    async def restore(self, guid: str, when: datetime) -> bool:
        stored = (await read_stored(self._db, [article_key(guid)])).get(article_key(guid))
        if stored is None or not stored.withdrawn or stored.pruned is not None:
            return False
        withdrawn = datetime.fromisoformat(stored.withdrawn)
        # RFC 6721 §3: a reader drops the tombstone only for an entry that was updated after it.
        modified = max(when, withdrawn + timedelta(seconds=1))
        published = datetime.fromisoformat(stored.published)
        position = micros(max(published, modified) if stored.correction else published)
        scopes = stored.scope_ids
        await self._db.executemany(_UNBURY, [(scope, micros(withdrawn), guid) for scope in scopes])
        await self._db.executemany(_EXHUME, [(scope, stored.position, guid) for scope in stored.section_ids])
        await self._db.executemany(_LIST, [(scope, position, guid, stored.id) for scope in scopes])
        statement = "UPDATE articles SET withdrawn = NULL, reason = '', modified = ?, position = ? WHERE id = ?"
        await self._db.execute(statement, (modified.isoformat(), position, stored.id))
        await self.index_again([stored.id])
        self._touched.update(scopes)
        self._quarters |= stored.quarters | stored._replace(position=position).quarters
        self._note_news(None, position, scopes, ALWAYS)
        return True

    async def prune(self, before: datetime, most: int) -> int:
        ids = await oldest(self._db, micros(before), most)
        listed = [stored for stored in await read_stored_by_id(self._db, ids) if not stored.withdrawn]
        words = await self._words({stored.id: stored.words_id for stored in listed if stored.words_id is not None})
        await forget(
            self._db, [(stored.words_id, words[stored.id]) for stored in listed if stored.words_id is not None]
        )
        for stored in listed:
            self._touched.update(stored.scope_ids)
            self._quarters |= stored.quarters
        await unlist(self._db, [(scope, each.position, each.id) for each in listed for scope in each.scope_ids])
        await strip(self._db, ids, micros(before))
        return len(ids)

    async def index_again(self, ids: Sequence[int]) -> None:
        """Brings the words of stored articles in that are not in the index."""
        slugs = {id: slug for slug, id in (await self._scopes()).items()}
        stored = await self._db.execute_fetchall(_WHOLE, (json.dumps(list(ids)),))
        articles = [(id, article_of(columns, slugs)) for id, *columns in stored]
        numbers = await Rows(self._db).take(article for _, article in articles)
        rows = [(number, id, words_of(article)) for number, (id, article) in zip(numbers, articles, strict=True)]
        await index(self._db, [(number, words) for number, _, words in rows])
        await self._db.executemany("UPDATE articles SET words_id = ? WHERE id = ?", [row[:2] for row in rows])

    async def record_fingerprint(self, fingerprint: str) -> None:
        if await read_fact(self._db, FINGERPRINT) != fingerprint:
            await write_fact(self._db, FINGERPRINT, fingerprint)
            self._everything = True

    async def remember(self, source: str, state: str | None) -> None:
        await write_fact(self._db, f"{SOURCE}{source}", state)

    async def finish(self) -> None:
        """Raises the versions of what was touched: the last act before the commit."""
        second = int(self._clock()) + 1
        if self._everything:
            await self._db.execute(_TOUCH_ALL, (second,))
        elif self._touched:
            await self._db.execute(_TOUCH, (second, _ids_text(self._touched)))
        if self._everything or self._renamed:
            # Archives name sections.
            await touch_every_quarter(self._db, second)
        await touch_quarters(self._db, self._quarters, second)
        if self._announced:
            await announce(self._db, self._announced, int(self._clock() * 1_000_000))
        await self._db.executemany(EMBARGO, self._embargoes)

    async def _scopes(self) -> dict[str, int]:
        """The scope ids of sections by slug; the whole desk's by the empty string."""
        if self._ids is None:
            rows = await self._db.execute_fetchall("SELECT slug, id FROM scopes WHERE kind IN ('all', 'section')")
            self._ids = {slug: id for slug, id in rows}
        return self._ids


def _keeps_words(article: Article, old: Stored | None) -> bool:
    """Whether an article's words may stay in the row of the index that they are in."""
    return old is not None and old.words_id is not None and same_second(micros(article.listed_at), old.words_id)


async def read_sections(db: aiosqlite.Connection) -> Sequence[Section]:
    """Every section there is, in the order of their making; `aliases` are former slugs."""
    rows = await db.execute_fetchall(_SECTIONS)
    return [Section(slug=slug, title=title, aliases=tuple(json.loads(former))) for slug, title, former in rows]


async def read_unused(db: aiosqlite.Connection) -> Collection[str]:
    """The slugs of the sections that never had an article."""
    return [slug for (slug,) in await db.execute_fetchall(UNUSED)]


def _ids_text(ids: Iterable[int]) -> str:
    # JSON, by hand: an encoder of other separators is made anew for each text.
    return f"[{','.join(map(str, dict.fromkeys(ids)))}]"


def utc(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
