"""Errors: problem+json where a machine asks, a page in Arabic where a person does."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from feeds.text.guid import article_key
from tests.newsroom import Newsroom, opened, story, until
from tests.store.articles import put, restore, withdraw

pytestmark = pytest.mark.anyio

HERE = f"/articles/{article_key('here')}/"


def is_problem(body: bytes, status: int) -> bool:
    problem = json.loads(body)
    return bool(problem["type"] == "about:blank" and problem["status"] == status and problem["title"])


@pytest.mark.parametrize(
    "target",
    [
        *("/nowhere/rss.xml", "/nowhere/atom.xml", "/nowhere/feed.json", "/nowhere/rss.xml/", "/nowhere/%72ss.xml"),
        *("/nowhere/feed/", "/nowhere/feed", "/nowhere/feed/atom/", "/nowhere/?feed=rss2", "/nothing.txt"),
        *("/static/nothing.css", "/static/nothing"),
    ],
)
async def test_a_machine_is_told_in_json(newsroom: Newsroom, target: str) -> None:
    """RFC 9457; a page of another origin may read it."""
    answer = await newsroom.ask(target)
    assert answer.status == 404
    assert is_problem(answer.body, 404)
    assert answer.head == {
        "content-type": "application/problem+json",
        "content-length": str(len(answer.body)),
        "cache-control": "max-age=60",
        "access-control-allow-origin": "*",
        "x-content-type-options": "nosniff",
    }


@pytest.mark.parametrize(
    "target", ["/nowhere/", "/nowhere", "/articles/x/", "/a/b/c/", "/%ff/", "/%D8%AE%D8%A8%D8%B1/"]
)
async def test_a_person_is_shown_a_page(newsroom: Newsroom, target: str) -> None:
    """In Arabic, right to left, under the same policy as any page; it may stand at any address."""
    answer = await newsroom.ask(target)
    assert answer.status == 404
    page = answer.body.decode("utf-8")
    assert '<html lang="ar" dir="rtl">' in page
    assert "لا شيء في هذا العنوان" in page
    assert 'href="../' not in page
    assert "default-src 'none'" in answer["content-security-policy"]
    assert answer["content-type"] == "text/html; charset=utf-8"
    assert answer["cache-control"] == "max-age=60"
    assert answer["x-content-type-options"] == "nosniff"
    assert answer["referrer-policy"]


@pytest.mark.parametrize("target", ["/comments/feed/", "/comments/feed", "/comments/feed/atom/"])
async def test_the_comments_feeds_are_gone(newsroom: Newsroom, target: str) -> None:
    """410, kept for a minute."""
    answer = await newsroom.ask(target)
    assert (answer.status, answer["cache-control"]) == (410, "max-age=60")
    assert is_problem(answer.body, 410)


async def test_other_errors_are_not_stored(newsroom: Newsroom) -> None:
    """`no-store` on what may be right a moment later."""
    for method, target, status in (("GET", "/rss.xml?limit=x", 400), ("POST", "/rss.xml", 405), ("POST", "/", 405)):
        answer = await newsroom.ask(target, method)
        assert (answer.status, answer["cache-control"]) == (status, "no-store")
    assert "<html" in answer.body.decode("utf-8")


async def test_only_articles_without_an_address_have_a_page(newsroom: Newsroom) -> None:
    """An article with an address of its own has none here; one under embargo has none yet."""
    assert (await newsroom.ask(HERE)).status == 200
    assert (await newsroom.ask(HERE[:-1])).status == 301
    assert (await newsroom.ask(HERE.upper().replace("ARTICLES", "articles"))).status == 301
    assert (await newsroom.ask(f"/articles/{article_key('a')}/")).status == 404
    await newsroom.write(story("later", minutes=-10, url=None))
    later = f"/articles/{article_key('later')}/"
    assert (await newsroom.ask(later)).status == 404
    newsroom.clock.go(minutes=9)
    answer = await newsroom.ask(later)
    assert answer.status == 200
    assert "عنوان later".encode() in answer.body


async def test_a_page_of_an_article_is_a_representation(newsroom: Newsroom) -> None:
    """Made once, with validators; made anew when the article changes."""
    first = await newsroom.ask(HERE)
    assert first["cache-status"] == "khulasat; fwd=miss; stored"
    again = await newsroom.ask(HERE)
    assert again["cache-status"] == "khulasat; hit"
    assert (again.body, again.head) == (first.body, first.head)
    for condition in ({"if-none-match": first["etag"]}, {"if-modified-since": first["last-modified"]}):
        assert (await newsroom.ask(HERE, headers=condition)).status == 304
    newsroom.clock.go(minutes=1)
    await newsroom.write(story("here", url=None, title="عنوان آخر", minutes=5))
    newsroom.clock.go(minutes=1)
    changed = await newsroom.ask(HERE)
    assert "عنوان آخر".encode() in changed.body
    assert changed["etag"] != first["etag"]
    assert changed["last-modified"] == "Mon, 23 Nov 2026 12:02:01 GMT"


async def test_the_page_of_a_withdrawn_article_answers_410(newsroom: Newsroom) -> None:
    """At once, and for as long as it is withdrawn, even where the store is away."""
    await newsroom.ask(HERE)
    await withdraw(newsroom.store, "here")
    await newsroom.seen()
    answer = await newsroom.ask(HERE)
    assert (answer.status, answer["cache-control"]) == (410, "max-age=60")
    assert "سحبته غرفة الأخبار" in answer.body.decode("utf-8")
    away = newsroom.settings.store_path.rename(newsroom.settings.store_path.with_name("away.db"))
    await until(lambda: newsroom.desk.trouble)
    assert (await newsroom.ask(HERE)).status == 503
    away.rename(newsroom.settings.store_path)
    await until(lambda: not newsroom.desk.trouble)
    await restore(newsroom.store, "here")
    await newsroom.seen()
    assert (await newsroom.ask(HERE)).status == 200


@pytest.fixture
async def sick(tmp_path: Path) -> AsyncIterator[Newsroom]:
    """A newsroom whose store has gone before anything was rendered."""
    async with opened(tmp_path) as newsroom:
        await put(newsroom.store, story("a", url=None))
        newsroom.settings.store_path.unlink()
        await until(lambda: newsroom.desk.trouble)
        yield newsroom


async def test_never_rendered_and_no_store_is_503(sick: Newsroom) -> None:
    """problem+json with `Retry-After: 30`, and a page for people; what needs no store is as ever."""
    for target in ("/world/rss.xml", "/feed.json", "/", "/world/", f"/articles/{article_key('a')}/"):
        answer = await sick.ask(target)
        assert (answer.status, answer["retry-after"], answer["cache-control"]) == (503, "30", "no-store")
        if target.endswith("/"):
            assert "تعذّر الوصول إلى الأخبار" in answer.body.decode("utf-8")
        else:
            assert is_problem(answer.body, 503)
    assert (await sick.ask("/World/rss.xml")).status == 301
    assert (await sick.ask("/nowhere/")).status == 404
    assert (await sick.ask("/static/page.css")).status == 200


async def test_a_bug_is_500_and_not_stored(newsroom: Newsroom, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever asks sees that the fault is ours; the log says where. What was rendered once stays served,
    and is not tried again with each poll."""
    good = await newsroom.ask("/sports/rss.xml")
    # Made anew when somebody asks, not before.
    found = await newsroom.ask("/search/rss.xml?q=%D9%86%D8%B5")
    newsroom.store.bug = ZeroDivisionError("a bug")
    newsroom.store.shelves.clear()
    answer = await newsroom.ask("/world/rss.xml")
    assert (answer.status, answer["cache-control"]) == (500, "no-store")
    assert is_problem(answer.body, 500)
    assert b"bug" not in answer.body
    assert "event=production_failed path=/world/rss.xml" in caplog.text
    head = await newsroom.ask("/world/rss.xml", "HEAD")
    assert (head.status, head.head, head.body) == (500, answer.head, b"")
    page = await newsroom.ask("/world/")
    assert page.status == 500
    assert "حدث خطأ عندنا" in page.body.decode("utf-8")
    await newsroom.write(story("c", title="عنوان أحدث", sections=("sports",)))
    answer = await newsroom.ask("/sports/rss.xml")
    assert (answer.status, answer.body, answer["cache-status"]) == (200, good.body, "khulasat; hit; detail=stale")
    assert (await newsroom.ask("/sports/rss.xml")).body == good.body
    for _ in range(2):
        answer = await newsroom.ask("/search/rss.xml?q=%D9%86%D8%B5")
        assert (answer.status, answer.body, answer["cache-status"]) == (200, found.body, "khulasat; hit; detail=stale")
    assert caplog.text.count("event=production_failed path=/sports/rss.xml") == 1
    newsroom.store.bug = None
    newsroom.clock.go(seconds=31)
    assert "عنوان أحدث".encode() in (await newsroom.ask("/sports/rss.xml")).body


async def test_alive_and_able_to_serve(newsroom: Newsroom) -> None:
    """`/healthz` while the process lives, `/readyz` while anything can be served: 503 would take every node away."""
    for target in ("/healthz", "/readyz"):
        answer = await newsroom.ask(target)
        assert (answer.status, json.loads(answer.body)) == (200, {"status": "ok"})
        assert answer["cache-control"] == "no-store"
    newsroom.settings.store_path.unlink()
    await until(lambda: newsroom.desk.trouble)
    answer = await newsroom.ask("/readyz")
    assert (answer.status, answer["cache-control"]) == (200, "no-store")
    said = json.loads(answer.body)
    assert said["status"] == "degraded"
    assert "the store's file is gone" in said["reason"]
    assert (await newsroom.ask("/healthz")).status == 200


async def test_not_ready_before_the_start_and_after_the_end(tmp_path: Path) -> None:
    """503 while nothing can be served: before the store was read, and once shutdown has begun."""
    async with opened(tmp_path) as newsroom:
        await newsroom.desk.close()
        answer = await newsroom.ask("/readyz")
        assert (answer.status, json.loads(answer.body)["status"]) == (503, "unavailable")
        assert (await newsroom.ask("/healthz")).status == 200
