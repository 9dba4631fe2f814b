"""The API's description, OpenAPI 3.1, made from what checks the requests. https://spec.openapis.org/oas/v3.1.0"""

from collections.abc import Sequence
from typing import Any

from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from feeds import __version__
from feeds.interchange import Item
from feeds.settings import Settings
from feeds.web.api import MAX_BODY, MAX_LISTED, MEDIA_TYPES

_SCHEMAS = "#/components/schemas/"
_STATUSES = {
    400: "The request is not as described.",
    401: "No token, or none that is known.",
    403: "The token is for other sections.",
    404: "There is no such article.",
    410: "The article was withdrawn.",
    413: f"The body has more than {MAX_BODY} bytes.",
    415: "The body is of another type.",
    422: "No article of the body can be taken.",
    503: "The articles can't be reached at the moment.",
}
_TEXT = {"type": "string", "minLength": 1}
_OUTCOMES = ("created", "updated", "unchanged", "rejected")


class Described:
    """The ASGI application that gives the description to whoever asks."""

    def __init__(self, settings: Settings) -> None:
        self._answer = JSONResponse(
            description(settings),
            headers={
                "cache-control": "public, max-age=3600",
                "x-content-type-options": "nosniff",
                "access-control-allow-origin": "*",
            },
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._answer(scope, receive, send)


def description(settings: Settings) -> dict[str, Any]:
    """The document at `/openapi.json`."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{settings.site.title}: articles",
            "version": __version__,
            "description": "Articles in, out and back, as JSON Feed 1.1 items with `sections`.",
        },
        "servers": [{"url": settings.site.url}],
        "security": [{"token": []}],
        "paths": {"/articles": {"post": _post(), "get": _get(), "delete": _delete()}},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(),
        },
    }


def _post() -> dict[str, Any]:
    one, many = _ref("Item"), {"type": "array", "items": _ref("Item"), "minItems": 1}
    lines = {"type": "string", "description": "An item on each line.", "minLength": 1}
    feed = {"type": "object", "properties": {"items": many}, "required": ["items"]}
    shapes: dict[str, Any] = {"application/json": {"anyOf": [one, many]}, "application/feed+json": feed}
    return {
        "summary": "Brings articles in, new and changed ones; a withdrawn one comes back.",
        "operationId": "push",
        "requestBody": {
            "required": True,
            "content": {kind: {"schema": shapes.get(kind, lines)} for kind in MEDIA_TYPES},
        },
        "responses": {
            "200": _answer("What became of each, in order.", "Report"),
            **_problems(400, 401, 413, 415, 503),
            "403": _answer(_STATUSES[403], "Refusal", problem=True),
            "422": _answer(_STATUSES[422], "Refusal", problem=True),
        },
    }


def _get() -> dict[str, Any]:
    return {
        "summary": f"One article by its id, or the newest {MAX_LISTED} of a section, those under embargo too.",
        "operationId": "look",
        "parameters": [
            _parameter("id", "The article's id.", _TEXT),
            _parameter("section", "Instead of an id: a section's slug, title or alias.", _TEXT),
            _parameter("since", "With a section: only what stands there from this time on.", {"type": "string"}),
        ],
        "responses": {
            "200": _answer("The article, or the articles.", "Item", "Listing"),
            **_problems(400, 401, 403, 404, 410, 503),
        },
    }


def _delete() -> dict[str, Any]:
    return {
        "summary": "Withdraws an article.",
        "operationId": "withdraw",
        "parameters": [
            _parameter("id", "The article's id.", _TEXT, required=True),
            _parameter("reason", "Why; feed readers may show it.", {"type": "string"}),
        ],
        "responses": {
            "200": _answer("It is withdrawn.", "Withdrawn"),
            **_problems(400, 401, 403, 404, 503),
        },
    }


def _schemas() -> dict[str, Any]:
    item = Item.model_json_schema(by_alias=True, ref_template=_SCHEMAS + "{model}")
    parts = item.pop("$defs")
    # A number is taken as its digits.
    item["properties"]["id"] = {"anyOf": [_TEXT, {"type": "integer"}], "description": "For ever this article's."}
    outcome = {
        "type": "object",
        "properties": {
            "item": {"type": "integer", "minimum": 1, "description": "Its number in the body."},
            "line": {"type": "integer", "minimum": 1},
            "status": {"enum": list(_OUTCOMES)},
            "id": {"type": "string"},
            "reason": {"type": "string", "description": "Of a rejected one: what is wrong; what would be right."},
        },
        "required": ["item", "line", "status"],
    }
    counts: dict[str, Any] = {name: {"type": "integer", "minimum": 0} for name in _OUTCOMES}
    report = {**counts, "items": {"type": "array", "items": _ref("Outcome")}}
    problem: dict[str, Any] = {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    }
    return {
        **parts,
        "Item": item,
        "Outcome": outcome,
        "Report": _object(report, list(report)),
        "Listing": _object(
            {
                "section": {"type": "string"},
                "items": {"type": "array", "items": _ref("Item")},
                "more": {"type": "boolean", "description": "Whether there are older ones."},
            },
            ["section", "items", "more"],
        ),
        "Withdrawn": _object({"id": {"type": "string"}, "status": {"const": "withdrawn"}}, ["id", "status"]),
        "Problem": _object(problem, ["type", "title", "status"]),
        "Refusal": _object(problem | report, ["type", "title", "status", *report]),
    }


def _object(properties: dict[str, Any], required: Sequence[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": _SCHEMAS + name}


def _parameter(name: str, about: str, schema: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "description": about, "schema": schema}


def _answer(about: str, *names: str, problem: bool = False) -> dict[str, Any]:
    kind = "application/problem+json" if problem else "application/json"
    schema = _ref(names[0]) if len(names) == 1 else {"anyOf": [_ref(name) for name in names]}
    return {"description": about, "content": {kind: {"schema": schema}}}


def _problems(*statuses: int) -> dict[str, Any]:
    return {str(status): _answer(_STATUSES[status], "Problem", problem=True) for status in statuses}
