"""What operators read: one line of JSON for each event that needs an eye. Never a CRN, a name or a token."""

import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TextIO

import msgspec
from msgspec import Struct

from gateway.events import lines
from sources.source import Observer


class Log:
    """Writes the events that need an eye: failures of sources, wrong subjects, and what was not foreseen."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out

    def __call__(self, event: Struct) -> None:
        """Write an event, if it is worth a line."""
        for line in lines(event):
            said = {
                "at": datetime.now(UTC).isoformat(),
                "level": line.level,
                "event": line.event,
                **line.told,
            }
            (self._out or sys.stderr).write(msgspec.json.encode(said).decode() + "\n")


class _Lines(logging.Handler):
    """Writes what libraries log as lines of ours: who said it and how grave it is; of an exception its type only."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        said = {
            "at": datetime.now(UTC).isoformat(),
            "event": "library",
            "logger": record.name,
            "level": record.levelname,
        }
        if error is None and record.name.startswith("uvicorn"):
            said["text"] = record.getMessage()
        sys.stderr.write(msgspec.json.encode(said | ({"error": error} if error else {})).decode() + "\n")


def capture_logging() -> None:
    """Let everything that libraries log come out as lines of ours, from warnings upwards."""
    logging.basicConfig(level=logging.WARNING, handlers=[_Lines()], force=True)


def every(*observers: Callable[[Struct], None]) -> Observer:
    """Return one observer that tells several."""

    def observe(event: Struct) -> None:
        for observer in observers:
            observer(event)

    return observe
