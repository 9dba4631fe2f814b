"""What readers get through a proxy, beside what this desk says: what was lost or changed on the way, and its cure."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import httpx2

from feeds.addresses import FeedAddress, path_of
from feeds.cache import Found
from feeds.clock import present
from feeds.conditional import Coding, parse_http_date
from feeds.desk import Desk
from feeds.doctor.finding import Finding, note, ok, wrong
from feeds.doctor.network import ask, client, read
from feeds.errors import FeedsError
from feeds.model import EVERYTHING
from feeds.representation import Representation
from feeds.settings import Settings
from feeds.store.sqlite import SqliteStore

_SUBJECT = "proxy"
_FEED = FeedAddress(selection=EVERYTHING, format="rss")
# Headers that a reader or a cache does something with; `vary` and the tags may be longer on the way.
_SAME = (
    "content-type",
    "cache-control",
    "link",
    "access-control-allow-origin",
    "x-content-type-options",
    "content-security-policy",
    "content-language",
)
_SKEW = 5
# Larger than what proxies take by themselves (nginx: 1 MB), and nothing against what ours takes.
_LARGE = 2_000_000


def look(address: str, settings: Settings, whole: bool) -> Iterator[Finding]:
    """Asks at an address as readers do. `whole` says whether the store can be read, to compare with."""
    base = address.rstrip("/")
    ours = asyncio.run(_render(settings)) if whole else None
    if base != settings.site.url:
        yield note(_SUBJECT, f"{base}: is asked, and feeds name {settings.site.url}; see [site] url")
    try:
        with client(settings) as asking:
            found = list(_ask(asking, base, settings, ours))
    except (httpx2.HTTPError, httpx2.InvalidURL) as fault:
        found = [wrong(_SUBJECT, f"{base}: can't be asked ({str(fault) or type(fault).__name__}); {_cure(fault)}")]
    yield from found
    if not any(each.level == "wrong" and each.subject == _SUBJECT for each in found):
        yield ok(_SUBJECT, f"{base}: hands on types, validators, codings, redirects and errors as they are")


def _cure(fault: Exception) -> str:
    """By what the system's resolver, or OpenSSL, say of it."""
    if "CERTIFICATE_VERIFY_FAILED" in str(fault):
        return "let its certificate be one that readers trust, for this name"
    if "[Errno -" in str(fault):
        return "let the name lead there (DNS; for a trial, /etc/hosts)"
    return "is it running?"


async def _render(settings: Settings) -> Representation | None:
    """What this desk says at the address that is compared."""
    store = SqliteStore(settings.store_path, clock=time.time)
    try:
        await store.open()
        desk = Desk(settings, store, clock=present)
        await desk.look(settling=False)
        found = await desk.get(_FEED)
        return found.value if isinstance(found, Found) else None
    except FeedsError:
        return None
    finally:
        await store.close()


def _ask(asking: httpx2.Client, base: str, settings: Settings, ours: Representation | None) -> Iterator[Finding]:
    feed = base + path_of(_FEED)
    if (behind := ask(asking, f"{base}/readyz").status_code) >= 500:
        # What a cache has may well be served on.
        what = f"answers {behind}: nobody serves behind it"
        yield wrong(_SUBJECT, f"{base}/readyz: {what}; start the desk, and let the proxy's user use its socket")
    plain, body = read(asking, feed, len(ours.body) if ours else 0)
    if plain.status_code != 200:
        yield wrong(_SUBJECT, f"{feed}: answers {plain.status_code}; hand the whole path on, as docs/deploy/ does")
        return
    yield from _compare(feed, plain, body, ours)
    yield from _ask_codings(asking, feed)
    yield from _ask_again(asking, feed)
    yield from _ask_elsewhere(asking, base, settings, plain)


def _compare(feed: str, plain: httpx2.Response, body: bytes, ours: Representation | None) -> Iterator[Finding]:
    """Headers and body beside what they are here."""
    expected: Mapping[str, str] = dict(ours.headers) if ours else {}
    for name in _SAME:
        if name in expected and plain.headers.get(name) != expected[name]:
            said = plain.headers.get(name, "nothing")
            yield wrong(_SUBJECT, f"{feed}: {name} is {said}, and was {expected[name]}; let the proxy hand it on")
    etag = plain.headers.get("etag", "")
    if ours and etag == ours.validators.etags["identity"] and body != ours.body:
        yield wrong(_SUBJECT, f"{feed}: the body was changed on the way; let the proxy hand it on byte for byte")
    elif ours and etag and not etag.startswith("W/") and etag != ours.validators.etags["identity"]:
        yield note(_SUBJECT, f"{feed}: is of another moment than the store; a cache may keep it for [feeds] max_age")
    if sent := _time(plain, "date"):
        skew, age = sent - present().timestamp(), plain.headers.get("age", "0")
        if abs(skew) > _SKEW + (int(age) if age.isdecimal() else 0):
            yield wrong("clock", f"the proxy's is {skew:+.0f} seconds from this one; have both kept right (NTP)")


