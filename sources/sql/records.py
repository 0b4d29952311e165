"""Parts that are one record a customer: the statement, and the filing of its rows."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from msgspec import MsgspecError, json
from sqlalchemy import Select, select

from sources.crn import Crn
from sources.errors import BadData, Fault, WrongSubject
from sources.parts import Part
from sources.source import Reading
from sources.sql.tables import TABLES
from sources.sql.texts import texts


class Records:
    """One record of each of many customers."""

    def __init__(self, part: Part[Any], system: str) -> None:
        table, crns = TABLES[part.name], texts("crns")
        self._decode: Final = json.Decoder(part.row).decode
        self._system: Final = system
        own = select(table.c.record).where(table.c.crn == crns.c.value)
        self.statement: Final[Select[Any]] = select(crns.c.value, own.scalar_subquery())

    def filed(self, rows: Iterable[Any], read_at: datetime) -> dict[Crn, Reading[Any] | Fault]:
        """Return each record under its customer; a row that cannot be used costs its own customer only."""
        return {crn: self._outcome(crn, text, read_at) for crn, text in rows if text is not None}

    def _outcome(self, crn: Crn, text: str, read_at: datetime) -> Reading[Any] | Fault:
        try:
            record = self._decode(text)
        except MsgspecError:
            return BadData(self._system, "record")
        return Reading(record, read_at) if record.crn == crn else WrongSubject(self._system)
