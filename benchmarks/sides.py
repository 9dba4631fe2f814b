"""What the service is measured against, each as others would write it: ASGI applications for uvicorn.

BENCH_ANSWER names a JSON file with the headers of this service's answer; its body lies beside it as `body`, the
articles as `articles.jsonl`.
"""

import json
import os
from pathlib import Path
from typing import Any

from feedgen.feed import FeedGenerator
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

ANSWER = Path(os.environ["BENCH_ANSWER"])
HEADERS = {name: value for name, value in json.loads(ANSWER.read_text("utf-8")) if name not in ("date", "connection")}
BODY = (ANSWER.parent / "body").read_bytes()
_PAIRS = [(name.encode(), value.encode("latin-1")) for name, value in HEADERS.items()]
_WITHOUT = [(name, value) for name, value in _PAIRS if name not in (b"content-length", b"content-encoding")]
_CONDITIONS = {b"if-none-match", b"if-modified-since"}


async def bare(scope: Scope, receive: Receive, send: Send) -> None:
    """Constant bytes, and nothing else that uvicorn could be asked to do less of."""
    if not _CONDITIONS.isdisjoint(name for name, _ in scope["headers"]):
        await send({"type": "http.response.start", "status": 304, "headers": _WITHOUT})
        await send({"type": "http.response.body", "body": b""})
    else:
        await send({"type": "http.response.start", "status": 200, "headers": _PAIRS})
        await send({"type": "http.response.body", "body": BODY})


async def _constant(request: Request) -> Response:
    if "if-none-match" in request.headers or "if-modified-since" in request.headers:
        return Response(status_code=304, headers={k: v for k, v in HEADERS.items() if k != "content-length"})
    return Response(BODY, headers=HEADERS)


async def _generated(request: Request) -> Response:
    feed = FeedGenerator()
    feed.id("https://news.example/")
    feed.title("News")
    feed.link(href="https://news.example/")
    feed.description("News")
    with (ANSWER.parent / "articles.jsonl").open(encoding="utf-8") as file:
        items: list[dict[str, Any]] = [json.loads(line) for line in file]
    for item in items[-50:]:
        entry = feed.add_entry(order="append")
        entry.id(item["id"])
        entry.title(item["title"])
        entry.link(href=item["url"])
        entry.content(item["content_html"], type="CDATA")
        entry.published(item["date_published"])
    return Response(feed.rss_str(), media_type="application/rss+xml")


PATH = "/section-0/rss.xml"
route = Starlette(routes=[Route(PATH, _constant)])
per_request = Starlette(routes=[Route(PATH, _generated)])
