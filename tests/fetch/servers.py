"""A server on a socket of this machine that answers as a test says, right or wrong."""

import socket
import socketserver
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

PATIENCE = 30


@dataclass(frozen=True, kw_only=True)
class Request:
    """What was asked: the target as it stood there, the headers with small names, and the connection's number."""

    target: str
    headers: Mapping[str, str]
    connection: int


# Says what to send, or sends it itself and returns None; None closes the connection.
Reply = bytes | Callable[[Request, socket.socket], bytes | None]


def answer(
    body: bytes = b"", *, status: str = "200 OK", keep: bool = True, length: int | None = None, **headers: str
) -> bytes:
    """A whole answer; names of headers with _ for -."""
    fields = {"Content-Length": str(len(body) if length is None else length)}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    if not keep:
        fields["Connection"] = "close"
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode("latin-1") + body


def redirect(location: str, status: str = "302 Found") -> bytes:
    return answer(status=status, Location=location)


NOT_HERE = answer(b"not here", status="404 Not Found")


@dataclass(kw_only=True)
class Server:
    """`replies` by target: one, or several of which the last is repeated. `asked` is all that was asked, in order."""

    port: int
    replies: dict[str, Reply | list[Reply]] = field(default_factory=dict)
    otherwise: Reply = NOT_HERE
    asked: list[Request] = field(default_factory=list)
    # Set when the test is over: those who send without end look at it.
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def targets(self) -> list[str]:
        return [request.target for request in self.asked]

    def reply(self, request: Request) -> Reply:
        found = self.replies.get(request.target, self.otherwise)
        if isinstance(found, list):
            return found.pop(0) if len(found) > 1 else found[0]
        return found


class Handler(socketserver.StreamRequestHandler):
    """One connection to the server that is to say what to answer."""

    timeout = PATIENCE
    server: "Tcp"

    def handle(self) -> None:
        number = next(self.server.connections)
        while (request := self._read(number)) is not None:
            self.server.answers.asked.append(request)
            reply = self.server.answers.reply(request)
            try:
                data = reply(request, self.connection) if callable(reply) else reply
                if data is None:
                    return
                self.connection.sendall(data)
            except OSError:
                return
            if b"\r\nConnection: close\r\n" in data.partition(b"\r\n\r\n")[0] + b"\r\n":
                return

    def _read(self, number: int) -> Request | None:
        try:
            first = self.rfile.readline().split()
            if len(first) != 3:
                return None
            headers = {}
            while line := self.rfile.readline().strip():
                name, _, value = line.decode("latin-1").partition(":")
                headers[name.lower()] = value.strip()
        except OSError:
            return None
        return Request(target=first[1].decode("ascii"), headers=headers, connection=number)


class Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, answers: Server) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = answers
        self.connections = count()
        answers.port = self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        raise


@contextmanager
def serving() -> Iterator[Server]:
    """A server that runs until the block ends."""
    server = Server(port=0)
    with Tcp(server) as tcp:
        thread = threading.Thread(target=tcp.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            tcp.shutdown()
            thread.join(PATIENCE)
