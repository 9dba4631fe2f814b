"""The web application: `create_app` is the factory that servers are given."""

import logging
import os
import time
from pathlib import Path

from starlette.applications import Starlette

from feeds.clock import present
from feeds.desk import Desk
from feeds.ledger import Ledger
from feeds.logs import event
from feeds.settings import load
from feeds.store.sqlite import SqliteStore
from feeds.variables import CONFIG_VARIABLE, DEFAULT_CONFIG, LEDGER_VARIABLE
from feeds.web.app import application
from feeds.web.worker import end_with_parent

log = logging.getLogger("feeds")


def create_app() -> Starlette:
    """The application of the configuration that FEEDS_CONFIG names (config.toml without it).

    A factory, and the path in the environment: each of a server's workers makes its own.
    """
    end_with_parent()
    settings = load(Path(os.environ.get(CONFIG_VARIABLE, DEFAULT_CONFIG)))
    store = SqliteStore(settings.store_path, clock=time.time)
    return application(Desk(settings, store, clock=present), _ledger(os.environ.get(LEDGER_VARIABLE)))


def _ledger(path: str | None) -> Ledger | None:
    """The ledger of a service, unless there is no room for another page in it: feeds are served all the same."""
    try:
        return Ledger(Path(path)) if path else None
    except OSError as fault:
        log.warning(event("ledger_off", path=path, reason=fault.strerror))
        return None
