"""nginx on a published folder beside the live service: `python -m benchmarks.published [ROUNDS [SECONDS]]`.

The folder is what `feeds publish` wrote, nginx has docs/deploy/nginx-folder.conf. Each runs on core 0 and wrk asks on
core 1, in short runs that alternate; what counts are the ratios within one run, and the processor's time that a poll
took of the server. benchmarks/scale.md is made of it (`python -m benchmarks.scale`).
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.http import Measurement
from benchmarks.http_servers import CONFIG, PATH, ROOT, Target, articles, running, workers
from benchmarks.written import RESULTS, write_section

CONF = ROOT / "docs" / "deploy" / "nginx-folder.conf"
_MODULE = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")
_AROUND = """
%(module)s
worker_processes 1; daemon off; pid %(folder)s/pid; error_log %(folder)s/error.log; %(user)s
events { worker_connections 1024; }
http { access_log off; keepalive_requests 1000000000; include %(folder)s/site.conf; }
"""
_CERTIFICATE = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
                "-subj", "/CN=news.example"]  # fmt: skip


def main(rounds: int = 5, seconds: int = 1) -> None:
    with (
        tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as name,
        _sides(Path(name)) as (live, folder, tls),
    ):
        taken = {each.name: each for each in _measurements(live, folder, tls)}
        for number in range(rounds):
            for each in taken.values():
                each.run(seconds)
            print(f"round {number + 1} of {rounds}", flush=True)
    section = _table(taken)
    print(section)
    write_section(RESULTS, "published", section)


@contextmanager
def _sides(folder: Path) -> Iterator[tuple[Target, Target, Target]]:
    """The live service, nginx on the folder that is published from its store, and the same nginx with TLS."""
    python = sys.executable
    (folder / "config.toml").write_text(CONFIG, "utf-8")
    (folder / "articles.jsonl").write_text("\n".join(articles()) + "\n", "utf-8")
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    for command in (["import", "articles.jsonl"], ["publish", "out"]):
        subprocess.run(
            [python, "-m", "feeds", *command], cwd=folder, env=environ, check=True, stdout=subprocess.DEVNULL
        )
    folder.chmod(0o755)
    plain, secure = _free_port(), _free_port()
    port = _free_port()
    with (
        running([python, "-m", "feeds", "serve", "--port", str(port)], port, folder, environ, "0") as live,
        running(_nginx(folder, plain, secure), plain, folder, environ, "0") as nginx,
    ):
        # What has just changed has a Last-Modified of its own each second.
        time.sleep(2)
        worker = workers(nginx)
        yield live, worker, Target(url=f"https://127.0.0.1:{secure}", processes=worker.processes)


def _nginx(folder: Path, plain: int, secure: int) -> list[str]:
    keys = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    subprocess.run(["openssl", *_CERTIFICATE, *keys], check=True, capture_output=True)
    listen = (
        f"listen 127.0.0.1:{plain}; listen 127.0.0.1:{secure} ssl; ssl_protocols TLSv1.3;"
        f" ssl_certificate {folder}/certificate.pem; ssl_certificate_key {folder}/key.pem;"
    )
    text = (
        CONF.read_text("utf-8")
        .replace("listen 80;", listen)
        .replace("listen [::]:80;", "")
        .replace("/srv/feeds", f"{folder}/out")
    )
    (folder / "site.conf").write_text(text, "utf-8")
    values = {
        "folder": folder,
        "module": f"load_module {_MODULE};" if _MODULE.exists() else "",
        "user": "user root;" if os.geteuid() == 0 else "",
    }
    (folder / "nginx.conf").write_text(_AROUND % values, "utf-8")
    return [str(shutil.which("nginx")), "-c", str(folder / "nginx.conf"), "-p", str(folder)]


def _measurements(live: Target, folder: Target, tls: Target) -> Iterator[Measurement]:
    gzip = {"Accept-Encoding": "gzip"}
    for name, side in (("live", live), ("folder", folder)):
        head = _head(side, "gzip")
        by_tag, by_date = {"If-None-Match": head["etag"]}, {"If-Modified-Since": head["last-modified"]}
        yield Measurement(name=f"{name}, 200 gzip", target=side, headers=gzip)
        yield Measurement(name=f"{name}, 200 br", target=side, headers={"Accept-Encoding": "br"})
        yield Measurement(name=f"{name}, 304 by ETag", target=side, headers=gzip | by_tag)
        yield Measurement(name=f"{name}, 304 by date", target=side, headers=gzip | by_date)
        closed = gzip | by_tag | {"Connection": "close"}
        yield Measurement(name=f"{name}, 304, a connection for each poll", target=side, headers=closed)
    tag = {"If-None-Match": _head(folder, "gzip")["etag"], "Connection": "close"}
    yield Measurement(name="folder, 304, TLS, a connection for each poll", target=tls, headers=gzip | tag)


def _head(side: Target, coding: str) -> dict[str, str]:
    connection = HTTPConnection(urlsplit(side.url).netloc, timeout=30)
    connection.request("GET", PATH, headers={"Accept-Encoding": coding})
    answer = connection.getresponse()
    assert answer.status == 200, answer.status
    answer.read()
    connection.close()
    return {name.lower(): value for name, value in answer.headers.items()}


def _table(found: dict[str, Measurement]) -> str:
    said = subprocess.run(["nginx", "-v"], capture_output=True, text=True, check=True).stderr
    lines = [
        "## Polls of a published folder",
        "",
        f"As above; nginx {said.strip().rpartition('/')[2]} with docs/deploy/nginx-folder.conf on what was published.",
        "",
        "| what | a second | processor's time of the server |",
        "| --- | ---: | ---: |",
        *(f"| {name} | {each.rate:,.0f} | {each.cost:.1f} µs |" for name, each in found.items()),
        "",
        "| ratio | by polls a second | by processor's time |",
        "| --- | ---: | ---: |",
    ]
    for name in found:
        if (live := re.sub("^folder", "live", name)) != name and live in found:
            one, other = found[name], found[live]
            lines.append(f"| {name} / live | {one.rate / other.rate:.2f} | {other.cost / one.cost:.2f} |")
    return "\n".join(lines)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
