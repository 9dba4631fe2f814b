"""Our errors -> problem+json for machines, an Arabic page for people."""

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import chain
from typing import Any
from urllib.parse import unquote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from feeds.heads import PAGE_TYPE, page_policy
from feeds.model import Section
from feeds.render.pages import Pages
from feeds.sections import SectionNames

_PROBLEM_TYPE = "application/problem+json"
_ENGLISH = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    410: "Gone",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
# Those that a person may meet.
_PAGES = (404, 405, 410, 500, 503)
# Sections that may have been meant have a page that many ask for: so many of them are kept.
_KEPT = 256
# Parts of an address that are looked at for them.
_PARTS = 4
# Seconds to wait before asking again.
RETRY_AFTER = "30"


class Problems:
    """Answers that are errors. The pages are made once, as they say the same at every address; only where there is
    nothing, they name the sections of `names` that may have been meant."""

    def __init__(self, pages: Pages, names: Callable[[], SectionNames]) -> None:
        self._names = names
        self._base = unquote(pages.settings.site.path)
        self._pages = {status: pages.error(status) for status in _PAGES}
        self._missing = lru_cache(_KEPT)(lambda near: pages.error(404, near))

    def of_api(self, status: int, detail: str, more: Mapping[str, Any] | None = None) -> Response:
        """An error of the API; `more` are members of its own (RFC 9457 §3.2)."""
        headers = {"cache-control": "no-store", "x-content-type-options": "nosniff", "content-type": _PROBLEM_TYPE}
        if status == 401:
            # RFC 9110 §11.6.1, RFC 6750 §3.
            headers["www-authenticate"] = 'Bearer realm="articles"'
        if status == 503:
            headers["retry-after"] = RETRY_AFTER
        return Response(_problem(status, detail, more), status, headers)

    def answer(self, scope: Scope, status: int, detail: str = "", *, allow: str = "") -> Response:
        """An error: `detail` in one sentence for a machine, a page where a person asks."""
        headers = {
            "cache-control": "max-age=60" if status in (404, 410) else "no-store",
            "x-content-type-options": "nosniff",
        }
        if allow:
            headers["allow"] = allow
        if status == 503:
            headers["retry-after"] = RETRY_AFTER
        if status in self._pages and _is_page(scope):
            page = self._pages[status]
            if status == 404 and (near := self._near(scope)):
                page = self._missing(near)
            return Response(page, status, headers | dict(page_policy()) | {"content-type": PAGE_TYPE})
        headers |= {"access-control-allow-origin": "*", "content-type": _PROBLEM_TYPE}
        return Response(_problem(status, detail), status, headers)

    def _near(self, scope: Scope) -> tuple[Section, ...]:
        """The sections that an address may have meant, by each of its parts."""
        path = unquote(scope["raw_path"].decode("latin-1")).removeprefix(self._base)
        parts = [part for part in path.split("/") if part]
        found = (self._names().near(part) for part in parts[:_PARTS])
        return tuple(dict.fromkeys(chain.from_iterable(found)))[:3]

    def handlers(self) -> Mapping[Any, Any]:
        """For what Starlette itself answers: static files that are missing, bugs of ours."""

        async def refused(request: Request, fault: Exception) -> Response:
            assert isinstance(fault, HTTPException)
            return self._outside(request, fault.status_code, str(fault.detail))

        async def failed(request: Request, fault: Exception) -> Response:
            return self._outside(request, 500)

        return {HTTPException: refused, 500: failed}

    def _outside(self, request: Request, status: int, detail: str = "") -> Response:
        answer = self.answer(request.scope, status, detail)
        if request.method == "HEAD":
            # Starlette sends it past the route, where bodies would be left out.
            answer.body = b""
        return answer


def _is_page(scope: Scope) -> bool:
    """Whether a person would look at this address: not where a feed, a file or a service stands, or would."""
    names = [name for name in unquote(scope["raw_path"].decode("latin-1")).lower().split("/") if name]
    machines = "feed" in names or b"feed=" in scope["query_string"] or (names and "." in names[-1])
    return not machines and "static" not in names and names[-1:] not in (["healthz"], ["readyz"], ["metrics"])


def _problem(status: int, detail: str, more: Mapping[str, Any] | None = None) -> bytes:
    """RFC 9457 §3.1; "about:blank" means that the title is the status's."""
    problem: dict[str, Any] = {"type": "about:blank", "title": _ENGLISH.get(status, "Error"), "status": status}
    if detail:
        problem["detail"] = detail
    return json.dumps({**problem, **(more or {})}, ensure_ascii=False).encode("utf-8")
