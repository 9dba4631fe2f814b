"""The templates of the pages: where they stand, and what tells one state of them from another."""

import hashlib
from pathlib import Path

TEMPLATES = Path(__file__).parent / "templates"


def templates_digest() -> str:
    """Tells one state of the templates from another."""
    files = sorted(TEMPLATES.rglob("*.html"))
    return hashlib.blake2b(b"\0".join(file.read_bytes() for file in files), digest_size=8).hexdigest()
