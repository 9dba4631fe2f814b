"""What goes over the wire, byte for byte: odd targets, HEAD, conditions, connections."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.server import LOCAL, Server, stock
from tests.newsroom import CULTURE

# What may differ between two answers of the same state: the clock's, and how they were come by. In the seconds
# after a change, of which a start is one, no answer has its date yet.
MOVING = {"date", "cache-status", "last-modified"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all that only asks."""
    folder: Path = tmp_path_factory.mktemp("wire")
    (folder / "config.toml").write_text(LOCAL, encoding="utf-8")
    stock(folder, "a", "b", sections=("world", "sports"))
    server = Server(folder, "--port", "0")
    try:
        yield server.ready()
    finally:
        assert server.end() == 0
        assert "Traceback" not in server.output
        assert "ERROR" not in server.output


def asked(
    server: Server, target: str, method: str = "GET", *lines: str, close: bool = True
) -> tuple[int, dict[str, str], bytes]:
    """Status, head and body of what is answered to a request line as it stands."""
    head = [f"{method} {target} HTTP/1.1", "Host: 127.0.0.1", *lines, *(["Connection: close"] if close else [])]
    answer = server.exchange("\r\n".join([*head, "", ""]).encode("latin-1"))
    top, _, body = answer.partition(b"\r\n\r\n")
    status, *fields = top.decode("latin-1").split("\r\n")
    found = [field.split(": ", 1) for field in fields]
    names = [name.lower() for name, _ in found]
    assert len(set(names)) == len(names), names
    return int(status.split()[1]), {name.lower(): value for name, value in found}, body


def still(head: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in head.items() if name not in MOVING}


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/world/rss.xml", 200),
        (f"/{CULTURE}/rss.xml", 200),
        (f"/{CULTURE.lower()}/rss.xml", 200),
        ("/%77orld/rss.xml", 200),
        ("/world/rss.xml?%ff&=&x=%00", 200),
        ("http://evil.example/world/rss.xml", 200),
        ("//", 301),
        ("//world/rss.xml", 301),
        ("//evil.example/..", 301),
        ("/world/../sports/rss.xml", 301),
        ("/%2e%2e/world/", 301),
        ("/world", 301),
        ("/%00", 404),
        ("/%ff", 404),
        ("/world%2Frss.xml", 404),
        ("/static/..%2f..%2fsettings.py", 404),
        ("/static/%2e%2e/%2e%2e/settings.py", 404),
        ("/static/../../settings.py", 404),
        ("/static/%00", 404),
        ("/static/%ff%fe", 404),
        ("/" + "x" * 4000, 404),
        ("/world/rss.xml?limit=%D9%A3", 400),
    ],
)
def test_odd_targets(server: Server, target: str, status: int) -> None:
    """301 to the one right address where there is one, 404 otherwise; HEAD says the same."""
    found, head, body = asked(server, target)
    assert found == status
    assert head["content-length"] == str(len(body))
    if status == 301:
        assert re.fullmatch(rf"{server.base}/[a-z/.+]*", head["location"])
    _, other, nothing = asked(server, target, "HEAD")
    assert other.keys() == head.keys()
    assert still(other) == still(head)
    assert nothing == b""


def test_a_304_on_the_wire(server: Server) -> None:
    """Head alone, with `Date`, and the connection stays in step."""
    _, head, _ = asked(server, "/world/rss.xml", "GET", "Accept-Encoding: br")
    request = f"GET /world/rss.xml HTTP/1.1\r\nHost: x\r\nAccept-Encoding: br\r\nIf-None-Match: {head['etag']}\r\n\r\n"
    last = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    answer = server.exchange((request * 3 + last).encode())
    statuses = re.findall(rb"HTTP/1\.1 (\d+) ", answer)
    assert statuses == [b"304", b"304", b"304", b"200"]
    first = answer.partition(b"\r\n\r\n")[0].decode().lower()
    for name in ("etag", "last-modified", "cache-control", "vary", "date", "link"):
        assert f"\r\n{name}: " in first
    assert "content-length" not in first
    assert "content-type" not in first


def test_no_server_says_its_name(server: Server) -> None:
    """Neither its name nor its version."""
    for target in ("/", "/world/rss.xml", "/nowhere", "/static/page.css"):
        _, head, _ = asked(server, target)
        assert "server" not in head
        assert not any("uvicorn" in value.lower() for value in head.values())


def test_evil_headers_change_nothing(server: Server) -> None:
    """From a neighbour that the server would trust, too: this is 127.0.0.1."""
    for target in ("/world/rss.xml", "/World/rss.xml", "/nowhere/", "/"):
        status, head, body = asked(server, target)
        for lines in (
            ("X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https", "X-Forwarded-For: 192.0.2.9"),
            ("Origin: https://evil.example", "Cookie: a=b", "Accept: text/html;q=1", "A-IM: feed"),
            ("Upgrade: websocket", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"),
        ):
            other = asked(server, target, "GET", *lines)
            assert (other[0], other[2]) == (status, body)
            assert other[1].keys() == head.keys()
            assert still(other[1]) == still(head)


def test_a_body_is_no_matter(server: Server) -> None:
    """A GET with a body is a GET; a POST with one is refused, and the next request on the connection is read right."""
    data = b"POST /world/rss.xml HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
    data += b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
    assert re.findall(rb"HTTP/1\.1 (\d+) ", server.exchange(data)) == [b"405", b"200"]
