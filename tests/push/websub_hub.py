"""flask-websub's hub in a process of its own: `python -m tests.push.websub_hub FILE`; says its port.

Its tasks, which it would give to Celery, run in threads. FILE is where it keeps subscriptions.
"""

import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

from flask import Flask
from flask_websub.hub import Hub, SQLite3HubStorage
from werkzeug.serving import make_server


class Task:
    """What a Celery task is to the hub."""

    def __init__(self, pool: ThreadPoolExecutor, act: Callable[..., Any], bind: bool) -> None:
        self._pool = pool
        self._act = act
        self._bind = bind

    def delay(self, *arguments: Any) -> None:
        self._submit(0, arguments)

    def _submit(self, retries: int, arguments: tuple[Any, ...]) -> None:
        def retry(countdown: float) -> None:
            threading.Timer(countdown, self._submit, (retries + 1, arguments)).start()

        myself = SimpleNamespace(request=SimpleNamespace(retries=retries), retry=retry)
        self._pool.submit(self._act, *((myself,) if self._bind else ()), *arguments)


class Tasks:
    """What Celery is to the hub."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(8)

    def task(self, *, bind: bool = False, **_: Any) -> Callable[[Callable[..., Any]], Task]:
        return lambda act: Task(self._pool, act, bind)


def main() -> None:
    app = Flask(__name__)
    app.config["PUBLISH_SUPPORTED"] = True
    hub = Hub(SQLite3HubStorage(sys.argv[1]), Tasks(), BACKOFF_BASE=0.5, SIGNATURE_ALGORITHM="sha256")
    app.register_blueprint(hub.build_blueprint(url_prefix="/hub"))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    print(server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
