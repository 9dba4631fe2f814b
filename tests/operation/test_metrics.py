"""`/metrics`: what is counted, who may read it."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.newsroom import CULTURE, Answer, Newsroom, opened, story, until
from tests.operation.scrape import Samples, samples, value
from tests.wire import Wire, wired

pytestmark = pytest.mark.anyio


@pytest.fixture
async def newsroom(tmp_path: Path) -> AsyncIterator[Newsroom]:
    async with opened(tmp_path) as newsroom:
        await newsroom.write(story("w", minutes=30), story("later", minutes=-5), story("s", sections=("sports",)))
        newsroom.clock.go(minutes=1)
        yield newsroom


@pytest.fixture
async def wire(newsroom: Newsroom) -> AsyncIterator[Wire]:
    async with wired(newsroom) as wire:
        yield wire


async def scrape(wire: Wire, **headers: str) -> Samples:
    answer = await wire.ask(b"/metrics", "GET", headers.items())
    assert answer.status == 200, answer
    return samples(answer.body)


async def test_answers_are_counted_by_kind_status_and_way(wire: Wire) -> None:
    """Whether the lane gave them or the application; a HEAD too."""
    first = await wire.ask(b"/world/rss.xml", "GET", [])
    tag = ("If-None-Match", first["etag"])
    for _ in range(3):
        assert (await wire.ask(b"/world/rss.xml", "GET", [])).status == 200
    for _ in range(2):
        assert (await wire.ask(b"/world/rss.xml", "GET", [tag])).status == 304
    await wire.ask(b"/world/rss.xml", "HEAD", [])
    for target in (b"/world", b"/nothing", b"/world/", b"/healthz", b"/static/page.css"):
        await wire.ask(target, "GET", [])
    await wire.ask(b"/world/atom.xml", "POST", [])
    found = await scrape(wire)
    size = len(first.body)
    assert value(found, "requests_total", kind="rss", status="200", way="application") == 1
    assert value(found, "requests_total", kind="rss", status="200", way="lane") == 4
    assert value(found, "requests_total", kind="rss", status="304", way="lane") == 2
    assert value(found, "body_bytes_total", kind="rss", way="application") == size
    assert value(found, "body_bytes_total", kind="rss", way="lane") == 3 * size
    for kind, status in (
        ("redirect", "301"), ("other", "404"),
        ("page", "200"), ("operation", "200"), ("static", "200"), ("other", "405"),
    ):  # fmt: skip
        assert value(found, "requests_total", kind=kind, status=status) == 1, kind
    assert value(found, "cache_total", result="stored") == 2
    assert value(found, "cache_total", result="hit") == 6
    assert value(found, "cache_total", result="stale") == 0
    assert value(await scrape(wire), "requests_total", kind="operation") == 2


async def test_several_on_one_connection(wire: Wire) -> None:
    """Pipelined, and with a last one: each counts once."""
    head = b"GET /world/rss.xml HTTP/1.1\r\nHost: x\r\n"
    await wire.exchange(head + b"\r\n" + head + b"\r\n" + head + b"Connection: close\r\n\r\n")
    assert value(await scrape(wire), "requests_total", kind="rss", status="200") == 3


async def test_what_is_refused_before_it_is_read_counts(wire: Wire) -> None:
    """Bad heads, with what is said to them."""
    for data in (b"\x16\x03\x01 hello\r\n\r\n", b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\n\r\n"):
        await wire.exchange(data)
    found = await scrape(wire)
    assert value(found, "requests_total", kind="other", status="400", way="lane") == 1
    assert value(found, "requests_total", kind="other", status="414", way="lane") == 1
    assert value(found, "body_bytes_total", kind="other", way="lane") > 200


async def test_renders_are_counted_with_their_time(newsroom: Newsroom, wire: Wire) -> None:
    """Those for a request and those in the background; failures apart."""
    await wire.ask(b"/world/atom.xml", "GET", [])
    await newsroom.write(story("new"))
    found = await scrape(wire)
    assert value(found, "render_seconds_count", kind="atom") == 2
    assert 0 < value(found, "render_seconds_sum", kind="atom") < 60
    assert value(found, "render_seconds_bucket", kind="atom", le="+Inf") == 2
    newsroom.store.bug = ZeroDivisionError("a bug")
    assert (await wire.ask(b"/sports/rss.xml", "GET", [])).status == 500
    found = await scrape(wire)
    assert value(found, "render_failures_total", kind="rss") == 1
    assert value(found, "requests_total", kind="rss", status="500") == 1


async def test_the_cache_and_the_store_are_told(newsroom: Newsroom, wire: Wire) -> None:
    """And while the store is gone, that; and the ages are missing, which can't be known."""
    await wire.ask(b"/world/atom.xml", "GET", [])
    found = await scrape(wire)
    assert value(found, "workers") == 1
    assert value(found, "cache_entries") == 1
    assert value(found, "cache_bytes") == newsroom.desk._holdings.cache.size > 1000
    assert value(found, "store_well") == 1
    path = newsroom.settings.store_path
    path.rename(path.with_name("away.db"))
    await until(lambda: newsroom.desk.trouble)
    await wire.ask(b"/world/atom.xml", "GET", [])
    found = await scrape(wire)
    assert value(found, "store_well") == 0
    assert not [name for name, _ in found if name.startswith("khulasat_newest")]


