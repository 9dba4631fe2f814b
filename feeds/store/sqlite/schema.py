"""The SQLite schema: numbered steps, forward only, each one transaction."""

# An application id marks the file as ours (SQLite's `file` magic): "Khul".
APPLICATION_ID = 0x4B68756C

# Listings hold the order that feeds are in, so that the latest N of a section are one walk of the primary
# key: `position` is Article.listed_at in microseconds since 1970. Scope 1 is the whole desk.
_FIRST = """
CREATE TABLE scopes (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('all', 'section')),
    slug TEXT NOT NULL,
    title TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    since INTEGER NOT NULL,
    UNIQUE (kind, slug)
) STRICT;

CREATE TABLE former_slugs (
    slug TEXT PRIMARY KEY,
    scope_id INTEGER NOT NULL REFERENCES scopes (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE articles (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    guid TEXT NOT NULL,
    position INTEGER NOT NULL,
    scopes TEXT NOT NULL,
    digest BLOB NOT NULL,
    imported INTEGER NOT NULL,
    withdrawn TEXT,
    reason TEXT NOT NULL DEFAULT '',
    url TEXT,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    excerpt TEXT NOT NULL,
    content_html TEXT NOT NULL,
    published TEXT NOT NULL,
    modified TEXT NOT NULL,
    language TEXT,
    correction INTEGER NOT NULL,
    details TEXT NOT NULL
) STRICT;

CREATE TABLE listings (
    scope_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    guid TEXT NOT NULL,
    article_id INTEGER NOT NULL,
    PRIMARY KEY (scope_id, position DESC, guid)
) STRICT, WITHOUT ROWID;

CREATE TABLE tombstones (
    scope_id INTEGER NOT NULL,
    withdrawn INTEGER NOT NULL,
    guid TEXT NOT NULL,
    article_id INTEGER NOT NULL,
    PRIMARY KEY (scope_id, withdrawn DESC, guid)
) STRICT, WITHOUT ROWID;

CREATE TABLE facts (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""

# Tags and authors are scopes too: `name` is what their spellings fold to (sections.name_key). `topics` holds an
# article's tags and authors as `scopes` its sections; `directed_html` the content with its direction spelled
# out, where that adds anything; `words_id` its row in the full-text index.
_SELECTIONS = """
CREATE TABLE scopes_2 (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('all', 'section', 'tag', 'author')),
    slug TEXT NOT NULL,
    title TEXT NOT NULL,
    name TEXT,
    version INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    since INTEGER NOT NULL,
    UNIQUE (kind, slug)
) STRICT;

INSERT INTO scopes_2 (id, kind, slug, title, version, changed, since)
SELECT id, kind, slug, title, version, changed, since FROM scopes;

DROP TABLE scopes;

ALTER TABLE scopes_2 RENAME TO scopes;

CREATE UNIQUE INDEX scopes_by_name ON scopes (kind, name);

UPDATE scopes SET version = (SELECT max(version) FROM scopes) WHERE id = 1;

ALTER TABLE articles ADD COLUMN topics TEXT NOT NULL DEFAULT '[]';

ALTER TABLE articles ADD COLUMN directed_html TEXT;

ALTER TABLE articles ADD COLUMN words_id INTEGER;

CREATE UNIQUE INDEX articles_by_words ON articles (words_id);

CREATE VIRTUAL TABLE words USING fts5 (
    folded, stripped, content='', columnsize=0, tokenize='unicode61 remove_diacritics 0'
);
"""

# What archives need. `buried` is where withdrawn articles stood, in the order of listings. `quarters` says for a
# section or the whole desk when anything last changed in a quarter of an hour of its history (`quarter` is a
# position in quarters since 1970: days of every time zone are made of whole ones), so that an archive's
# Last-Modified does not move with other days. Scope 0 stands for changes of all at once.
_ARCHIVES = """
CREATE TABLE buried (
    scope_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    guid TEXT NOT NULL,
    article_id INTEGER NOT NULL,
    PRIMARY KEY (scope_id, position DESC, guid)
) STRICT, WITHOUT ROWID;

CREATE TABLE quarters (
    scope_id INTEGER NOT NULL,
    quarter INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    PRIMARY KEY (scope_id, quarter)
) STRICT, WITHOUT ROWID;

INSERT INTO buried (scope_id, position, guid, article_id)
SELECT t.scope_id, a.position, t.guid, t.article_id
FROM tombstones t JOIN articles a ON a.id = t.article_id JOIN scopes s ON s.id = t.scope_id
WHERE s.kind IN ('all', 'section');

INSERT INTO quarters (scope_id, quarter, changed)
SELECT 0, 0, max(changed) FROM scopes WHERE id = 1 AND changed > 0 GROUP BY id;
"""

# Of changes that others are to be told of (outbox.py); times in microseconds since 1970. `embargoes` are ends that
# come without a write; `servers` the processes that serve, and `leaders` has the one of them that tells others.
_OUTBOX = """
CREATE TABLE announcements (
    scope_id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    since INTEGER NOT NULL
) STRICT;

CREATE TABLE embargoes (
    ends INTEGER NOT NULL,
    scope_id INTEGER NOT NULL,
    PRIMARY KEY (ends, scope_id)
) STRICT, WITHOUT ROWID;

INSERT INTO embargoes (ends, scope_id)
SELECT DISTINCT position, scope_id FROM listings WHERE position > strftime('%s', 'now') * 1000000;

CREATE TABLE deliveries (
    kind TEXT NOT NULL CHECK (kind IN ('purge', 'ping')),
    target TEXT NOT NULL,
    topic TEXT NOT NULL,
    subject TEXT NOT NULL,
    since INTEGER NOT NULL,
    due INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    PRIMARY KEY (kind, target, topic)
) STRICT, WITHOUT ROWID;

CREATE INDEX deliveries_by_time ON deliveries (due);

CREATE TABLE servers (
    name TEXT PRIMARY KEY,
    version INTEGER NOT NULL,
    seen INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE leaders (
    place INTEGER PRIMARY KEY CHECK (place = 1),
    name TEXT NOT NULL,
    until INTEGER NOT NULL
) STRICT;
"""

# Of articles that were dropped for their age: the position before which all were. What they say is gone.
_PRUNING = """
ALTER TABLE articles ADD COLUMN pruned INTEGER;
"""

# A section has a row in `quarters` from its first article on, and keeps it. In a store that was made before the third
# step, or whose sections were merged (both have the row of all at once), one that had an article may have none: what
# can't be known is taken to be so.
_USED = """
INSERT OR IGNORE INTO quarters (scope_id, quarter, changed)
SELECT s.id, 0, 0 FROM scopes s JOIN quarters q ON q.scope_id = 0 AND q.quarter = 0 WHERE s.kind = 'section';
"""

# After the second step, what it holds is derived from the articles there are (deriving.py).
MIGRATIONS: tuple[str, ...] = (_FIRST, _SELECTIONS, _ARCHIVES, _OUTBOX, _PRUNING, _USED)
VERSION = len(MIGRATIONS)
