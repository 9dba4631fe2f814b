"""For those who run it: alive, able to serve, in numbers; and what robots may read."""

import asyncio
import ipaddress

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from feeds.addresses import ListingAddress, path_of
from feeds.desk import Desk
from feeds.errors import StoreUnavailable
from feeds.web.counting import Books
from feeds.web.exposition import TEXT_TYPE, Measured, Waiting, exposition
from feeds.web.problems import Problems

_NO_STORE = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
_ROBOTS = {"cache-control": "public, max-age=3600", "x-content-type-options": "nosniff"}
# What proxies say of whom they ask for. It opens nothing to anybody: it only closes.
_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-real-ip")


class Operation:
    def __init__(self, desk: Desk, books: Books, problems: Problems) -> None:
        self._desk = desk
        self._books = books
        self._problems = problems

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

    async def metrics(self, request: Request) -> Response:
        """What every process has counted, for those who may know."""
        if self._desk.settings.server.metrics != "public" and not _is_near(request):
            detail = "Metrics are for this machine itself; [server] metrics says otherwise."
            return self._problems.answer(request.scope, 403, detail)
        measured = await self._measure()
        body = await asyncio.to_thread(exposition, measured)
        return Response(body, headers={**_NO_STORE, "content-type": TEXT_TYPE})

    async def _measure(self) -> Measured:
        totals, now = self._books.totals(), self._desk.clock()
        if self._desk.trouble:
            # What a connection still finds may be a file that is gone.
            return Measured(totals=totals)
        try:
            newest = await self._desk.store.newest(now)
            backlog = await self._desk.store.outbox.backlog()
        except StoreUnavailable:
            return Measured(totals=totals)
        ages = {slug: (now - stands).total_seconds() for slug, stands in newest.items() if slug}
        age = (now - backlog.oldest).total_seconds() if backlog.oldest else 0.0
        waiting = Waiting(
            announcements=backlog.announcements, purges=backlog.purges, pings=backlog.pings, age=max(0.0, age)
        )
        return Measured(totals=totals, ages=ages, outbox=waiting)

    async def robots(self, _: Request) -> Response:
        sitemap = self._desk.edition.url(path_of(ListingAddress(kind="news")))
        return PlainTextResponse(f"User-agent: *\nDisallow:\n\nSitemap: {sitemap}\n", headers=_ROBOTS)


def _is_near(request: Request) -> bool:
    """Whether a request comes from this machine, and not through a proxy on it."""
    if any(name in request.headers for name in _FORWARDED):
        return False
    # Of a socket file there is no address: whoever reaches it is on this machine.
    return request.client is None or _is_loopback(request.client.host)


def _is_loopback(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return not host
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
