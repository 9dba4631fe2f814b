"""Articles in one SQLite file."""

from feeds.store.sqlite.store import SqliteStore as SqliteStore
