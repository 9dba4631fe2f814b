"""The newsroom's push: articles in, out and back, for whoever has a token."""

import asyncio
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, BinaryIO

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from feeds.desk import Desk
from feeds.errors import BadParameter, BadSource, StoreUnavailable
from feeds.importers import jsonfeed
from feeds.importers.source import Source
from feeds.intake.deciding import Change
from feeds.intake.door import Intake, Options, Tally, withdraw
from feeds.interchange import read_time
from feeds.items import item_of, tombstone_of
from feeds.model import Article, Place, Record, Rejection, Selection, Tombstone
from feeds.sections import SectionNames
from feeds.settings import Token
from feeds.text.guid import article_key
from feeds.web.problems import Problems
from feeds.web.tokens import bearer, holder

MAX_BODY = 32 * 1024 * 1024
MAX_LISTED = 1000
MEDIA_TYPES = ("application/json", "application/feed+json", "application/x-ndjson", "application/jsonl")
METHODS = ("POST", "GET", "HEAD", "DELETE", "OPTIONS")
_NO_STORE = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
# Bytes of a body that are kept in memory.
_IN_MEMORY = 1024 * 1024
# As Admission has it: what is further ahead is a typing error.
_EMBARGO = timedelta(days=30)
# What reasons say to whoever runs `feeds import`.
_OPTION = re.compile(r",? or(?:, if that is meant, give)? --[a-z-]+")
_NAMES: Mapping[str, str] = {"new": "created", "updated": "updated", "unchanged": "unchanged"}


class _Refused(Exception):
    """The request is answered with a problem."""

    def __init__(self, status: int, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status, self.detail, self.more = status, detail, more


class Articles:
    """The ASGI application at `/articles`."""

    def __init__(self, desk: Desk, problems: Problems) -> None:
        self._desk = desk
        self._problems = problems

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self._respond(Request(scope, receive))
        except _Refused as refused:
            response = self._problems.of_api(refused.status, refused.detail, refused.more)
            if refused.status == 405:
                response.headers["allow"] = ", ".join(METHODS)
            if refused.status == 415:
                # RFC 9110 §12.5.3: what may be sent.
                response.headers["accept-encoding"] = "identity"
        except BadParameter as fault:
            response = self._problems.of_api(400, f"{fault}.")
        except StoreUnavailable:
            response = self._problems.of_api(503, "The articles can't be reached at the moment; try again.")
        except ClientDisconnect:
            # Nobody is there to be answered; nothing was taken.
            return
        if scope["method"] == "HEAD":
            response.body = b""
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        if request.method not in METHODS:
            raise _Refused(405, f"{request.method} is not for this address.")
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"allow": ", ".join(METHODS)})
        token = self._token(request)
        if request.method == "POST":
            return await self._push(request, token)
        if request.method == "DELETE":
            return await self._withdraw(request, token)
        return await (self._find(request, token) if "id" in request.query_params else self._list(request, token))

    def _token(self, request: Request) -> Token:
        given = bearer(request.headers.getlist("authorization"))
        found = holder(given, self._desk.settings.api.tokens) if given else None
        if found is None:
            raise _Refused(401, "Give a token of [[api.tokens]]: Authorization: Bearer …")
        return found

    def _allowed(self, token: Token) -> frozenset[str] | None:
        """The slugs that a token may change; None for all."""
        if not token.sections:
            return None
        names = self._desk.names
        return frozenset(names.slug(name) or name for name in token.sections)

    async def _push(self, request: Request, token: Token) -> Response:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in MEDIA_TYPES:
            raise _Refused(415, f"The body is {kind or 'of no type'}; send one of {', '.join(MEDIA_TYPES)}.")
        coding = request.headers.get("content-encoding", "identity").strip().lower()
        if coding != "identity":
            raise _Refused(415, f"The body is compressed as {coding}; send it as it is.")
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as body:
            await self._receive(request, body)  # type: ignore[arg-type]
            taken = _Taken()
            source = Source.of("body", body)
            options = Options(only=self._allowed(token), restoring=True, embargo=_EMBARGO, news=None)
            try:
                await Intake(self._desk.store, self._desk.settings, clock=self._desk.clock).take(
                    _numbered(jsonfeed.records(source)),
                    options,
                    tally=Tally(),
                    reject=taken.reject,
                    tell=taken.tell,
                    unchanged=taken.tell,
                )
            except BadSource as fault:
                raise _Refused(400, f"{fault}.") from None
        return self._told(taken)

    async def _receive(self, request: Request, body: BinaryIO) -> None:
        length = request.headers.get("content-length", "")
        size = int(length) if length.isdigit() else 0
        too_long = _Refused(413, f"A body may have {MAX_BODY} bytes; send the articles in parts.")
        if size > MAX_BODY:
            raise too_long
        size = 0
        async for piece in request.stream():
            size += len(piece)
            if size > MAX_BODY:
                raise too_long
            # Beyond the first MiB it is on disk.
            await asyncio.to_thread(body.write, piece)
        if not size:
            raise _Refused(400, "The body is empty; send an item, an array of items, or one on each line.")
        body.seek(0)

    def _told(self, taken: "_Taken") -> Response:
        body = taken.report()
        if not taken.items or taken.accepted:
            return JSONResponse(body, headers=_NO_STORE)
        status = 403 if taken.forbidden else 422
        return self._problems.of_api(status, "No article was taken; the reasons stand at each.", body)

    async def _withdraw(self, request: Request, token: Token) -> Response:
        guid = _one(request, "id")
        found = await self._stored(guid)
        if isinstance(found, Article):
            self._check(found, token)
        reason = request.query_params.get("reason", "")
        done = await withdraw(self._desk.store, [guid], reason, self._desk.clock())
        if not done[guid]:
            raise _Refused(404, "There is no such article, or it is withdrawn already.", id=guid)
        return JSONResponse({"id": guid, "status": "withdrawn"}, headers=_NO_STORE)

    async def _find(self, request: Request, token: Token) -> Response:
        guid = _one(request, "id")
        found = await self._stored(guid)
        if found is None:
            raise _Refused(404, "There is no such article.", id=guid)
        if isinstance(found, Tombstone):
            raise _Refused(410, "The article was withdrawn.", **tombstone_of(found))
        self._check(found, token)
        return JSONResponse(item_of(found), headers=_NO_STORE)

    async def _list(self, request: Request, token: Token) -> Response:
        """The newest articles of a section, those under embargo too: the newsroom looks whether all came in."""
        name = _one(request, "section")
        # One that was pushed a moment ago is there, though the watcher may not have seen it yet.
        names = SectionNames(self._desk.settings.section_list(), await self._desk.store.sections())
        slug = names.slug(name)
        if slug is None:
            known = ", ".join(section.slug for section in names)
            raise BadParameter(f"there is no section {name!r}; there are {known}")
        allowed = self._allowed(token)
        if allowed is not None and slug not in allowed:
            raise _Refused(403, f"This token is for {', '.join(sorted(allowed))}.")
        since = self._since(request)
        shelf = await self._desk.store.shelf(
            Selection(sections=(slug,)), limit=MAX_LISTED, graves=0, now=self._desk.clock() + _EMBARGO
        )
        items = [item_of(article) for article in shelf.articles if since is None or article.listed_at >= since]
        more = shelf.older is not None and (since is None or shelf.older >= since)
        return JSONResponse({"section": slug, "items": items, "more": more}, headers=_NO_STORE)

    def _since(self, request: Request) -> datetime | None:
        text = request.query_params.get("since")
        if text is None:
            return None
        try:
            # In a query a plus sign is a blank.
            return read_time("since", text.replace(" ", "+"), self._desk.settings.site.zone)
        except Exception as fault:
            raise BadParameter(str(fault)) from None

    async def _stored(self, guid: str) -> Article | Tombstone | None:
        return await self._desk.store.find(article_key(guid))

    def _check(self, article: Article, token: Token) -> None:
        allowed = self._allowed(token)
        if allowed is not None and not set(article.sections) <= allowed:
            raise _Refused(403, f"This token is for {', '.join(sorted(allowed))}.", id=article.guid)


