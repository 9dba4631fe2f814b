"""What may only be read: GET, HEAD and OPTIONS, around an application that knows GET alone."""

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from feeds.web.problems import Problems

_ALLOW = "GET, HEAD, OPTIONS"
# CORS preflight (Fetch §4.8), and what may be done here.
_OPTIONS = {
    "allow": _ALLOW,
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, HEAD",
    "access-control-allow-headers": "If-None-Match, If-Modified-Since",
    "access-control-max-age": "86400",
}


class Reading:
    """Answers OPTIONS and the methods that there are not; HEAD has the very header set of GET, and no body."""

    def __init__(self, app: ASGIApp, problems: Problems) -> None:
        self._app = app
        self._problems = problems

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope["method"]
        if method == "GET":
            await self._app(scope, receive, send)
        elif method == "HEAD":
            await self._app(scope, receive, _without_body(send))
        elif method == "OPTIONS":
            await Response(status_code=204, headers=_OPTIONS)(scope, receive, send)
        else:
            refusal = self._problems.answer(scope, 405, f"{method} is not for this address.", allow=_ALLOW)
            await refusal(scope, receive, send)


def _without_body(send: Send) -> Send:
    async def head(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return head
