"""What an answer may be like, and what is made of it."""

import gzip
import io
import socket
import zlib
from collections.abc import Callable

import pytest

from feeds.errors import Unreachable
from feeds.fetch import Fetcher, Limits, Validators, is_address
from tests.fetch.servers import Request, Server, answer, redirect

SMALL = Limits(bytes=100_000, seconds=20, tries=2)


def test_whole(server: Server, fetcher: Fetcher) -> None:
    """An answer says what it is, and where it came from in the end."""
    server.replies["/"] = redirect("/there")
    server.replies["/there"] = answer(
        "مرحبا".encode(),
        Content_Type='Text/HTML; Charset="UTF-8"',
        Link='<http://x/wp-json/>; rel="https://api.w.org/", </a>; rel="next"',
    )
    found = fetcher.get(server.base)
    assert (found.url, found.status, found.body.decode()) == (f"{server.base}/there", 200, "مرحبا")
    assert (found.media_type, found.charset) == ("text/html", "utf-8")
    assert found.links == {"https://api.w.org/": "http://x/wp-json/", "next": "/a"}
    assert found.good() is found
    assert server.asked[0].headers["user-agent"] == "test/1 (a test)"


def test_no_charset(server: Server, fetcher: Fetcher) -> None:
    server.replies["/"] = answer(b"x", Content_Type="text/html; boundary=x")
    assert fetcher.get(server.base).charset is None


def test_one_connection(server: Server, fetcher: Fetcher) -> None:
    """All that is fetched from a site goes over one connection."""
    server.otherwise = answer(b"x")
    for number in range(3):
        fetcher.get(f"{server.base}/{number}")
    assert {request.connection for request in server.asked} == {0}


def test_conditional(server: Server, fetcher: Fetcher) -> None:
    """What the server gave with an answer goes back with the next question, as it was."""
    server.replies["/"] = answer(b"x", ETag='W/"a"', Last_Modified="Mon, 23 Nov 2026 10:00:00 GMT")
    validators = fetcher.get(server.base).validators
    assert validators == Validators(etag='W/"a"', last_modified="Mon, 23 Nov 2026 10:00:00 GMT")
    server.replies["/"] = b'HTTP/1.1 304 Not Modified\r\nETag: W/"a"\r\n\r\n'
    found = fetcher.get(server.base, validators=validators)
    assert found.not_modified and found.good() is found
    asked = server.asked[1].headers
    assert (asked["if-none-match"], asked["if-modified-since"]) == ('W/"a"', "Mon, 23 Nov 2026 10:00:00 GMT")
    assert "if-none-match" not in server.asked[0].headers


@pytest.mark.parametrize(
    ("status", "right"), [("404 Not Found", "check the address"), ("401 Unauthorized", "name and a password")]
)
def test_status(server: Server, fetcher: Fetcher, status: str, right: str) -> None:
    """A status that brings nothing says what would be right."""
    server.replies["/"] = answer(b"{}", status=status)
    found = fetcher.get(server.base)
    assert (found.ok, found.json()) == (False, {})
    with pytest.raises(Unreachable, match=f"answers {status}; .*{right}"):
        found.good()


def test_strange_status(server: Server, fetcher: Fetcher) -> None:
    server.replies["/"] = answer(b"no", status="799 Whatever")
    with pytest.raises(Unreachable, match="answers 799; check the address"):
        fetcher.get(server.base).good()


def test_no_json(server: Server, fetcher: Fetcher) -> None:
    server.replies["/"] = [answer(b"\xef\xbb\xbf[1]"), answer(b"<html>")]
    assert fetcher.get(server.base).json() == [1]
    with pytest.raises(Unreachable, match="answers no JSON"):
        fetcher.get(server.base).json()


def test_five_redirects(server: Server, fetcher: Fetcher) -> None:
    """Five redirects are followed, and no sixth."""
    for number in range(6):
        server.replies[f"/{number}"] = redirect(f"/{number + 1}", "301 Moved Permanently")
    server.replies["/6"] = answer(b"here")
    assert fetcher.get(f"{server.base}/1").body == b"here"
    with pytest.raises(Unreachable, match="more than 5 times"):
        fetcher.get(f"{server.base}/0")


