"""What pages and feeds are shown with: style sheets and the script, made once, served compressed, with validators; and
files as they lie there."""

import asyncio

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from feeds.addresses import segments_of
from feeds.conditional import decide
from feeds.desk import Desk
from feeds.render.pages import STATIC, STATIC_FILES
from feeds.representation import represent
from feeds.web.answers import Locator

# Said here: what a machine's /etc/mime.types calls a script differs from one to another, and some have none.
_KINDS = {"css": "text/css", "js": "text/javascript"}


class Asset:
    """An ASGI application for GET of one file, whose bytes stay as they are while the process lives."""

    def __init__(self, name: str, body: bytes) -> None:
        kind = f"{_KINDS[name.rpartition('.')[2]]}; charset=utf-8"
        headers = [("content-type", kind), ("vary", "Accept-Encoding")]
        self._representation = represent(body, headers=headers, changed=0, expires=None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Headers(scope=scope)
        decision = decide(
            if_none_match=request.get("if-none-match"),
            # Its bytes come of a program and a configuration, which have no date.
            if_modified_since=None,
            accept_encoding=request.get("accept-encoding"),
            validators=self._representation.validators,
            now=0,
        )
        headers = dict(self._representation.headers) | {"etag": decision.etag}
        if decision.status == 304:
            # RFC 9110 §15.4.5: what describes the bytes went with them.
            del headers["content-type"]
            response = Response(status_code=304, headers=headers)
        else:
            if decision.coding != "identity":
                headers["content-encoding"] = decision.coding
            body = await asyncio.to_thread(self._representation.encode, decision.coding)
            response = Response(body, headers=headers)
        await response(scope, receive, send)


class Files:
    """An ASGI application for what lies below /static/: `made` of templates, by name, or files. What is spelled
    otherwise, or is not there, is `others`' to answer."""

    def __init__(self, desk: Desk, others: ASGIApp) -> None:
        self._made = {name: Asset(name, body) for name, body in desk.pages.assets.items()}
        self._lying = StaticFiles(directory=STATIC)
        self._locator = Locator(desk)
        self._others = others

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(self._locator.below(scope["raw_path"]))(scope, receive, send)

    def _app(self, path: str | None) -> ASGIApp:
        segments = segments_of(path) if path else None
        if segments is None or not segments[1]:
            return self._others
        name = "/".join(segments[0][1:])
        if name in self._made:
            return StaticFields(self._made[name])
        return StaticFields(self._lying) if name in STATIC_FILES else self._others


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
