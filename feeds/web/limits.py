"""What a request's head may be and how many may come, and the answers to one that is not: HTTP's own errors."""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus

LONGEST_HEAD = 32 * 1024
LONGEST_TARGET = 8 * 1024
# Seconds from the beginning of a head to its end, and from a connection to its first head.
HEAD_SECONDS = 10.0
# Seconds in which somebody must take some of what is sent to them.
SEND_SECONDS = 60.0
# Seconds after which, once the service ends, who has not taken its answer is cut off: before uvicorn loses patience,
# which speaks of an error.
ENDING_SECONDS = 8.0
# Files that a process asks for; each connection is one, and takes memory too.
MOST_FILES = 65_536
# Connections that may wait in the system's queue, which by itself has as many (net.core.somaxconn).
BACKLOG = 4096

# RFC 9110 §9.1: longer than any method that there is.
_LONGEST_METHOD = 32
# RFC 9110 §7.2, RFC 3986 §3.2.2: uri-host [ ":" port ]; empty where the target has no authority.
_HOST = re.compile(
    rb"""
    (?: \[ [0-9A-Fa-fv:] [0-9A-Za-z:.!$&'()*+,;=_~-]* \] | (?: [0-9A-Za-z._~!$&'()*+,;=-] | %[0-9A-Fa-f]{2} )* )
    (?: :[0-9]* )?
    [ \t]*
    """,
    re.VERBOSE,
)
_RAW = re.compile(rb"[\x80-\xff]+")
# RFC 9110 §5.6.2.
_METHOD = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32} ")
# As much of one, and of the space behind it, as may have come.
_METHOD_SO_FAR = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}(?: |\Z)")
# Those that the parser may tell apart: PRI is how HTTP/2 begins.
_KNOWN = (b"GET ", b"HEAD ", b"OPTIONS ", b"POST ", b"PUT ", b"DELETE ", b"PATCH ", b"TRACE ", b"CONNECT ", b"PRI ")
# What stands for any other: one that the parser knows, that asks for nothing, and that nobody answers.
_OTHER = b"UNLINK "
# RFC 9112 §3.2.2: absolute-form, up to where its path begins.
_ABSOLUTE = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]+")
_BARE_LF = re.compile(rb"(?<!\r)\n")

_DETAILS = {
    400: "The request is not HTTP/1.1 as RFC 9112 has it.",
    414: f"The target of a request may have {LONGEST_TARGET} bytes.",
    431: f"The head of a request may have {LONGEST_HEAD} bytes.",
}
# Instead of the standard library's words, which change with its versions (RFC 9110 §15.5, RFC 6585 §5).
_TITLES = {414: "URI Too Long", 431: "Request Header Fields Too Large"}


@lru_cache(maxsize=32)
def is_host(value: bytes) -> bool:
    """Whether this may stand in a Host header."""
    return _HOST.fullmatch(value) is not None


def encoded_target(head: bytes) -> bytes:
    """The head with the raw bytes of its target percent-encoded: what browsers' address bars and old readers send."""
    line, end, rest = head.partition(b"\r\n")
    line = _RAW.sub(lambda raw: b"".join(b"%%%02X" % byte for byte in raw[0]), line)
    return line + end + rest


def spoken_method(head: bytes) -> tuple[bytes, str]:
    """The head with a method that the parser knows, and the method itself where it is another one.

    RFC 9110 §9.1: methods are any tokens, in capitals or not; the parser knows some, and takes the rest for no HTTP.
    """
    if head.startswith(_KNOWN) or not (found := _METHOD.match(head)):
        return head, ""
    return _OTHER + head[found.end() :], found[0].decode("ascii").rstrip()


def origin_form(target: bytes) -> bytes:
    """A target as if it were sent to the origin alone: what it says of another host is of no matter."""
    # RFC 9112 §3.2.2: any server must accept the absolute form; without a path it is the root's.
    found = _ABSOLUTE.match(target)
    if not found:
        return target
    path = target[found.end() :]
    return path if path.startswith(b"/") else b"/" + path


def fault(beginning: bytes | bytearray) -> int:
    """The status for a head that is too long, as far as it has come; 0 where it may go on."""
    method, _, rest = beginning[: LONGEST_TARGET + _LONGEST_METHOD + 1].partition(b" ")
    if len(rest.partition(b"\r")[0].partition(b" ")[0]) > LONGEST_TARGET and len(method) <= _LONGEST_METHOD:
        # RFC 9110 §15.5.15.
        return 414
    # RFC 6585 §5.
    return 431 if len(beginning) > LONGEST_HEAD else 0


def is_broken(beginning: bytearray, start: int) -> bool:
    """Whether no end of a head can make this right: neither a method nor lines as HTTP has them. (Greetings of
    other protocols are told at once, not after the time for a head.) What stands before `start` was found right."""
    return not _METHOD_SO_FAR.match(beginning) or _BARE_LF.search(beginning, start) is not None


def _refusal(status: int) -> tuple[bytes, bytes]:
    title = _TITLES.get(status, HTTPStatus(status).phrase)
    # RFC 9457 §3.1.
    problem = {"type": "about:blank", "title": title, "status": status, "detail": _DETAILS[status]}
    body = json.dumps(problem, ensure_ascii=False).encode()
    lines = [
        "content-type: application/problem+json",
        f"content-length: {len(body)}",
        "cache-control: no-store",
        "x-content-type-options: nosniff",
        "access-control-allow-origin: *",
        "connection: close",
    ]
    return f"HTTP/1.1 {status} {title}\r\n".encode(), "\r\n".join([*lines, "", ""]).encode() + body


# The answers, in two parts each: what the server always says goes between them.
REFUSALS: Mapping[int, tuple[bytes, bytes]] = {status: _refusal(status) for status in _DETAILS}
