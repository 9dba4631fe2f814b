"""How an idle connection is closed: never on a request that has come already.

A server may close an idle connection at any time, and who asks at that very moment has to ask again (RFC 9112 §9.5);
not everyone does. What has come by then is waiting in the system, unread, and closing would answer it with a reset.
"""

import asyncio
import socket
from contextlib import suppress


def part(transport: asyncio.Transport) -> bool:
    """Closes it; False, and all stays as it is, where something has come that will be read next.

    A transport closes later only, after whatever else there is to do: who asks meanwhile would not see it. So what
    we send ends here and now, and the other side knows before it asks again.
    """
    found = transport.get_extra_info("socket")
    connection = socket.socket(found.family, found.type, found.proto, fileno=found.fileno())
    try:
        if _has_come(connection):
            return False
        with suppress(OSError):
            connection.shutdown(socket.SHUT_WR)
    finally:
        # It stays the transport's.
        connection.detach()
    transport.close()
    return True


def _has_come(connection: socket.socket) -> bool:
    """Whether bytes have come that were not read. (Nothing, or the end, or a reset, are no bytes.)"""
    try:
        return bool(connection.recv(1, socket.MSG_PEEK))
    except OSError:
        return False
