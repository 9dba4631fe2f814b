"""`feeds doctor`: what is wrong with a desk and its machine, and what would be right."""

import getpass
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from feeds.doctor import machine, stored
from tests.live.server import LOCAL, Server, environment, stock
from tests.newsroom import CONFIG
from tests.operation.conftest import Command, Done

# Root may do everything but for this.
AS_ANYBODY = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []


@pytest.fixture(autouse=True)
def nothing_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the configuration says; on the usual port there might be somebody else."""
    monkeypatch.setenv("FEEDS_SERVER__PORT", "9")


def said(done: Done, level: str, subject: str) -> list[str]:
    """What it says of a subject on a level."""
    rows = [line.split(maxsplit=2) for line in done.out.splitlines()[:-1]]
    return [text for of, about, text in rows if (of, about) == (level, subject)]


def test_a_desk_in_order_has_nothing_wrong(folder: Path, command: Command) -> None:
    """Exit status 0; of a store, a clock, a disk and files it says how they are."""
    stock(folder, "a", "b")
    done = command("doctor")
    assert done.status == 0, done.out
    assert said(done, "ok", "configuration") == ["config.toml: right; 3 sections"]
    assert said(done, "ok", "store")[0].startswith("articles.db: was read through, and is whole; 2 articles, ")
    assert said(done, "ok", "disk")
    assert done.out.splitlines()[-1].endswith(" looked at, 0 wrong")


def test_every_fault_of_the_configuration_is_said(folder: Path, command: Command) -> None:
    """Exit status 1: of what rests on it nothing can be said."""
    (folder / "config.toml").write_text(CONFIG.replace("url =", "urls =").replace('"sports"', '"feed"'), "utf-8")
    done = command("doctor")
    assert done.status == 1
    assert len(said(done, "wrong", "configuration")) == 3
    assert done.out.splitlines()[-1] == "3 looked at, 3 wrong"


def test_what_is_right_for_a_trial_alone_is_noted(folder: Path, command: Command) -> None:
    """A loopback address, no https, the example's contact; a secret that everyone may read is wrong."""
    text = LOCAL.replace("[site]", '[site]\ncontact = "feeds@example.org"') + '\n[cdn]\nheaders = { "Key" = "x" }\n'
    (folder / "config.toml").write_text(text, "utf-8")
    (folder / "config.toml").chmod(0o644)
    done = command("doctor", "--quick")
    assert done.status == 1
    notes = said(done, "note", "configuration")
    assert [note.split(";")[0] for note in notes] == [
        "[site] url is http://127.0.0.1:8000, this machine itself",
        "[site] contact is the example's, feeds@example.org",
        "[site] icon and logo are not given: readers show feeds without",
    ]
    assert "chmod o-r" in said(done, "wrong", "configuration")[0]
    (folder / "config.toml").chmod(0o640)
    (folder / "config.toml").write_text(CONFIG.replace("https", "http"), "utf-8")
    done = command("doctor", "--quick")
    assert done.status == 0
    assert "want https" in said(done, "note", "configuration")[0]


def test_the_configuration_alone(folder: Path, command: Command) -> None:
    """As before a reload: whatever else is wrong is no reason against it."""
    (folder / "articles.db").write_bytes(b"noise" * 1000)
    done = command("doctor", "--configuration")
    assert (done.status, len(done.out.splitlines())) == (0, 3)


def test_templates_that_can_not_be_used_are_wrong(folder: Path, command: Command) -> None:
    """A reload would be refused."""
    (folder / "own").mkdir()
    (folder / "own" / "page.css").write_text("{% block %}", "utf-8")
    (folder / "config.toml").write_text(CONFIG.replace("[site]", '[site]\ntemplates = "own"', 1), "utf-8")
    done = command("doctor", "--configuration")
    assert done.status == 1
    assert "own/page.css:1: " in said(done, "wrong", "configuration")[0]


def test_it_speaks_json(folder: Path, command: Command) -> None:
    done = command("doctor", "--quick", "--json")
    found = [json.loads(line) for line in done.out.splitlines()]
    assert {tuple(each) for each in found} == {("level", "subject", "text")}
    assert done.err.endswith(" wrong\n")


def test_without_a_store_there_is_a_note_and_none_is_made(folder: Path, command: Command) -> None:
    done = command("doctor")
    assert done.status == 0
    assert "there is none yet" in said(done, "note", "store")[0]
    assert not (folder / "articles.db").exists()


