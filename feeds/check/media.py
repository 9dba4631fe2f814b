"""Media RSS (version 1.5.1): pictures and films beside an entry, in RSS and in Atom."""

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from feeds.check import markup
from feeds.check.addresses import uri
from feeds.check.elements import MEDIA, attribute, elements, label, named, split_name, text
from feeds.check.fields import (
    Fault,
    Rule,
    decimal,
    field,
    language_tag,
    media_type,
    non_negative_integer,
    one_of,
)
from feeds.check.findings import Finding, error, warning

_SOURCE = "Media RSS 1.5.1"


def _anything(value: str) -> Fault | None:
    return None


def _small(value: str) -> Fault | None:
    if value == value.lower():
        return None
    return Fault("has capitals", "a role in small letters", f"{_SOURCE}, media:credit")


def _play_time(value: str) -> Fault | None:
    if re.fullmatch(r"now|[0-9]+(?:\.[0-9]+)?|[0-9]+:[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?", value):
        return None
    return Fault("is not a play time", "seconds, or hours:minutes:seconds", "RFC 2326 §3.6")


_TEXT: Mapping[str, Rule] = {"type": one_of(("plain", "html"), f"{_SOURCE}, media:title")}
_BOOLEAN = one_of(("true", "false"), f"{_SOURCE}, media:content")
_SIZE: Mapping[str, Rule] = {"url": uri, "height": non_negative_integer, "width": non_negative_integer}

# What each element may have; those without an entry in the second table need none of it.
_ATTRIBUTES: Mapping[str, Mapping[str, Rule]] = {
    "group": {},
    "content": {
        **_SIZE,
        "fileSize": non_negative_integer,
        "type": media_type,
        "medium": one_of(("image", "audio", "video", "document", "executable"), f"{_SOURCE}, media:content"),
        "isDefault": _BOOLEAN,
        "expression": one_of(("full", "sample", "nonstop"), f"{_SOURCE}, media:content"),
        "bitrate": decimal,
        "framerate": decimal,
        "samplingrate": decimal,
        "channels": non_negative_integer,
        "duration": non_negative_integer,
        "lang": language_tag,
    },
    "thumbnail": {**_SIZE, "time": _play_time},
    "player": _SIZE,
    "title": _TEXT,
    "description": _TEXT,
    "credit": {"role": _small, "scheme": uri},
    "copyright": {"url": uri},
    "license": {"type": media_type, "href": uri},
    "category": {"scheme": uri, "label": _anything},
    "keywords": {},
    "rating": {"scheme": uri},
    "restriction": {
        "relationship": one_of(("allow", "deny"), f"{_SOURCE}, media:restriction"),
        "type": one_of(("country", "uri", "sharing"), f"{_SOURCE}, media:restriction"),
    },
    "hash": {"algo": one_of(("md5", "sha-1"), f"{_SOURCE}, media:hash")},
    "text": {**_TEXT, "lang": language_tag, "start": _play_time, "end": _play_time},
}
_HASHES = {"md5": "[0-9A-Fa-f]{32}", "sha-1": "[0-9A-Fa-f]{40}"}
_REQUIRED = {"thumbnail": "url", "player": "url", "restriction": "relationship"}
_ONCE = ("title", "description", "copyright", "player")
# Defined, and not looked into.
_UNCHECKED = (
    "adult community starRating statistics tags comments comment embed param responses response backLinks"
    " backLink status price subTitle peerLink location rights scenes scene sceneTitle sceneDescription"
    " sceneStartTime sceneEndTime"
)
_OTHER = frozenset(_UNCHECKED.split())


def media(where: str, parent: etree._Element) -> Iterator[Finding]:
    """Every element of Media RSS below an item, an entry or a channel."""
    found = [element for element in elements(parent) if split_name(element)[0] == MEDIA]
    yield from _repeated(where, parent)
    for element in found:
        yield from _element(where, element)
        yield from media(where, element)


def _element(where: str, element: etree._Element) -> Iterator[Finding]:
    name, local = label(element), split_name(element)[1]
    if local == "adult":
        right = "media:rating"
        yield warning(where, f"{name} is deprecated", right, f"{_SOURCE}, media:rating")
    if local in _OTHER:
        return
    if (rules := _ATTRIBUTES.get(local)) is None:
        yield error(where, f"{name} does not exist", "an element that Media RSS defines", _SOURCE)
        return
    for key in (str(key) for key in element.attrib if not str(key).startswith("{")):
        if rule := rules.get(key):
            yield from attribute(where, element, key, rule)
        else:
            yield error(where, f"{name} has an unknown attribute {key}", "no such attribute", f"{_SOURCE}, {name}")
    if (required := _REQUIRED.get(local)) and element.get(required) is None:
        yield error(where, f"{name} has no {required}", f"a {required} attribute", f"{_SOURCE}, {name}")
    if local == "content" and element.get("url") is None and not named(element, MEDIA, "player"):
        yield error(where, f"{name} has no url", "a url attribute, or a media:player in it", f"{_SOURCE}, {name}")
    if local == "hash" and not re.fullmatch(_HASHES.get(element.get("algo", "md5"), ".*"), text(element)):
        right = "32 hexadecimal digits of MD5, 40 of SHA-1"
        yield error(where, f"{name} is not a hash", right, f"{_SOURCE}, media:hash")
    if local == "rating" and element.get("scheme", "urn:simple") == "urn:simple":
        rule = one_of(("adult", "nonadult"), f"{_SOURCE}, media:rating")
        yield from field(where, name, text(element), rule)
    if local in ("title", "description", "text"):
        yield from _words(where, name, element)
    if local == "group":
        yield from _group(where, element)


def _words(where: str, name: str, element: etree._Element) -> Iterator[Finding]:
    if element.get("type", "plain") == "html":
        yield from markup.content(where, name, text(element), relative=f"{_SOURCE}, {name}")
    else:
        yield from markup.plain(where, name, text(element), f"{_SOURCE}, {name}")


def _group(where: str, group: etree._Element) -> Iterator[Finding]:
    contents = named(group, MEDIA, "content")
    if len(contents) < 2:
        right = "several media:content that show the same; one alone stands in the item"
        yield warning(where, f"media:group has {len(contents)} media:content", right, f"{_SOURCE}, media:group")
    if sum(content.get("isDefault") == "true" for content in contents) > 1:
        yield error(where, "media:group has several defaults", "one isDefault", f"{_SOURCE}, media:content")


def _repeated(where: str, parent: etree._Element) -> Iterator[Finding]:
    for name in _ONCE:
        if (count := len(named(parent, MEDIA, name))) > 1:
            what = f"{label(parent)} has {count} media:{name} elements"
            yield error(where, what, "one at most", f"{_SOURCE}, media:{name}")
