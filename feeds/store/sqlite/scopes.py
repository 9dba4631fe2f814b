"""The whole desk and its sections: scopes, each with a version (tags and authors are scopes too: topics.py)."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import aiosqlite

from feeds.model import Section, State, Topic

# The scope of the whole desk.
ALL = 1

_COLUMNS = "id, slug, version, changed, since, title"
_SCOPES = f"SELECT {_COLUMNS} FROM scopes WHERE kind IN ('all', 'section')"
TOPIC = f"SELECT {_COLUMNS} FROM scopes WHERE kind = ? AND slug = ?"
_SECTIONS = """
SELECT slug, title, (
    SELECT json_group_array(f.slug) FROM (SELECT slug FROM former_slugs WHERE scope_id = s.id ORDER BY slug) f
) FROM scopes s WHERE kind = 'section' ORDER BY id
"""
# Whoever put an article into a section noted in which quarter of its history: one step of their primary key for each.
UNUSED = """
SELECT slug FROM scopes s WHERE kind = 'section' AND NOT EXISTS (SELECT 1 FROM quarters q WHERE q.scope_id = s.id)
"""
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


class ScopeRow(NamedTuple):
    """A scope as it stands: the second of its last change, and the second that it is known since."""

    id: int
    slug: str
    version: int
    changed: int
    since: int
    title: str

    @property
    def state(self) -> State:
        return State(version=self.version, changed=self.changed)


async def read_scopes(db: aiosqlite.Connection) -> Mapping[str, ScopeRow]:
    """The sections by slug, and the whole desk by the empty string."""
    return {row.slug: row for row in map(ScopeRow._make, await db.execute_fetchall(_SCOPES))}


async def read_topic_scopes(db: aiosqlite.Connection, topic: Topic) -> Sequence[ScopeRow]:
    """The scope of a tag or an author, if there is one."""
    return [ScopeRow._make(row) for row in await db.execute_fetchall(TOPIC, topic)]


def slugs_of(scopes: Mapping[str, ScopeRow]) -> Mapping[int, str]:
    """The slug of each scope by its id."""
    return {scope.id: slug for slug, scope in scopes.items()}


def ids_text(ids: Iterable[int]) -> str:
    """Scopes as an article's row names them, each once."""
    # JSON, by hand: an encoder of other separators is made anew for each text.
    return f"[{','.join(map(str, dict.fromkeys(ids)))}]"


async def read_sections(db: aiosqlite.Connection) -> Sequence[Section]:
    """Every section there is, in the order of their making; `aliases` are former slugs."""
    rows = await db.execute_fetchall(_SECTIONS)
    return [Section(slug=slug, title=title, aliases=tuple(json.loads(former))) for slug, title, former in rows]


async def read_unused(db: aiosqlite.Connection) -> Collection[str]:
    """The slugs of the sections that never had an article."""
    return [slug for (slug,) in await db.execute_fetchall(UNUSED)]


async def make_section(db: aiosqlite.Connection, section: Section, second: int) -> None:
    """Makes a section of a new slug, which is no alias of another any more."""
    await db.execute(_MAKE, (section.slug, section.title, second))
    await db.execute("DELETE FROM former_slugs WHERE slug = ?", (section.slug,))


async def rename_section(db: aiosqlite.Connection, scopes: Mapping[str, int], slug: str, to: Section) -> int:
    """Moves everything from one section to another, made if need be, and returns the latter's scope; the old slug
    stays as an alias. `scopes` by slug."""
    old = scopes[slug]
    if to.slug == slug:
        await db.execute("UPDATE scopes SET title = ? WHERE id = ?", (to.title, old))
        return old
    new = scopes.get(to.slug, old)
    if new == old:
        await db.execute(_RENAME, (to.slug, to.title, old))
    else:
        await _merge(db, old, new)
    await db.execute("DELETE FROM former_slugs WHERE slug IN (?, ?)", (slug, to.slug))
    await db.execute("UPDATE former_slugs SET scope_id = ? WHERE scope_id = ?", (new, old))
    await db.execute("INSERT INTO former_slugs (slug, scope_id) VALUES (?, ?)", (slug, new))
    return new


async def _merge(db: aiosqlite.Connection, old: int, new: int) -> None:
    """Moves all that stands in one scope to another, and drops it."""
    for table in ("listings", "tombstones", "buried", "quarters", "announcements", "embargoes"):
        await db.execute(f"UPDATE OR IGNORE {table} SET scope_id = ? WHERE scope_id = ?", (new, old))
        await db.execute(f"DELETE FROM {table} WHERE scope_id = ?", (old,))
    rows = await db.execute_fetchall(
        "SELECT id, scopes FROM articles WHERE EXISTS (SELECT 1 FROM json_each(scopes) WHERE value = ?)",
        (old,),
    )
    await db.executemany(
        "UPDATE articles SET scopes = ? WHERE id = ?",
        [(ids_text(new if scope == old else scope for scope in json.loads(ids)), id) for id, ids in rows],
    )
    await db.execute(_INHERIT, (old, new))
    await db.execute("DELETE FROM scopes WHERE id = ?", (old,))


async def add_aliases(db: aiosqlite.Connection, scope: int, names: Iterable[str]) -> None:
    """Gives a section names as if they had been its slugs, but for those that are so already."""
    rows = [(name, scope) for name in names]
    await db.executemany("INSERT OR IGNORE INTO former_slugs (slug, scope_id) VALUES (?, ?)", rows)


async def drop_sections(db: aiosqlite.Connection, scopes: Iterable[int]) -> None:
    """Drops sections that hold nothing, with their aliases."""
    gone = [(scope,) for scope in scopes]
    await db.executemany("DELETE FROM former_slugs WHERE scope_id = ?", gone)
    await db.executemany("DELETE FROM scopes WHERE id = ?", gone)
