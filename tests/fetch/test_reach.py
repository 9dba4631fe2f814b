"""Which addresses an import may ask."""

from collections.abc import Callable

import pytest

from feeds.errors import Unreachable
from feeds.fetch import Fetcher
from feeds.fetch.reach import is_public
from tests.fetch.servers import Server, answer, redirect


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "0.0.0.0", "0.1.2.3", "192.0.2.1", "198.18.0.1", "203.0.113.9", "224.0.0.1", "240.0.0.1",
        "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%lo", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "2002:a00:1::1", "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe", "64:ff9b:1::7f00:1", "no address",
    ],
)  # fmt: skip
def test_private(address: str) -> None:
    """This machine, its neighbours, and whatever leads to them by another name, are not public."""
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "[::1]", "[::ffff:127.0.0.1]"]
)
def test_this_machine(server: Server, fetching: Callable[..., Fetcher], host: str) -> None:
    """This machine is not asked, however it is written, and a name that leads to it neither."""
    server.replies["/"] = answer(b"secret")
    with pytest.raises(Unreachable, match=r"no public address; where that is meant, give --allow-private"):
        fetching(allow_private=False).get(f"http://{host}:{server.port}/")
    assert server.asked == []


def test_looked_up_once(server: Server, fetching: Callable[..., Fetcher]) -> None:
    """A name that leads elsewhere when it is asked again: what was checked is what is connected to."""
    answers = iter([["203.0.113.1", "10.0.0.1"], ["127.0.0.1"]])
    fetcher = fetching(allow_private=False, resolve=lambda host, port: next(answers))
    with pytest.raises(Unreachable, match=r"rebind\.example leads to 203\.0\.113\.1"):
        fetcher.get(f"http://rebind.example:{server.port}/")
    assert next(answers) == ["127.0.0.1"]


def test_redirected_inside(server: Server, fetching: Callable[..., Fetcher]) -> None:
    """A redirect is checked like the first address."""
    server.replies["/"] = redirect("http://inside.example/")
    names = {"127.0.0.1": ["127.0.0.1"], "inside.example": ["10.0.0.1"]}
    fetcher = fetching(allow_private=False, resolve=lambda host, port: names[host])
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1 leads to 127\.0\.0\.1"):
        fetcher.get(server.base)


def test_allowed(server: Server, fetcher: Fetcher) -> None:
    """With --allow-private this machine is asked, by name too."""
    server.replies["/"] = answer(b"hello")
    assert fetcher.get(f"http://localhost:{server.port}/").body == b"hello"


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd", "ftp://example.org/", "gopher://example.org/", "javascript:1", "//example.org/", "",
        "http://", "http://exa mple.org/", "http://[::1", "http://example.org:99999999/", "data:text/html,x",
        "http://0177.0.0.1/",
    ],
)  # fmt: skip
def test_no_address(fetcher: Fetcher, address: str) -> None:
    """What is no http or https address is refused before anything is asked."""
    with pytest.raises(Unreachable, match="give a whole one, https://"):
        fetcher.get(address)


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://x/", "javascript:alert(1)", "http://[::1"])
def test_redirected_elsewhere(server: Server, fetcher: Fetcher, location: str) -> None:
    server.replies["/"] = redirect(location)
    with pytest.raises(Unreachable, match="is no address that can be fetched"):
        fetcher.get(server.base)
