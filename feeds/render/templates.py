"""The templates of the pages: where ours stand, those of a newsroom, and what tells one state of them from another."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from feeds.errors import ConfigurationError

TEMPLATES = Path(__file__).parent / "templates"
# What else pages are made of: the services, and what they say.
_WITH_THEM = (Path(__file__).parent / "pages", Path(__file__).parents[1] / "locales")
_KINDS = (".html", ".css", ".js", ".toml", ".po")


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """A newsroom's own templates as they were when they were read: the bytes of its files, by their names below the
    folder. What changes in the folder later is no part of them."""

    folder: Path | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Tells one state of what pages are made of from another, ours with it."""
        parts = [_ours(), *(part for name, body in self.files.items() for part in (name.encode(), body))]
        return hashlib.blake2b(b"\0".join(parts), digest_size=8).hexdigest()


def own_templates(folder: Path | None) -> Own:
    """What stands in a newsroom's folder now. Raises ConfigurationError for what may not be read."""
    files, faults = {}, []
    for path in sorted(folder.rglob("*")) if folder else ():
        name = path.relative_to(folder or path)
        # What a system or an editor keeps there is nobody's template.
        if any(part.startswith(".") for part in name.parts) or name.name.endswith("~") or not path.is_file():
            continue
        try:
            files[name.as_posix()] = path.read_bytes()
        except OSError as fault:
            faults.append(f"{path}: {fault.strerror}")
    if faults:
        raise ConfigurationError(faults)
    return Own(folder=folder, files=files)


@cache
def _ours() -> bytes:
    files = [path for place in (TEMPLATES, *_WITH_THEM) for path in sorted(place.rglob("*")) if path.suffix in _KINDS]
    return hashlib.blake2b(b"\0".join(path.read_bytes() for path in files), digest_size=8).digest()
