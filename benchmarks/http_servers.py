"""The servers that `benchmarks.http` asks: each on core 0, with the same feed."""

import json
import os
import random
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

PATH = "/section-0/rss.xml"
ROOT = Path(__file__).parent.parent
CONFIG = """
[site]
title = "خُلاصات"
description = "أخبار"
url = "https://news.example"
timezone = "Africa/Tripoli"
[[sections]]
slug = "section-0"
title = "دولي"
"""
_NGINX = """
worker_processes 1; daemon off; pid %(folder)s/pid; error_log %(folder)s/error.log;
events { worker_connections 1024; }
http {
    access_log off; keepalive_requests 1000000000; sendfile on; tcp_nopush on; gzip_static on;
    open_file_cache max=100; open_file_cache_valid 60s; types { application/xml xml; }
    %(headers)s
    server { listen 127.0.0.1:%(port)d; root %(folder)s/files; }
}
"""
# nginx makes these itself.
_NGINX_OWN = ("date", "content-type", "content-length", "etag", "last-modified", "content-encoding", "connection")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, kw_only=True)
class Target:
    """A server that runs."""

    url: str
    processes: tuple[int, ...]

    def processor_time(self) -> float:
        """Seconds that it has worked, its system calls included."""
        stats = [
            Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split() for process in self.processes
        ]
        return sum(int(fields[11]) + int(fields[12]) for fields in stats) / _TICKS


@dataclass(frozen=True, kw_only=True)
class Sides:
    ours: Target
    bare: Target
    route: Target
    per_request: Target
    django: Target
    nginx: Target
    # Two workers of ours, on both cores.
    two: Target
    tag: str
    modified: str
    nginx_tag: str
    # Bytes of the feed in gzip.
    size: int


def articles(count: int = 60) -> Iterator[str]:
    """Articles of many different words, so that they don't shrink to nothing: a line each."""
    chance = random.Random(1)
    letters = "ابتثجحخدذرزسشصضطظعغفقكلمنهويةى"
    words = ["".join(chance.choices(letters, k=chance.randint(2, 7))) for _ in range(2500)]
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(count):
        paragraphs = [" ".join(chance.choices(words, k=60)) for _ in range(3)]
        item = {
            "id": f"https://news.example/?p={number}",
            "url": f"https://news.example/{number}/",
            "title": " ".join(chance.choices(words, k=8)),
            "content_html": "".join(f"<p>{text}.</p>" for text in paragraphs),
            "date_published": (start + timedelta(minutes=number)).isoformat(),
            "sections": ["section-0"],
        }
        yield json.dumps(item, ensure_ascii=False)


def _stocked(folder: Path) -> dict[str, str]:
    """Leaves a configuration and a store in a folder; the environment of all that runs there."""
    (folder / "config.toml").write_text(CONFIG, "utf-8")
    (folder / "articles.jsonl").write_text("\n".join(articles()) + "\n", "utf-8")
    environ = os.environ | {"PYTHONPATH": str(ROOT), "BENCH_ANSWER": str(folder / "answer.json")}
    imports = [sys.executable, "-m", "feeds", "import", "articles.jsonl"]
    subprocess.run(imports, cwd=folder, env=environ, check=True, stdout=subprocess.DEVNULL)
    return environ


@contextmanager
def sides(folder: Path) -> Iterator[Sides]:
    """All of them, running until the end."""
    python = sys.executable
    environ = _stocked(folder)
    with ExitStack() as stack:

        def start(command: Sequence[str], port: int, cores: str = "0") -> Target:
            return stack.enter_context(running(command, port, folder, environ, cores))

        ours = start([python, "-m", "feeds", "serve", "--port", str(port := _free_port())], port)
        # What has just changed has a Last-Modified of its own each second.
        time.sleep(2)
        head, body = ask(ours, "gzip")
        ask(ours, "br")
        head, _ = ask(ours, "gzip")
        (folder / "body").write_bytes(body)
        (folder / "answer.json").write_text(json.dumps([(k.lower(), v) for k, v in head.items()]), "utf-8")

        def uvicorn(name: str) -> Target:
            options = ["--loop", "uvloop", "--http", "httptools", "--ws", "none", "--lifespan", "off"]
            quiet = ["--no-access-log", "--no-server-header", "--log-level", "error"]
            port = _free_port()
            where = ["--port", str(port)]
            return start([python, "-m", "uvicorn", f"benchmarks.sides:{name}", *options, *quiet, *where], port)

        gunicorn = [python, "-m", "gunicorn", "--worker-class", "gthread", "--threads", "4", "--log-level", "error"]
        where = ["--bind", f"127.0.0.1:{(port := _free_port())}"]
        django = start([*gunicorn, *where, "benchmarks.django_side:application"], port)
        ask(django, "gzip")
        both = ["--workers", "2", "--port", str(port := _free_port())]
        two = start([python, "-m", "feeds", "serve", *both], port, "0,1")
        for _ in range(20):
            ask(two, "gzip")
        nginx = start(_nginx(folder, head, ask(ours, "identity")[1], body, port := _free_port()), port)
        yield Sides(
            ours=ours,
            bare=uvicorn("bare"),
            route=uvicorn("route"),
            per_request=uvicorn("per_request"),
            django=workers(django),
            nginx=workers(nginx),
            two=workers(two),
            tag=str(head["etag"]),
            modified=str(head["last-modified"]),
            nginx_tag=str(ask(nginx, "gzip")[0]["etag"]),
            size=len(body),
        )


def ask(target: Target, coding: str) -> tuple[Message, bytes]:
    """The answer to a first visit."""
    connection = HTTPConnection(urlsplit(target.url).netloc, timeout=30)
    connection.request("GET", PATH, headers={"Accept-Encoding": coding})
    answer = connection.getresponse()
    assert answer.status == 200, answer.status
    found = answer.headers, answer.read()
    connection.close()
    return found


def _nginx(folder: Path, head: Message, plain: bytes, body: bytes, port: int) -> list[str]:
    """The same file with the same headers, and its compressed form beside it."""
    lines = [f"add_header {name} '{value}';" for name, value in head.items() if name.lower() not in _NGINX_OWN]
    # A quotation mark in it would end the value.
    headers = "\n    ".join(line.replace("default-src 'none'; style-src 'self'", "default-src none") for line in lines)
    served = folder / "files" / PATH[1:]
    served.parent.mkdir(parents=True)
    served.write_bytes(plain)
    served.with_name(served.name + ".gz").write_bytes(body)
    for path in (folder, *served.parent.parents):
        if path.is_relative_to(folder):
            path.chmod(0o755)
    config = folder / "nginx.conf"
    config.write_text(_NGINX % {"folder": folder, "headers": headers, "port": port}, "utf-8")
    return [str(shutil.which("nginx")), "-c", str(config), "-p", str(folder)]


def workers(parent: Target) -> Target:
    """The processes that do the work."""
    (pid,) = parent.processes
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    return Target(url=parent.url, processes=tuple(map(int, children)))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@contextmanager
def running(command: Sequence[str], port: int, folder: Path, environ: dict[str, str], cores: str) -> Iterator[Target]:
    with (folder / f"{port}.log").open("w") as log:
        process = subprocess.Popen(
            ["taskset", "-c", cores, *command], cwd=folder, env=environ, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                assert process.poll() is None, (folder / f"{port}.log").read_text("utf-8")
                time.sleep(0.1)
        yield Target(url=f"http://127.0.0.1:{port}", processes=(process.pid,))
    finally:
        process.terminate()
        process.wait(30)
