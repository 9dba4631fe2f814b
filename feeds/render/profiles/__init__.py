"""Partners' profiles, a partner a file: its name is that of its addresses, and it holds a Profile as PROFILE."""

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from feeds.render.partners.profile import Profile


@cache
def profiles() -> Mapping[str, Profile]:
    """Every profile by its name, in the order of names; read once a process."""
    return {name: import_module(f"{__name__}.{name}").PROFILE for name in _names()}


@cache
def profiles_digest() -> str:
    """Tells one state of the profiles from another."""
    files = [file for folder in __path__ for file in sorted(Path(folder).glob("*.py"))]
    return hashlib.blake2b(b"\0".join(file.read_bytes() for file in files), digest_size=8).hexdigest()


def _names() -> list[str]:
    return sorted(module.name for module in iter_modules(__path__))
