"""The newsroom's push (DESIGN.md sections 2 and 4): articles in, out and back, for whoever has a token."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds.intake.door import Intake, Options, Tally
from feeds.items import item_of
from feeds.model import Article, Place, Record
from feeds.store.outbox import Backlog
from feeds.text.guid import article_key
from feeds.web.api import MAX_BODY
from feeds.web.tokens import digest
from tests.newsroom import CONFIG, SITE, Newsroom, opened, until
from tests.push.receiver import Receiver
from tests.store.articles import NOW

pytestmark = pytest.mark.anyio

ALL, ONE = "t-all", "t-world"
FILES = ("rss.xml", "atom.xml", "feed.json")
TOKENS = f"""
[[api.tokens]]
name = "newsroom"
sha256 = "{digest(ALL)}"

[[api.tokens]]
name = "world desk"
sha256 = "{digest(ONE).upper()}"
sections = ["دولي"]
"""


@pytest.fixture
async def newsroom(tmp_path: Path) -> AsyncIterator[Newsroom]:
    async with opened(tmp_path, text=CONFIG + TOKENS) as newsroom:
        yield newsroom


def client_of(newsroom: Newsroom) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=newsroom.app), base_url=SITE)


@pytest.fixture
async def client(newsroom: Newsroom) -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of(newsroom) as client:
        yield client


def item(guid: str = "a", **rest: Any) -> dict[str, Any]:
    values = {"title": f"عنوان {guid}", "date_published": "2026-11-23T10:00:00+02:00", "sections": ["world"], **rest}
    return {"id": guid, **values}


def bearing(token: str = ALL, **more: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}", **more}


async def push(client: httpx2.AsyncClient, body: Any, token: str = ALL) -> httpx2.Response:
    return await client.post("/articles", json=body, headers=bearing(token))


def outcomes(answer: httpx2.Response) -> list[str]:
    return [each["status"] for each in answer.json()["items"]]


async def test_an_item_an_array_and_lines(newsroom: Newsroom, client: httpx2.AsyncClient) -> None:
    """What became of each is said in order: created, updated, unchanged, rejected with its reason and place."""
    answer = await push(client, item("a"))
    assert (answer.status_code, outcomes(answer)) == (200, ["created"])
    assert answer.headers["cache-control"] == "no-store"
    answer = await push(client, [item("a"), item("a2", title="x"), item("b", date_published="yesterday")])
    assert outcomes(answer) == ["unchanged", "created", "rejected"]
    said = answer.json()
    assert (said["created"], said["updated"], said["unchanged"], said["rejected"]) == (1, 0, 1, 1)
    assert said["items"][2]["item"] == 3
    assert "date_published" in said["items"][2]["reason"]
    lines = "\n".join(json.dumps(each) for each in (item("a", title="آخر"), item("c")))
    answer = await client.post("/articles", content=lines, headers=bearing(**{"content-type": "application/x-ndjson"}))
    assert outcomes(answer) == ["updated", "created"]
    assert [each["line"] for each in answer.json()["items"]] == [1, 2]
    document = {"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": [item("d")]}
    body = json.dumps(document)
    answer = await client.post("/articles", content=body, headers=bearing(**{"content-type": "application/feed+json"}))
    assert outcomes(answer) == ["created"]


async def test_what_is_pushed_is_served(newsroom: Newsroom, client: httpx2.AsyncClient) -> None:
    await newsroom.ask("/world/rss.xml")
    await push(client, item("new"))
    await newsroom.seen()
    assert "عنوان new".encode() in (await newsroom.ask("/world/rss.xml")).body


async def test_a_withdrawn_article_comes_back_by_a_push(newsroom: Newsroom, client: httpx2.AsyncClient) -> None:
    """With an `updated` that is later than its tombstone's `when` (RFC 6721 §3), unchanged or not."""
    await push(client, item("a"))
    answer = await client.delete("/articles", params={"id": "a", "reason": "خطأ"}, headers=bearing())
    assert (answer.status_code, answer.json()) == (200, {"id": "a", "status": "withdrawn"})
    gone = await client.get("/articles", params={"id": "a"}, headers=bearing())
    assert (gone.status_code, gone.json()["reason"]) == (410, "خطأ")
    again = await client.delete("/articles", params={"id": "a"}, headers=bearing())
    assert again.status_code == 404
    assert outcomes(await push(client, item("a"))) == ["updated"]
    found = await newsroom.store.find(article_key("a"))
    assert isinstance(found, Article)
    assert found.modified > NOW
    assert outcomes(await push(client, item("a"))) == ["unchanged"]


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("authorization", "Bearer wrong")],
        [("authorization", "Bearer ")],
        [("authorization", f"Basic {ALL}")],
        [("authorization", f"Bearer {ALL}"), ("authorization", f"Bearer {ALL}")],
        [("authorization", ALL)],
        [("x-token", ALL)],
    ],
)
async def test_no_token_no_api(newsroom: Newsroom, client: httpx2.AsyncClient, headers: list[tuple[str, str]]) -> None:
    """Missing, wrong, of another scheme, doubled, in the query: 401, and nothing is done."""
    for method in ("POST", "GET", "DELETE"):
        answer = await client.request(
            method, f"/articles?id=a&access_token={ALL}&token={ALL}", json=item(), headers=headers
        )
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == 'Bearer realm="articles"'
        assert answer.headers["content-type"] == "application/problem+json"
    assert await newsroom.store.find(article_key("a")) is None


