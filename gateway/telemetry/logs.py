"""What operators read: one line of JSON for each event that is worth one. Never a CRN, a name or a token.

Only fields that `events.py` declares for an event come out, and of their values nothing that looks like a number of
somebody's. Whatever is in a value, it stays one line: all but plain ASCII is escaped.
"""

import json
import sys
import threading
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, TextIO

from msgspec import Struct

from gateway.keyring import open_keyring
from gateway.settings import Settings
from gateway.telemetry.events import FIELDS, highest, lines
from gateway.telemetry.levels import Level
from gateway.telemetry.marks import Marks


class Log:
    """Writes events: failures of sources, wrong subjects, what was not foreseen; from `info` on requests, too."""

    def __init__(self, marks: Marks, out: TextIO | None = None, least: Level = Level.WARNING) -> None:
        self._marks = marks
        self._least = least.number
        self._lines = _Lines(out)

    def __call__(self, event: Struct) -> None:
        """Write an event, if it is worth a line."""
        for line in lines(event):
            self.say(line.event, line.level, **line.told)

    def hears(self, kind: type[Struct]) -> bool:
        """Tell whether such events are ever worth a line of the levels that are written."""
        level = highest(kind)
        return level is not None and level.number >= self._least

    def say(self, event: str, level: Level, **told: Any) -> None:
        """Write a line, if its level is written."""
        if level.number < self._least:
            return
        at, known = datetime.now(UTC).isoformat().replace("+00:00", "Z"), FIELDS.get(event, ())
        said = {name: self._marks.clean(value) for name, value in told.items() if name in known}
        line = json.dumps({"at": at, "level": level.value, "event": event} | said)
        self._lines.write(line.replace("\x7f", "\\u007f"))


class _Lines:
    """Where lines go: each whole, whichever thread writes it. One that cannot be written costs no request anything."""

    def __init__(self, out: TextIO | None) -> None:
        self._out = out
        self._lock = threading.Lock()

    def write(self, line: str) -> None:
        out = self._out or sys.stderr
        with self._lock, suppress(OSError, ValueError):
            out.write(line + "\n")
            out.flush()


def open_log(settings: Settings) -> Log:
    """Return the log of a gateway; raise `KeyringError`."""
    keyring = open_keyring(settings.keyring, make=not settings.production)
    return Log(Marks(keyring.subkey("log")), least=settings.log_level)
