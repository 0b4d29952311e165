"""What libraries and Python itself have to say, as lines of ours: who said it and where. Never in their words.

A library's text, and an exception's, may hold whatever it worked on: a URL, a row, a request line. What comes out is
the logger, the place in the code, the type of an exception and where it was raised.
"""

import logging
import sys
import threading
import warnings
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from gateway.engine.execution import frames_of
from gateway.telemetry.levels import Level
from gateway.telemetry.logs import Log

LEVELS: Final = {
    logging.CRITICAL: Level.CRITICAL,
    logging.ERROR: Level.ERROR,
    logging.WARNING: Level.WARNING,
}
SERVER: Final = frozenset(
    {
        "Invalid HTTP request received.",
        "Unsupported upgrade request.",
        "Application startup failed. Exiting.",
        "Application shutdown failed. Exiting.",
        "Cancel %s running task(s), timeout graceful shutdown exceeded",
        "Exception in ASGI application\n",
    }
)
"""Sentences of the server that come out as they stand in its code, never with what it fills in."""


class _Lines(logging.Handler):
    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        level = LEVELS.get(record.levelno, Level.ERROR if record.levelno > logging.ERROR else Level.WARNING)
        said = {"logger": record.name, "where": f"{record.module}:{record.lineno}"}
        if record.name.startswith("uvicorn") and isinstance(record.msg, str) and record.msg in SERVER:
            said["text"] = record.msg.strip()
        error = record.exc_info[1] if record.exc_info else None
        self._log.say("library", level, **said, **_raised(error))


def capture(log: Log) -> None:
    """Let everything that libraries log, from warnings upwards, what Python warns of and what nobody caught come out
    as lines of a log."""
    logging.basicConfig(level=logging.WARNING, handlers=[_Lines(log)], force=True)
    logging.raiseExceptions = False  # of a line that cannot be written, Python would print the arguments

    def warned(
        message: Warning | str, category: type[Warning], filename: str, lineno: int, *_: Any, **__: Any
    ) -> None:
        where = f"{Path(filename).stem}:{lineno}"
        log.say("library", Level.WARNING, logger="py.warnings", where=where, error=category.__name__)

    def uncaught(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
        log.say("library", Level.CRITICAL, logger="python", **_raised(error))

    def thread_ended(told: threading.ExceptHookArgs) -> None:
        if told.exc_type is not SystemExit:
            log.say("library", Level.ERROR, logger="threading", **_raised(told.exc_value))

    def unraisable(told: Any) -> None:
        log.say("library", Level.ERROR, logger="python", **_raised(told.exc_value))

    warnings.showwarning = warned
    sys.excepthook, sys.unraisablehook = uncaught, unraisable
    threading.excepthook = thread_ended


def _raised(error: BaseException | None) -> dict[str, Any]:
    return {} if error is None else {"error": type(error).__name__, "frames": frames_of(error)}
