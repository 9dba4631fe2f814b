"""The clock. Only commands and servers read it; to everything else time is an argument."""

from datetime import UTC, datetime


def present() -> datetime:
    """The clock of commands and servers."""
    return datetime.now(UTC)
