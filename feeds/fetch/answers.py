"""What a fetch brings, and what it is held to."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from feeds.errors import Unreachable


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one fetch may take: bytes after decompression, seconds in all (of each try), redirects, tries, and the
    longest pause in seconds that a server may ask for."""

    bytes: int = 64 * 1024 * 1024
    seconds: float = 120
    redirects: int = 5
    tries: int = 5
    longest_pause: float = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a server gave with an answer, to be asked with again (RFC 9110 §8.8): as it stood in its head."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A server's answer. `url` is where it stood in the end, `name` that as messages show it; `headers` have small
    names; `links` are those of the Link header by their relation, as they stand there. `body` is what was sent,
    decompressed; empty where it went into a file, and cut where the status is an error's."""

    url: str
    name: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def ok(self) -> bool:
        return self.status == HTTPStatus.OK

    @property
    def not_modified(self) -> bool:
        return self.status == HTTPStatus.NOT_MODIFIED

    @property
    def validators(self) -> Validators:
        return Validators(etag=self.headers.get("etag"), last_modified=self.headers.get("last-modified"))

    @property
    def media_type(self) -> str:
        """In small letters, without parameters; empty where nothing is said."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str | None:
        """The encoding that HTTP names."""
        for parameter in self.headers.get("content-type", "").split(";")[1:]:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "charset":
                return value.strip().strip("\"'").lower() or None
        return None

    def good(self) -> "Answer":
        """Itself. Raises Unreachable where the status is none that brings something."""
        if self.ok or self.not_modified:
            return self
        raise Unreachable(f"{self.name}: answers {said(self.status)}; {_RIGHT.get(self.status, 'check the address')}")

    def json(self) -> Any:
        """What the body says. Raises Unreachable where it is no JSON."""
        try:
            # Some servers begin with a byte order mark, or with the warnings of their PHP.
            return json.loads(self.body.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            raise Unreachable(f"{self.name}: answers no JSON; check that this is the right address") from None


_RIGHT: Mapping[int, str] = {
    401: "it wants a name and a password, https://name:password@…",
    403: "it does not let this program in; ask those who run it",
    404: "check the address",
    429: "it is asked too often; try again later",
}


def said(status: int) -> str:
    """A status with its phrase."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
