"""The style sheet and the script of pages: made once, served compressed, with validators."""

import asyncio
import mimetypes

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from feeds.conditional import decide
from feeds.representation import represent


class Asset:
    """An ASGI application for GET of one file, whose bytes stay as they are while the process lives."""

    def __init__(self, name: str, body: bytes) -> None:
        kind = f"{mimetypes.guess_type(name)[0]}; charset=utf-8"
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
            response = Response(status_code=304, headers=headers)
        else:
            if decision.coding != "identity":
                headers["content-encoding"] = decision.coding
            body = await asyncio.to_thread(self._representation.encode, decision.coding)
            response = Response(body, headers=headers)
        await response(scope, receive, send)
