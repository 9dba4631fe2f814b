"""The access log: all requests that the application answers; of those that the lane would answer, one in so many."""

import logging
import time
from typing import Any, cast
from urllib.parse import unquote_to_bytes

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from feeds.desk import Desk
from feeds.logs import event
from feeds.prepared import Answer, Wants
from feeds.web.answers import Standing
from feeds.web.fastlane import FastLane

log = logging.getLogger("feeds.access")

# Characters of a header or a target that are logged.
_LONGEST = 300


def lane_of(desk: Desk) -> FastLane:
    """The desk's lane, as the configuration has it logged."""
    every = desk.settings.server.access_log
    return SampledLane(desk, every) if every else FastLane(desk)


class SampledLane(FastLane):
    """Leaves one in so many requests to the application, which answers the same and logs it."""

    def __init__(self, desk: Desk, every: int) -> None:
        super().__init__(desk)
        self._every = every
        self._left = every
        self._sampling = False

    def recall(self, head: bytes, standing: Standing) -> Answer | None:
        self._left -= 1
        if not self._left:
            self._left = self._every
            self._sampling = True
            return None
        return super().recall(head, standing)

    def answer(self, head: bytes, target: bytes, wants: Wants, standing: Standing) -> Answer | None:
        if self._sampling:
            self._sampling = False
            return None
        return super().answer(head, target, wants, standing)


class AccessLog:
    """An ASGI layer that logs each request with its answer: a line an event, as all of the log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        seen: dict[str, Any] = {"status": 500, "size": 0}

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
                seen["cache"] = dict(message["headers"]).get(b"cache-status", b"").decode("latin-1")
            else:
                seen["size"] += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            log.info(_line(scope, seen, time.perf_counter() - began))


def _line(scope: Scope, seen: dict[str, Any], seconds: float) -> str:
    headers = dict(scope["headers"])
    target = cast("bytes", scope["raw_path"]) + (b"?" + scope["query_string"] if scope["query_string"] else b"")
    client = scope.get("client")
    return event(
        "request",
        method=scope["method"],
        # As a person reads it; what is no text stays as it came.
        target=unquote_to_bytes(target[:_LONGEST]).decode("utf-8", "backslashreplace"),
        status=seen["status"],
        bytes=seen["size"],
        seconds=seconds,
        cache=seen.get("cache", ""),
        client=client[0] if client else "",
        agent=headers.get(b"user-agent", b"")[:_LONGEST].decode("latin-1"),
    )
