"""The store's file deleted, replaced; the server killed: what readers see of it."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.live.polling import polled
from tests.live.server import LOCAL, Server, feeds, item, stock, wait

Start = Callable[..., Server]


@pytest.fixture
def served(start: Start, folder: Path) -> Server:
    """A server that has rendered what it has."""
    stock(folder, "a", "b", sections=("world", "sports"))
    server = start().ready()
    for path in ("/world/rss.xml", "/world/"):
        assert server.ask(path).status == 200
    return server


def readiness(server: Server) -> str:
    answer = server.ask("/readyz")
    assert answer.status == 200
    return str(json.loads(answer.body)["status"])


def test_a_store_deleted_while_serving(served: Server, folder: Path) -> None:
    """Last good bytes for what was rendered, degraded and said once; a restart begins anew."""
    before = served.ask("/world/rss.xml")
    (folder / "articles.db").unlink()
    wait(lambda: readiness(served) == "degraded", served)
    counts, _ = polled(served, lambda answered: wait(lambda: answered() > 500, served))
    assert counts.keys() <= {200, 304, 503}
    after = served.ask("/world/rss.xml", {"If-None-Match": "x"})
    assert (after.status, after.body, after.headers["etag"]) == (200, before.body, before.headers["etag"])
    assert served.ask("/world/rss.xml", {"If-None-Match": before.headers["etag"]}).status == 304
    lost = served.ask("/sports/feed.json?limit=7")
    assert (lost.status, lost.headers["retry-after"]) == (503, "30")
    assert served.output.count("event=store_unwell") == 1
    assert served.end() == 0
    assert "Traceback" not in served.output


def test_a_store_replaced_while_serving(served: Server, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Seen, and served from then on; imports into the new one too."""
    other = tmp_path_factory.mktemp("other")
    (other / "config.toml").write_text(LOCAL, encoding="utf-8")
    stock(other, "of-another-store")
    os.replace(other / "articles.db", folder / "articles.db")  # noqa: PTH105
    wait(lambda: b"of-another-store" in served.ask("/world/rss.xml").body, served)
    assert feeds(folder, "import", "-", input=item("later")).returncode == 0
    wait(lambda: b"later" in served.ask("/world/rss.xml").body, served)
    assert b"of-another-store" in served.ask("/world/rss.xml").body
    assert readiness(served) == "ok"
    assert served.end() == 0


def test_killed_and_started_again(served: Server, start: Start) -> None:
    """kill -9 costs nothing: the same bytes and tags on the same port, and polls go on with a 304."""
    port = served.port
    before = {path: served.ask(path) for path in ("/world/rss.xml", "/atom.xml", "/feed.json", "/")}
    assert served.end(signal.SIGKILL) == -signal.SIGKILL
    again = start(port=port).ready()
    for path, answer in before.items():
        after = again.ask(path)
        assert (after.body, after.headers["etag"]) == (answer.body, answer.headers["etag"])
        assert after.headers["last-modified"] >= answer.headers["last-modified"]
        assert again.ask(path, {"If-None-Match": answer.headers["etag"]}).status == 304
    assert again.end() == 0
