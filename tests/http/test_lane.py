"""HTTP.md, "The fast lane": whoever answers, the answer is the same."""

import itertools
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime

import pytest

from tests.newsroom import CULTURE, Answer, Newsroom, story
from tests.store.articles import NOW
from tests.wire import Connection, Wire, request, wired

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("newsroom", ["application"], indirect=True)]

TARGETS = [
    "/world/rss.xml",
    "/world/feed.json",
    f"/{CULTURE}/atom.xml",
    "/world/",
    "/about/",
    "/sports+world/atom.xml?limit=1&utm_source=x",
    "/%77orld/rss.xml",
    "/tags/%D8%B7%D8%B1%D8%A7%D8%A8%D9%84%D8%B3/rss.xml",
    "/search/atom.xml?q=%D9%86%D8%B5",
    "http://evil.example/world/rss.xml",
]
ODD_TARGETS = [
    "*",
    "/",
    "//",
    "//world/rss.xml",
    "/world",
    "/World/rss.xml",
    "/world/rss.xml#part",
    "/world/rss.xml?#",
    "/world/rss.xml?limit=0",
    "/world/rss.xml?limit=50&content=full",
    "/world/rss.xml?%ff&=&x=%00",
    "/world/../sports/rss.xml",
    "/%2e%2e/world/",
    "/world+sports/rss.xml",
    "/%00",
    "/%ff",
    "/world%2Frss.xml",
    "/nowhere/rss.xml",
    "/articles/aaaaaaaaaaaaaaaaaaaaaaaaaa/",
    "/comments/feed/",
    "/?feed=rss2",
    "/?section=world&section=sports",
    "/about/?section=world",
    "/wrold/",
    "/healthz",
    "/readyz",
    "/robots.txt",
    "/static/page.css",
    "/static/../world/rss.xml",
    "evil.example:80",
    "https://user@evil.example/world/",
    "?x",
    "/a b",
    "/\\",
    '/"<>',
    "/world/rss.xml;x=1",
    "/" + "x" * 4000,
]
CODINGS = [None, "br", "gzip, deflate", "gzip;q=0, identity;q=0", "*;q=0.1", "", "nonsense;;q=2", "x-gzip"]
# {br} and the like stand for the tags of that representation.
TAGS = [None, "{br}", "{gzip}", "W/{identity}", '"other", {br}', "*", "malformed", '"', "", '"a" "b"']
DATES = [
    None,
    "{modified}",
    "{future}",
    "{past}",
    "{rfc850}",
    "{asctime}",
    "{modified}, {modified}",
    "yesterday",
    "Sun, 06-Nov-94 08:49:37 GMT",
]
SINGLE = [
    [("Connection", "close")],
    [("Connection", "keep-alive")],
    [("Connection", "close, te")],
    [("Connection", "Upgrade"), ("Upgrade", "h2c"), ("HTTP2-Settings", "AAMAAABkAAQAAP__")],
    [("Connection", "Upgrade"), ("Upgrade", "websocket")],
    [("Upgrade", "h2c")],
    [("Expect", "100-continue")],
    [("Expect", "nonsense")],
    [("Range", "bytes=0-9")],
    [("A-IM", "feed")],
    [("If-Match", '"x"')],
    [("If-Unmodified-Since", "Sun, 06 Nov 1994 08:49:37 GMT")],
    [("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "https"), ("Forwarded", "host=evil.example")],
    [("Origin", "https://evil.example"), ("Cookie", "a=b"), ("Accept", "text/html"), ("User-Agent", "x" * 300)],
    [("X-HTTP-Method-Override", "DELETE")],
    [("Accept-Encoding", "gzip"), ("Accept-Encoding", "br")],
    [("If-None-Match", '"a"'), ("If-None-Match", "*")],
    [("If-Modified-Since", "{modified}"), ("If-Modified-Since", "{modified}")],
    [("if-none-match", "{identity}"), ("IF-MODIFIED-SINCE", "{past}")],
    [("Host", "")],
    [("Host", "evil.example:8000")],
    [("Host", "[::1]:80")],
    [("Content-Length", "0")],
    [("X-Raw", "خبر".encode().decode("latin-1"))],
]


def asked() -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Methods, targets and headers."""
    for coding, tags in itertools.product(CODINGS, TAGS):
        for target, method in ((TARGETS[0], "GET"), (TARGETS[1], "HEAD"), (TARGETS[3], "GET")):
            yield method, target, listed(accept_encoding=coding, if_none_match=tags)
    for coding, date in itertools.product(CODINGS[:3], DATES):
        for target, method in itertools.product(TARGETS[:4], ("GET", "HEAD")):
            yield method, target, listed(accept_encoding=coding, if_modified_since=date)
    for target, method in itertools.product(TARGETS + ODD_TARGETS, ("GET", "HEAD", "OPTIONS", "POST", "DELETE", "PUT")):
        yield method, target, []
    for target, method, headers in itertools.product(TARGETS, ("GET", "HEAD"), SINGLE):
        yield method, target, headers


def listed(**headers: str | None) -> list[tuple[str, str]]:
    return [(name.replace("_", "-"), value) for name, value in headers.items() if value is not None]


def filled(headers: list[tuple[str, str]], held: Answer) -> list[tuple[str, str]]:
    """The headers with the validators of what stands at their target."""
    stem = held.get("etag") or '"none"'
    modified = NOW + timedelta(minutes=-60)
    known = {
        "identity": stem,
        "br": stem[:-1] + '-br"',
        "gzip": stem[:-1] + '-gzip"',
        "modified": held.get("last-modified") or "none",
        "future": format_datetime(NOW + timedelta(days=400), usegmt=True),
        "past": format_datetime(modified, usegmt=True),
        "rfc850": (NOW + timedelta(seconds=50)).strftime("%A, %d-%b-%y %H:%M:%S GMT"),
        "asctime": (NOW + timedelta(seconds=50)).strftime("%a %b %e %H:%M:%S %Y"),
    }
    return [(name, value.format(**known) if "{" in value else value) for name, value in headers]


@pytest.fixture
async def both(newsroom: Newsroom) -> AsyncIterator[tuple[Wire, Wire]]:
    """The same newsroom by uvicorn's own protocol and by ours, with everything at hand that there is."""
    for target in TARGETS[:-1]:
        for coding in ("br", "gzip", "identity"):
            await newsroom.ask(target, headers={"accept-encoding": coding})
    for target in ("/", "/sports/rss.xml"):
        await newsroom.ask(target)
    async with wired(newsroom, by="uvicorn") as ordinary, wired(newsroom) as lane:
        yield ordinary, lane


async def test_the_answers_are_the_same(newsroom: Newsroom, both: tuple[Wire, Wire]) -> None:
    """Status, headers and body: asked the first time (whole, by the parser), and again (known by its bytes)."""
    ordinary, lane = both
    held = {target: await newsroom.ask(target) for target in TARGETS[:-1]}
    count = 0
    for method, target, headers in asked():
        data = request(target, method, filled(headers, held.get(target) or held[TARGETS[0]]))
        closing = data[:-2] + b"Connection: close\r\n\r\n"
        for form in (data, closing) if headers in ([], SINGLE[0]) else (data,):
            expected = await first(ordinary, form)
            assert await first(lane, form) == expected, form
            assert await first(lane, form, again=2) == expected, form
            count += 1
    assert count > 800
    assert lane.lane.size > 100_000


async def first(wire: Wire, data: bytes, again: int = 1) -> bytes:
    """The answer to a request, as it stands on the wire; it may be more than one message. Asked again and again on
    one connection, as long as it stays open, it is always the same one."""
    connection = await wire.connect()
    try:
        connection.send(data)
        answer = await taken(connection, head_only=data.startswith(b"HEAD"))
        for _ in range(again - 1):
            if b"\r\nconnection: close\r\n" not in answer:
                connection.send(data)
                assert await taken(connection, head_only=data.startswith(b"HEAD")) == answer
        # What ordinary answers to what is no HTTP is its own matter.
        return answer if not answer.startswith(b"HTTP/1.1 400") or b"limit must" in answer else b"400"
    finally:
        connection.close()


async def taken(connection: Connection, *, head_only: bool) -> bytes:
    head = await connection.reader.readuntil(b"\r\n\r\n")
    if head.startswith(b"HTTP/1.1 100"):
        return head + await taken(connection, head_only=head_only)
    length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length: ")]
    if head_only or not length or head.startswith(b"HTTP/1.1 304"):
        return head
    return head + await connection.reader.readexactly(int(length[0].split()[1]))


@pytest.mark.parametrize(
    "data",
    [
        b"GET /world/rss.xml HTTP/1.0\r\n\r\n",
        b"GET /world/rss.xml HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\n\r\n",
        b"HEAD /world/rss.xml HTTP/1.0\r\nIf-None-Match: *\r\n\r\n",
        b"GET /world/rss.xml HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody",
        b"GET /world/rss.xml HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        b"4\r\nbody\r\n0\r\n\r\n",
        b"POST /world/rss.xml HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody",
        b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody",
        b"\r\n\r\nGET /world/rss.xml HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /world/rss.xml HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /nowhere/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
async def test_whole_exchanges_are_the_same(both: tuple[Wire, Wire], data: bytes) -> None:
    """HTTP/1.0, bodies, several requests: until the connection ends."""
    ordinary, lane = both
    expected = await ordinary.exchange(data)
    assert expected.startswith(b"HTTP/1.1 ")
    for _ in range(3):
        assert await lane.exchange(data) == expected


async def test_a_hit_never_reaches_the_application(newsroom: Newsroom, both: tuple[Wire, Wire]) -> None:
    """By step one or two; a miss does."""
    _, lane = both
    calls = []
    connection = await lane.connect()
    app = newsroom.app

    async def counting(scope: object, receive: object, send: object) -> None:
        calls.append(scope)
        await app(scope, receive, send)  # type: ignore[arg-type]

    for target, there in (
        ("/world/rss.xml", 0),
        ("/world/rss.xml", 0),
        ("/sports/feed.json", 1),
        ("/sports/feed.json", 1),
    ):
        for protocol in lane.open:
            protocol.app = counting
        answer = await connection.ask(request(target))
        assert answer.status == 200
        assert len(calls) == there
    assert lane.state.total_requests == 4
    connection.close()


async def test_what_was_written_is_answered_at_once(newsroom: Newsroom, both: tuple[Wire, Wire]) -> None:
    """A head that is known leads to today's answer, not to that of yesterday."""
    _, lane = both
    connection = await lane.connect()
    before = await connection.ask(request("/world/rss.xml"))
    data = request("/world/rss.xml", headers=[("If-None-Match", before["etag"])])
    assert [(await connection.ask(data)).status for _ in range(3)] == [304] * 3
    await newsroom.write(story("new"))
    after = await connection.ask(data)
    assert (after.status, after["cache-status"]) == (200, "khulasat; hit")
    assert "new" in after.body.decode()
    again = await connection.ask(data)
    assert (again.status, again["cache-status"], again.body) == (200, "khulasat; hit", after.body)
    connection.close()


async def test_an_embargo_ends_at_its_second(newsroom: Newsroom) -> None:
    """Without a write, whatever second the head is of."""
    await newsroom.write(story("later", minutes=-5))
    async with wired(newsroom) as lane:
        connection = await lane.connect()
        data = request("/world/rss.xml")
        early = [await connection.ask(data) for _ in range(3)]
        assert {answer.body for answer in early} == {early[0].body}
        # The last change is long past: what is at hand holds for the whole second.
        newsroom.clock.go(seconds=60)
        lane.tick()
        assert (await connection.ask(data)).body == early[0].body
        # The clock of the desk goes on, Date does not.
        newsroom.clock.go(seconds=179.5)
        assert (await connection.ask(data)).body == early[0].body
        newsroom.clock.go(seconds=1)
        late = await connection.ask(data)
        assert late.body != early[0].body
        assert "later" in late.body.decode()
        connection.close()


async def test_a_date_of_the_future_is_asked_of_the_clock_each_time(
    newsroom: Newsroom, both: tuple[Wire, Wire]
) -> None:
    """It is ignored until it is past."""
    _, lane = both
    since = format_datetime(newsroom.clock() + timedelta(seconds=30), usegmt=True)
    data = request("/world/rss.xml", headers=[("If-Modified-Since", since)])
    assert [(await first(lane, data))[9:12] for _ in range(3)] == [b"200"] * 3
    newsroom.clock.go(seconds=31)
    assert [(await first(lane, data))[9:12] for _ in range(3)] == [b"304"] * 3


async def test_date_goes_on_and_last_modified_is_never_later(newsroom: Newsroom) -> None:
    """RFC 9110 §8.8.2.1. And as the application says it, so that no answer is older than the one before."""
    await newsroom.write(story("just now"))
    newsroom.clock.go(seconds=-60)
    await newsroom.ask("/world/rss.xml")
    seen = []
    async with wired(newsroom) as lane:
        connection = await lane.connect()
        for _ in range(3):
            lane.tick()
            for _ in range(2):
                answer = await connection.ask(request("/world/rss.xml"))
                date, modified = (parsedate_to_datetime(answer[name]) for name in ("date", "last-modified"))
                assert answer["last-modified"] == (await newsroom.ask("/world/rss.xml"))["last-modified"]
                seen.append(int((date - modified).total_seconds()))
            newsroom.clock.go(seconds=40)
        connection.close()
    assert seen == [1, 1, 1, 1, 19, 19]


async def test_a_lost_store_is_said_by_the_ordinary_way(newsroom: Newsroom, both: tuple[Wire, Wire]) -> None:
    """What is fresh is a hit; what is not is stale: never an error."""
    ordinary, lane = both
    data = request("/world/rss.xml", headers=[("Accept-Encoding", "br")])
    good = await first(lane, data)
    newsroom.settings.store_path.unlink()
    for _ in range(3):
        assert await first(lane, data) == await first(ordinary, data) == good