class _Taken:
    """What became of the items of one body, by their places."""

    def __init__(self) -> None:
        self.items: dict[tuple[int, ...], dict[str, Any]] = {}
        self.forbidden = False
        self.accepted = False

    def reject(self, rejection: Rejection) -> None:
        self.forbidden = self.forbidden or rejection.forbidden
        reason = _OPTION.sub("", rejection.reason)
        self._note(rejection.place, {"status": "rejected", "reason": reason})

    def tell(self, change: Change) -> None:
        self.accepted = True
        self._note(change.draft.place, {"status": _NAMES[change.outcome], "id": change.article.guid})

    def _note(self, place: Place, what: dict[str, Any]) -> None:
        number, line = int(place.source.removeprefix("item ")), int(place.position)
        self.items[number, line] = {"item": number, "line": line, **what}

    def report(self) -> dict[str, Any]:
        """How many of each, and each in the order of the body."""
        items = [self.items[key] for key in sorted(self.items)]
        counts = {name: 0 for name in ("created", "updated", "unchanged", "rejected")}
        for item in items:
            counts[item["status"]] += 1
        return {**counts, "items": items}


def _numbered(records: Iterator[Record | Rejection]) -> Iterator[Record | Rejection]:
    """Records whose places have their numbers too: an array may stand on one line."""
    for number, record in enumerate(records, 1):
        yield replace(record, place=Place(source=f"item {number}", position=record.place.position))


def _one(request: Request, name: str) -> str:
    values = request.query_params.getlist(name)
    if len(values) != 1 or not values[0]:
        raise BadParameter(f"{name} is {'missing' if not values else 'not one'}; give it once")
    return values[0]
