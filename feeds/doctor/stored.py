"""Whether the store is whole, ours, and where it can be used. Nothing is written: it is not even brought forward."""

import os
import pwd
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from feeds.doctor.finding import Finding, note, ok, wrong
from feeds.errors import StoreError
from feeds.store.sqlite.connections import open_file, translated
from feeds.store.sqlite.schema import APPLICATION_ID, VERSION
from feeds.text.plural import plural

_SUBJECT = "store"
# Bytes of a log that somebody should have folded in long ago: SQLite begins to at 4 MB.
_LONG_LOG = 256 * 2**20
# File systems over a network, on which processes of one machine do not see each other's memory (sqlite.org/wal.html).
_REMOTE = {"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "ceph", "glusterfs"}

# What must not be: listed and not there, there and not listed, buried and not withdrawn.
_CONTRADICTIONS = {
    "counters of the whole desk missing": "SELECT NOT EXISTS (SELECT 1 FROM scopes WHERE id = 1)",
    "listed, and no articles": """
        SELECT count(*) FROM listings l LEFT JOIN articles a ON a.id = l.article_id
        WHERE a.id IS NULL OR a.withdrawn IS NOT NULL OR a.pruned IS NOT NULL
    """,
    "articles, and not listed": """
        SELECT count(*) FROM articles a WHERE a.withdrawn IS NULL AND a.pruned IS NULL AND NOT EXISTS (
            SELECT 1 FROM listings l WHERE l.scope_id = 1 AND l.position = a.position AND l.guid = a.guid
        )
    """,
    "tombstones of what was not withdrawn": """
        SELECT count(*) FROM tombstones t LEFT JOIN articles a ON a.id = t.article_id
        WHERE a.id IS NULL OR a.withdrawn IS NULL
    """,
}


@dataclass(slots=True)
class State:
    """What was found: whether it can be read as it is, and the second of its latest change."""

    whole: bool = False
    latest: int | None = None


def look(path: Path, state: State, *, quick: bool) -> Iterator[Finding]:
    """Fills in `state`, and tells."""
    if closed := list(_closed(path)):
        yield from closed
        return
    if not path.exists():
        yield note(_SUBJECT, f"{path}: there is none yet; it is made by the first import, or when it is first served")
        return
    try:
        with translated(path, opening=True), closing(open_file(path, "rw")) as db:
            db.execute("PRAGMA query_only = ON")
            yield from _ask(db, path, state, quick)
    except StoreError as fault:
        yield wrong(_SUBJECT, str(fault))
        return
    except sqlite3.OperationalError as fault:
        # Elsewhere a bug of ours; here, what is looked for may well be missing.
        yield wrong(_SUBJECT, f"{path}: is damaged ({fault}); restore it from a backup")
        return
    yield from _look_around(path)


def _closed(path: Path) -> Iterator[Finding]:
    """What of it this user may not use: the folder, in which SQLite makes files of its own, and what is there."""
    folder = path.absolute().parent
    try:
        folder.stat()
    except PermissionError:
        yield wrong(
            _SUBJECT, f"{folder}: {_name(os.getuid())} may not go there; let it enter the folders above (chmod o+x)"
        )
        return
    except OSError:
        # There is none: the disk is looked at, too.
        return
    if os.statvfs(folder).f_flag & os.ST_RDONLY:
        what = "is mounted read-only, as a disk is that failed; see dmesg, and mount it to be written"
        yield wrong(_SUBJECT, f"{folder}: {what}")
        return
    files = [Path(f"{path}{end}") for end in ("", "-wal", "-shm")]
    for place, right in [(folder, os.R_OK | os.W_OK | os.X_OK), *((file, os.R_OK | os.W_OK) for file in files)]:
        if os.access(place, os.F_OK) and not os.access(place, right):
            owner, user = _name(place.stat().st_uid), _name(os.getuid())
            what = f"belongs to {owner}, and {user} may not use it; chown it to the desk's user, or run this as it"
            yield wrong(_SUBJECT, f"{place}: {what}")


def _name(user: int) -> str:
    """A user as people know them; one without a name by the number."""
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return str(user)


def _ask(db: sqlite3.Connection, path: Path, state: State, quick: bool) -> Iterator[Finding]:
    ((owner,), (version,)) = (db.execute(f"PRAGMA {name}").fetchone() for name in ("application_id", "user_version"))
    if owner != APPLICATION_ID:
        yield wrong(_SUBJECT, f"{path}: is a database, but not of this program; name another in [store] url")
        return
    if version > VERSION:
        yield wrong(_SUBJECT, f"{path}: was written by a newer version of this program; upgrade it")
        return
    if version < VERSION:
        yield note(_SUBJECT, f"{path}: is of an earlier version, and brought forward when it is used next; back it up")
        return
    state.latest = db.execute("SELECT max(changed) FROM scopes WHERE id = 1").fetchone()[0]
    if not quick:
        faults = [" ".join(row[0].split()) for row in db.execute("PRAGMA integrity_check(3)")]
        if faults != ["ok"]:
            yield wrong(_SUBJECT, f"{path}: is damaged ({'; '.join(faults)}); restore it from a backup")
            return
        for what, statement in _CONTRADICTIONS.items():
            if number := db.execute(statement).fetchone()[0]:
                yield wrong(_SUBJECT, f"{path}: contradicts itself ({number} {what}); restore it from a backup")
                return
    state.whole = True
    # The primary key of listings.
    articles = db.execute("SELECT count(*) FROM listings WHERE scope_id = 1").fetchone()[0]
    how = "can be opened" if quick else "was read through, and is whole"
    yield ok(_SUBJECT, f"{path}: {how}; {plural(articles, 'article')}, {_megabytes(path)}")


def _look_around(path: Path) -> Iterator[Finding]:
    log = Path(f"{path}-wal")
    if log.exists() and log.stat().st_size > _LONG_LOG:
        size = _megabytes(log)
        yield note(_SUBJECT, f"{log}: has {size}: somebody reads the store without end; see who has it open")
    kind = file_system(path)
    if kind in _REMOTE:
        yield wrong(
            _SUBJECT, f"{path}: lies on {kind}, over a network, which can damage it; keep it on a disk of this machine"
        )


def file_system(path: Path, mounts: Path = Path("/proc/self/mounts")) -> str:
    """The kind of file system that something lies on; empty where the system does not say."""
    try:
        lines = mounts.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    here = os.path.realpath(path)
    # Device, place, kind; in a place, spaces are written in octal digits (fstab(5)).
    found = [(fields[1].replace("\\040", " "), fields[2]) for fields in map(str.split, lines) if len(fields) > 2]
    above = [(place, kind) for place, kind in found if f"{here}/".startswith(f"{place.rstrip('/')}/")]
    return max(above, key=lambda each: len(each[0]), default=("", ""))[1]


def _megabytes(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:.1f} MB"
