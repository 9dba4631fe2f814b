"""Fetches addresses: http and https only, one connection, every redirect checked, everything limited."""

import contextlib
import re
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import BinaryIO, NoReturn
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

import httpcore2
import httpx2

from feeds.errors import Unreachable
from feeds.fetch.answers import Answer, Limits, Validators, said
from feeds.fetch.body import TooMuchError, UnreadableError, beginning, pieces
from feeds.fetch.network import Deadline, GuardedBackend, RefusedAddressError, Resolve, resolve
from feeds.fetch.patience import AGAIN, pause_before
from feeds.fetch.transport import Transport
from feeds.text.iri import to_uri

_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_SECRET = re.compile(r"([^&=]*(?:key|token|pass|secret|auth|sig|pwd|code|session|nonce)[^&=]*=)[^&]*", re.IGNORECASE)
_REDIRECTS = frozenset([301, 302, 303, 307, 308])
# Of one read, whatever there is left in all.
_READ_SECONDS = 60.0
_FAULTS = (httpcore2.NetworkError, httpcore2.TimeoutException, httpcore2.ProtocolError, UnreadableError)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Target:
    """An address without its credentials, and these as they are sent, to its own origin only."""

    url: str
    name: str
    authorization: str | None = None

    @property
    def origin(self) -> tuple[str, str]:
        parts = urlsplit(self.url)
        return parts.scheme, parts.netloc

    def to(self, location: str) -> "_Target":
        """Where a redirect leads. Raises Unreachable."""
        try:
            there = urljoin(self.url, location)
        except ValueError:
            there = location
        next_one = _target(there, self.name)
        if next_one.origin == self.origin and next_one.authorization is None:
            return _Target(url=next_one.url, name=next_one.name, authorization=self.authorization)
        return next_one


def is_address(source: str) -> bool:
    """Whether the name of a source is one to be fetched."""
    return _ADDRESS.match(source) is not None


def without_secrets(address: str) -> str:
    """An address as messages show it: without name and password, and without keys in its query."""
    try:
        parts = urlsplit(address)
        netloc = parts.netloc.rpartition("@")[2]
        return urlunsplit(parts._replace(netloc=netloc, query=_SECRET.sub(r"\1…", parts.query)))
    except ValueError:
        # What can't be taken apart may hold anything.
        return "the address"


class Fetcher:
    """Fetches one address after the other, over one connection. Not for two threads at a time, but for `stop`.

    `agent` is the User-Agent, which says what this is. Where the server is busy or the line breaks it is asked again,
    later each time and not before it wants; `say` is told. `wait` waits for some seconds; `resolve` looks names up.
    """

    def __init__(
        self,
        *,
        agent: str,
        allow_private: bool = False,
        limits: Limits | None = None,
        say: Callable[[str], None] = lambda line: None,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] | None = None,
        resolve: Resolve = resolve,
    ) -> None:
        self._agent = agent
        self._limits = limits or Limits()
        self._say = say
        self._stopped = threading.Event()
        self._wait = wait or self._stopped.wait
        self._deadline = Deadline(clock)
        self._backend = GuardedBackend(deadline=self._deadline, allow_private=allow_private, resolve=resolve)
        # Without httpx2's Client: it writes whole addresses to the log, keeps cookies, and takes proxies and
        # passwords from the surroundings.
        self._transport = Transport(self._backend)
        self._logins: dict[tuple[str, str], str] = {}

    def close(self) -> None:
        self._transport.close()

    def __enter__(self) -> "Fetcher":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def stop(self) -> None:
        """Ends what is being fetched, from another thread; nothing is fetched after it."""
        self._stopped.set()
        self._backend.stop()

    def pause(self, seconds: float) -> bool:
        """Waits, also less if it is stopped; whether to go on."""
        if seconds > 0:
            self._wait(seconds)
        return not self._stopped.is_set()

    def know(self, address: str) -> None:
        """Notes the name and the password in an address, if any, for all that is fetched from its origin (RFC 7617
        §2.2). Raises Unreachable where it is none."""
        target = _target(address, without_secrets(address))
        if target.authorization:
            self._logins.setdefault(target.origin, target.authorization)

    def get(
        self,
        address: str,
        *,
        accept: str = "*/*",
        validators: Validators | None = None,
        into: BinaryIO | None = None,
        limits: Limits | None = None,
    ) -> Answer:
        """The answer at an address, whatever its status (Answer.good refuses those that bring nothing).

        With `validators` it may be a 304. The body goes `into` a file where one is given, from its beginning on.
        Raises Unreachable where there is no whole answer: name, network, redirects, limits; what a message shows of
        the address holds no credentials.
        """
        self.know(address)
        target = _target(address, without_secrets(address))
        target = replace(target, authorization=target.authorization or self._logins.get(target.origin))
        asking = _Asking(accept, validators or Validators(), into, limits or self._limits)
        tries = 0
        while True:
            tries += 1
            fault, answer = self._try(target, asking)
            if answer is not None and answer.status not in AGAIN:
                return answer
            if tries == asking.limits.tries:
                return answer or _give_up(target, f"{fault}, also at the {_ordinal(tries)} try")
            headers = answer.headers if answer else {}
            pause = pause_before(tries, headers.get("retry-after"), headers.get("date"))
            if pause > asking.limits.longest_pause:
                _give_up(target, f"{fault}, and wants to be asked again in {pause:.0f} seconds; run the import then")
            self._say(f"{target.name}: {fault}; once more in {pause:.0f} seconds")
            if not self.pause(pause):
                _give_up(target, "was stopped")

    def _try(self, target: _Target, asking: "_Asking") -> tuple[str, Answer | None]:
        """What is wrong, in words, and the answer if there is one."""
        try:
            answer = self._follow(target, asking)
        except _FAULTS as fault:
            if self._stopped.is_set():
                _give_up(target, "was stopped")
            return _in_words(fault, asking.limits), None
        except TooMuchError:
            _give_up(target, f"is longer than {asking.limits.bytes} bytes, and was not read to its end")
        except RefusedAddressError as fault:
            _give_up(
                target,
                f"{fault.host} leads to {fault.address}, which is no public address;"
                " where that is meant, give --allow-private",
            )
        return f"answers {said(answer.status)}", answer

    def _follow(self, target: _Target, asking: "_Asking") -> Answer:
        self._deadline.begin(asking.limits.seconds)
        seen = [target.url]
        here = target
        while True:
            if self._stopped.is_set():
                _give_up(target, "was stopped")
            with self._sent(here, asking) as response:
                location = response.headers.get("location")
                if response.status_code not in _REDIRECTS or not location:
                    return _answer(here, response, asking)
            here = here.to(location)
            if here.url in seen:
                _give_up(target, f"redirects in a circle, by {here.name}; check the address")
            if len(seen) > asking.limits.redirects:
                _give_up(target, f"redirects more than {asking.limits.redirects} times; give the last address")
            seen.append(here.url)

    @contextlib.contextmanager
    def _sent(self, target: _Target, asking: "_Asking") -> Iterator[httpx2.Response]:
        headers = {"User-Agent": self._agent, "Accept": asking.accept, "Accept-Encoding": "gzip"}
        headers |= asking.conditions()
        if target.authorization:
            headers["Authorization"] = target.authorization
        extensions = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), _READ_SECONDS)}
        response = self._transport.handle_request(
            httpx2.Request("GET", target.url, headers=headers, extensions=extensions)
        )
        try:
            yield response
        finally:
            response.close()


