"""What is answered, counted: an ASGI layer around the application, and the books of all processes."""

import asyncio
import time
from collections.abc import Callable
from typing import cast

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from feeds.ledger import Ledger, Present, Totals
from feeds.metrics import Kind, Metrics

# Where an application says in the scope what was asked for.
KIND = "khulasat.kind"
# Seconds between entries in the books: as much is lost of a process that is killed.
_PAUSE = 0.25


class Counting:
    """Counts each answer by its kind, which stands in the scope by then, and its status."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # What answers a fault stands around this.
        status = 500
        size = 0
        whole = False

        def count() -> None:
            self._metrics.answered(cast("Kind", scope.get(KIND, "other")), status, size)

        async def counted(message: Message) -> None:
            nonlocal status, size, whole
            if message["type"] == "http.response.start":
                status = message["status"]
            else:
                size += len(message.get("body", b""))
                whole = not message.get("more_body", False)
                if whole:
                    # Before it is sent: whoever has an answer finds it counted.
                    count()
            await send(message)

        try:
            await self._app(scope, receive, counted)
        finally:
            if not whole:
                # Half an answer is none.
                status = 500
                count()


class Kinds:
    """Says of what lies behind it what kind it is."""

    def __init__(self, app: ASGIApp, kind: Kind) -> None:
        self._app = app
        self._kind = kind

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[KIND] = self._kind
        await self._app(scope, receive, send)


class Books:
    """The numbers of this process and, where there is a ledger, those of all others that serve with it."""

    def __init__(self, metrics: Metrics, present: Callable[[], Present], ledger: Ledger | None = None) -> None:
        self._metrics = metrics
        self._present = present
        self._ledger = ledger

    def totals(self) -> Totals:
        """What all have counted: this process until now, others until a moment ago."""
        if self._ledger is None:
            return Totals(counts=self._metrics.values(), present=[self._present()])
        self._write()
        return self._ledger.read(now=time.monotonic())

    async def run(self) -> None:
        """Enters in the ledger what is counted, for ever; a last time when it is cancelled."""
        if self._ledger is None:
            return
        try:
            while True:
                self._write()
                await asyncio.sleep(_PAUSE)
        finally:
            self._write()
            self._ledger.close()
            self._ledger = None

    def _write(self) -> None:
        if self._ledger:
            self._ledger.write(self._metrics.values(), self._present(), now=time.monotonic())
