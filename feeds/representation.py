"""Finished bytes and their validators: one feed in one format, and its variants in each content coding."""

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import brotli

from feeds.conditional import CODINGS, Coding, Validators
from feeds.prepared import Prepared

Headers = Sequence[tuple[str, str]]

# By measurement: docs/performance.md has every level's bytes and time.
BROTLI_QUALITY = 8
GZIP_LEVEL = 6
# RFC 1952: zlib's window of 32 KiB, in a gzip head.
_GZIP_WINDOW = 31
# Part of every tag: other bytes of one state, by another compressor or level, are another variant.
COMPRESSORS: Mapping[Coding, str] = {
    "br": f"br{BROTLI_QUALITY}-{brotli.__version__}",
    "gzip": f"gz{GZIP_LEVEL}-{zlib.ZLIB_RUNTIME_VERSION}",
    "identity": "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Representation:
    """A finished feed or page.

    `headers` are those of every answer with it, but for the coding's and the validators'. `expires` is the Unix
    time from which it no longer is what the store holds, without a write: the end of an embargo.
    """

    body: bytes
    headers: Headers
    validators: Validators
    expires: float | None = None
    prepared: Prepared = field(default_factory=Prepared, repr=False, compare=False)
    _encoded: dict[Coding, bytes] = field(default_factory=dict, repr=False, compare=False)

    def variant(self, coding: Coding) -> bytes | None:
        """The bytes in a coding, if they were made."""
        return self.body if coding == "identity" else self._encoded.get(coding)

    def encode(self, coding: Coding) -> bytes:
        """The bytes in a coding, made on first demand. Takes milliseconds: for a thread of its own."""
        done = self.variant(coding)
        if done is None:
            # Two threads at once make the same bytes.
            done = self._encoded[coding] = encode(self.body, coding)
        return done

    @property
    def size(self) -> int:
        """Bytes held, every variant that was made and every prepared answer included."""
        heads = sum(len(name) + len(value) for name, value in self.headers)
        return len(self.body) + heads + sum(len(body) for body in self._encoded.values()) + self.prepared.size


def represent(body: bytes, *, headers: Headers, changed: int, expires: float | None) -> Representation:
    """A representation of these bytes, which last changed in the Unix second `changed`."""
    tags: dict[Coding, str] = {coding: _tag(body, coding) for coding in CODINGS}
    return Representation(
        body=body,
        headers=headers,
        validators=Validators(etags=tags, last_modified=changed),
        expires=expires,
    )


def _tag(body: bytes, coding: Coding) -> str:
    """A strong entity-tag (RFC 9110 §8.8.3): each coding has its own, known before anything is compressed."""
    digest = hashlib.blake2b(body, digest_size=12, key=COMPRESSORS[coding].encode()).hexdigest()
    return f'"{digest}"' if coding == "identity" else f'"{digest}-{coding}"'


def encode(body: bytes, coding: Coding) -> bytes:
    """The bytes of a body in a coding: always the same ones. Takes milliseconds: for a thread of its own."""
    if coding == "identity":
        return body
    if coding == "br":
        return bytes(brotli.compress(body, mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY))
    # Not gzip.compress: Python's versions write different heads. zlib's own has no time in it.
    return zlib.compress(body, GZIP_LEVEL, wbits=_GZIP_WINDOW)