DAMAGES = {
    "newer": ("PRAGMA user_version = 99", "newer version"),
    "another's": ("PRAGMA application_id = 7", "not of this program"),
    "without tables": ("DROP TABLE listings", "is damaged (no such table: listings)"),
    "without counters": ("DELETE FROM scopes WHERE id = 1", "(1 counters of the whole desk missing)"),
    "listed": ("DELETE FROM articles WHERE guid = 'a'", "contradicts itself (2 listed, and no articles)"),
    "not listed": ("DELETE FROM listings", "contradicts itself (2 articles, and not listed)"),
    "buried": (
        "INSERT INTO tombstones (scope_id, withdrawn, guid, article_id) VALUES (1, 5, 'x', 999)",
        "contradicts itself (1 tombstones of what was not withdrawn)",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_store_that_can_not_be_trusted_is_wrong(folder: Path, command: Command, damage: str) -> None:
    stock(folder, "a", "b")
    statement, text = DAMAGES[damage]
    with closing(sqlite3.connect(folder / "articles.db", isolation_level=None)) as connection:
        connection.execute(statement)
    done = command("doctor")
    assert done.status == 1
    assert text in said(done, "wrong", "store")[0]


def doctor_without_rights(folder: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    command = [*AS_ANYBODY, sys.executable, "-m", "feeds", "doctor", "--quick"]
    return subprocess.run(command, env=environment() | variables, cwd=folder, capture_output=True, text=True)


@pytest.mark.parametrize("closed", [["."], ["articles.db", "articles.db-wal", "desk.sock"]])
def test_what_belongs_to_somebody_else_is_named_with_its_owner(folder: Path, closed: list[str]) -> None:
    """A folder that may not be entered is not one without a store."""
    (folder / "store").mkdir()
    stock(folder, "a")
    shutil.copy(folder / "articles.db", folder / "store" / "articles.db")
    (folder / "store" / "articles.db-wal").touch()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "store" / "desk.sock"))
        for name in closed:
            if os.geteuid() == 0:
                os.chown(folder / "store" / name, 65534, 65534)
            (folder / "store" / name).chmod(0o600 if os.geteuid() == 0 else 0)
        variables = {"FEEDS_STORE__URL": "sqlite:store/articles.db", "FEEDS_SERVER__UNIX_SOCKET": "store/desk.sock"}
        done = doctor_without_rights(folder, **variables)
        (folder / "store").chmod(0o700)
    assert (done.returncode, done.stderr) == (1, "")
    owner = "nobody" if os.geteuid() == 0 else getpass.getuser()
    for name in closed:
        place = Path(folder, "store", name) if name == "." else Path("store", name)
        of = "may not ask there" if name.endswith(".sock") else f"belongs to {owner}, and "
        assert any(f"{place}: " in line and of in line for line in done.stdout.splitlines()), done.stdout
    assert "there is none yet" not in done.stdout


def test_a_folder_that_can_not_be_reached_is_one_that_this_user_may_not_enter(folder: Path) -> None:
    (folder / "closed" / "store").mkdir(parents=True)
    if os.geteuid() == 0:
        os.chown(folder / "closed", 65534, 65534)
    (folder / "closed").chmod(0o600 if os.geteuid() == 0 else 0)
    done = doctor_without_rights(folder, FEEDS_STORE__URL="sqlite:closed/store/articles.db")
    (folder / "closed").chmod(0o700)
    assert (done.returncode, done.stderr) == (1, "")
    assert "let it enter the folders above" in done.stdout


def test_noise_in_the_store_is_found_by_reading_it_through(folder: Path, command: Command) -> None:
    """Not by `--quick`, where it lies in no page that it reads; a file that is none at all is."""
    stock(folder, *map(str, range(50)), content_html="x" * 4_000)
    with (folder / "articles.db").open("r+b") as file:
        file.seek(4096 * 30)
        file.write(os.urandom(4096 * 5))
    assert "restore it from a backup" in said(command("doctor"), "wrong", "store")[0]
    assert command("doctor", "--quick").status == 0
    (folder / "articles.db").write_bytes(b"noise" * 1000)
    assert "no SQLite database" in said(command("doctor", "--quick"), "wrong", "store")[0]


def test_a_store_of_an_earlier_version_is_left_as_it_is(folder: Path, command: Command) -> None:
    script = Path(__file__).parents[1] / "store" / "data" / "schema_1.sql"
    with closing(sqlite3.connect(folder / "articles.db")) as connection:
        connection.executescript(script.read_text())
    done = command("doctor")
    assert done.status == 0
    assert "earlier version" in said(done, "note", "store")[0]
    with closing(sqlite3.connect(folder / "articles.db")) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)


def test_a_clock_that_was_set_back_is_wrong(folder: Path, command: Command) -> None:
    """Seen by the store, which has a change of later."""
    stock(folder, "a")
    with closing(sqlite3.connect(folder / "articles.db", isolation_level=None)) as connection:
        connection.execute("UPDATE scopes SET changed = ?", (int(time.time()) + 3600,))
    done = command("doctor", "--quick")
    assert done.status == 1
    assert "seconds behind the store's latest change" in said(done, "wrong", "clock")[0]


def test_a_disk_without_room_is_wrong(folder: Path) -> None:
    """Room for what comes; for a copy of the store it is a note."""
    (found,) = machine.look_at_disk(folder / "articles.db", least=2**62)
    assert (found.level, "make room" in found.text) == ("wrong", True)
    (found,) = machine.look_at_disk(folder / "nowhere" / "articles.db")
    assert (found.level, "there is no such folder" in found.text) == ("wrong", True)
    with (folder / "articles.db").open("wb") as file:
        # A hole: it takes no room.
        file.truncate(shutil.disk_usage(folder).free + 2**30)
    (found,) = machine.look_at_disk(folder / "articles.db", least=1)
    assert (found.level, "less than a copy" in found.text) == ("note", True)


def test_a_store_over_a_network_is_found_by_its_mount(tmp_path: Path) -> None:
    """The innermost mount counts; spaces are written in octal digits."""
    folder = tmp_path / "a b" / "desk"
    folder.mkdir(parents=True)
    mounts = tmp_path / "mounts"
    place = str(tmp_path / "a b").replace(" ", "\\040")
    mounts.write_text(f"/dev/sda1 / ext4 rw 0 0\nserver:/x {place} nfs4 rw 0 0\n")
    assert stored.file_system(folder / "articles.db", mounts) == "nfs4"
    assert stored.file_system(tmp_path / "articles.db", mounts) == "ext4"
    assert stored.file_system(tmp_path, tmp_path / "nothing") == ""


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
