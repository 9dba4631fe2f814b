"""The rules for single values of the configuration: each gives the value as it is used, or says what would
be right (as a ValueError, which is how a pydantic validator speaks)."""

import ipaddress
import re
from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError

from feeds.addresses import RESERVED
from feeds.text.iri import to_uri
from feeds.text.slug import is_slug

# RFC 5646 §2.1, without extensions: language, script, region, variants.
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*")
# Subtags by their length: region, script; all others are small.
_CASES: Mapping[int, Callable[[str], str]] = {2: str.upper, 4: str.title}
_DIGEST = re.compile(r"[0-9a-f]{64}")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def address(value: str) -> str:
    uri = to_uri(value)
    if uri is None:
        raise ValueError(f'"{value}" is no address; give a whole one, such as https://example.org/')
    return uri


def site_url(value: str) -> str:
    uri = address(value)
    if "?" in uri or "#" in uri:
        raise ValueError(f'"{value}" has a query or a fragment; give scheme, host and, if need be, a path')
    return uri.rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def purge_url(value: str) -> str:
    if value and to_uri(value.replace("{tag}", "tag")) is None:
        raise ValueError(f'"{value}" is no address; give a whole one, such as https://cdn.example.org/{{tag}}')
    return value


def language_tag(value: str) -> str | None:
    """The tag as feeds hold it (BCP 47, in its canonical case), or None: `ar_LY` and `arabic` are none (RTL.md R6)."""
    # RFC 5646 §2.1.1: case means nothing in a tag, and this is how it is written.
    first, *rest = value.split("-")
    tag = "-".join([first.lower(), *(_CASES.get(len(part), str.lower)(part) for part in rest)])
    return tag if _LANGUAGE.fullmatch(tag) else None


def language(value: str) -> str:
    tag = language_tag(value)
    if tag is None:
        raise ValueError(f'"{value}" is no language tag; give one of BCP 47, such as "ar" or "ar-LY"')
    return tag


def timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f'"{value}" is no time zone; give one of IANA\'s, such as "Africa/Tripoli"') from None
    return value


def locale(value: str) -> str:
    try:
        Locale.parse(value, sep="-")
    except (UnknownLocaleError, ValueError):
        raise ValueError(f'"{value}" is no known locale; give one such as "ar", "ar-SY" or "ar-MA"') from None
    return value


def colour(value: str) -> str:
    if not _COLOUR.fullmatch(value):
        raise ValueError(f'"{value}" is no colour; give one such as "#0b6e69"')
    return value


def digest(value: str) -> str:
    if not _DIGEST.fullmatch(value.lower()):
        raise ValueError("is no SHA-256; give 64 hexadecimal digits")
    return value.lower()


def store_url(value: str) -> str:
    if not value.startswith("sqlite:") or value == "sqlite:":
        raise ValueError(f'"{value}" is no store; give "sqlite:" and a path, such as "sqlite:articles.db"')
    return value


def slug(value: str) -> str:
    if value in RESERVED:
        raise ValueError(f'"{value}" is reserved; choose another')
    if not is_slug(value):
        raise ValueError(f'"{value}" is no slug; use small Latin or Arabic letters, digits and "-"')
    return value
