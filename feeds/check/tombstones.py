"""Tombstones: `at:deleted-entry`, which says that an entry was withdrawn (RFC 6721)."""

from collections.abc import Iterator

from lxml import etree

from feeds.check.addresses import identifier
from feeds.check.atom_entries import first
from feeds.check.constructs import person, text_construct
from feeds.check.dates import rfc3339, rfc3339_moment
from feeds.check.elements import ATOM, TOMBSTONES, hygiene, inherited, named
from feeds.check.fields import Rule, field
from feeds.check.findings import Finding, error, numbered, warning
from feeds.check.links import link

_SPEC = "RFC 6721 §3"
_RULES: dict[str, Rule] = {"ref": identifier, "when": rfc3339}


def tombstones(feed: etree._Element) -> Iterator[Finding]:
    """Every tombstone, and whether the entry that it buries still stands."""
    living: dict[str, list[str]] = {}
    for entry in named(feed, ATOM, "entry"):
        living.setdefault(first(entry, "id"), []).append(first(entry, "updated"))
    seen: set[tuple[str, str]] = set()
    for number, stone in enumerate(named(feed, TOMBSTONES, "deleted-entry"), 1):
        ref, when = stone.get("ref", ""), stone.get("when", "")
        where = numbered("deleted-entry", number, "ref", ref)
        yield from _stone(where, stone)
        for updated in living.get(ref, ()) if ref else ():
            yield from _contradiction(where, when, updated)
        if (ref, when) in seen:
            yield error(where, "ref and when are another tombstone's too", "one tombstone", _SPEC)
        seen.add((ref, when))


def _stone(where: str, stone: etree._Element) -> Iterator[Finding]:
    for name, rule in _RULES.items():
        if (value := stone.get(name)) is None:
            yield error(where, f"has no {name}", f"a {name} attribute", _SPEC)
        else:
            yield from field(where, name, value, rule)
    for name in (str(key) for key in stone.attrib):
        if not name.startswith("{") and name not in _RULES:
            yield error(where, f"has an unknown attribute {name}", "no such attribute", _SPEC)
    for name in ("by", "comment"):
        if (count := len(named(stone, TOMBSTONES, name))) > 1:
            yield error(where, f"has {count} {name} elements", "one at most", _SPEC)
    for element in named(stone, TOMBSTONES, "by"):
        yield from person(where, "by", element)
    for element in named(stone, TOMBSTONES, "comment"):
        yield from text_construct(where, "comment", element, _SPEC)
    for element in named(stone, ATOM, "link"):
        yield from link(where, element)
    yield from inherited(where, stone)
    yield from hygiene(where, stone, ATOM, frozenset())


def _contradiction(where: str, when: str, updated: str) -> Iterator[Finding]:
    deleted, changed = rfc3339_moment(when), rfc3339_moment(updated)
    if not deleted or not changed:
        return
    if changed > deleted:
        right = "no tombstone: the entry was published again after it"
        yield warning(where, "its entry is alive, and updated later", right, _SPEC)
    else:
        right = "the tombstone without the entry, or a later updated on the entry"
        yield error(where, "its entry still stands in the feed", right, _SPEC)
