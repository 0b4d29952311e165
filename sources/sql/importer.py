"""The import: records as lines of JSON, checked one by one, written many at a time.

A line is `{"part": "debt", "record": {...}}`. What is kept is the record as its type knows it: a field that
is not declared is not kept. A record takes the place of one with its key: an import may be repeated.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Mapping
from typing import Any, Final

from msgspec import DecodeError, Raw, Struct, ValidationError, json
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.complaint import path_of
from sources.parts import CUSTOMER, PARTS
from sources.sql.border import across
from sources.sql.rows import Row, UnfitError, identifier_rows, row
from sources.sql.tables import IDENTIFIER, SEARCH, TABLES
from sources.sql.terms import search_row
from sources.sql.upsert import FORGET, LOSE, many, upsert

LINES_A_TRANSACTION: Final = 5000
LINES_A_BREATH: Final = 200


class Refused(Struct, frozen=True):
    """A line that was not taken: its number, from 1, and why, in words that hold nothing of the line."""

    line_number: int
    reason: str


class Imported(Struct, frozen=True):
    """How many lines were taken, by part name, and which were not."""

    counts: Mapping[str, int]
    refused: tuple[Refused, ...]


class _Line(Struct, frozen=True):
    part: str
    record: Raw


_LINE: Final = json.Decoder(_Line)
_PARTS: Final = {part.name: (part, json.Decoder(part.row)) for part in PARTS}


class _Batch:
    """Rows that wait to be written, in one transaction."""

    def __init__(self) -> None:
        self.size = 0
        self._rows: dict[str, list[Row]] = {name: [] for name in TABLES}
        self._numbers: dict[str, list[Row]] = {}
        self._searched: dict[str, Row | None] = {}

    def take(self, line: bytes) -> str:
        """Add a line's record, and return its part's name; raise `UnfitError`."""
        name, record = _read(line)
        part, _ = _PARTS[name]
        if part is CUSTOMER:
            self._numbers[record.crn] = identifier_rows(record)
            self._searched[record.crn] = search_row(record)
        self._rows[name].append(row(part, record))
        self.size += 1
        return name

    async def write(self, engine: AsyncEngine) -> None:
        """Write all rows, or none."""
        async with engine.begin() as connection:
            for name, rows in self._rows.items():
                await upsert(connection, TABLES[name], rows)
            await many(connection, FORGET, [(crn,) for crn in self._numbers])
            await upsert(connection, IDENTIFIER, [each for rows in self._numbers.values() for each in rows])
            await many(connection, LOSE, [(crn,) for crn, row in self._searched.items() if row is None])
            await upsert(connection, SEARCH, [row for row in self._searched.values() if row], SEARCH.c.crn)


async def load(
    engine: AsyncEngine, lines: Iterable[bytes] | AsyncIterable[bytes], system: str = "sql"
) -> Imported:
    """Take lines into the database; a bad line costs itself alone, an empty one is passed over.

    Raise a `Fault` when the database fails: what was written before stays, and the import may be repeated.
    """
    counts: Counter[str] = Counter()
    refused: list[Refused] = []
    batch, number = _Batch(), 0
    writer = _Writer(engine, system)
    try:
        async for line in _each(lines):
            number += 1
            try:
                counts[batch.take(line)] += 1
            except UnfitError as reason:
                if line.strip():
                    refused.append(Refused(number, str(reason)))
            if number % LINES_A_BREATH == 0:
                await asyncio.sleep(0)
            if batch.size >= LINES_A_TRANSACTION:
                await writer.write(batch)
                batch = _Batch()
        await writer.write(batch)
    finally:
        await writer.finish()
    return Imported(dict(counts), tuple(refused))


class _Writer:
    """Writes one batch while the next one is read."""

    def __init__(self, engine: AsyncEngine, system: str) -> None:
        self._engine = engine
        self._system = system
        self._writing: asyncio.Task[None] | None = None

    async def write(self, batch: _Batch) -> None:
        """Start to write a batch, after the one before is written; raise the `Fault` of that one."""
        await self.finish()
        self._writing = asyncio.create_task(across(self._system, batch.write(self._engine)))

    async def finish(self) -> None:
        """Wait for the batch under way; raise its `Fault`."""
        writing, self._writing = self._writing, None
        if writing is not None:
            await writing


async def _each(lines: Iterable[bytes] | AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    if isinstance(lines, AsyncIterable):
        async for line in lines:
            yield line
    else:
        for line in lines:
            yield line


def _read(line: bytes) -> tuple[str, Any]:
    try:
        told = _LINE.decode(line)
        return told.part, _PARTS[told.part][1].decode(told.record)
    except KeyError:
        raise UnfitError("no part has this name") from None
    except ValidationError as error:
        raise UnfitError(_reason(str(error))) from None
    except (DecodeError, UnicodeError):
        raise UnfitError("it is not JSON") from None


def _reason(text: str) -> str:
    """Return which field is wrong: the name of a field of ours, never a value."""
    path = path_of(text)
    return f"it is not what its part keeps: {path}" if path else "it is not what its part keeps"
