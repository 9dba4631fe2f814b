"""What is made of a guid: keys and URIs. The guid itself is never touched."""

import base64
import hashlib
import re
import uuid

# RFC 4287 §4.2.6 wants an absolute IRI, we only write URIs. RFC 3986 §3: a scheme and something behind it, with
# brackets around an IPv6 address alone and one # at most.
_CHARACTER = r"(?:[A-Za-z0-9\-._~:/?@!$&'()*+,;=]|%[0-9A-Fa-f]{2})"
_URI = re.compile(rf"[A-Za-z][A-Za-z0-9+.\-]*:(?=.)(?://\[[0-9A-Fa-f:.]+\])?{_CHARACTER}*(?:#{_CHARACTER}*)?")


def article_key(guid: str) -> str:
    """The name of an article in its own address: 26 characters of lower-case base32 of the guid's SHA-256."""
    digest = hashlib.sha256(guid.encode("utf-8")).digest()
    return base64.b32encode(digest)[:26].decode("ascii").lower()


def entry_uri(guid: str) -> str:
    """The Atom id (RFC 4287 §4.2.6) of a guid: itself if it is an absolute ASCII URI, else its urn:uuid:."""
    if _URI.fullmatch(guid):
        return guid
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, guid)}"


def made_guid(site_url: str, section: str, title: str) -> str:
    """The identity of an article that came without one: of its site, the slug of its first section and its folded
    title, a line each (a UUIDv5 in the URL namespace, RFC 9562 §5.5)."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, chr(10).join((site_url, section, title)))}"
