"""The web application: `create_app` is the factory that servers are given."""

import logging
import os
import time
from pathlib import Path

from starlette.types import ASGIApp

from feeds.clock import present
from feeds.desk import Desk
from feeds.ledger import Ledger
from feeds.logs import event
from feeds.metrics import Metrics
from feeds.settings import Settings, load
from feeds.store.sqlite import SqliteStore
from feeds.variables import ACCEPTED_VARIABLE, CONFIG_VARIABLE, DEFAULT_CONFIG, LEDGER_VARIABLE, ORIGIN_VARIABLE
from feeds.web.app import routed
from feeds.web.counting import Books
from feeds.web.succession import Succession
from feeds.web.worker import end_with_parent

log = logging.getLogger("feeds")


def create_app() -> Succession:
    """The application of the configuration that FEEDS_CONFIG names (config.toml without it).

    A factory, and the path in the environment: each of a server's workers makes its own.
    """
    end_with_parent()
    return Succession(
        read=_settings,
        wire=_wired,
        standing=_standing,
        ledger=_ledger(os.environ.get(LEDGER_VARIABLE)),
        signals=ORIGIN_VARIABLE in os.environ,
    )


def _settings() -> Settings:
    """Raises ConfigurationError."""
    settings = load(Path(os.environ.get(CONFIG_VARIABLE, DEFAULT_CONFIG)), text=_accepted())
    return settings.at(os.environ.get(ORIGIN_VARIABLE, ""))


def _accepted() -> bytes | None:
    """The configuration that was found right last; None where only the file itself has it."""
    try:
        return Path(os.environ[ACCEPTED_VARIABLE]).read_bytes()
    except (KeyError, FileNotFoundError):
        # Somebody cleared the folder of temporary files.
        return None


def _wired(settings: Settings, metrics: Metrics, books: Books) -> tuple[Desk, ASGIApp]:
    store = SqliteStore(settings.store_path, clock=time.time)
    desk = Desk(settings, store, clock=present, metrics=metrics)
    return desk, routed(desk, books)


def _standing(settings: Settings) -> dict[str, object]:
    """What a process that serves can't change about itself."""
    server = settings.server
    return {f"[server] {key}": getattr(server, key) for key in ("host", "port", "unix_socket", "workers")}


def _ledger(path: str | None) -> Ledger | None:
    """The ledger of a service, unless there is no room for another page in it: feeds are served all the same."""
    try:
        return Ledger(Path(path)) if path else None
    except OSError as fault:
        log.warning(event("ledger_off", path=path, reason=fault.strerror))
        return None
