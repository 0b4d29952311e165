"""Answers: the body of one, read into records. A row that cannot be mapped costs itself, and is named by its path."""

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any, Final

import msgspec
from msgspec import MsgspecError, Struct, ValidationError

from sources.complaint import path_of
from sources.crn import Crn
from sources.http.endpoints import is_plain
from sources.http.moments import moment
from sources.http.paths import Path, UnfitError, names_of
from sources.http.quick import Ways, places_of, quick, quick_of
from sources.http.readers import Reader, Row, UnmappableError
from sources.http.shapes import Shape, Shaped, UnfitShapeError, decoding

_DECODE: Final = msgspec.json.Decoder(float_hook=Decimal).decode
_APART: Final = re.compile(r"[ -]+")


A_TURN: Final = 200
"""Rows that are read before others have their turn."""


class BadShapeError(Exception):
    """An answer is not what its mapping describes. Its text says where; nothing of the answer is in it."""


class Dropped(Struct, frozen=True):
    """A row that could not be mapped: the path in our record, and one word for why."""

    path: str
    reason: str


class Coverage(Struct, frozen=True):
    """Where an answer says from when it is complete, customer by customer."""

    each: Path
    crn: Path
    since: Path
    time: Callable[[Any], datetime]
    zone: tzinfo | None


class Told(Struct):
    """What one answer says. `unknown` are those it says it does not know, None when it never says so.

    `in_doubt` are the customers of dropped rows; rows that do not even name one are only in `dropped`.
    """

    rows: list[Any]
    dropped: list[Dropped]
    in_doubt: dict[Crn, Dropped]
    nameless: int
    complete_since: dict[Crn, datetime]
    unknown: frozenset[Crn] | None
    body: Any


class Answers(Struct, frozen=True):
    """How the answers of one part are read."""

    rows: Path
    read: Callable[[Any], Any]
    subject: Path
    unknown: Path | None
    coverage: Coverage | None
    straight: Callable[[bytes], Any] | None = None
    shaped: Shaped | None = None

    def told(self, body: bytes, rows: Path | None = None) -> Told:
        """Return what an answer says; raise `BadShapeError`. `rows` is where its rows stand when not where usual."""
        *_, told = self._telling(body, rows)
        return told

    async def told_in_turns(self, body: bytes, rows: Path | None = None) -> Told:
        """Return the same, and let others have their turn meanwhile: an answer may hold very many rows."""
        telling = self._telling(body, rows)
        told = next(telling)
        for told in telling:  # noqa: B007 - the last one is whole
            await asyncio.sleep(0)
        return told

    def _telling(self, body: bytes, rows: Path | None) -> Iterator[Told]:
        """Yield what an answer says, first in part, at last whole."""
        straight = self._straight(body)
        if straight is not None:
            yield straight
            return
        parted = self.shaped.decode(body) if self.shaped is not None and rows is None else None
        if self.shaped is not None and parted is not None:
            (found, decoded), read, plain = parted, self.shaped.read, self.shaped.plain
        else:
            decoded = decoded_json(body)
            found, read, plain = rows_of(rows or self.rows, decoded), self.read, _as_it_is
        told = Told([], [], {}, 0, self._complete_since(decoded), self._unknown(decoded), decoded)
        for start in range(0, len(found), A_TURN):
            for row in found[start : start + A_TURN]:
                try:
                    told.rows.append(read(row))
                except UnmappableError as error:
                    self._lose(told, plain(row), Dropped(error.path, error.reason))
            if start + A_TURN <= len(found):
                yield told
        yield told

    def _straight(self, body: bytes) -> Told | None:
        """Return the records of an answer that is nothing but records of ours; None for one that is not."""
        if self.straight is None:
            return None
        try:
            found = self.straight(body)
        except (MsgspecError, ValueError, RecursionError):
            return None  # one record does not fit: each is looked at alone, so that it costs itself only
        return Told(found if isinstance(found, list) else [found], [], {}, 0, {}, None, None)

    def _lose(self, told: Told, row: Any, lost: Dropped) -> None:
        told.dropped.append(lost)
        crn = number(self._subject(row))
        if crn is None:
            told.nameless += 1
        else:
            told.in_doubt[crn] = lost

    def around(self, decoded: Any) -> None:
        """Look at everything beside the rows that a reading looks at; raise `BadShapeError`."""
        self._unknown(decoded)
        self._complete_since(decoded)

    def _subject(self, row: Any) -> Any:
        try:
            return self.subject(row)
        except UnfitError:
            return None

    def _unknown(self, decoded: Any) -> frozenset[Crn] | None:
        if self.unknown is None:
            return None
        listed = _found(self.unknown, decoded, "unknown")
        numbers = listed if isinstance(listed, list) else []
        return frozenset(crn for one in numbers if (crn := number(one)) is not None)

    def _complete_since(self, decoded: Any) -> dict[Crn, datetime]:
        coverage = self.coverage
        if coverage is None:
            return {}
        listed = _found(coverage.each, decoded, "complete")
        found: dict[Crn, datetime] = {}
        if not isinstance(listed, list):
            raise BadShapeError("complete")
        for one in listed:
            since = _found(coverage.since, one, "complete")
            crn = number(_found(coverage.crn, one, "complete"))
            if crn is None or since is None or since == "":
                continue
            try:
                found[crn] = moment(coverage.time, since, coverage.zone)
            except ValueError:
                raise BadShapeError("complete") from None
        return found


