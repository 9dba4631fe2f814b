"""Web servers as the files in docs/deploy/ set them up, on ports of this machine."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Mapping
from http.client import HTTPConnection
from pathlib import Path

from tests.live.server import ROOT, Served, wait
from tests.newsroom import PATIENCE

DEPLOY = ROOT / "docs" / "deploy"
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
CADDY = shutil.which("caddy")
BROTLI = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")
_SOCKET = "unix:/run/khulasat/khulasat.sock"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


class UnixConnection(HTTPConnection):
    """To a socket file."""

    def __init__(self, path: Path) -> None:
        super().__init__("news.example", timeout=PATIENCE)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(str(self._path))


def ask(connection: HTTPConnection, path: str, headers: Mapping[str, str] | None = None, method: str = "GET") -> Served:
    """The answer, by a connection of its own; the path and the headers go out as they are."""
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in {"Host": "news.example", **(headers or {})}.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return Served(status=answer.status, headers=answer.headers, body=answer.read())
    finally:
        connection.close()


class WebServer:
    """One that runs until it is closed."""

    def __init__(self, command: list[str], port: int, folder: Path) -> None:
        self.port = port
        self._log = folder / f"{port}.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={**os.environ, "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)},
            )
        wait(self._answers)

    def _answers(self) -> bool:
        assert self._process.poll() is None, self._log.read_text("utf-8")
        try:
            self.ask("/robots.txt")
        except OSError:
            return False
        return True

    def ask(self, path: str, headers: Mapping[str, str] | None = None, method: str = "GET") -> Served:
        return ask(HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE), path, headers, method)

    def close(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(PATIENCE)


def nginx(name: str, folder: Path, *, published: Path | None = None, desk: Path, asks_desk: bool = False) -> WebServer:
    """nginx with a file of docs/deploy/, its folders, socket and port in the places of those that it names."""
    port = free_port()
    text = (DEPLOY / name).read_text("utf-8").replace("listen 80;", f"listen 127.0.0.1:{port};")
    text = text.replace("    listen [::]:80;\n", "")
    text = text.replace(_SOCKET, f"unix:{desk}").replace("/var/cache/nginx/khulasat", f"{folder}/cache-{port}")
    text = text.replace("/srv/feeds", str(published)).replace("#desk ", "" if asks_desk else "#desk ")
    if asks_desk:
        # What stood there before is never reached.
        text = text.replace("        return 418;\n        return 404;\n", "        return 418;\n")
    site = folder / f"site-{port}.conf"
    site.write_text(text, "utf-8")
    config = folder / f"nginx-{port}.conf"
    # Debian loads the module by itself; root's folders are closed to its www-data.
    config.write_text(
        f"load_module {BROTLI};\nworker_processes 1;\ndaemon off;\npid {folder}/nginx-{port}.pid;\n"
        f"error_log {folder}/error-{port}.log;\n{'user root;' if os.geteuid() == 0 else ''}\nevents {{}}\n"
        f"http {{ access_log off; include {site}; }}\n",
        "utf-8",
    )
    assert NGINX
    return WebServer([NGINX, "-c", str(config), "-e", f"{folder}/error-{port}.log"], port, folder)


def caddy(name: str, folder: Path, *, published: Path) -> WebServer:
    """Caddy with a file of docs/deploy/."""
    port = free_port()
    text = (DEPLOY / name).read_text("utf-8").replace("/srv/feeds", str(published))
    text = text.replace("http://news.example", f"http://:{port}")
    config = folder / f"Caddyfile-{port}"
    # Its administration would be on a port of its own, and certificates asked for.
    config.write_text(f"{{\n\tadmin off\n\tauto_https off\n}}\n{text}", "utf-8")
    assert CADDY
    return WebServer([CADDY, "run", "--config", str(config), "--adapter", "caddyfile"], port, folder)