async def test_a_token_may_be_bound_to_sections(newsroom: Newsroom, client: httpx2.AsyncClient) -> None:
    """It brings nothing into others, takes nothing out of them, and sees nothing of them."""
    assert outcomes(await push(client, item("w"), ONE)) == ["created"]
    refused = await push(client, item("s", sections=["sports"]), ONE)
    assert (refused.status_code, outcomes(refused)) == (403, ["rejected"])
    assert 'sections hold "sports", which this token may not change' in refused.json()["items"][0]["reason"]
    mixed = await push(client, [item("w2"), item("s", sections=["world", "sports"])], ONE)
    assert (mixed.status_code, outcomes(mixed)) == (200, ["created", "rejected"])
    await push(client, item("s", sections=["sports"]))
    stolen = await push(client, item("s"), ONE)
    assert stolen.status_code == 403
    for answer in (
        await client.delete("/articles", params={"id": "s"}, headers=bearing(ONE)),
        await client.get("/articles", params={"id": "s"}, headers=bearing(ONE)),
        await client.get("/articles", params={"section": "sports"}, headers=bearing(ONE)),
    ):
        assert answer.status_code == 403
    assert isinstance(await newsroom.store.find(article_key("s")), Article)


async def test_what_can_not_be_taken(client: httpx2.AsyncClient) -> None:
    """415 another type, 413 too long, 422 no article that can be taken, 400 nothing at all, 405 another method."""
    plain = await client.post("/articles", content=b"x", headers=bearing(**{"content-type": "text/plain"}))
    assert plain.status_code == 415
    assert "application/json" in plain.json()["detail"]
    for body, status in ((b"", 400), (b"{", 422), (b"[1, 2]", 422), (b"\xff\xfe{\x00}\x00", 400), (b"\x1f\x8b", 400)):
        answer = await client.post("/articles", content=body, headers=bearing(**{"content-type": "application/json"}))
        assert answer.status_code == status, body
        assert answer.headers["content-type"] == "application/problem+json"
    answer = await client.put("/articles", headers=bearing())
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST, GET, HEAD, DELETE, OPTIONS")
    assert (await client.options("/articles")).status_code == 204
    head = await client.head("/articles", params={"id": "nothing"}, headers=bearing())
    assert (head.status_code, head.content) == (404, b"")


async def test_reasons_are_for_who_pushes(client: httpx2.AsyncClient) -> None:
    """They name no options of a command, and say at which item, on which line."""
    far = item("far", date_published="2099-01-01T00:00:00Z")
    answer = await push(client, [item("a"), item("a"), far, item("nowhere", sections=[])])
    assert [each.get("reason") for each in answer.json()["items"]] == [
        None,
        'id "a" stands at item 1:1 already; give it once',
        "date_published is 2099-01-01T00:00+00:00, 26336 days ahead; mend it",
        'sections is empty; name one at least, such as ["world"]',
    ]


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "identity, gzip"])
async def test_a_compressed_body_is_not_opened(client: httpx2.AsyncClient, coding: str) -> None:
    """A gigabyte may be in a megabyte: 415, with what may be sent instead."""
    headers = bearing(**{"content-type": "application/json", "content-encoding": coding})
    answer = await client.post("/articles", content=gzip.compress(b" " * 10_000_000), headers=headers)
    assert (answer.status_code, answer.headers["accept-encoding"]) == (415, "identity")
    assert "send it as it is" in answer.json()["detail"]
    plain = bearing(**{"content-type": "application/json", "content-encoding": "identity"})
    assert (await client.post("/articles", json=item(), headers=plain)).status_code == 200


async def test_a_body_that_is_deep(client: httpx2.AsyncClient) -> None:
    """Of a megabyte of brackets each is refused, and nothing else of the body is lost."""
    bombs = ("[" * 1_000_000, '{"a":' * 200_000, f"[{json.dumps(item())}, {'[' * 500_000}")
    answers = [
        await client.post("/articles", content=body, headers=bearing(**{"content-type": "application/json"}))
        for body in bombs
    ]
    assert [answer.status_code for answer in answers] == [422, 422, 200]
    assert outcomes(answers[2]) == ["created", "rejected"]


