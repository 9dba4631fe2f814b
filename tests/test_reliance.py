"""What our protocol leans on in uvicorn is as it was read."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from feeds.serving import service as serving
from feeds.serving.listening import listening
from feeds.settings import load
from feeds.web import reliance
from feeds.web.protocol import LaneProtocol
from feeds.web.reliance import LEANS_ON, changed, digest
from tests.newsroom import CONFIG


def test_uvicorn_is_as_it_was_read() -> None:
    parts = changed()
    assert not parts, (
        f"uvicorn {uvicorn.__version__} has changed what feeds.web.reception leans on: {', '.join(parts)}."
        " `feeds serve` does without the fast lane until somebody reads those parts, mends reception.py and"
        " protocol.py if need be, runs tests/http and tests/live, and adds to LEANS_ON in feeds/web/reliance.py: "
        + "; ".join(f"{name}: {digest(name)}" for name in parts)
    )


def test_whatever_is_overridden_is_known() -> None:
    """Each of our methods that takes the place of one of uvicorn's."""
    ours = {name for kind in LaneProtocol.__mro__ if kind.__module__.startswith("feeds.") for name in vars(kind)}
    theirs = {name for name, value in vars(HttpToolsProtocol).items() if callable(value)}
    assert {f"HttpToolsProtocol.{name}" for name in ours & theirs} <= set(LEANS_ON)


def test_a_change_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another source, and none."""

    def on_body(self: HttpToolsProtocol, body: bytes) -> None:
        pass

    monkeypatch.setattr(HttpToolsProtocol, "on_body", on_body)
    monkeypatch.delattr(HttpToolsProtocol, "shutdown")
    assert changed() == ["HttpToolsProtocol.on_body", "HttpToolsProtocol.shutdown"]


@pytest.mark.parametrize("parts", [[], ["HttpToolsProtocol.on_body"]])
def test_serve_does_without_what_has_changed(
    parts: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """And says so."""
    served: list[uvicorn.Config] = []
    monkeypatch.setattr(serving, "changed", lambda: parts)
    run: Callable[..., None] = lambda server, sockets: served.append(server.config)  # noqa: E731
    monkeypatch.setattr(uvicorn.Server, "run", run)
    monkeypatch.setattr(serving, "LOGGING", None)
    path = tmp_path / "config.toml"
    path.write_text(f"{CONFIG}\n[server]\nport = 0\n", encoding="utf-8")
    settings = load(path)
    with caplog.at_level(logging.WARNING), listening(path, settings) as listener:
        serving._run(path, settings, listener)
    assert served[0].http == ("httptools" if parts else LaneProtocol)
    said = f'event=lane_off reason="uvicorn {uvicorn.__version__} has changed HttpToolsProtocol.on_body"'
    assert (said in caplog.text) == bool(parts)


def test_the_hash_is_of_the_source_without_its_white_space() -> None:
    assert digest("HttpToolsProtocol.shutdown") in reliance.LEANS_ON["HttpToolsProtocol.shutdown"]
    assert digest("HttpToolsProtocol.nothing") == ""
