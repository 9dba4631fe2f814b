"""`feeds doctor` on what is asked over the network: hubs, caches, pictures, and the proxy in front of the service."""

from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.live.server import Server, stock
from tests.newsroom import CONFIG
from tests.operation.conftest import Command, said

pytestmark = pytest.mark.usefixtures("nothing_serves")


def test_a_hub_or_a_cache_out_of_reach_is_wrong(folder: Path, command: Command) -> None:
    """Any answer is one; an error of the server, or none at all, is not."""
    with _answering(204) as fine, _answering(503) as ill:
        hubs = f'\n[websub]\nhubs = ["{fine}/hub", "{ill}/hub", "http://127.0.0.1:9/hub"]\n'
        purge = f'[cdn]\npurge_url = "{fine}/purge/{{tag}}"\n'
        (folder / "config.toml").write_text(CONFIG + hubs + purge, "utf-8")
        done = command("doctor")
    assert done.status == 1
    assert said(done, "ok", "hub") == [f"{fine}/hub: can be reached"]
    assert [text.split(":")[3].split(";")[0].split("(")[0].strip() for text in said(done, "wrong", "hub")] == [
        "answers 503",
        "can't be reached",
    ]
    assert said(done, "ok", "cache") == [f"{fine}/: can be reached"]


def test_pictures_that_are_not_there_are_told(folder: Path, command: Command) -> None:
    """Of the desk's own files without asking anybody; of others by what is answered, where others are asked."""

    def told(icon: str, logo: str, *options: str) -> list[str]:
        given = f'[site]\nicon = "{icon}"\nlogo = "{logo}"'
        (folder / "config.toml").write_text(CONFIG.replace("[site]", given, 1), "utf-8")
        done = command("doctor", *options)
        assert done.status == any(line.startswith("wrong") for line in done.out.splitlines()[:-1])
        lines = [line.split(maxsplit=1) for line in done.out.splitlines()[:-1]]
        return [f"{level} {text}" for level, text in lines if text.startswith(("picture", "configuration  [site]"))]

    assert told("static/icon.png", "https://news.example/static/logo.png", "--configuration") == []
    (line,) = told("static/icn.png", "static/logo.png", "--configuration")
    assert line.startswith("wrong configuration  [site] icon is static/icn.png, which the desk has not; ")
    png, text = (_answering(200, kind=kind) for kind in ("image/png", "text/html"))
    with png as there, _answering(404) as gone, text as page, _answering(301) as moved:
        found = told(f"{there}/i.png", f"{gone}/l.png") + told(f"{page}/i.png", f"{moved}/l.png")
    assert [line.partition(" picture ")[::2] for line in found] == [
        ("ok", f"       {there}/i.png: is there"),
        ("wrong", f"       {gone}/l.png: answers 404; put it there, or name another in [site] logo"),
        ("wrong", f"       {page}/i.png: is no picture (text/html); name one in [site] icon"),
        ("note", f"       {moved}/l.png: answers 301; give the address that it leads to in [site] logo"),
    ]
    assert "can't be reached" in told("static/icon.png", "http://127.0.0.1:9/l.png")[0]


