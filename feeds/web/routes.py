"""Feeds, pages and redirects: from a raw path to an answer."""

from datetime import datetime

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from feeds.addresses import Address, Gone, Moved
from feeds.cache import Found
from feeds.conditional import decide, http_date
from feeds.desk import Desk
from feeds.errors import BadParameter, StoreUnavailable
from feeds.made import kind
from feeds.model import Tombstone
from feeds.representation import Representation
from feeds.web.answers import STANDING, Locator, dated, fields
from feeds.web.counting import KIND
from feeds.web.problems import Problems

_NOTHING = "There is nothing at this address."


class Addresses:
    """An ASGI application for every address that the desk reads itself."""

    def __init__(self, desk: Desk, problems: Problems) -> None:
        self._desk = desk
        self._problems = problems
        self._locator = Locator(desk)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._respond(scope)
        await response(scope, receive, send)

    async def _respond(self, scope: Scope) -> Response:
        # uvicorn's `path` decodes %2F and makes U+FFFD of %ff.
        path = self._locator.below(scope["raw_path"])
        if path is None:
            return self._problems.answer(scope, 404, _NOTHING)
        try:
            return await self._answer(path, scope)
        except BadParameter as fault:
            return self._problems.answer(scope, 400, f"{fault}.")
        except StoreUnavailable:
            return self._problems.answer(scope, 503, "The articles can't be reached at the moment.")

    async def _answer(self, path: str, scope: Scope) -> Response:
        await self._desk.learn(path)
        found = self._locator.find(path, scope["query_string"])
        if isinstance(found, Moved):
            scope[KIND] = "redirect"
            return self._redirect(found)
        if isinstance(found, Gone):
            return self._problems.answer(scope, 410, "There are no comments here, and no feed of them.")
        if found is None:
            return self._problems.answer(scope, 404, _NOTHING)
        scope[KIND] = kind(found)
        # Before anything is waited for: no date in the answer is later than its Date.
        now = self._desk.clock()
        held = await self._desk.get(found)
        if isinstance(held, Tombstone):
            return self._problems.answer(scope, 410, "The article was withdrawn.")
        if held is None:
            return self._problems.answer(scope, 404, _NOTHING)
        return await self._deliver(found, held, scope, now)

    def _redirect(self, moved: Moved) -> Response:
        headers = {
            # Never from Host: the answer is the same whoever asks.
            "location": self._desk.settings.site.url + moved.path,
            "cache-control": "public, max-age=86400",
            "access-control-allow-origin": "*",
        }
        # Not 308: Java's client, KOReader and older urllib stop at it.
        return Response(status_code=301, headers=headers)

    async def _deliver(self, address: Address, found: Found[Representation], scope: Scope, now: datetime) -> Response:
        representation, request, second = found.value, Headers(scope=scope), int(now.timestamp())
        self._desk.metrics.add("cache", found.how)
        decision = decide(
            if_none_match=_joined(request, "if-none-match"),
            if_modified_since=_joined(request, "if-modified-since"),
            accept_encoding=_joined(request, "accept-encoding"),
            validators=representation.validators,
            now=second,
        )
        # RFC 9110 §8.8.2.1: never later than Date, which uvicorn writes once a second; a clock that was just set
        # forward is further ahead of it.
        date = dated(scope.get("state", {}).get(STANDING, ()), second)
        modified = min(representation.validators.last_modified, date, second - 1)
        headers = dict(fields(representation, decision, found.how)) | {"last-modified": http_date(modified)}
        if decision.status == 304:
            return Response(status_code=304, headers=headers)
        return Response(await self._desk.encoded(address, representation, decision.coding), headers=headers)


def _joined(request: Headers, name: str) -> str | None:
    """All lines of a header as one value (RFC 9110 §5.3)."""
    lines = request.getlist(name)
    return ", ".join(lines) if lines else None