@dataclass(frozen=True, slots=True)
class _Asking:
    """What is asked for, besides where."""

    accept: str
    validators: Validators
    into: BinaryIO | None
    limits: Limits

    def conditions(self) -> Mapping[str, str]:
        # RFC 9110 §13.1.2, §13.1.3
        found = {"If-None-Match": self.validators.etag, "If-Modified-Since": self.validators.last_modified}
        return {name: value for name, value in found.items() if value}


def _answer(target: _Target, response: httpx2.Response, asking: _Asking) -> Answer:
    """Reads an answer to its end. Raises TooMuchError, UnreadableError and what the network does."""
    coding = response.headers.get("content-encoding", "")
    body = b""
    if response.status_code != 200:
        body = beginning(response.iter_raw(), coding)
    elif asking.into is None:
        body = b"".join(pieces(_announced(response, asking.limits), coding, asking.limits.bytes))
    else:
        asking.into.seek(0)
        asking.into.truncate()
        for piece in pieces(_announced(response, asking.limits), coding, asking.limits.bytes):
            asking.into.write(piece)
    return Answer(
        url=target.url,
        name=target.name,
        status=response.status_code,
        headers={name.lower(): value for name, value in response.headers.items()},
        links={rel: link["url"] for rel, link in response.links.items() if rel},
        body=body,
    )


def _announced(response: httpx2.Response, limits: Limits) -> Iterator[bytes]:
    """The bytes that are sent; none where it says beforehand that they are too many."""
    length = response.headers.get("content-length", "")
    if length.isdigit() and len(length) < 20 and int(length) > limits.bytes:
        raise TooMuchError
    return response.iter_raw()


def _target(address: str, name: str) -> _Target:
    """An address taken apart. Raises Unreachable where it is none that is fetched; the message names `name`."""
    try:
        parts = urlsplit(address.strip())
        user, _, host = parts.netloc.rpartition("@")
        url = to_uri(urlunsplit(parts._replace(netloc=host, fragment="")))
        httpx2.URL(url or "")
    except (ValueError, httpx2.InvalidURL):
        url, parts, user = None, urlsplit(""), ""
    if url is None:
        where = without_secrets(address)
        said = name if where == name else f"{name}: leads to {where}, which"
        raise Unreachable(f"{said}: is no address that can be fetched; give a whole one, https://…")
    login = None
    if user:
        who, _, password = user.partition(":")
        # RFC 7617 §2.1
        login = "Basic " + b64encode(f"{unquote(who)}:{unquote(password)}".encode()).decode("ascii")
    return _Target(url=url, name=without_secrets(url), authorization=login)


def _give_up(target: _Target, why: str) -> NoReturn:
    raise Unreachable(f"{target.name}: {why}") from None


def _in_words(fault: Exception, limits: Limits) -> str:
    if isinstance(fault, UnreadableError):
        return f"its answer {fault}"
    if isinstance(fault, httpcore2.ConnectTimeout):
        return "can't be connected to in time"
    if isinstance(fault, httpcore2.TimeoutException):
        return f"takes too long: more than {limits.seconds:g} seconds, or {_READ_SECONDS:g} without a byte"
    if isinstance(fault, httpcore2.ConnectError):
        return f"can't be connected to: {fault}"
    if isinstance(fault, httpcore2.ProtocolError):
        return f"its answer is broken: {fault}"
    return f"the connection broke: {fault}"


def _ordinal(number: int) -> str:
    return {1: "1st", 2: "2nd", 3: "3rd"}.get(number, f"{number}th")
