"""A hub or a cache that notes what it is asked, on a port of this machine."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from tests.newsroom import PATIENCE, SITE

FILES = ("atom.xml", "feed.json", "rss.xml")


def topics(*slugs: str) -> list[str]:
    """The topics of sections and, by the empty string, of the whole desk, in order."""
    return sorted(f"{SITE}/{slug}/{file}" if slug else f"{SITE}/{file}" for slug in slugs for file in FILES)


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request as it came."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return {name: value for name, (value,) in parse_qs(self.body.decode("ascii"), strict_parsing=True).items()}

    @property
    def topic(self) -> str:
        return self.form["hub.topic"]


class Receiver:
    """Answers each call with `status` and `headers`; `meanwhile` happens before it does."""

    def __init__(self, meanwhile: Callable[[Call], object] = lambda call: None) -> None:
        self.calls: list[Call] = []
        self.status = 202
        self.headers: dict[str, str] = {}
        self.meanwhile = meanwhile
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                self.raw_requestline = self.rfile.readline(65537)
                if not self.raw_requestline or not self.parse_request():
                    self.close_connection = True
                    return
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                call = Call(method=self.command, target=self.path, headers=headers, body=body)
                receiver.calls.append(call)
                receiver.meanwhile(call)
                self.send_response(receiver.status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def take(self) -> list[Call]:
        """What came since this was asked last."""
        found, self.calls = self.calls, []
        return found

    def topics(self) -> list[str]:
        """Of the pings that came since, in order."""
        return sorted(call.topic for call in self.take())

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(PATIENCE)