def translated(fields: Row, zone: tzinfo | None) -> Reader:
    """Return how a row of another shape becomes a record. `zone` is that of times which say none."""
    return quick(fields, carefully(fields), Ways(number, zone))


def shaped(
    fields: Row, zone: tzinfo | None, subject: str, rows: str, beside: Iterable[str | None]
) -> Shaped | None:
    """Return how answers are decoded at once to what a mapping reads of them; None where it reads more than names.

    `subject` is where a row says whom it is about, `rows` where the rows stand, and `beside` what else is read.
    """
    try:
        row = Shape([*places_of(fields), names_of(subject)])
        decode = decoding(row, names_of(rows), [names_of(one) for one in beside if one is not None])
    except UnfitShapeError:
        return None
    return Shaped(decode, quick_of(row, fields, carefully(fields), Ways(number, zone)), row.plain)


def carefully(fields: Row) -> Reader:
    """Return how a row of another shape becomes a record, whatever it holds; what cannot become one is named."""

    def read(row: Any) -> Any:
        told = fields(row)
        for name in ("crn", "canonical_crn"):
            if name in told:
                told[name] = number(told[name]) or told[name]
        for other in told.get("relationships", ()):
            other["crn"] = number(other["crn"]) or other["crn"]
        return _record(fields.kind, told)

    return read


def native(kind: type[Any]) -> Callable[[Any], Any]:
    """Return how a row that already has our shape becomes a record."""
    return lambda row: _record(kind, row)


def straight(kind: type[Any]) -> Callable[[bytes], Any]:
    """Return how a body that is one record, or a list of them, is decoded in one step."""
    decode: Callable[[bytes], Any] = msgspec.json.Decoder(kind | list[kind]).decode  # type: ignore[valid-type]
    return decode


def decoded_json(body: bytes) -> Any:
    """Return a JSON body; raise `BadShapeError` for anything else."""
    try:
        return _DECODE(body)
    except (MsgspecError, UnicodeDecodeError, RecursionError, ArithmeticError):
        raise BadShapeError("json") from None


def _record(kind: type[Any], told: Any) -> Any:
    try:
        return msgspec.convert(told, kind)
    except ValidationError as error:
        raise UnmappableError(path_of(str(error)) or "@", "value") from None


def _as_it_is(row: Any) -> Any:
    return row


def rows_of(path: Path, decoded: Any) -> list[Any]:
    """Return the rows of an answer; raise `BadShapeError` where none stand."""
    found = _found(path, decoded, "rows")
    if isinstance(found, dict):
        return [found]
    if not isinstance(found, list):
        raise BadShapeError("rows")
    return found


def _found(path: Path, decoded: Any, where: str) -> Any:
    try:
        return path(decoded)
    except UnfitError:
        raise BadShapeError(where) from None


def number(told: Any) -> Crn | None:
    """Return a customer's number as a system writes it, without spaces and hyphens; None where it is none."""
    if isinstance(told, bool) or not isinstance(told, str | int):
        return None
    text = _APART.sub("", str(told)).upper()
    return Crn(text) if is_plain(text) else None
