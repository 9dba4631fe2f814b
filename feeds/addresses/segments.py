"""A raw path as its decoded segments, and the tag or the author that it names."""

from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

from feeds.model import TopicKind

# First segments of the addresses of tags and authors; WordPress's have no s.
TOPICS: Mapping[str, TopicKind] = {"tags": "tag", "tag": "tag", "authors": "author", "author": "author"}


def segments_of(path: str) -> tuple[list[str], bool] | None:
    """A path's segments, decoded, with empty and dot segments resolved (RFC 3986 §5.2.4); a last, empty one
    stands for a slash at the end. And whether nothing had to be resolved. None for what is no UTF-8 or holds NUL.
    """
    if path and not path.startswith("/"):
        return None
    kept: list[str] = []
    clean = True
    raw = path.split("/")[1:]
    for number, part in enumerate(raw):
        try:
            segment = unquote_to_bytes(part).decode("utf-8")
        except UnicodeError:
            return None
        if "\0" in segment or "/" in segment:
            return None
        last = number == len(raw) - 1
        if segment in ("", ".", "..") and not (segment == "" and last):
            clean = False
            if segment == ".." and kept:
                kept.pop()
            if not last:
                continue
            segment = ""
        kept.append(segment)
    return kept, clean


def topic_named(path: str) -> tuple[TopicKind, str] | None:
    """The tag or the author that a path asks for, as it is spelled there, if it asks for one."""
    segments = segments_of(path)
    names = [segment for segment in segments[0] if segment] if segments else []
    kind = TOPICS.get(names[0].lower()) if len(names) > 1 else None
    return (kind, names[1]) if kind else None