class _answering:
    """A server with one answer."""

    def __init__(self, status: int, body: bytes = b"", *, kind: str = "") -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status)
                self.send_header("content-length", str(len(body)))
                if kind:
                    self.send_header("content-type", kind)
                if status == 301:
                    self.send_header("location", "/elsewhere")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> str:
        Thread(target=self._server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


# What a proxy does to answers, and what is said of it.
FAULTS = {
    "": "",
    "weak": "the ETag of gzip is W/",
    "plain": "is not sent as gzip to who takes it",
    "unconditional": "if-none-match of the last answer gets 200, not 304",
    "typed": "content-type is text/xml",
    "rewritten": "the body was changed on the way",
    "queryless": "is answered as without; let queries be part of the cache's key",
    "redirecting": "hand redirects on",
    "polite": "puts its own page in the place of our errors",
    "open": "/metrics: is there for everybody",
    "small": "2000000 bytes get 413",
    "late": "seconds from this one",
    "timeless": "if-modified-since of the last answer gets 200, not 304",
    "down": "rss.xml: answers 502",
    "kept": "/readyz: answers 502: nobody serves behind it",
    "endless": "the body was changed on the way",
}


class Proxy:
    """Hands on to a server what it is asked, with one fault at a time."""

    def __init__(self, port: int) -> None:
        proxy = self
        self.fault = ""

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                proxy.hand_on(self, port)

            do_HEAD = do_POST = do_GET

            def log_message(self, format: str, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def hand_on(self, handler: BaseHTTPRequestHandler, port: int) -> None:
        asked = {name.lower(): value for name, value in handler.headers.items()}
        path = handler.path
        if self.fault == "plain":
            asked["accept-encoding"] = "identity"
        if self.fault == "unconditional":
            asked.pop("if-none-match", "")
        if self.fault == "queryless":
            path = path.partition("?")[0]
        body = handler.rfile.read(int(asked.get("content-length", 0)))
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        forwarded = {} if self.fault == "open" else {"x-forwarded-for": "192.0.2.1"}
        connection.request(handler.command, path, body or None, {**asked, **forwarded})
        answer = connection.getresponse()
        self._answer(handler, answer.status, dict(answer.getheaders()), answer.read())
        connection.close()

    def _answer(self, handler: BaseHTTPRequestHandler, status: int, headers: dict[str, str], body: bytes) -> None:
        if self.fault == "weak" and "content-encoding" in headers:
            headers["etag"] = f"W/{headers['etag']}"
        if self.fault == "typed":
            headers["content-type"] = "text/xml"
        if self.fault == "rewritten" and body.startswith(b"<?xml"):
            body = body.replace(b"<?xml", b"<?XML", 1)
        if self.fault == "redirecting" and "location" in headers:
            headers["location"] = "http://backend:8000/world/"
        if self.fault == "polite" and status == 404:
            headers["content-type"], body = "text/html", b"<h1>404</h1>"
        if self.fault == "late":
            headers["date"] = "Mon, 23 Nov 2015 12:00:00 GMT"
        if self.fault == "timeless":
            headers |= {"date": "tomorrow", "last-modified": "yesterday", "age": "old"}
        if self.fault == "small" and handler.command == "POST":
            status = 413
        if self.fault == "down" or (self.fault == "kept" and handler.path == "/readyz"):
            status = 502
        handler.send_response_only(status)
        for name, value in {**headers, "content-length": str(len(body))}.items():
            if name != "content-length" or (status != 304 and self.fault != "endless"):
                handler.send_header(name, value)
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(body)
        with suppress(OSError):
            # Until nobody reads on.
            while self.fault == "endless" and status != 304 and handler.command != "HEAD":
                handler.wfile.write(b" " * 65_536)


TOKENS = f'\n[[api.tokens]]\nname = "newsroom"\nsha256 = "{"0" * 64}"\n'


@pytest.fixture(scope="module")
def fronted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Proxy, int]]:
    """The folder of a desk, the proxy in front of it, and the port that it listens on itself."""
    folder = tmp_path_factory.mktemp("fronted")
    (folder / "config.toml").write_text(CONFIG + TOKENS, "utf-8")
    stock(folder, "a", "b")
    server = Server(folder, "--port", "0")
    port = int(server.said(r"on 127\.0\.0\.1:(\d+)$"))
    server.said("Ctrl-C ends it")
    proxy = Proxy(port)
    yield folder, proxy, port
    proxy.close()
    assert server.end() == 0


@pytest.mark.parametrize("fault", FAULTS)
def test_what_a_proxy_does_to_answers_is_found(
    fronted: tuple[Path, Proxy, int], command: Command, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """Each fault by itself, with its cure; a proxy that hands all on as it is has none."""
    folder, proxy, port = fronted
    monkeypatch.chdir(folder)
    monkeypatch.setenv("FEEDS_SERVER__PORT", str(port))
    proxy.fault = fault
    done = command("doctor", "--proxy", f"{proxy.address}/")
    assert said(done, "ok", "service") == [f"answers on 127.0.0.1:{port}, and can serve"]
    assert f"{proxy.address}: is asked, and feeds name https://news.example" in said(done, "note", "proxy")[0]
    wrong = said(done, "wrong", "proxy") + said(done, "wrong", "clock")
    assert done.status == (1 if fault else 0), done.out
    # One thing that a proxy does may show in several ways.
    assert any(FAULTS[fault] in text for text in wrong) == bool(fault), wrong
    assert bool(said(done, "ok", "proxy")) == (not said(done, "wrong", "proxy"))


@pytest.mark.parametrize(
    ("address", "cure"),
    [("http://127.0.0.1:9", "is it running?"), ("http://nowhere.invalid", "let the name lead there")],
)
def test_a_proxy_that_is_not_there_is_wrong(folder: Path, command: Command, address: str, cure: str) -> None:
    """Which is another thing than a name that leads nowhere."""
    stock(folder, "a")
    done = command("doctor", "--proxy", address)
    assert done.status == 1
    assert "can't be asked" in said(done, "wrong", "proxy")[0]
    assert cure in said(done, "wrong", "proxy")[0]


def test_a_service_that_is_unwell_is_wrong(folder: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it says of itself is said."""
    with _answering(200, b'{"status": "degraded", "reason": "locked"}') as ill:
        monkeypatch.setenv("FEEDS_SERVER__PORT", ill.rpartition(":")[2])
        done = command("doctor", "--quick")
    assert done.status == 1
    assert said(done, "wrong", "service")[0].endswith("and is degraded: locked")


@pytest.mark.parametrize("body", [b"[1]", b'"ok"', b"<h1>It works!</h1>", b"\xff"])
def test_another_program_on_the_port_is_none_of_ours(
    folder: Path, command: Command, monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    """Whatever it answers."""
    with _answering(200, body) as other:
        monkeypatch.setenv("FEEDS_SERVER__PORT", other.rpartition(":")[2])
        done = command("doctor", "--quick")
    assert done.status == 1
    assert said(done, "wrong", "service")[0].startswith("another program answers on 127.0.0.1:")
