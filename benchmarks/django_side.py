"""What most would write with Django: its syndication framework behind its cache, gzip and conditional answers.

For gunicorn: `benchmarks.django_side:application`. BENCH_ANSWER is as in `benchmarks.sides`.
"""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.contrib.syndication.views import Feed
from django.core.wsgi import get_wsgi_application
from django.urls import path

ARTICLES = Path(os.environ["BENCH_ANSWER"]).parent / "articles.jsonl"

settings.configure(
    ALLOWED_HOSTS=["*"],
    SECRET_KEY="of a measurement",
    ROOT_URLCONF=__name__,
    CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    CACHE_MIDDLEWARE_SECONDS=300,
    # In the order that its documentation gives.
    MIDDLEWARE=[
        "django.middleware.cache.UpdateCacheMiddleware",
        "django.middleware.gzip.GZipMiddleware",
        "django.middleware.http.ConditionalGetMiddleware",
        "django.middleware.cache.FetchFromCacheMiddleware",
    ],
)
django.setup()


class Latest(Feed):  # type: ignore[misc]
    """The 50 newest of the articles."""

    title = "News"
    link = "/"
    description = "News"

    def items(self) -> list[dict[str, Any]]:
        with ARTICLES.open(encoding="utf-8") as file:
            return [json.loads(line) for line in file][-50:]

    def item_title(self, item: dict[str, Any]) -> str:
        return str(item["title"])

    def item_description(self, item: dict[str, Any]) -> str:
        return str(item["content_html"])

    def item_link(self, item: dict[str, Any]) -> str:
        return str(item["url"])

    def item_pubdate(self, item: dict[str, Any]) -> datetime:
        return datetime.fromisoformat(item["date_published"])

    # Without it the framework asks the database for the site's name.
    def get_feed(self, obj: Any, request: Any) -> Any:
        request.META["HTTP_HOST"] = "news.example"
        return super().get_feed(obj, request)


urlpatterns = [path("section-0/rss.xml", Latest())]
application = get_wsgi_application()