def _ask_codings(asking: httpx2.Client, feed: str) -> Iterator[Finding]:
    codings: tuple[Coding, ...] = ("gzip", "br")
    for coding in codings:
        answer = ask(asking, feed, headers={"accept-encoding": coding})
        etag, got = answer.headers.get("etag", ""), answer.headers.get("content-encoding", "")
        if got != coding:
            yield wrong(_SUBJECT, f"{feed}: is not sent as {coding} to who takes it; hand Accept-Encoding on")
        elif etag.startswith("W/") or not etag:
            what = f"the ETag of {coding} is {etag or 'gone'}"
            yield wrong(_SUBJECT, f"{feed}: {what}; let the proxy compress nothing itself (nginx: gzip off)")
        if "accept-encoding" not in answer.headers.get("vary", "").lower():
            yield wrong(_SUBJECT, f"{feed}: Vary does not name Accept-Encoding: caches would mix codings; hand it on")


def _ask_again(asking: httpx2.Client, feed: str) -> Iterator[Finding]:
    """With the validators of the last answer, as pollers do; and without the body."""
    first = ask(asking, feed)
    conditions = {"if-none-match": first.headers.get("etag"), "if-modified-since": first.headers.get("last-modified")}
    for name, value in conditions.items():
        if not value:
            yield wrong(_SUBJECT, f"{feed}: has no validator for {name}; hand ETag and Last-Modified on")
        elif name == "if-modified-since" and _has_just_changed(first):
            # In the second of a change, and the next, the date does not tell two states apart (RFC 9110 §8.8.2.2).
            continue
        elif (status := ask(asking, feed, headers={name: value}).status_code) != 304:
            yield wrong(_SUBJECT, f"{feed}: {name} of the last answer gets {status}, not 304; hand {name} on")
    head = ask(asking, feed, "HEAD")
    if head.status_code != 200 or head.headers.get("etag") != first.headers.get("etag"):
        yield wrong(_SUBJECT, f"{feed}: HEAD is answered otherwise than GET; hand it on")


def _has_just_changed(answer: httpx2.Response) -> bool:
    sent, modified = _time(answer, "date"), _time(answer, "last-modified")
    return (sent or present().timestamp()) - (modified or 0) < _SKEW


def _time(answer: httpx2.Response, header: str) -> int | None:
    """The Unix second that a header names; None for what is no date."""
    return parse_http_date(answer.headers.get(header, ""), int(present().timestamp()))


def _ask_elsewhere(asking: httpx2.Client, base: str, settings: Settings, plain: httpx2.Response) -> Iterator[Finding]:
    """Redirects, queries, errors, what is not for everybody, and what the newsroom sends."""
    feed = base + path_of(_FEED)
    short = ask(asking, f"{feed}?limit=1", headers={"accept-encoding": "identity"})
    if short.headers.get("etag") == plain.headers.get("etag"):
        yield wrong(_SUBJECT, f"{feed}?limit=1: is answered as without; let queries be part of the cache's key")
    for section in settings.sections[:1]:
        there = ask(asking, f"{base}/{section.slug}")
        location = there.headers.get("location", "")
        if there.status_code != 301 or not location.startswith(f"{settings.site.url}/"):
            what = f"{there.status_code} to {location or 'nowhere'}"
            yield wrong(_SUBJECT, f"{base}/{section.slug}: {what}; hand redirects on (nginx: proxy_redirect off)")
    missing = ask(asking, f"{base}/no-such-section/rss.xml")
    if missing.status_code != 404 or "problem+json" not in missing.headers.get("content-type", ""):
        yield wrong(
            _SUBJECT, f"{base}: puts its own page in the place of our errors; hand them on (proxy_intercept_errors off)"
        )
    if settings.server.metrics != "public" and ask(asking, f"{base}/metrics").status_code == 200:
        yield wrong(_SUBJECT, f"{base}/metrics: is there for everybody; deny it (docs/operating.md)")
    if settings.api.tokens:
        pushed = ask(asking, f"{base}/articles", "POST", content=b" " * _LARGE)
        if pushed.status_code != 401:
            what = f"{_LARGE} bytes get {pushed.status_code}"
            yield wrong(_SUBJECT, f"{base}/articles: {what}; take 32 MB (nginx: client_max_body_size 32m)")
    if urlsplit(base).scheme == "https" and not urlsplit(base).port:
        first = ask(asking, base.replace("https", "http", 1) + path_of(_FEED))
        if first.status_code not in (301, 308) or not first.headers.get("location", "").startswith("https://"):
            yield note(
                _SUBJECT, f"{base}: http:// does not lead there; redirect it (301), where old subscribers have it"
            )