@pytest.mark.parametrize("told", [True, False])
async def test_a_body_that_is_too_long(client: httpx2.AsyncClient, told: bool) -> None:
    """Said at once where its length is told, and else once it is over."""
    pieces = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal pieces
        for _ in range(2 * MAX_BODY // 65536):
            pieces += 1
            yield b" " * 65536

    more = {"content-length": str(2 * MAX_BODY)} if told else {}
    headers = bearing(**{"content-type": "application/json"}, **more)
    answer = await client.post("/articles", content=body(), headers=headers)
    assert answer.status_code == 413
    assert pieces <= MAX_BODY // 65536 + 2


async def test_the_newsroom_looks_what_came_in(newsroom: Newsroom, client: httpx2.AsyncClient) -> None:
    """By id as it came, in a section from some time on, under embargo too."""
    await push(
        client, [item("old", date_published="2026-01-01"), item("new"), item("later", date_published="2026-11-24")]
    )
    found = await client.get("/articles", params={"id": "new"}, headers=bearing())
    assert found.json()["title"] == "عنوان new"
    listed = await client.get("/articles", params={"section": "العالم"}, headers=bearing())
    assert [each["id"] for each in listed.json()["items"]] == ["later", "new", "old"]
    since = await client.get(
        "/articles", params={"section": "world", "since": "2026-11-23T00:00:00+02:00"}, headers=bearing()
    )
    assert ([each["id"] for each in since.json()["items"]], since.json()["more"]) == (["later", "new"], False)
    # A section that came with it, too, at once.
    await push(client, item("fish", sections=["أسماك"]))
    listed = await client.get("/articles", params={"section": "أسماك"}, headers=bearing())
    assert [each["id"] for each in listed.json()["items"]] == ["fish"]
    for query in ("", "section=nowhere", "section=world&since=yesterday", "id=a&id=b", "id="):
        assert (await client.get(f"/articles?{query}", headers=bearing())).status_code == 400
    assert (await client.get("/articles?id=nothing", headers=bearing())).status_code == 404


async def test_many_at_once_are_one(tmp_path: Path) -> None:
    """A thousand posts of one article, together: one article, one version, one ping per topic."""
    with closing(Receiver()) as hub:
        async with opened(tmp_path, text=CONFIG + TOKENS, WEBSUB__HUBS=f'["{hub.url}"]') as newsroom:
            before = (await newsroom.store.states())["world"].version
            async with client_of(newsroom) as client:
                answers = await asyncio.gather(*(push(client, item("same")) for _ in range(1000)))
            assert sorted(outcomes(answer)[0] for answer in answers) == ["created"] + 999 * ["unchanged"]
            assert (await newsroom.store.states())["world"].version == before + 1
            assert [report.articles for report in await newsroom.store.report()] == [1, 0, 0]
            taken = newsroom.desk.metrics
            await until(lambda: taken.values()["pings", "taken"] == 6)
            assert await newsroom.store.outbox.backlog() == Backlog(announcements=0, purges=0, pings=0, oldest=None)
            assert hub.topics() == sorted(f"{SITE}{part}/{file}" for part in ("", "/world") for file in FILES)


async def test_it_is_off_until_it_is_configured(tmp_path: Path) -> None:
    """No token, no API."""
    async with opened(tmp_path) as newsroom:
        for path in ("/articles", "/openapi.json"):
            assert (await newsroom.ask(path)).status == 404


async def test_a_store_that_can_not_be_written(newsroom: Newsroom, client: httpx2.AsyncClient) -> None:
    """503, and when to come again."""
    newsroom.settings.store_path.unlink()
    answer = await client.get("/articles", params={"section": "world"}, headers=bearing())
    assert (answer.status_code, answer.headers.get("retry-after")) in ((503, "30"), (200, None))


@given(
    guid=st.text(alphabet="abcابت123/:?", min_size=1, max_size=20).map(lambda text: f"g{text}"),
    title=st.text(min_size=1, max_size=40),
    tags=st.lists(st.sampled_from(["طرابلس", "FIFA", "نفط"]), max_size=3),
    html=st.sampled_from(["<p>نص</p>", "<p dir='rtl'>نص <b>غامق</b></p>", "نص <i>x</i>", ""]),
    correction=st.booleans(),
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
async def test_what_is_given_out_changes_nothing_when_it_comes_in(
    newsroom: Newsroom, guid: str, title: str, tags: list[str], html: str, correction: bool
) -> None:
    """An article's interchange form is the article."""
    raw = item(guid, title=title, tags=tags, content_html=f"<p>بداية</p>{html}", _feeds={"correction": correction})
    first = await _take(newsroom, raw)
    if first.rejected:
        return
    stored = await newsroom.store.find(article_key(guid))
    assert isinstance(stored, Article)
    again = await _take(newsroom, item_of(stored))
    assert (again.unchanged, again.rejected) == (1, 0)


async def _take(newsroom: Newsroom, raw: dict[str, Any]) -> Tally:
    tally = Tally()
    records = [Record(place=Place(source="x", position="1"), item=raw)]
    intake = Intake(newsroom.store, newsroom.settings, clock=newsroom.clock)
    await intake.take(records, Options(), tally=tally, reject=lambda rejection: None)
    return tally
