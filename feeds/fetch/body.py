"""The bytes of an answer, decompressed, never more at once than a piece, and never more in all than is allowed."""

import zlib
from collections.abc import Iterable, Iterator

# Bytes that one step of decompression may make: a gzip bomb is a thousand times what was sent.
_PIECE = 1 << 18
# As much of what is no article is enough to say why.
_OF_ERRORS = 1 << 18
# What we ask for, and the name that it had before (RFC 9110 §8.4.1.3).
GZIP = ("gzip", "x-gzip")


class TooMuchError(Exception):
    """There is more than is allowed."""


class UnreadableError(Exception):
    """It is not what it says it is, or ends in the middle."""


def pieces(sent: Iterable[bytes], coding: str, limit: int) -> Iterator[bytes]:
    """The decoded body of an answer in pieces. Raises TooMuchError, UnreadableError."""
    return _counted(_decoded(_counted(sent, limit), coding.strip().lower()), limit)


def _counted(given: Iterable[bytes], limit: int) -> Iterator[bytes]:
    size = 0
    for piece in given:
        size += len(piece)
        if size > limit:
            raise TooMuchError
        yield piece


def beginning(sent: Iterable[bytes], coding: str) -> bytes:
    """As much of a body as is wanted of an error's."""
    found = bytearray()
    try:
        for piece in pieces(sent, coding, _OF_ERRORS):
            found += piece
    except (TooMuchError, UnreadableError):
        pass
    return bytes(found)


def _decoded(sent: Iterable[bytes], coding: str) -> Iterator[bytes]:
    if coding in ("", "identity"):
        return iter(sent)
    if coding in GZIP:
        return _gunzipped(sent)
    raise UnreadableError(f"is compressed as {coding[:40]}, which was not asked for")


def _gunzipped(sent: Iterable[bytes]) -> Iterator[bytes]:
    machine = zlib.decompressobj(wbits=31)
    began = False
    for chunk in sent:
        rest = chunk
        while rest:
            if machine.eof:
                # RFC 1952 §2.2: several members may follow each other; zeros behind them are padding.
                if not rest.strip(b"\0"):
                    break
                machine = zlib.decompressobj(wbits=31)
            began = True
            try:
                piece = machine.decompress(rest, _PIECE)
            except zlib.error:
                raise UnreadableError("is not the gzip that it says it is") from None
            yield piece
            rest = machine.unused_data if machine.eof else machine.unconsumed_tail
    if began and not machine.eof:
        raise UnreadableError("ends in the middle")
