"""The live service, asked inside this process: what it answers is what is published."""

import asyncio
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

import brotli
from starlette.types import ASGIApp, Message, Scope

from feeds.conditional import Coding, parse_http_date
from feeds.publish.outlet import md5


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What stands at an address, in one coding."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_sure(self) -> bool:
        """Whether it is what the store holds now: neither nothing, nor the last good bytes in its place."""
        return self.status in (200, 404, 410) and "detail=stale" not in self.headers.get("cache-status", "")

    @property
    def coding(self) -> str:
        return self.headers.get("content-encoding", "identity")

    @property
    def modified(self) -> int:
        """The Unix second of Last-Modified; 0 without one."""
        return parse_http_date(self.headers.get("last-modified", ""), 0) or 0

    @property
    def digest(self) -> str:
        """As Held's."""
        return md5(self.body)


class Service:
    """Asks an application for addresses below the site's."""

    def __init__(self, app: ASGIApp, base: str) -> None:
        self._app = app
        self._base = base

    async def variants(self, path: str, answer: Answer) -> Mapping[Coding, bytes]:
        """The very bytes that are sent in each coding of what was answered; none where it has changed meanwhile."""
        found: dict[Coding, bytes] = {"identity": answer.body}
        codings: tuple[Coding, ...] = ("br", "gzip")
        for coding in codings:
            other = await self.ask(path, coding)
            if not other.is_sure:
                return {}
            if other.coding == coding:
                if _decoded(other) != answer.body:
                    return {}
                found[coding] = other.body
        return found

    async def ask(self, path: str, coding: Coding = "identity") -> Answer:
        """What is answered to a path, in a coding that one takes."""
        sent: list[Message] = []
        asked = asyncio.Event()

        async def receive() -> Message:
            if asked.is_set():
                # Whoever asks stays.
                await asyncio.Future()
            asked.set()
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        try:
            await self._app(_scope(self._base + path, coding), receive, send)
        except Exception:
            # Starlette answers 500, and hands the error on to the server. Whoever made it has logged it.
            if not sent:
                raise
        start, *rest = sent
        return Answer(
            status=start["status"],
            headers={name.decode("latin-1"): value.decode("latin-1") for name, value in start["headers"]},
            body=b"".join(part.get("body", b"") for part in rest),
        )


def _scope(target: str, coding: Coding) -> Scope:
    """A request as a server hands it on."""
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": unquote(target),
        "raw_path": target.encode("ascii"),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"accept-encoding", coding.encode())],
        "client": None,
        "server": None,
    }


def _decoded(answer: Answer) -> bytes:
    return bytes(brotli.decompress(answer.body)) if answer.coding == "br" else zlib.decompress(answer.body, wbits=31)
