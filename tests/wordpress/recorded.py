"""A site that answers as the recorded WordPress does: its posts as they are in the records, chosen and ordered by the
parameters that WordPress knows. tests/soak asks a real one the same questions."""

import copy
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.fetch.servers import Request, Server, answer

DATA = Path(__file__).parent / "data"
HOME = "http://wordpress.example"


def recorded(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


@dataclass(kw_only=True)
class Recorded:
    """`posts` may be changed as editors would; `closed` are parts of the API that are not answered."""

    server: Server
    posts: list[dict[str, Any]] = field(default_factory=lambda: recorded("posts.json"))
    index: dict[str, Any] = field(default_factory=lambda: recorded("index.json"))
    categories: list[dict[str, Any]] = field(default_factory=lambda: recorded("categories.json"))
    tags: list[dict[str, Any]] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)
    # As before WordPress 5.7.
    old: bool = False

    def __post_init__(self) -> None:
        self.server.otherwise = lambda request, connection: self._reply(request)

    @property
    def home(self) -> str:
        return self.server.base

    def post(self, slug: str) -> dict[str, Any]:
        """The post whose address ends so."""
        return next(post for post in self.posts if post["link"].rstrip("/").endswith(slug))

    def edit(self, slug: str, **changes: Any) -> None:
        """Changes a post as an editor would, a minute after the last change of any."""
        post = self.post(slug)
        post.update(changes)
        latest = max(each["modified"] for each in self.posts)
        hour, minute = int(latest[11:13]), int(latest[14:16]) + 1
        post["modified"] = f"{latest[:11]}{hour:02}:{minute:02}:00"
        post["modified_gmt"] = f"{latest[:11]}{hour:02}:{minute:02}:00"

    def _reply(self, request: Request) -> bytes:
        parts = urlsplit(request.target)
        query = dict(parse_qsl(parts.query))
        route = query.pop("rest_route", None) or parts.path.removeprefix("/wp-json")
        if "feed" in query:
            return answer(self._text((DATA / "feed.xml").read_text(encoding="utf-8")))
        if parts.path == "/" and "rest_route" not in parts.query:
            return answer(b"<html></html>", Link=f'<{self.home}/wp-json/>; rel="https://api.w.org/"')
        if route in self.closed or not route.startswith("/"):
            body = b'{"code":"rest_forbidden","message":"no"}'
            return answer(body, status="403 Forbidden", Content_Type="application/json")
        if route == "/":
            return self._json(self.index)
        rows = {"/wp/v2/posts": self.posts, "/wp/v2/categories": self.categories, "/wp/v2/tags": self.tags}.get(route)
        if rows is None:
            return answer(b'{"code":"rest_no_route"}', status="404 Not Found", Content_Type="application/json")
        chosen = self._chosen(rows, query)
        size, page = int(query.get("per_page", "10")), int(query.get("page", "1"))
        found = chosen[(page - 1) * size : page * size]
        if page > 1 and not found:
            return answer(b'{"code":"rest_post_invalid_page_number"}', status="400 Bad Request")
        return self._json(found)

    def _chosen(self, rows: list[dict[str, Any]], query: dict[str, str]) -> list[dict[str, Any]]:
        if rows is not self.posts:
            return rows
        after = "" if self.old else query.get("modified_after", "")
        numbers = set(map(int, query["include"].split(","))) if "include" in query else None
        chosen = [
            copy.deepcopy(post)
            for post in rows
            if post["modified"] > after
            and post["date"] > query.get("after", "")[:19]
            and (numbers is None or post["id"] in numbers)
            and query.get("lang", post.get("lang")) == post.get("lang")
        ]
        for post in chosen:
            if "author" in self.closed:
                post["_embedded"]["author"] = [{"code": "rest_user_cannot_view", "message": "no"}]
        chosen.sort(key=lambda post: post[query.get("orderby", "date")], reverse=query.get("order") != "asc")
        return chosen

    def _json(self, value: Any) -> bytes:
        text = json.dumps(value, ensure_ascii=False)
        return answer(self._text(text), Content_Type="application/json; charset=UTF-8")

    def _text(self, text: str) -> bytes:
        # The guids stay what they were when the articles were written, whatever the site is called now.
        return text.replace(f"{HOME}/wp-", f"{self.home}/wp-").replace(f'"{HOME}"', f'"{self.home}"').encode()
