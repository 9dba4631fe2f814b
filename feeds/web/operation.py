"""For those who run it: alive, able to serve; and what robots may read."""

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from feeds.desk import Desk

_NO_STORE = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
_ROBOTS = {"cache-control": "public, max-age=3600", "x-content-type-options": "nosniff"}


class Operation:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def healthz(self, _: Request) -> Response:
        """The process lives."""
        return JSONResponse({"status": "ok"}, headers=_NO_STORE)

    async def readyz(self, _: Request) -> Response:
        """Something can be served. A store that is unwell is no reason to send nobody here: it says so only."""
        if not self._desk.ready:
            body = {"status": "unavailable", "reason": self._desk.trouble}
            return JSONResponse(body, 503, headers=_NO_STORE)
        if self._desk.trouble:
            return JSONResponse({"status": "degraded", "reason": self._desk.trouble}, headers=_NO_STORE)
        return JSONResponse({"status": "ok"}, headers=_NO_STORE)

    async def robots(self, _: Request) -> Response:
        return PlainTextResponse("User-agent: *\nDisallow:\n", headers=_ROBOTS)
