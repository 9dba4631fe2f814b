"""The live service, asked inside this process: what it answers is what is published."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Scope

from feeds.conditional import CODINGS, Coding, parse_http_date
from feeds.publish.outlet import md5
from feeds.representation import encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What stands at an address, in no coding."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_sure(self) -> bool:
        """Whether it is what the store holds now: neither nothing, nor the last good bytes in its place."""
        return self.status in (200, 404, 410) and "detail=stale" not in self.headers.get("cache-status", "")

    @property
    def is_coded(self) -> bool:
        """Whether it is answered in other codings, too."""
        return "accept-encoding" in self.headers.get("vary", "").lower()

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

    async def variants(self, answer: Answer) -> Mapping[Coding, bytes]:
        """The very bytes that are sent in each coding of what was answered. They are not asked for: something else may
        be answered then."""
        codings: Collection[Coding] = CODINGS if answer.is_coded else ("identity",)
        return {coding: await asyncio.to_thread(encode, answer.body, coding) for coding in codings}

    async def ask(self, path: str) -> Answer:
        """What is answered to a path."""
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
            await self._app(_scope(self._base + path), receive, send)
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


def _scope(target: str) -> Scope:
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
        "headers": [(b"accept-encoding", b"identity")],
        "client": None,
        "server": None,
    }
