"""What a partner would say against an entry, or against a feed as a whole, by its profile."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from feeds.model import Document, Entry, Image
from feeds.render.media import image_type
from feeds.render.partners.profile import Field, Length, Level, Pictures, Profile, Unwanted
from feeds.sanitize import text_of

_MARKUP = re.compile(r"<[a-zA-Z/!]")
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)[^>]*?(/?)>")
_VOID = frozenset("br col hr img source wbr".split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """A place where a profile asks for something else: `what` is wrong with the field, `right` would be right."""

    level: Level
    field: str
    what: str
    right: str
    source: str


def objections(profile: Profile, entry: Entry, document: Document, now: datetime | None = None) -> list[Objection]:
    """All that speaks against an entry of a document that was fitted. What depends on the time is said only where there
    is one."""
    return [
        *(said for rule in profile.lengths for said in _length(rule, entry)),
        *_plain(profile, entry),
        *(said for rule in profile.unwanted for said in _unwanted(rule, entry)),
        *_depth(profile, entry),
        *(said for rule in profile.pictures for said in _picture(rule, entry.image)),
        *_language(profile, entry, document.language),
        *_host(profile, entry, urlsplit(document.self_urls["rss"]).hostname),
        *(_age(profile, entry, now) if now else ()),
    ]


def objections_to_all(profile: Profile, document: Document, shown: int) -> list[Objection]:
    """What speaks against a feed as a whole that shows so many entries."""
    found = []
    address = document.self_urls["rss"]
    if profile.https and urlsplit(address).scheme != "https":
        right = "an address that begins with https://"
        found.append(_of_feed("rejected", f"stands at {address}", right, profile.https))
    if shown < profile.enough:
        found.append(_of_feed("advice", f"has {shown} entries", f"{profile.enough} at least", profile.sources[0]))
    return found


def _of_feed(level: Level, what: str, right: str, source: str) -> Objection:
    return Objection(level=level, field="feed", what=what, right=right, source=source)


def _said(rule: Length | Pictures, field: str, what: str, right: str, level: Level | None = None) -> Objection:
    return Objection(level=level or rule.level, field=field, what=what, right=right, source=rule.source)


def _length(rule: Length, entry: Entry) -> Iterator[Objection]:
    text = text_of(entry.content_html or "") if rule.field == "content" else _field(rule.field, entry)
    most = rule.at_most
    if len(text) < rule.at_least or (most is not None and len(text) > most):
        what = f"has {len(text)} characters" if text else "is missing"
        right = f"{rule.at_least} at least" if most is None else f"{rule.at_least} to {most}"
        yield _said(rule, rule.field, what, right if text else "a name" if rule.field == "author" else "a text")


def _field(field: Field, entry: Entry) -> str:
    fields: Mapping[Field, str] = {
        "title": entry.title,
        "description": entry.summary,
        "content": entry.content_html or "",
        "author": " ".join(author.name for author in entry.authors),
    }
    return fields[field]


def _unwanted(rule: Unwanted, entry: Entry) -> Iterator[Objection]:
    if re.search(rule.pattern, _field(rule.field, entry), re.IGNORECASE):
        yield Objection(level=rule.level, field=rule.field, what=rule.what, right=rule.right, source=rule.source)


def _plain(profile: Profile, entry: Entry) -> Iterator[Objection]:
    labels = [section.title for section in entry.sections] + list(entry.tags)
    texts = {
        "title": entry.title,
        "description": entry.summary,
        "author": _field("author", entry),
        "category": " ".join(labels),
    }
    for field, text in texts.items():
        if field in profile.plain and _MARKUP.search(text):
            right = "plain text"
            yield Objection(
                level="rejected", field=field, what="looks like HTML", right=right, source=profile.sources[0]
            )


def _depth(profile: Profile, entry: Entry) -> Iterator[Objection]:
    if profile.markup is None or profile.markup.depth is None:
        return
    depth = _deepest(entry.content_html or "")
    if depth > profile.markup.depth:
        right = f"{profile.markup.depth} levels at most"
        yield Objection(
            level="advice", field="content", what=f"has {depth} levels", right=right, source=profile.markup.source
        )


def _deepest(html: str) -> int:
    """How many elements of clean HTML stand in each other."""
    depth = most = 0
    for found in _TAG.finditer(html):
        if found[2] not in _VOID:
            depth += -1 if found[1] else 1
            most = max(most, depth)
    return most


def _picture(rule: Pictures, image: Image | None) -> Iterator[Objection]:
    if image is None:
        if rule.required:
            yield _said(rule, "picture", "is missing", "one picture")
        return
    kind = image_type(image)
    if rule.types is not None and kind not in rule.types:
        yield _said(rule, "picture", f"is {kind}", " or ".join(sorted(rule.types)))
    if kind in rule.taken_only:
        yield _said(rule, "picture", f"is {kind}", "another type, to be shown where articles are offered")
    if rule.size is not None and (image.size or 0) > rule.size:
        yield _said(rule, "picture", f"has {image.size} bytes", f"{rule.size} at most")
    if rule.shorter or rule.longer or rule.ratio:
        yield from _sides(rule, image)


def _sides(rule: Pictures, image: Image) -> Iterator[Objection]:
    known = [side for side in (image.width, image.height) if side]
    size = f"is {image.width or '?'} by {image.height or '?'}"
    if known and min(known) < rule.shorter:
        yield _said(rule, "picture", size, f"{rule.shorter} pixels at least on the shorter side")
    if not image.width or not image.height:
        yield _said(rule, "picture", "is of unknown size", "its width and height", "advice")
        return
    if max(known) < rule.longer:
        yield _said(rule, "picture", size, f"{rule.longer} pixels at least on the longer side")
    if rule.ratio and not rule.ratio[0] <= image.width / image.height <= rule.ratio[1]:
        least, most = rule.ratio
        yield _said(rule, "picture", size, f"a width of {least:.3g} to {most:.3g} times the height")


def _language(profile: Profile, entry: Entry, language: str) -> Iterator[Objection]:
    if profile.one_language and _primary(entry.language) != _primary(language):
        right = f"{language}: the feed's"
        yield Objection(
            level="rejected", field="language", what=f"is {entry.language}", right=right, source=profile.one_language
        )


def _host(profile: Profile, entry: Entry, own: str | None) -> Iterator[Objection]:
    there = urlsplit(entry.permalink).hostname
    if profile.own_host and there != own:
        right = f"{own}: the feed's host"
        yield Objection(level="advice", field="link", what=f"leads to {there}", right=right, source=profile.own_host)


def _primary(language: str) -> str:
    return language.partition("-")[0]


def _age(profile: Profile, entry: Entry, now: datetime) -> Iterator[Objection]:
    if profile.youngest and now - entry.published >= profile.youngest:
        days = (now - entry.published).days
        right = f"less than {profile.youngest.days} days"
        yield Objection(
            level="rejected", field="published", what=f"is {days} days ago", right=right, source=profile.sources[0]
        )
