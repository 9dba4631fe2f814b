"""A desk tells by itself: what it serves, and what becomes of a push, an import, a withdrawal."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from feeds.intake.door import Intake, Options, Tally, withdraw
from feeds.model import Place, Record
from feeds.store.contract import ALWAYS
from feeds.store.outbox import Scope
from feeds.websub.notices import topics
from tests.newsroom import CULTURE, SITE, Newsroom, opened, story, until
from tests.operation.scrape import samples, value
from tests.push.receiver import Receiver
from tests.store.articles import NOW, digest, put

pytestmark = pytest.mark.anyio

FILES = ("rss.xml", "atom.xml", "feed.json")
WORLD = sorted(f"{SITE}{part}/{file}" for part in ("", "/world") for file in FILES)


@pytest.fixture
async def newsroom(tmp_path: Path, hub: Receiver) -> AsyncIterator[Newsroom]:
    async with opened(tmp_path, WEBSUB__HUBS=f'["{hub.url}"]', SERVER__METRICS="public") as newsroom:
        await newsroom.write(story("old", minutes=60))
        yield newsroom


async def bring(newsroom: Newsroom, options: Options, **item: str) -> None:
    """Takes an item as an importer or the push does."""
    record = Record(place=Place(source="x"), item={"content_html": "<p>نص</p>", "sections": ["world"], **item})
    intake = Intake(newsroom.store, newsroom.settings, clock=newsroom.clock)
    tally = Tally()
    await intake.take([record], options, tally=tally, reject=lambda rejection: pytest.fail(str(rejection)))
    assert tally.taken == 1


async def test_a_change_is_told_by_the_desk_that_serves_it(newsroom: Newsroom, hub: Receiver) -> None:
    """And what waits, and what was told, stands in the metrics."""
    await put(newsroom.store, story("silent"))
    async with newsroom.store.writing() as writing:
        await writing.put([(story("new"), digest(story("new")))], news_since=ALWAYS)
    await until(lambda: len(hub.calls) == 6)
    assert hub.topics() == WORLD
    await until(lambda: newsroom.desk.metrics.values()["pings", "taken"] == 6)
    found = samples((await newsroom.ask("/metrics")).body)
    assert value(found, "pings_total", outcome="taken") == 6
    assert value(found, "pings_total", outcome="failed") == 0


async def test_what_waits_stands_in_the_metrics(newsroom: Newsroom, hub: Receiver) -> None:
    hub.status = 503
    assert (await withdraw(newsroom.store, ["old"], "", newsroom.clock()))["old"]
    await until(lambda: newsroom.desk.metrics.values()["pings", "failed"] == 6)
    newsroom.clock.go(seconds=0.5)
    found = samples((await newsroom.ask("/metrics")).body)
    assert value(found, "outbox", kind="ping") == 6
    assert value(found, "outbox", kind="announcement") == 0
    assert value(found, "outbox_age_seconds") == 0.5


async def test_what_is_pushed_is_told_and_what_is_imported_if_it_is_new(newsroom: Newsroom, hub: Receiver) -> None:
    """Of an old article that is imported nobody hears; the same, pushed, is told."""
    old = {"id": "1", "title": "قديم", "date_published": "2026-11-01T12:00:00Z"}
    await bring(newsroom, Options(), **old)
    await newsroom.seen()
    assert (await newsroom.store.outbox.announcements()) == []
    await bring(newsroom, Options(news=None), **{**old, "title": "أحدث"})
    await until(lambda: len(hub.calls) == 6)
    assert hub.topics() == WORLD
    await bring(newsroom, Options(), id="2", title="جديد", date_published="2026-11-23T08:00:00Z")
    await until(lambda: len(hub.calls) == 6)
    assert hub.topics() == WORLD
    # The same again is no change.
    await bring(newsroom, Options(news=None), **{**old, "title": "أحدث"})
    assert (await newsroom.store.outbox.announcements()) == []


async def test_a_push_is_told(tmp_path: Path, hub: Receiver) -> None:
    """POST and DELETE of /articles."""
    token = "0123456789abcdef0123456789abcdef"
    tokens = json.dumps([{"name": "n", "sha256": hashlib.sha256(token.encode()).hexdigest()}])
    async with opened(tmp_path, WEBSUB__HUBS=f'["{hub.url}"]', API__TOKENS=tokens) as newsroom:
        item = {"id": "1", "title": "خبر", "date_published": "2026-01-01T12:00:00Z", "sections": ["world"]}
        headers = {"authorization": f"Bearer {token}"}
        client = TestClient(newsroom.app, base_url=SITE)
        answer = await asyncio.to_thread(client.post, "/articles", json=item, headers=headers)
        assert answer.json()["created"] == 1, answer.text
        await until(lambda: len(hub.calls) == 6)
        assert hub.topics() == WORLD


async def test_hubs_are_announced_where_they_are_told_and_nowhere_else(newsroom: Newsroom, hub: Receiver) -> None:
    """In the head and in the feed; FreshRSS stops polling for a day once a hub has confirmed."""
    told = [f"{folder}/{file}" for folder in ("", "/world", "/sports", f"/{CULTURE}") for file in FILES]
    assert {*told} == {
        topic.removeprefix(SITE)
        for scope in (Scope("all", ""), *(Scope("section", section.slug) for section in newsroom.desk.names))
        for topic in topics(scope, SITE)
    }
    folders = (
        "/tags/طرابلس",
        "/authors/سالم-الورفلي",
        "/sports+world",
        "/archive/2026-11-23",
        "/world/archive/2026-11-23",
    )
    others = [f"{quote(folder, safe='/+')}/{file}" for folder in folders for file in FILES]
    others += [f"{target}{query}" for target in told[:6] for query in ("?limit=3", "?content=summary")]
    others += [f"/search/{file}?q=x" for file in FILES]
    for target in (*told, *others):
        answer = await newsroom.ask(target)
        assert answer.status == 200, target
        announced = f'<{hub.url}>; rel="hub"' in answer["link"], hub.url.encode() in answer.body
        assert announced == ((True, True) if target in told else (False, False)), target


async def test_what_is_served_is_what_no_older_answer_is_under_way_of(newsroom: Newsroom) -> None:
    """Not before the watcher has seen it, nor while bytes from before are still being made or served."""
    desk = newsroom.desk
    before = desk.serves
    assert before == (await newsroom.store.states())[""].version
    begun = asyncio.Event()
    go = asyncio.Event()
    shelf = newsroom.store.shelf

    async def slow(*arguments: object, **rest: object) -> object:
        found = await shelf(*arguments, **rest)  # type: ignore[arg-type]
        begun.set()
        await go.wait()
        return found

    newsroom.store.shelf = slow  # type: ignore[method-assign,assignment]
    asked = asyncio.create_task(newsroom.ask("/world/rss.xml"))
    await begun.wait()
    await put(newsroom.store, story("new"))
    version = (await newsroom.store.states())[""].version
    await until(lambda: desk._watcher._states[""].version == version)
    assert desk.serves == before < version
    newsroom.store.shelf = shelf  # type: ignore[method-assign]
    go.set()
    assert "عنوان new".encode() not in (await asked).body
    await until(lambda: desk.serves == version)
    assert "عنوان new".encode() in (await newsroom.ask("/world/rss.xml")).body


async def test_what_changes_no_feed_disturbs_nobody(newsroom: Newsroom) -> None:
    """Servers say again and again that they live, which is written: nothing is made anew, and the lane goes on."""
    await newsroom.ask("/world/rss.xml")
    await newsroom.seen()
    knowledge = newsroom.desk.knowledge
    for second in range(3):
        looks = newsroom.store.looks
        await newsroom.store.outbox.attend("other", second, NOW)
        await until(lambda looks=looks: newsroom.store.looks > looks)  # type: ignore[misc]
    assert newsroom.desk.knowledge == knowledge