async def test_the_age_of_each_sections_newest_article(newsroom: Newsroom, wire: Wire) -> None:
    """Not of one under embargo; none for a section without articles; by the clock of the desk."""
    found = await scrape(wire)
    ages = {dict(labels)["section"]: age for (name, labels), age in found.items() if "newest" in name}
    assert ages == {"world": 31 * 60, "sports": 11 * 60}
    newsroom.clock.go(minutes=10)
    assert value(await scrape(wire), "newest_article_age_seconds", section="world") == 6 * 60
    await newsroom.write(story("c", minutes=-11, sections=("ثقافة",)))
    assert value(await scrape(wire), "newest_article_age_seconds", section="ثقافة") == 0
    assert (await wire.ask(f"/{CULTURE}/rss.xml".encode(), "GET", [])).status == 200


async def test_nobody_keeps_it(wire: Wire) -> None:
    answer = await wire.ask(b"/metrics", "GET", [])
    assert answer["cache-control"] == "no-store"
    assert answer["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    head = await wire.ask(b"/metrics", "HEAD", [])
    assert (head.status, head.body) == (200, b"")
    assert (await wire.ask(b"/metrics", "POST", [])).status == 405


def is_refused(answer: Answer) -> bool:
    named = b"[server] metrics" in answer.body and b"khulasat_" not in answer.body
    return answer.status == 403 and answer["cache-control"] == "no-store" and named


async def test_other_machines_are_refused(newsroom: Newsroom) -> None:
    """With a reason, as a problem."""
    answer = await newsroom.ask("/metrics")
    assert is_refused(answer)
    assert answer["content-type"] == "application/problem+json"


@pytest.mark.parametrize("name", ["Forwarded", "Via", "X-Forwarded-For", "X-Real-IP"])
async def test_who_comes_through_a_proxy_on_this_machine_is_refused(wire: Wire, name: str) -> None:
    """Whatever is said of them: no header lets anybody in."""
    assert is_refused(await wire.ask(b"/metrics", "GET", [(name, "127.0.0.1")]))


async def test_public_metrics_are_for_all(tmp_path: Path) -> None:
    async with opened(tmp_path, SERVER__METRICS="public") as newsroom:
        assert (await newsroom.ask("/metrics", headers={"via": "1.1 x"})).status == 200


@pytest.mark.parametrize(
    ("client", "near"),
    [
        (("127.0.0.1", 1), True), (("127.8.8.8", 1), True), (("::1", 1), True), (("::ffff:127.0.0.1", 1), True),
        (("::ffff:192.0.2.1", 1), False), (("192.0.2.1", 1), False), (("fe80::1%eth0", 1), False),
        (("testclient", 1), False), (None, True), (("", 1), True),
    ],
)  # fmt: skip
async def test_this_machine_is_told_by_its_addresses(tmp_path: Path, client: Any, near: bool) -> None:
    """Loopback in whatever family; of a socket file there is no address."""
    sent: list[Any] = []
    async with opened(tmp_path) as newsroom:
        scope = {
            "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": "/metrics",
            "raw_path": b"/metrics", "query_string": b"", "root_path": "", "headers": [], "client": client,
            "server": ("192.0.2.2", 80),
        }  # fmt: skip

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await newsroom.app(scope, receive, send)
    assert sent[0]["status"] == (200 if near else 403)


async def test_it_stands_under_the_sites_path(tmp_path: Path) -> None:
    async with opened(tmp_path, SITE__URL="https://news.example/desk", SERVER__METRICS="public") as newsroom:
        assert (await newsroom.ask("/desk/metrics")).status == 200
        assert (await newsroom.ask("/metrics")).status == 404
