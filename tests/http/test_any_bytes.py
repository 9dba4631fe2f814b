"""HTTP.md, "The fast lane": "the very same answer by the ordinary way", whatever is sent, in whatever pieces."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from email.utils import format_datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from feeds.prepared import Answer
from feeds.web.access import lane_of
from feeds.web.fastlane import FastLane
from tests.newsroom import CULTURE, Newsroom
from tests.store.articles import NOW
from tests.wire import Wire, served, statuses

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("newsroom", ["application"], indirect=True)]

WARM = [
    "/world/rss.xml",
    "/world/rss.xml",
    "/world/atom.xml",
    "/sports/feed.json",
    f"/{CULTURE}/rss.xml",
    "/world/",
    "/",
]
TARGETS = [
    *WARM,
    *("/world/rss.xml?limit=1", "/world/rss.xml?utm_source=x", "/world/rss.xml?limit=0", "/%77orld/rss.xml"),
    *("/World/rss.xml", "//world/rss.xml", "/world/../world/rss.xml", "/nowhere/", "/%ff", "/world/rss.xml#part"),
    *("http://evil.example/world/rss.xml", "*", "evil.example:80", "/healthz", "/robots.txt", "/search/rss.xml?q=x"),
]
METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "get", "PURGE", "CONNECT", "TRACE", "UNLINK", "!"]
VERSIONS = ["1.1", "1.0", "2.0", "0.9", "1.2"]
# What stands in a list of one of these headers, the tags of what is served among it.
CODINGS = [
    "br",
    "gzip",
    "identity",
    "*",
    "x-gzip",
    "GZIP",
    "br;q=0",
    "gzip;q=0.5",
    "identity;q=0",
    "*;q=0",
    "br;q=2",
    "",
]
TAGS = ["{identity}", "{br}", "{gzip}", "W/{br}", "*", '"other"', "w/{br}", '""', "bare", '"open', '"a,b"', ""]
DATES = [
    *(format_datetime(NOW + timedelta(minutes=minutes), usegmt=True) for minutes in (-90, 0, 0.5, 60)),
    *("Monday, 23-Nov-26 12:00:30 GMT", "Mon Nov 23 12:00:30 2026", "yesterday", "", "Mon, 30 Feb 2026 00:00:00 GMT"),
]
OTHERS = [
    ("Connection", ["close", "keep-alive", "keep-alive, close", "Upgrade", "upgrade, close", "x", "close, x", "TE"]),
    ("Expect", ["100-continue", "100-Continue", "nonsense"]),
    ("Upgrade", ["h2c", "websocket", "TLS/1.0"]),
    ("Range", ["bytes=0-9", "bytes=9-0"]),
    ("Host", ["", "evil.example", "a b", "[::1]:80"]),
    ("X-Forwarded-Host", ["evil.example"]),
    ("Accept", ["text/html"]),
    ("Cookie", ["a=b"]),
    ("A-IM", ["feed"]),
    ("If-Range", ["{br}"]),
    ("If-Match", ["{br}", '"other"', "*"]),
    ("If-Unmodified-Since", DATES),
    ("Content-Length", ["0", "4", "04", "+4", "4, 4", "-1", "99"]),
    ("Transfer-Encoding", ["chunked", "gzip, chunked", "identity", "chunked, gzip"]),
    ("X-Long", ["x" * 5000]),
    ("X-Odd", ["\x00", "\x80\xff", "a\tb", "\x0b", " , "]),
]


def listed(values: list[str]) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3).map(", ".join)


def asked(codings: list[str], tags: list[str], dates: list[str]) -> st.SearchStrategy[list[tuple[str, str]]]:
    """Headers that an answer depends on."""
    pairs = st.one_of(
        st.tuples(st.just("Accept-Encoding"), listed(codings)),
        st.tuples(st.just("If-None-Match"), listed(tags)),
        st.tuples(st.just("If-Modified-Since"), st.sampled_from(dates)),
    )
    return st.lists(pairs, max_size=3)


def request(method: str, target: str, version: str, fields: list[str], body: list[str]) -> str:
    return "\r\n".join([f"{method} {target} HTTP/{version}", *fields, *body])


polls = st.builds(
    lambda method, target, pairs, version: request(
        method, target, version, ["Host: x", *(f"{name}: {value}" for name, value in pairs)], ["", ""]
    ),
    st.sampled_from(["GET", "GET", "HEAD"]),
    st.sampled_from(WARM),
    asked(CODINGS[:4], TAGS[:5], DATES[:3]),
    st.sampled_from(["1.1", "1.1", "1.1", "1.0"]),
)
others = st.sampled_from([(name, value) for name, values in OTHERS for value in values])
lines = st.builds(
    lambda pair, case, space: case(pair[0]) + space + pair[1],
    asked(CODINGS, TAGS, DATES).filter(bool).map(lambda pairs: pairs[0]) | others,
    st.sampled_from([str.title, str.title, str.lower, str.upper]),
    st.sampled_from([": ", ": ", ": ", ":", ":\t ", " : "]),
)
oddities = st.builds(
    request,
    st.sampled_from(["GET", "GET", "HEAD", *METHODS]),
    st.sampled_from(TARGETS) | st.text(alphabet="/worldrssxml.?&=%2fF+~é", max_size=20).map("/".__add__),
    st.sampled_from(["1.1"] * 5 + VERSIONS),
    st.lists(lines, max_size=3).map(lambda fields: ["Host: x", *fields]) | st.lists(lines, max_size=1),
    st.sampled_from(
        [
            ["", ""],
            ["", ""],
            ["", "body"],
            ["Content-Length: 4", "", "body"],
            ["Transfer-Encoding: chunked", "", "4", "body", "0", "", ""],
            ["Transfer-Encoding: chunked", "", "1;x=y", "b", "0", "Host: x", "", ""],
            ["Content-Length: 4", "Transfer-Encoding: chunked", "", "0", "", ""],
        ]
    ),
)
# Bytes in the place of others, somewhere.
slips = st.lists(
    st.tuples(
        st.integers(0, 400),
        st.integers(0, 2),
        st.sampled_from(["", "\r", "\n", "\r\n", " ", "\t", "\0", ":", "\r\n ", "\r\n\r\n", "x", "\x7f", "\xe9"]),
    ),
    max_size=2,
)
cuts = st.lists(st.integers(1, 600), max_size=3)


def slipped(text: str, changes: list[tuple[int, int, str]]) -> bytes:
    for at, length, other in changes:
        at %= len(text) + 1
        text = text[:at] + other + text[at + length :]
    return text.encode("latin-1")


exchanges = st.builds(
    slipped,
    st.lists(polls | polls | polls | oddities, min_size=1, max_size=4).map("".join),
    st.just([]) | st.just([]) | slips,
)


class NoLane(FastLane):
    """One that has nothing at hand."""

    def recall(self, *_: object) -> Answer | None:
        return None

    def answer(self, *_: object) -> Answer | None:
        return None


class Pair:
    """The same newsroom behind our protocol, with the lane and without."""

    def __init__(self, newsroom: Newsroom, lane: Wire, ordinary: Wire, tags: dict[bytes, bytes]) -> None:
        self.newsroom = newsroom
        self.lane = lane
        self.ordinary = ordinary
        self.tags = tags

    async def agree(self, data: bytes, pieces: list[int]) -> list[int]:
        """The statuses of the answers to these bytes, which are the same by either way."""
        for name, tag in self.tags.items():
            data = data.replace(name, tag)
        # Whatever had to be made is at hand then.
        await exchanged(self.ordinary, data, [])
        expected, _ = await exchanged(self.ordinary, data, [])
        # In one piece, as it will be known by its bytes; then in pieces, known or not.
        for cut in ([], [], pieces, pieces):
            answer, reset = await exchanged(self.lane, data, cut)
            assert answer == expected or (reset and expected.startswith(answer)), cut
        return statuses(expected)


async def exchanged(wire: Wire, data: bytes, pieces: list[int]) -> tuple[bytes, bool]:
    """All that is answered to bytes that come in pieces and have an end; whether the connection was reset, as it is
    where something is sent behind a request that was said to be the last one."""
    connection = await wire.connect()
    start = 0
    try:
        for end in [*sorted(pieces), len(data)]:
            if start < end <= len(data):
                connection.send(data[start:end])
                start = end
                for _ in range(4):
                    await asyncio.sleep(0)
        connection.writer.write_eof()
        return await connection.rest(), False
    except OSError:
        return bytes(connection.reader._buffer), True  # type: ignore[attr-defined]
    finally:
        connection.close()


@pytest.fixture
async def pair(newsroom: Newsroom) -> AsyncIterator[Pair]:
    for target in WARM:
        for coding in ("br", "gzip", "identity"):
            await newsroom.ask(target, headers={"accept-encoding": coding})
    stem = (await newsroom.ask(WARM[0]))["etag"].encode()[:-1]
    tags = {b"{identity}": stem + b'"', b"{br}": stem + b'-br"', b"{gzip}": stem + b'-gzip"'}
    clock = newsroom.clock.seconds
    async with (
        served(newsroom.app, lane_of(newsroom.desk), clock) as lane,
        served(newsroom.app, NoLane(newsroom.desk), clock) as ordinary,
    ):
        yield Pair(newsroom, lane, ordinary, tags)


UNHURRIED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=120, suppress_health_check=UNHURRIED)
@given(data=exchanges, pieces=cuts)
@example(data=b"! /world/rss.xml HTTP/1.1\r\nHost: x\r\n\r\n", pieces=[1])
@example(data=b"! /world/rss.xml HTTP/1.1\r\nHost: x\r\n\r\n", pieces=[3])
@example(data=b"\rET /world/rss.xml HTTP/1.1\r\nHost: x\r\n\r\n", pieces=[1])
@example(data=b"GET /world/rss.xml HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody", pieces=[])
@example(
    data=b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbodyGET / HTTP/1.1\r\n\r\n"
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    pieces=[80],
)
async def test_the_lane_answers_as_the_application_does(pair: Pair, data: bytes, pieces: list[int]) -> None:
    """Byte for byte: right requests, nearly right ones, several in a row; known by their bytes, and cut anywhere."""
    assert max(await pair.agree(data, pieces), default=0) < 500


@pytest.mark.soak
@pytest.mark.timeout(1800)
@settings(max_examples=10_000, suppress_health_check=UNHURRIED, database=None)
@given(data=exchanges, pieces=cuts)
async def test_very_many(pair: Pair, data: bytes, pieces: list[int]) -> None:
    """The same, many more of them."""
    assert max(await pair.agree(data, pieces), default=0) < 500
