"""A subscriber as WebSub has them: asks a hub, proves that it meant to, and believes what is signed with its secret."""

import hashlib
import hmac
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

from tests.newsroom import PATIENCE

SECRET = "a secret of the two of them"


class Subscriber:
    """Notes when what came for which topic. `refused` are deliveries whose signature was wrong."""

    def __init__(self) -> None:
        self.got: list[tuple[float, str, bytes]] = []
        self.refused = 0
        self.verified: set[str] = set()
        self._topics: dict[str, str] = {}
        subscriber = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                """WebSub §5.3: the hub verifies the intent."""
                query = {name: value for name, (value,) in parse_qs(urlsplit(self.path).query).items()}
                topic = query["hub.topic"]
                meant = subscriber._topics.get(urlsplit(self.path).path) == topic and query["hub.mode"] == "subscribe"
                if meant:
                    subscriber.verified.add(topic)
                self._answer(200 if meant else 404, query["hub.challenge"].encode() if meant else b"")

            def do_POST(self) -> None:
                """WebSub §7, §8."""
                now = time.monotonic()
                body = self.rfile.read(int(self.headers["content-length"]))
                method, _, signature = self.headers["x-hub-signature"].partition("=")
                expected = hmac.new(SECRET.encode(), body, getattr(hashlib, method)).hexdigest()
                if hmac.compare_digest(signature, expected):
                    subscriber.got.append((now, subscriber._topics[self.path], body))
                else:
                    subscriber.refused += 1
                self._answer(204, b"")

            def _answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    def subscribe(self, hub: str, topic: str) -> None:
        """WebSub §5.1."""
        path = f"/{len(self._topics)}"
        self._topics[path] = topic
        form = {
            "hub.mode": "subscribe",
            "hub.topic": topic,
            "hub.callback": f"http://127.0.0.1:{self._server.server_address[1]}{path}",
            "hub.secret": SECRET,
        }
        with urlopen(Request(hub, urlencode(form).encode()), timeout=PATIENCE) as answer:
            assert answer.status == 202

    def holds(self, topic: str, text: str) -> float | None:
        """When something with this text in it came for a topic, on the steady clock."""
        return next((when for when, of, body in list(self.got) if of == topic and text.encode() in body), None)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(PATIENCE)
