"""The table of routes, and the life of the application around them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route, request_response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from feeds.desk import Desk
from feeds.render.pages import STATIC
from feeds.web.fastlane import LANE, FastLane
from feeds.web.operation import Operation
from feeds.web.problems import Problems
from feeds.web.reading import Reading
from feeds.web.routes import Addresses


def application(desk: Desk) -> Starlette:
    """The desk as an ASGI application. Everything lies under the path of `[site] url`."""
    problems = Problems(desk.settings)
    operation = Operation(desk)
    # Starlette matches paths that are decoded.
    base = unquote(desk.settings.site.path)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[dict[str, object]]:
        await desk.open()
        try:
            # For a server that knows what to do with it; any other serves the same without.
            yield {LANE: FastLane(desk)}
        finally:
            await desk.close()

    def reading(app: ASGIApp) -> ASGIApp:
        return Reading(app, problems)

    routes: list[BaseRoute] = [
        Route(f"{base}/healthz", reading(request_response(operation.healthz))),
        Route(f"{base}/readyz", reading(request_response(operation.readyz))),
        Route(f"{base}/robots.txt", reading(request_response(operation.robots))),
        Mount(f"{base}/static", reading(StaticFields(StaticFiles(directory=STATIC)))),
        # Whatever it looks like: addresses are read by feeds.addresses, from the raw path.
        Route("/{rest:path}", reading(Addresses(desk, problems))),
    ]
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers=problems.handlers())
    # It would build Location from the request's Host.
    app.router.redirect_slashes = False
    return app


class StaticFields:
    """Adds to files what browsers and caches should know of them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def finish(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    (b"cache-control", b"public, max-age=3600"),
                    (b"x-content-type-options", b"nosniff"),
                    # Pictures of samples and logos are shown by readers on other origins.
                    (b"access-control-allow-origin", b"*"),
                ]
            await send(message)

        await self._app(scope, receive, finish)
