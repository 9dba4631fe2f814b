"""What docs/moving-from-wordpress.md puts before a WordPress leads its feeds to the desk, and nothing else."""

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.live.server import ROOT
from tests.newsroom import PATIENCE

DESK = "https://feeds.example.org"
TEXT = (ROOT / "docs" / "moving-from-wordpress.md").read_text("utf-8")
ARABIC = "%D8%AB%D9%82%D8%A7%D9%81%D8%A9"
# What is asked for, and where it leads; where it does not, WordPress would answer.
LED = (
    ("/feed/", "/feed/"),
    ("/feed", "/feed"),
    ("/feed/atom/", "/feed/atom/"),
    ("/category/world/feed/", "/category/world/feed/"),
    ("/category/news/world/feed/atom/", "/category/news/world/feed/atom/"),
    (f"/category/{ARABIC}/feed/", f"/category/{ARABIC}/feed/"),
    ("/tag/fifa/feed/", "/tag/fifa/feed/"),
    ("/author/huda/feed/", "/author/huda/feed/"),
    ("/?feed=rss2", "/?feed=rss2"),
    ("/?feed=rss2&cat=3", "/?feed=rss2&cat=3"),
    ("/?cat=3&feed=atom", "/?cat=3&feed=atom"),
    ("/topics/world/feed/", "/category/world/feed/"),
    ("/topics/news/world/feed", "/category/news/world/feed"),
    (f"/topics/{ARABIC}/feed/atom/", f"/category/{ARABIC}/feed/atom/"),
)
LEFT = ("/", "/2026/11/harbour/", "/category/world/", "/topics/world/", "/feedback/", "/wp-json/", "/?s=feed")


def block(kind: str, number: int) -> str:
    return str(re.findall(rf"```{kind}\n(.*?)```", TEXT, re.DOTALL)[number])


def nginx(folder: Path, port: int) -> list[str]:
    lines = f"listen 127.0.0.1:{port}; root {folder};\n{block('nginx', 1)}{block('nginx', 0)}"
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in "client_body proxy fastcgi uwsgi scgi".split())
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; user root;\nevents {{}}\n"
        f"http {{ access_log off; {temporary} server {{ {lines} }} }}",
        "utf-8",
    )
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]


def apache(folder: Path, port: int) -> list[str]:
    main, base = block("apache", 0), block("apache", 1)
    modules = "mpm_event authz_core rewrite".split()
    loaded = "".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n" for name in modules)
    switch = "RewriteEngine On\n"
    assert main.startswith(switch)
    (folder / "apache.conf").write_text(
        f"ServerName localhost\nListen 127.0.0.1:{port}\nPidFile {folder}/pid\nErrorLog {folder}/error.log\n{loaded}"
        f"<VirtualHost *>\nDocumentRoot {folder}\n{switch}{base}{main.removeprefix(switch)}</VirtualHost>\n",
        "utf-8",
    )
    return ["apache2", "-d", str(folder), "-f", str(folder / "apache.conf"), "-DFOREGROUND"]


@pytest.fixture(params=[nginx, apache], ids=["nginx", "apache"])
def front(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[int]:
    """The port of a server with the lines of the document."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
    program, *rest = request.param(tmp_path, port)
    found = shutil.which(program, path="/usr/sbin:/usr/bin")
    if found is None:
        pytest.skip(f"apt-get install {program}")
    process = subprocess.Popen([found, *rest], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < end:
        try:
            ask(port, "/")
        except OSError:
            time.sleep(0.02)
        else:
            break
    assert process.poll() is None, (tmp_path / "error.log").read_text("utf-8")
    yield port
    process.terminate()
    process.wait(PATIENCE)


def ask(port: int, target: str) -> tuple[int, str | None]:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", target)
        answer = connection.getresponse()
        return answer.status, answer.getheader("location")
    finally:
        connection.close()


def test_feeds_are_led_to_the_desk_and_all_else_is_left(front: int) -> None:
    for target, there in LED:
        status, location = ask(front, target)
        # RFC 3986 §2.1: %d8 is %D8.
        assert location and location.isascii(), target
        assert (status, unquote(location)) == (301, DESK + unquote(there)), target
    for target in LEFT:
        assert ask(front, target)[0] in (200, 403, 404), target
