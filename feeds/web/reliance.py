"""What our protocol leans on in uvicorn, and whether it is still so.

The protocol overrides parts of a class that promises nothing about its inside. Each part that it calls, or whose
place it takes, is known here as it was read: by the hash of its source, white space aside. Where one has changed,
the protocol is not used: uvicorn's own answers the same, slower and without our limits. Then somebody reads what
changed, mends feeds.web.patience, reception and protocol if need be, and adds the new hash.
"""

import hashlib
import inspect
from collections.abc import Mapping
from typing import Any

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import Server, ServerState

_OWNERS: Mapping[str, Any] = {
    owner.__name__: owner for owner in (HttpToolsProtocol, RequestResponseCycle, FlowControl, Server, ServerState)
}

LEANS_ON: Mapping[str, tuple[str, ...]] = {
    "HttpToolsProtocol.__init__": ("8acd33c86a9a1a00",),
    "HttpToolsProtocol.connection_made": ("4351fa6eb14bbc12",),
    "HttpToolsProtocol.connection_lost": ("3c5da7756a65efb2",),
    "HttpToolsProtocol.eof_received": ("9a6ba4d7f3301481",),
    "HttpToolsProtocol._unset_keepalive_if_required": ("c290137a3ace357a",),
    "HttpToolsProtocol._should_upgrade": ("8a9f5a628660a736",),
    "HttpToolsProtocol._should_upgrade_to_ws": ("e48497b59331f378",),
    "HttpToolsProtocol.data_received": ("1e18560b3ae37df1",),
    "HttpToolsProtocol.on_message_begin": ("0e36a1a2f421bcc3",),
    "HttpToolsProtocol.on_header": ("cada72a9ff7aac6b",),
    "HttpToolsProtocol.on_headers_complete": ("8513621b375a73ba",),
    "HttpToolsProtocol._start_asgi_task": ("a50de2244d1c16ee",),
    "HttpToolsProtocol.on_body": ("d6b51540881d1c5d",),
    "HttpToolsProtocol.on_message_complete": ("b7942f917ee3729f",),
    "HttpToolsProtocol.on_response_complete": ("4012142140005d2a",),
    "HttpToolsProtocol.shutdown": ("7bab203e9ce802bb",),
    "HttpToolsProtocol.pause_writing": ("e144042fe436de91",),
    "HttpToolsProtocol.resume_writing": ("bb111c426e19c3f9",),
    "HttpToolsProtocol.timeout_keep_alive_handler": ("0357e4c0dde7bcab",),
    "RequestResponseCycle.send": ("c6e9d4ce0ca9fd05",),
    "RequestResponseCycle.receive": ("f3e61a1236b2ad05",),
    "FlowControl.pause_reading": ("0e9a597db098f656",),
    "FlowControl.resume_reading": ("16d6cf569f33eb83",),
    "FlowControl.pause_writing": ("9b6b2b229325d901",),
    "FlowControl.resume_writing": ("63927b87d835ed21",),
    "Server.on_tick": ("9d99f344b4bf8f8b",),
    "Server.shutdown": ("12101c171b48464c",),
    "ServerState.__init__": ("590e225e3cb5b963",),
}


def changed(known: Mapping[str, tuple[str, ...]] = LEANS_ON) -> list[str]:
    """What is not as it was read, by name; empty where all is."""
    return [name for name, hashes in known.items() if digest(name) not in hashes]


def digest(name: str) -> str:
    """The hash of a member's source, without white space; empty where there is no such member or no source."""
    owner, _, member = name.partition(".")
    try:
        source = inspect.getsource(inspect.getattr_static(_OWNERS[owner], member))
    except (AttributeError, OSError, TypeError):
        return ""
    return hashlib.blake2b("".join(source.split()).encode(), digest_size=8).hexdigest()
