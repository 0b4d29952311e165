"""What operators read: one line of JSON for each event that is worth one. Never a CRN, a name or a token.

Only fields that `events.py` declares for an event come out, and of their values nothing that looks like a number of
somebody's. Whatever is in a value, it stays one line: all but plain ASCII is escaped.
"""

import json
import sys
import threading
from contextlib import suppress
from typing import Any, Final, TextIO

import structlog
from msgspec import Struct
from structlog.typing import EventDict

from gateway.keyring import open_keyring
from gateway.settings import Settings
from gateway.telemetry.events import FIELDS, highest, lines
from gateway.telemetry.levels import Level
from gateway.telemetry.marks import Marks

_ALWAYS: Final = ("at", "level", "event")


class Log:
    """Writes events: failures of sources, wrong subjects, what was not foreseen; from `info` on requests, too."""

    def __init__(self, marks: Marks, out: TextIO | None = None, least: Level = Level.WARNING) -> None:
        self._marks = marks
        self._least = least.number
        self._logger: Any = structlog.wrap_logger(
            _Lines(out),
            processors=[
                _declared,
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
                self._cleaned,
                _rendered,
            ],
            wrapper_class=structlog.make_filtering_bound_logger(least.number),
        )

    def __call__(self, event: Struct) -> None:
        """Write an event, if it is worth a line."""
        for line in lines(event):
            self.say(line.event, line.level, **line.told)

    def hears(self, kind: type[Struct]) -> bool:
        """Tell whether such events are ever worth a line of the levels that are written."""
        level = highest(kind)
        return level is not None and level.number >= self._least

    def say(self, event: str, level: Level, **told: Any) -> None:
        """Write a line."""
        self._logger.log(level.number, event, **told)

    def _cleaned(self, _: Any, __: str, said: EventDict) -> EventDict:
        return {name: value if name in _ALWAYS else self._marks.clean(value) for name, value in said.items()}


class _Lines:
    """Where lines go: each whole, whichever thread writes it. One that cannot be written costs no request anything."""

    def __init__(self, out: TextIO | None) -> None:
        self._out = out
        self._lock = threading.Lock()

    def info(self, line: str) -> None:
        out = self._out or sys.stderr
        with self._lock, suppress(OSError, ValueError):
            out.write(line + "\n")
            out.flush()

    warning = error = critical = info


def _declared(_: Any, __: str, said: EventDict) -> EventDict:
    known = FIELDS.get(said["event"], ())
    return {name: value for name, value in said.items() if name == "event" or name in known}


def _rendered(_: Any, __: str, said: EventDict) -> str:
    ordered = {name: said[name] for name in _ALWAYS} | dict(said)
    return json.dumps(ordered).replace("\x7f", "\\u007f")


def open_log(settings: Settings) -> Log:
    """Return the log of a gateway; raise `KeyringError`."""
    keyring = open_keyring(settings.keyring, make=not settings.production)
    return Log(Marks(keyring.subkey("log")), least=settings.log_level)
