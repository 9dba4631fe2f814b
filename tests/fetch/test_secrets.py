"""Passwords and keys reach whom they are for, and nobody else."""

import base64
import logging
from collections.abc import Callable

import pytest

from feeds.errors import Unreachable
from feeds.fetch import Fetcher, Limits, without_secrets
from tests.fetch.servers import Server, answer, redirect, serving


def _basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


def test_sent(server: Server, fetcher: Fetcher) -> None:
    """A name and a password in an address are sent as such, and stand in nothing that comes back."""
    server.replies["/"] = redirect("/there")
    server.replies["/there"] = answer(b"x")
    found = fetcher.get(f"http://me:p%40ss@127.0.0.1:{server.port}/")
    assert [request.headers["authorization"] for request in server.asked] == [_basic("me:p@ss")] * 2
    assert (found.url, found.name) == (f"{server.base}/there",) * 2


def test_not_sent_elsewhere(server: Server, fetcher: Fetcher) -> None:
    """Another origin does not get them, not even another port."""
    with serving() as other:
        other.replies["/"] = answer(b"x")
        server.replies["/"] = redirect(f"{other.base}/")
        fetcher.get(f"http://me:pass@127.0.0.1:{server.port}/")
        assert "authorization" in server.asked[0].headers
        assert "authorization" not in other.asked[0].headers


def test_not_said(
    server: Server, fetching: Callable[..., Fetcher], caplog: pytest.LogCaptureFixture, pauses: list[float]
) -> None:
    """Neither messages nor the log hold them, whatever goes wrong."""
    caplog.set_level(logging.INFO)
    said: list[str] = []
    fetcher = fetching(limits=Limits(tries=2, redirects=1), say=said.append)
    server.otherwise = answer(b"", status="500 Oops")
    server.replies["/circle?token=hush"] = redirect(f"http://you:hush@127.0.0.1:{server.port}/circle?token=hush")
    server.replies["/broken?api_key=hush"] = b"rubbish\r\n\r\n"
    server.replies["/away"] = redirect("ftp://you:hush@example.org/?sig=hush")
    for path in ("/circle?token=hush", "/broken?api_key=hush", "/away"):
        with pytest.raises(Unreachable) as fault:
            fetcher.get(f"http://me:hush@127.0.0.1:{server.port}{path}")
        said.append(str(fault.value))
    with pytest.raises(Unreachable) as fault:
        fetcher.get("http://me:hush@[::1/")
    said.append(str(fault.value))
    with pytest.raises(Unreachable) as fault:
        fetcher.get(f"http://me:hush@127.0.0.1:{server.port}/?password=hush&a=1").good()
    said.append(str(fault.value))
    assert said[-1].startswith(f"{server.base}/?password=…&a=1: answers 500")
    assert "hush" not in "\n".join([*said, caplog.text])


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://example.org/a?b=c&b=%D8%A7", "https://example.org/a?b=c&b=%D8%A7"),
        ("https://u:p@example.org/", "https://example.org/"),
        ("https://u@p@example.org/?x=1&Auth_Key=1", "https://example.org/?x=1&Auth_Key=…"),
        ("https://[", "the address"),
    ],
)
def test_shown(address: str, shown: str) -> None:
    assert without_secrets(address) == shown
