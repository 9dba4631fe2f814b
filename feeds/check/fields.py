"""Values of fields: what a language tag, a media type, a number, a mailbox may look like.

A rule takes a value and returns its fault, or nothing. It knows the value, not the element around it.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from feeds.check.findings import Finding, Level, quoted


class Fault(NamedTuple):
    """What is wrong with a value; `what` continues a sentence that began with the field's name."""

    what: str
    right: str
    source: str
    level: Level = "error"


Rule = Callable[[str], Fault | None]


def field(where: str, name: str, value: str, rule: Rule) -> Iterator[Finding]:
    """The finding about one field, if its rule has one."""
    if fault := rule(value):
        what = f"{name} {fault.what}: {quoted(value)}"
        yield Finding(level=fault.level, where=where, what=what, right=fault.right, source=fault.source)


# RFC 5646 §2.1, without the grandfathered tags.
_LANGUAGE = re.compile(
    r"""(?:
        [a-z]{2,3}(?:-[a-z]{3}){0,3}                      # language, extended language
        (?:-[a-z]{4})?                                    # script
        (?:-(?:[a-z]{2}|[0-9]{3}))?                       # region
        (?P<variants>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)
        (?P<extensions>(?:-[0-9a-wyz](?:-[a-z0-9]{2,8})+)*)
        (?:-x(?:-[a-z0-9]{1,8})+)?
      | x(?:-[a-z0-9]{1,8})+
    )""",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
# RFC 5646 §2.1, `irregular`: those that the grammar above does not make.
_IRREGULAR = (
    "en-gb-oed i-ami i-bnn i-default i-enochian i-hak i-klingon i-lux i-mingo i-navajo i-pwn i-tao i-tay"
    " i-tsu sgn-be-fr sgn-be-nl sgn-ch-de"
)
_GRANDFATHERED = frozenset(_IRREGULAR.split())


def language_tag(value: str) -> Fault | None:
    """A well-formed BCP 47 tag. A primary language of four letters and more is none: none is registered."""
    if value.lower() in _GRANDFATHERED:
        return None
    match = _LANGUAGE.fullmatch(value)
    if match and not _repeats(match["variants"]) and not _repeats_singleton(match["extensions"]):
        return None
    return Fault("is not a language tag", "a BCP 47 tag, such as ar or ar-LY", "RFC 5646 §2.1")


def _repeats(subtags: str | None) -> bool:
    found = (subtags or "").lower().split("-")[1:]
    return len(found) != len(set(found))


def _repeats_singleton(extensions: str | None) -> bool:
    found = [subtag for subtag in (extensions or "").lower().split("-")[1:] if len(subtag) == 1]
    return len(found) != len(set(found))


_NAME = r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}"
_TOKEN = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
_MEDIA_TYPE = re.compile(rf'{_NAME}/{_NAME}(?:[ \t]*;[ \t]*{_TOKEN}=(?:{_TOKEN}|"[^"\\]*"))*')


def media_type(value: str) -> Fault | None:
    """`type/subtype`, with parameters or none."""
    if _MEDIA_TYPE.fullmatch(value):
        return None
    return Fault("is not a media type", "a type and a subtype, such as image/jpeg", "RFC 6838 §4.2")


def non_negative_integer(value: str) -> Fault | None:
    """ASCII digits: `str.isdigit` would take ٣ too, readers don't."""
    if re.fullmatch(r"[0-9]+", value):
        return None
    return Fault("is not a whole number", "0 or more, in the digits 0 to 9", "XML Schema 2 §3.3.20")


def positive_integer(value: str) -> Fault | None:
    """ASCII digits, not all of them 0."""
    if re.fullmatch(r"0*[1-9][0-9]*", value):
        return None
    return Fault("is not a positive whole number", "1 or more, in the digits 0 to 9", "XML Schema 2 §3.3.25")


def decimal(value: str) -> Fault | None:
    """A number that may have a fraction."""
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", value):
        return None
    return Fault("is not a number", "0 or more, in the digits 0 to 9, with a point", "XML Schema 2 §3.2.3")


def between(low: int, high: int, source: str) -> Rule:
    """A whole number within bounds, both allowed."""

    def rule(value: str) -> Fault | None:
        # Nine digits at most: Python refuses to read thousands of them.
        if re.fullmatch(r"0*[0-9]{1,9}", value) and low <= int(value.lstrip("0") or "0") <= high:
            return None
        return Fault(f"is not a number between {low} and {high}", f"{low} to {high}", source)

    return rule


def one_of(allowed: tuple[str, ...], source: str) -> Rule:
    """One of the words that a specification lists, in its own spelling."""

    def rule(value: str) -> Fault | None:
        if value in allowed:
            return None
        return Fault("is not one of the known values", "one of " + ", ".join(allowed), source)

    return rule


def filled(source: str) -> Rule:
    """Anything but white space."""

    def rule(value: str) -> Fault | None:
        return None if value.strip() else Fault("is empty", "a value, or no such element", source, "warning")

    return rule


_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+"
_MAILBOX = re.compile(rf"{_LOCAL}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")


def mail_address(value: str) -> Fault | None:
    """An address alone, as Atom has it."""
    if _MAILBOX.fullmatch(value):
        return None
    return Fault("is not an e-mail address", "an address alone, such as desk@example.org", "RFC 4287 §3.2.3")


def mail_address_with_name(value: str) -> Fault | None:
    """RSS's author: an address, and the name after it in brackets."""
    found = _MAILBOX.search(value)
    if not found:
        what = "holds no e-mail address"
        return Fault(what, "desk@example.org (Name); a name alone in dc:creator", "RSS 2.0, author")
    if value.startswith(found[0]) and re.fullmatch(r"\s+\([^()]+\)", value[found.end() :]):
        return None
    what = "is not an address with a name after it"
    return Fault(what, "desk@example.org (Name)", "RSS Profile, data-types-email", "warning")