def test_circle(server: Server, fetcher: Fetcher) -> None:
    server.replies["/a"] = redirect("/b")
    server.replies["/b"] = redirect("/a#x")
    with pytest.raises(Unreachable, match="redirects in a circle"):
        fetcher.get(f"{server.base}/a")


def test_redirect_without_location(server: Server, fetcher: Fetcher) -> None:
    server.replies["/"] = answer(b"", status="302 Found")
    with pytest.raises(Unreachable, match="answers 302 Found"):
        fetcher.get(server.base).good()


def test_compressed(server: Server, fetcher: Fetcher) -> None:
    """gzip is read, in several members too, and with padding behind."""
    body = gzip.compress(b"one ") + gzip.compress(b"two") + b"\0" * 100
    server.replies["/"] = answer(body, Content_Encoding="GZIP")
    assert fetcher.get(server.base).body == b"one two"
    assert server.asked[0].headers["accept-encoding"] == "gzip"


@pytest.mark.parametrize(
    ("body", "coding", "said"),
    [
        (b"x", "br", "is compressed as br, which was not asked for"),
        (b"no gzip", "gzip", "is not the gzip that it says it is"),
        (gzip.compress(b"x" * 1000, mtime=0)[:-12], "gzip", "ends in the middle"),
        (gzip.compress(b"x", mtime=0) + b"rubbish", "gzip", "is not the gzip"),
    ],
)
def test_badly_compressed(
    server: Server, fetching: Callable[..., Fetcher], body: bytes, coding: str, said: str
) -> None:
    server.replies["/"] = answer(body, Content_Encoding=coding)
    with pytest.raises(Unreachable, match=said):
        fetching(limits=SMALL).get(server.base)


def test_bomb(server: Server, fetching: Callable[..., Fetcher]) -> None:
    """A gigabyte out of a megabyte: it is left when the limit is reached, whatever the whole would be."""
    machine = zlib.compressobj(9, wbits=31)
    piece = b"\0" * 1_000_000
    body = b"".join(machine.compress(piece) for _ in range(1000)) + machine.flush()
    server.replies["/"] = answer(body, Content_Encoding="gzip")
    with pytest.raises(Unreachable, match="is longer than 100000000 bytes"):
        fetching(limits=Limits(bytes=100_000_000)).get(server.base, into=io.BytesIO())
    with pytest.raises(Unreachable, match="is longer than 100000 bytes"):
        fetching(limits=SMALL).get(server.base)


def test_bomb_of_an_error(server: Server, fetcher: Fetcher) -> None:
    """Of an error's page no more is read than is needed."""
    server.replies["/"] = answer(gzip.compress(b"\0" * 50_000_000), status="404 Not Found", Content_Encoding="gzip")
    assert len(fetcher.get(server.base).body) == 1 << 18
    server.replies["/"] = answer(b"no gzip", status="404 Not Found", Content_Encoding="gzip")
    assert fetcher.get(server.base).body == b""


def test_announced(server: Server, fetching: Callable[..., Fetcher]) -> None:
    """A body that says beforehand that it is too long is not read."""
    server.replies["/"] = answer(b"x", length=100_001)
    with pytest.raises(Unreachable, match="is longer than 100000 bytes"):
        fetching(limits=SMALL).get(server.base)


def test_endless(server: Server, fetching: Callable[..., Fetcher]) -> None:
    """A body without an end has one here."""

    def endless(request: Request, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while not server.over.is_set():
            connection.sendall(b"5\r\nhello\r\n" * 1000)

    server.replies["/"] = endless
    with pytest.raises(Unreachable, match="is longer than 100000 bytes"):
        fetching(limits=SMALL).get(server.base)


def test_into_a_file(server: Server, fetcher: Fetcher) -> None:
    """A body that goes into a file stands there once, whole, also after a try that broke."""
    server.replies["/"] = [answer(b"half of it", length=100, keep=False), answer(b"whole")]
    file = io.BytesIO(b"what was there before")
    assert fetcher.get(server.base, into=file).body == b""
    assert file.getvalue() == b"whole"


@pytest.mark.parametrize(
    ("address", "is_one"), [("https://x", True), ("HTTP://x", True), ("httpx", False), ("a.json", False), ("-", False)]
)
def test_is_address(address: str, is_one: bool) -> None:
    assert is_address(address) is is_one
