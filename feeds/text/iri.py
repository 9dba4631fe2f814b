"""Addresses as people write them -> addresses as feeds may hold them: absolute, ASCII, http or https."""

import re
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

import idna

# RFC 3986 §2.2, §2.3: reserved and unreserved characters stand as they are, and so does what is encoded already.
_PATH_SAFE = "/%:@!$&'()*+,;=-._~"
_QUERY_SAFE = _PATH_SAFE + "?"
_LIMIT = 4096
# Most addresses are right as they are.
_READY = re.compile(
    r"https?://[a-z0-9.-]+(:[0-9]{1,4})?/[A-Za-z0-9\-._~!$&'()*+,;=:@/]*(\?[A-Za-z0-9\-._~!$&'()*+,;=:@/?]*)?"
)


def to_uri(address: str, base: str | None = None) -> str | None:
    """The absolute http(s) URI that an address means (RFC 3987 §3.1), or None where it means none.

    A relative address is resolved against `base`. Credentials in an address are refused: a feed is public.
    """
    address = address.strip()
    if len(address) <= _LIMIT and _READY.fullmatch(address):
        return address
    if not address or len(address) > _LIMIT:
        return None
    try:
        parts = urlsplit(urljoin(base, address) if base else address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        return None
    ascii_host = _ascii_host(host)
    if ascii_host is None:
        return None
    netloc = ascii_host if port is None else f"{ascii_host}:{port}"
    try:
        path = quote(_mend_percent(parts.path), safe=_PATH_SAFE)
        query = quote(_mend_percent(parts.query), safe=_QUERY_SAFE)
        fragment = quote(_mend_percent(parts.fragment), safe=_QUERY_SAFE)
    except UnicodeEncodeError:  # a lone surrogate
        return None
    return urlunsplit((parts.scheme, netloc, path, query, fragment))


def _ascii_host(host: str) -> str | None:
    if ":" in host:
        return f"[{host}]"
    if host.isascii():
        return host if all(c.isalnum() or c in "-._" for c in host) else None
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        return None


def _mend_percent(part: str) -> str:
    """A per cent sign that encodes nothing becomes %25 (RFC 3986 §2.1)."""
    if "%" not in part:
        return part
    head, *pieces = part.split("%")
    mended = [head]
    for piece in pieces:
        encodes = len(piece) >= 2 and all(c in "0123456789abcdefABCDEF" for c in piece[:2])
        mended.append(("%" if encodes else "%25") + piece)
    return "".join(mended)
