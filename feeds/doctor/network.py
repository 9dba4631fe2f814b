"""Whether the service answers, and whether it reaches the hubs and the cache that it calls."""

import json
import os
import time
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import httpx2

from feeds.doctor.finding import Finding, note, ok, wrong
from feeds.render.pages.described import asset
from feeds.settings import Settings
from feeds.websub.calling import agent_of, shown

_SECONDS = 10.0
# For a body as a whole, and bytes of what the service says of itself.
_PATIENCE = 60.0
_SAID = 65_536


def client(settings: Settings, socket_file: str | None = None) -> httpx2.Client:
    """One that follows no redirect, and takes nothing from the surroundings."""
    return httpx2.Client(
        headers={"user-agent": agent_of(settings)},
        trust_env=False,
        timeout=_SECONDS,
        transport=httpx2.HTTPTransport(uds=socket_file) if socket_file else None,
    )


def ask(
    asking: httpx2.Client,
    address: str,
    method: str = "GET",
    *,
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
) -> httpx2.Response:
    """An answer without its body, which somebody else may have made of any size. Raises httpx2.HTTPError."""
    with asking.stream(method, address, headers=headers, content=content) as answer:
        return answer


def read(asking: httpx2.Client, address: str, most: int) -> tuple[httpx2.Response, bytes]:
    """An answer with its body, of which no more is read than tells that it has more than so many bytes; what takes
    too long ends in the middle. Raises httpx2.HTTPError."""
    body = bytearray()
    until = time.monotonic() + _PATIENCE
    with asking.stream("GET", address, headers={"accept-encoding": "identity"}) as answer:
        # As it was sent: what is compressed all the same is another body.
        for piece in answer.iter_raw():
            body += piece
            if len(body) > most or time.monotonic() > until:
                break
    return answer, bytes(body)


def look_at_service(settings: Settings) -> Iterator[Finding]:
    """Where it listens by the configuration; systemd may hold another socket for it."""
    server = settings.server
    path = str(settings.socket_path) if settings.socket_path else None
    host = "127.0.0.1" if server.host in ("0.0.0.0", "::") else server.host
    where = path or f"{host}:{server.port}"
    authority = "localhost" if path else f"[{host}]:{server.port}" if ":" in host else where
    if path and os.access(path, os.F_OK) and not os.access(path, os.W_OK):
        yield wrong("service", f"{path}: this user may not ask there; run this as the desk's user, or see SocketUser")
        return
    try:
        with client(settings, path) as asking:
            said = json.loads(read(asking, f"http://{authority}{settings.site.path}/readyz", _SAID)[1])
    except httpx2.HTTPError:
        yield note("service", f"nothing of ours answers on {where}; start it, unless it listens on another socket")
        return
    except (RecursionError, ValueError):
        said = None
    if not isinstance(said, dict):
        yield wrong(
            "service", f"another program answers on {where}; end it, or say in [server] where this desk listens"
        )
        return
    if said.get("status") == "ok":
        yield ok("service", f"answers on {where}, and can serve")
    else:
        yield wrong("service", f"answers on {where}, and is {said.get('status')}: {said.get('reason')}")


def look_at_hubs(settings: Settings) -> Iterator[Finding]:
    """Any answer is one: what a hub says to somebody who only looks is its own matter."""
    with client(settings) as asking:
        for hub in settings.websub.hubs:
            yield _reach(asking, "hub", hub, "[websub] hubs")
        if settings.cdn.purge_url:
            # Nothing is purged: only whether somebody is there.
            parts = urlsplit(settings.cdn.purge_url.replace("{tag}", "tag"))
            yield _reach(asking, "cache", f"{parts.scheme}://{parts.netloc}/", "[cdn] purge_url")


def look_at_pictures(settings: Settings) -> Iterator[Finding]:
    """The newsroom's icon and logo, where they are no files of the desk's own: readers and pages show them."""
    site = settings.site
    with client(settings) as asking:
        for key, given in (("icon", site.icon), ("logo", site.logo)):
            address = asset(given, settings)
            if address is not None and not address.startswith(f"{site.url}/static/"):
                yield _see(asking, address, f"[site] {key}")


def _see(asking: httpx2.Client, address: str, key: str) -> Finding:
    try:
        with asking.stream("GET", address) as answer:
            status, kind = answer.status_code, answer.headers.get("content-type", "nothing said")
    except (httpx2.HTTPError, httpx2.InvalidURL) as fault:
        return wrong("picture", f"{address}: can't be reached ({str(fault) or type(fault).__name__}); see {key}")
    if answer.is_redirect:
        return note("picture", f"{address}: answers {status}; give the address that it leads to in {key}")
    if status != 200:
        return wrong("picture", f"{address}: answers {status}; put it there, or name another in {key}")
    if not kind.startswith("image/"):
        return wrong("picture", f"{address}: is no picture ({kind}); name one in {key}")
    return ok("picture", f"{address}: is there")


def _reach(asking: httpx2.Client, subject: str, address: str, key: str) -> Finding:
    name = shown(address)
    try:
        with asking.stream("GET", address) as answer:
            status = answer.status_code
    except (httpx2.HTTPError, httpx2.InvalidURL) as fault:
        reason = str(fault) or type(fault).__name__
        return wrong(subject, f"{name}: can't be reached ({reason}); see {key}, and whether this machine may call out")
    if status >= 500:
        return wrong(subject, f"{name}: answers {status}; ask those who run it, or name another in {key}")
    return ok(subject, f"{name}: can be reached")
