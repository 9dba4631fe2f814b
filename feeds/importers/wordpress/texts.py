"""What WordPress says in one way here and in another there: titles, excerpts, guids, times."""

import re
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import unquote

_TAG = re.compile(r"<[a-zA-Z/!][^<>]*>")
_SPACE = re.compile(r"\s+")
# An address as WordPress shows it in HTML: only these are encoded.
_ENCODED = {"&#038;": "&", "&#38;": "&", "&amp;": "&", "&#039;": "'"}
_ENCODING = re.compile("|".join(map(re.escape, _ENCODED)))
_MORE = re.compile(r"\s*(?:\[?(?:…|\.\.\.|&hellip;)\]?)\s*$")
_WORD = re.compile(r"\w+")
# Words of an excerpt that WordPress makes, with a margin for languages whose words are counted otherwise.
_LONGEST_MADE = 120


def plain(markup: str) -> str:
    """A title's or an excerpt's HTML as text: entities decoded once, no more."""
    return _SPACE.sub(" ", unescape(_TAG.sub(" " if "<p" in markup else "", markup))).strip()


def guid_of(rendered: str) -> str:
    """A guid as it is in the database, and in the old feed after XML was read."""
    return _ENCODING.sub(lambda found: _ENCODED[found[0]], rendered)


def slug_of(slug: str) -> str:
    """A term's slug, which WordPress keeps percent-encoded where it is not ASCII."""
    return unquote(slug)


def time_of(local: str, gmt: str) -> str:
    """A time with its offset, of the two that WordPress keeps: the site's own and GMT."""
    try:
        here, there = datetime.fromisoformat(local), datetime.fromisoformat(gmt)
        offset = here.replace(tzinfo=None) - there.replace(tzinfo=None)
    except ValueError:
        return local
    minutes = round(offset / timedelta(minutes=1))
    if abs(minutes) > 15 * 60:
        # A draft's GMT is all zeros.
        return local
    sign = "-" if minutes < 0 else "+"
    return f"{here:%Y-%m-%dT%H:%M:%S}{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def summary_of(excerpt: str, text: str) -> str:
    """The excerpt that an editor wrote; empty where it is only the beginning of the text, as WordPress makes it."""
    excerpt = _MORE.sub("", excerpt)
    words = _WORD.findall(excerpt)
    if not words or len(words) > _LONGEST_MADE:
        return excerpt
    # Made without headings and captions: its words stand in the text in their order, if not side by side.
    rest = iter(_WORD.findall(text))
    return "" if all(word in rest for word in words) else excerpt
