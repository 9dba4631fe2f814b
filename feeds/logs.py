"""The log: one line an event, `key=value`, a value with spaces or signs in quotes as JSON has them."""

import json
import logging
import os
import re
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

_PLAIN = re.compile(r"[^\s\"=\\]+")

# For `logging.config.dictConfig`, of who goes on for ever.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "feeds.logs.LineFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"feeds": {"level": "INFO"}},
}


def event(name: str, /, **fields: object) -> str:
    """The message of an event: what happened, and what with."""
    return " ".join([f"event={name}", *(f"{key}={_value(value)}" for key, value in fields.items())])


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    text = str(value)
    if text.isprintable() and _PLAIN.fullmatch(text):
        return text
    # What a terminal would act on, or turn round, is spelled out.
    return "".join(
        sign if sign.isprintable() else json.dumps(sign)[1:-1] for sign in json.dumps(text, ensure_ascii=False)
    )


# A level as syslog has it, for systemd's journal, which takes it from the line's beginning (sd-daemon(3)).
_PRIORITIES = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3, logging.CRITICAL: 2}


def goes_to_journal() -> bool:
    """Whether standard error still is what systemd opened to its journal (systemd.exec(5))."""
    try:
        found = os.fstat(sys.stderr.fileno())
    except (AttributeError, OSError, ValueError):
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{found.st_dev}:{found.st_ino}"


class LineFormatter(logging.Formatter):
    """Any record as one line; a traceback in it is a value like others."""

    def __init__(self) -> None:
        super().__init__()
        self._tells_priority = goes_to_journal()

    def format(self, record: logging.LogRecord) -> str:
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        priority = f"<{_PRIORITIES.get(record.levelno, 6)}>" if self._tells_priority else ""
        head = f"{priority}time={when} level={record.levelname.lower()} logger={record.name} pid={record.process}"
        message = record.getMessage()
        if not message.startswith("event=") or not message.isprintable():
            # Another library's.
            message = f"message={_value(message)}"
        fields: dict[str, Any] = {}
        if record.exc_info:
            fields["traceback"] = "".join(traceback.format_exception(*record.exc_info)).rstrip()
        if record.stack_info:
            fields["stack"] = record.stack_info
        return " ".join([head, message, *(f"{key}={_value(value)}" for key, value in fields.items())])
