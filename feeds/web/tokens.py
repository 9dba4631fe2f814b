"""Who may push: bearer tokens, of which the configuration knows only hashes."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence

from feeds.settings import Token

# Bytes of chance in a token: 256 bits, as many as its hash has.
_LENGTH = 32


def made() -> str:
    """A new token."""
    return secrets.token_urlsafe(_LENGTH)


def digest(token: str) -> str:
    """What the configuration holds of a token. It is chance alone, so no slow hash is needed to hide it."""
    return hashlib.sha256(token.encode("utf-8")).hexdigest()


def bearer(values: Sequence[str]) -> str | None:
    """The token in the values of `Authorization`: one, and of the scheme Bearer (RFC 6750 §2.1); else None."""
    if len(values) != 1:
        return None
    scheme, _, token = values[0].strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def holder(token: str, known: Sequence[Token]) -> Token | None:
    """Whose token it is. All are compared, each in constant time: how long it takes tells nothing of any."""
    mark = digest(token).encode("ascii")
    found = [each for each in known if hmac.compare_digest(mark, each.sha256.lower().encode("ascii"))]
    return found[0] if found else None
