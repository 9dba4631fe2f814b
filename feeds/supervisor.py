"""What is told to the program that started this service and looks after it (sd_notify(3)), where there is one."""

import contextlib
import os
import socket

_VARIABLE = "NOTIFY_SOCKET"


def tell(*lines: str) -> None:
    """Tells that the service is ready, that it ends, how it is: `READY=1`, `STOPPING=1`, `STATUS=…`."""
    path = os.environ.get(_VARIABLE, "")
    if not path.startswith(("/", "@")):
        return
    # Whether or not anybody hears it, it is served.
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        # An abstract name begins with NUL (unix(7)).
        line.connect(path if path.startswith("/") else f"\0{path[1:]}")
        line.send("\n".join(" ".join(each.splitlines()) for each in lines).encode())
