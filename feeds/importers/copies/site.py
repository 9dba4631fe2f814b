"""What on a copied page is the theme's and the site's, and not the article's."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files

from feeds.sections import name_key

_LINES: Mapping[str, Sequence[str]] = tomllib.loads(
    files("feeds.importers.copies").joinpath("lines.toml").read_text("utf-8")
)
# Views, comments and the time that reading takes.
_MINUTES = r"اقل من دقيقه|دقيقه واحده|دقيقتان|\d+ (?:دقايق|دقيقه|minutes?(?: read)?)"
_COUNTS = re.compile(rf"(?:\d+ )*(?:{_MINUTES}|\d+)(?: قراه| للقراه| قرايه)?")

# Of a page in how many: in three at least, and in this share of them.
_PAGES, _SHARE = 3, 0.5


def _keys(name: str) -> tuple[str, ...]:
    return tuple(filter(None, map(name_key, _LINES[name])))


_COMMENTS = frozenset(_keys("comments"))
_WHOLE = frozenset(_keys("whole"))
_BEGINNINGS = _keys("beginnings")
_ANYWHERE = _keys("anywhere")
_ONE_MORE = _keys("one_more")
_MORE = frozenset(_keys("more"))
_SHARING = frozenset(word for key in _keys("sharing") for word in key.split())


def begins_comments(key: str) -> bool:
    return key in _COMMENTS


def is_site(key: str) -> bool:
    """Whether a line, by its key, is one that themes and sites write."""
    return (
        not key
        or key in _WHOLE
        or key in _COMMENTS
        or key.startswith(_BEGINNINGS)
        or any(part in key for part in _ANYWHERE)
        or _COUNTS.fullmatch(key) is not None
        or all(word in _SHARING for word in key.split())
    )


def others(key: str) -> tuple[bool, int | None]:
    """Whether a line speaks of other articles, and how many titles may follow it (None: as many as come)."""
    if key in _MORE:
        return True, None
    for begin in _ONE_MORE:
        if key == begin:
            return True, 1
        if key.startswith(f"{begin} "):
            return True, 0
    return False, 0


def shared(pages: Iterable[Sequence[str]]) -> frozenset[str]:
    """The keys of lines that stand on at least half of the pages of one site, and on three."""
    count, seen = 0, Counter[str]()
    for lines in pages:
        count += 1
        seen.update({name_key(line) for line in lines})
    return frozenset(key for key, times in seen.items() if key and times >= max(_PAGES, _SHARE * count))
