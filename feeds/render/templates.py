"""The templates of the pages: where they stand, and what tells one state of pages from another."""

import hashlib
from pathlib import Path

TEMPLATES = Path(__file__).parent / "templates"
# What else pages are made of: the services, and what they say.
_WITH_THEM = (Path(__file__).parent / "pages", Path(__file__).parents[1] / "locales")
_KINDS = (".html", ".css", ".js", ".toml", ".po")


def templates_digest(folder: Path | None) -> str:
    """Tells one state of the templates from another, with the newsroom's own in `folder`."""
    places = [TEMPLATES, *_WITH_THEM, *([folder] if folder else [])]
    files = [path for place in places for path in sorted(place.rglob("*")) if path.suffix in _KINDS]
    return hashlib.blake2b(b"\0".join(path.read_bytes() for path in files), digest_size=8).hexdigest()
