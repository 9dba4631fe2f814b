"""Addresses: URIs (RFC 3986), IRIs (RFC 3987), and the identifiers that are made of them."""

import ipaddress
import re
from urllib.parse import urljoin, urlsplit

from feeds.check.fields import Fault, Rule

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_FORBIDDEN = re.compile(r'[\x00-\x20\x7f"<>\\^`{|}]')
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(r"(?:[\w~-]|%[0-9A-Fa-f]{2})+(?:\.(?:[\w~-]|%[0-9A-Fa-f]{2})+)*\.?")
_WITH_HOST = ("http", "https", "ftp", "ws", "wss")
# Of letters, digits and -._~, which are written as themselves (RFC 3986 §2.3).
_NEEDLESS = re.compile(r"%(?:2[DE]|3[0-9]|4[1-9A-F]|5[0-9AF]|6[1-9A-F]|7[0-9AE])")
_COMMON = (
    "acct cid data ftp ftps geo git gopher http https irc ircs magnet mailto matrix mid news nntp rtsp sftp"
    " sip sips sms svn tag tel urn ws wss xmpp"
)
_SCHEMES = frozenset(_COMMON.split())
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
_URN = re.compile(r"urn:[a-z0-9][a-z0-9-]{0,30}[a-z0-9]:[^#?]+", re.ASCII | re.IGNORECASE)
# RFC 4151 §2.1
_TAG = re.compile(
    r"tag:(?:[\w.+-]+@)?[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?,[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?:.*",
    re.ASCII,
)

_ABSOLUTE = "an absolute address, such as https://example.org/news/1"


def is_absolute(value: str) -> bool:
    """Whether the address names its own scheme."""
    return bool(_SCHEME.match(value))


def joined(base: str, reference: str) -> str:
    """The reference as it is meant under a base; itself where the two can't be read."""
    try:
        return urljoin(base, reference)
    except ValueError:
        return reference


def uri(value: str) -> Fault | None:
    """An absolute address in ASCII: RSS's readers hand it to HTTP as it is."""
    if fault := _form(value):
        return fault
    if not value.isascii():
        right = "percent-encoded UTF-8, a host name in xn-- form"
        return Fault("holds characters beyond ASCII", right, "RFC 3986 §2")
    if value.partition(":")[0].lower() not in _SCHEMES:
        right = "a registered scheme, such as https"
        return Fault("has a scheme that readers do not know", right, "RSS 2.0, Comments", "warning")
    return None


def web_uri(value: str) -> Fault | None:
    """An address that a browser opens."""
    if fault := uri(value):
        return fault
    if not value.lower().startswith(("http://", "https://")):
        return Fault("is not a web address", "an address that begins with http:// or https://", "RFC 9110 §4.2")
    return None


def iri(value: str) -> Fault | None:
    """An absolute address that may hold letters of any script, though few readers encode them."""
    if fault := _form(value):
        return fault
    if not value.isascii():
        right = "percent-encoded UTF-8, a host name in xn-- form: many readers send it as it is"
        return Fault("holds characters beyond ASCII", right, "RFC 3987 §3.1", "warning")
    return None


def resolved(base: str) -> Rule:
    """An IRI reference under the xml:base that is in force; `base` is empty where there is none."""

    def rule(value: str) -> Fault | None:
        if fault := _written(value):
            return fault
        meant = value if is_absolute(value) else joined(base, value)
        if is_absolute(meant):
            return iri(meant)
        what = "is relative, and no xml:base is in force"
        return Fault(what, _ABSOLUTE, "RFC 4287 §2; RFC 3986 §5.1", "warning")

    return rule


def reference(value: str) -> Fault | None:
    """An address that may be relative, such as xml:base itself."""
    return iri(value) if is_absolute(value) else _written(value)


def _written(value: str) -> Fault | None:
    if found := _FORBIDDEN.search(value):
        what = "holds white space" if found[0].isspace() else "holds a character that no address may hold"
        return Fault(what, "such characters percent-encoded, none around the address", "RFC 3986 §2")
    if _BAD_ESCAPE.search(value):
        return Fault("has a % without two hexadecimal digits", "%25 for the sign itself", "RFC 3986 §2.1")
    return None


def _form(value: str) -> Fault | None:
    if fault := _written(value):
        return fault
    if not is_absolute(value):
        return Fault("is not absolute", _ABSOLUTE, "RFC 3986 §4.3")
    scheme, _, rest = value.partition(":")
    if scheme.lower() in _WITH_HOST:
        return _authority(value, rest)
    return None if rest else Fault("is a scheme without anything after it", _ABSOLUTE, "RFC 3986 §3")


def _authority(value: str, rest: str) -> Fault | None:
    fault = Fault("has no valid host", _ABSOLUTE, "RFC 3986 §3.2")
    try:
        split = urlsplit(value)
        # The port is read for its ValueError: no number, or too high.
        host, _port = split.hostname or "", split.port
        if ":" in host:
            ipaddress.IPv6Address(host)
    except ValueError:
        return fault
    if not rest.startswith("//") or not (":" in host or _HOST.fullmatch(host)):
        return fault
    if "[" in (after := split.path + split.query + split.fragment) or "]" in after:
        return Fault("holds a bracket outside the host", "%5B and %5D", "RFC 3986 §3.2.2")
    return None


def identifier(value: str) -> Fault | None:
    """An Atom id: absolute, of its scheme's own form, and spelled in the one way that compares equal."""
    if fault := iri(value):
        return fault
    scheme, _, rest = value.partition(":")
    lower = scheme.lower()
    if lower == "urn" and rest.lower().startswith("uuid:") and not _UUID.fullmatch(rest[5:]):
        return Fault("is not a UUID", "urn:uuid: and 8-4-4-4-12 hexadecimal digits", "RFC 9562 §4")
    if lower == "urn" and not _URN.match(value):
        return Fault("is not a URN", "urn:, a namespace, a colon, a name", "RFC 8141 §2")
    if lower == "tag" and not _TAG.fullmatch(value):
        return Fault("is not a tag URI", "tag:example.org,2026:name", "RFC 4151 §2.1")
    return _unlike(value, scheme)


def _unlike(value: str, scheme: str) -> Fault | None:
    """RFC 4287 §4.2.6.1: ids are compared character by character, so they are written in normal form."""
    source = "RFC 4287 §4.2.6.1"
    if scheme != scheme.lower() or re.search(r"%[0-9A-F]?[a-f]", value) or _NEEDLESS.search(value):
        right = "the scheme in small letters, percent-encodings in capitals, and only where needed"
        return Fault("is not in normal form", right, source, "warning")
    if scheme not in ("http", "https"):
        return None
    split = urlsplit(value)
    default = {"http": 80, "https": 443}[scheme]
    host = split.netloc
    stray = host != host.lower() or host.startswith((":", "@")) or split.port == default
    if stray or not split.path or {".", ".."} & set(split.path.split("/")):
        right = "the host in small letters, no default port, a path that is at least / and has no dot segments"
        return Fault("is not in normal form", right, source, "warning")
    if split.fragment:
        return Fault("has a fragment", "an address of its own, or a urn:uuid:", source, "warning")
    return None
