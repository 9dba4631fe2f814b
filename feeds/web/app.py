"""The table of routes, and the life of the application around them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount, Route, request_response
from starlette.types import ASGIApp

from feeds.desk import Desk
from feeds.ledger import Present
from feeds.metrics import Kind
from feeds.render.pages import try_out
from feeds.web.access import AccessLog, lane_of
from feeds.web.api import Articles
from feeds.web.assets import Files
from feeds.web.counting import Books, Counting, Kinds
from feeds.web.fastlane import LANE
from feeds.web.openapi import Described
from feeds.web.operation import Operation
from feeds.web.problems import Problems
from feeds.web.reading import Reading
from feeds.web.routes import Addresses


def application(desk: Desk) -> Starlette:
    """The desk as an ASGI application, which opens and closes it. Everything lies under the path of `[site] url`."""
    books = Books(desk.metrics, lambda: present(desk))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[dict[str, object]]:
        await desk.open()
        try:
            # For a server that knows what to do with it; any other serves the same without.
            yield {LANE: lane_of(desk)}
        finally:
            await desk.close()

    app = routed(desk, books)
    app.router.lifespan_context = lifespan
    return app


def routed(desk: Desk, books: Books) -> Starlette:
    """The table of routes of a desk that somebody else opens and closes; `books` hold what /metrics tells."""
    try_out(desk.pages)
    problems = Problems(desk.pages, lambda: desk.names)
    operation = Operation(desk, books, problems)
    # Starlette matches paths that are decoded.
    base = unquote(desk.settings.site.path)

    def reading(app: ASGIApp, kind: Kind = "operation") -> ASGIApp:
        return Kinds(Reading(app, problems), kind)

    addresses = reading(Addresses(desk, problems), "other")
    routes: list[BaseRoute] = [
        Route(f"{base}/healthz", reading(request_response(operation.healthz))),
        Route(f"{base}/readyz", reading(request_response(operation.readyz))),
        Route(f"{base}/metrics", reading(request_response(operation.metrics))),
        Route(f"{base}/robots.txt", reading(request_response(operation.robots))),
        Mount(f"{base}/static", reading(Files(desk, Addresses(desk, problems)), "static")),
        # Whatever it looks like: addresses are read by feeds.addresses, from the raw path.
        Route("/{rest:path}", addresses),
    ]
    if desk.settings.api.tokens:
        routes[:0] = [
            Route(f"{base}/articles", Kinds(Articles(desk, problems), "api")),
            Route(f"{base}/openapi.json", reading(Described(desk.settings), "api")),
        ]
    app = Starlette(
        routes=routes,
        exception_handlers=problems.handlers(),
        middleware=[
            *([Middleware(AccessLog)] if desk.settings.server.access_log else []),
            Middleware(Counting, metrics=desk.metrics),
        ],
    )
    # It would build Location from the request's Host.
    app.router.redirect_slashes = False
    # RFC 9110 §9.3.7: OPTIONS * asks about the server; no route begins without a slash.
    app.router.default = addresses
    return app


def present(desk: Desk) -> Present:
    """How a process is that serves with this desk."""
    size, number = desk.held
    return Present(cache_bytes=size, cache_entries=number, store_well=not desk.trouble)
