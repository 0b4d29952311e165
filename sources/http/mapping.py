"""Mapping files: how a system is asked, and how its answers become records. Everything is checked when it is read.

`docs/mapping.md` says what such a file can say.
"""

import re
from pathlib import Path as FilePath
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct
from msgspec.structs import replace

from sources.http.answers import Answers, Coverage, native, shaped, straight, translated
from sources.http.description import (
    AnswerShape,
    CoverageShape,
    DocumentShape,
    EndpointShape,
    IdentifiersShape,
    PartShape,
    SearchShape,
)
from sources.http.endpoints import TYPED, Endpoint, Pages, endpoint, pages
from sources.http.fields import Fields
from sources.http.moments import READERS
from sources.http.paths import Path
from sources.parts import PARTS, RESTRICTION, Part
from sources.parts.customer import IdentifierKind
from sources.toml_file import Place, TomlFile, meant

OURS: Final = "ours"
_WINDOW: Final = frozenset({"since", "items"})
_PROTECTED: Final = "protected_names"
_CRITERIA: Final = TYPED | {"born", "size", "cursor"}
_PARTS: Final = {part.name: part for part in PARTS}
_OTHERS: Final = ("identifiers", "search", "document")
_HEADER: Final = re.compile(r"[0-9A-Za-z-]{1,64}")


class PartMapping(Struct, frozen=True):
    """One part of one system: where it is asked, and how its answers are read.

    `most` is how many rows one answer holds at most, where the system does not say that there are more.
    `asks_since` tells whether the system is asked for the window alone, so that older items may exist unseen; `native`
    that it speaks our shape.
    """

    part: Part[Any]
    answers: Answers
    get: Endpoint | None
    batch: Endpoint | None
    older: Endpoint | None
    pages: Pages | None
    asks_since: bool
    native: bool = False
    most: int | None = None


class IdentifierMapping(Struct, frozen=True):
    """Where the customer behind a number is asked for. `kinds` has the system's words by ours."""

    endpoint: Endpoint
    kinds: dict[str, str]
    crns: Path


class SearchMapping(Struct, frozen=True):
    """Where people are searched for, and where the matches, their duplicates and the next page stand.

    `knows_protected` tells whether the system is told when names that only staff may see must not count.
    """

    endpoint: Endpoint
    rows: Path
    crn: Path
    duplicates: Path | None
    next: Path
    knows_protected: bool


class DocumentMapping(Struct, frozen=True):
    """Where a document is asked for, and the headers that say which one it is and whose; None where none says so."""

    endpoint: Endpoint
    number_header: str | None = None
    crn_header: str | None = None


class Mapping(Struct, frozen=True):
    """A whole file: the parts that one system tells, whom numbers lead to, how people are found, and documents."""

    parts: dict[str, PartMapping]
    identifiers: IdentifierMapping | None = None
    search: SearchMapping | None = None
    document: DocumentMapping | None = None


def read_mapping(path: FilePath) -> Mapping:
    """Return what a mapping file says; raise `BadFileError` with the line, and what was probably meant."""
    file = TomlFile(path)
    tables = dict(file.tables)
    fields = Fields(file, _zone(file, tables.pop("zone", None)))
    known = (*_PARTS, *_OTHERS)
    for name in tables:
        if name not in known:
            file.refuse((name,), f"there is no such part{meant(name, (*known, 'zone'))}")
    if not tables:
        file.refuse((), "it says nothing of any part")
    return Mapping(
        parts={
            name: _part(file, fields, part, tables[name]) for name, part in _PARTS.items() if name in tables
        },
        identifiers=_identifiers(file, fields, tables["identifiers"]) if "identifiers" in tables else None,
        search=_search(file, fields, tables["search"]) if "search" in tables else None,
        document=_document(file, tables["document"]) if "document" in tables else None,
    )


def _part(file: TomlFile, fields: Fields, part: Part[Any], table: Any) -> PartMapping:
    place: Place = (part.name,)
    told = file.shaped(place, table, PartShape)
    if told.get is None and told.batch is None:
        file.refuse(place, "it says nowhere how one customer (get) or many (batch) are asked for")
    if part.history or part.name == RESTRICTION.name:
        told = replace(told, get=_said_unknown(told.get), older=_said_unknown(told.older))
    if part.name == RESTRICTION.name:
        _check_restricted(file, told.record, place)
    made: dict[str, Endpoint | None] = {
        "get": _endpoint(file, fields, told.get, {"crn"}, (*place, "get")),
        "batch": _endpoint(file, fields, told.batch, {"crns", "crn"}, (*place, "batch")),
        "older": _endpoint(file, fields, told.older, {"crn", "before", "rows"}, (*place, "older")),
    }
    if told.older is not None and not part.history:
        file.refuse((*place, "older"), "only a history has older items")
    if told.older is not None and "{before" not in str(told.older):
        file.refuse((*place, "older"), "it does not say before when: use {before}")
    further: Pages | None = None
    if told.pages is not None:
        where = fields.path(told.pages.cursor or told.pages.link or "@", (*place, "pages"))
        further = pages(file, told.pages, where, (*place, "pages"))
    return PartMapping(
        part=part,
        answers=_answers(file, fields, part, told, place),
        pages=further,
        native=told.record == OURS,
        most=_most(file, told.answer.most, (*place, "answer", "most")),
        asks_since=any("{since" in str(one) for one in (told.get, told.batch)),
        **made,
    )


def _check_restricted(file: TomlFile, record: Any, place: Place) -> None:
    """Refuse a mapping by which a record is open because nothing was said of it."""
    restricted = record.get("restricted") if isinstance(record, dict) else None
    if isinstance(restricted, dict) and ("default" in restricted or restricted.get("value") is False):
        file.refuse(
            (*place, "record", "restricted"), "whether a record is restricted has to be said by the system"
        )


def _said_unknown(told: EndpointShape | None) -> EndpointShape | None:
    """Return an endpoint at which nobody is unknown unless it is said: a wrong path must not open or empty a record."""
    return replace(told, not_found=()) if told is not None and told.not_found is None else told


def _endpoint(
    file: TomlFile, fields: Fields, told: EndpointShape | None, blanks: set[str], place: Place
) -> Endpoint | None:
    if told is None:
        return None
    rows = fields.path(told.rows, (*place, "rows")) if told.rows is not None else None
    return endpoint(file, told, blanks | _WINDOW, place, sorted(blanks & {"crn", "crns"}), rows)


def _answers(file: TomlFile, fields: Fields, part: Part[Any], shape: PartShape, place: Place) -> Answers:
    told, record = shape.answer, shape.record
    here = (*place, "answer")
    rows = fields.path(told.rows, (*here, "rows"))
    unknown = fields.path(told.unknown, (*here, "unknown")) if told.unknown is not None else None
    coverage = _coverage(file, fields, told.complete, (*here, "complete")) if told.complete else None
    if isinstance(record, str):
        if record != OURS:
            file.refuse((*place, "record"), f'a table of fields is needed here, or "{OURS}"')
        named = fields.path("crn", (*place, "record", "crn"))
        plain = told == AnswerShape() and shape.pages is None
        once = straight(part.row) if plain else None
        return Answers(rows, native(part.row), named, unknown, coverage, once)
    row = fields.record(part.row, record, (*place, "record"))
    crn = record.get("crn")
    subject = crn if isinstance(crn, str) else (crn or {}).get("path")
    named = fields.path(subject, (*place, "record", "crn"))
    further = (shape.pages.cursor, shape.pages.link) if shape.pages is not None else ()
    beside = (told.unknown, told.complete.each if told.complete else None, *further)
    return Answers(
        rows,
        translated(row, fields.zone),
        named,
        unknown,
        coverage,
        shaped=shaped(row, fields.zone, str(subject), told.rows, beside),
    )


def _coverage(file: TomlFile, fields: Fields, told: CoverageShape, place: Place) -> Coverage:
    if told.time not in READERS:
        file.refuse((*place, "time"), f"times are not read as {told.time}{meant(told.time, READERS)}")
    each, crn, since = (fields.path(one, place) for one in (told.each, told.crn, told.since))
    return Coverage(each, crn, since, READERS[told.time], fields.zone)


def _identifiers(file: TomlFile, fields: Fields, table: Any) -> IdentifierMapping:
    place: Place = ("identifiers",)
    told = file.shaped(place, table, IdentifiersShape)
    for kind in told.kinds:
        if kind not in IdentifierKind.__members__:
            file.refuse(
                (*place, "kinds", kind), f"there is no such kind{meant(kind, IdentifierKind.__members__)}"
            )
    made = endpoint(file, told, {"kind", "value"}, place, ["value"])
    return IdentifierMapping(made, told.kinds, fields.path(told.crns, (*place, "crns")))


def _search(file: TomlFile, fields: Fields, table: Any) -> SearchMapping:
    place: Place = ("search",)
    told = file.shaped(place, table, SearchShape)
    made = endpoint(file, told, _CRITERIA | {_PROTECTED}, place, sorted(_CRITERIA - {"size", "cursor"}))
    return SearchMapping(
        endpoint=made,
        rows=fields.path(told.rows, (*place, "rows")),
        crn=fields.path(told.crn, (*place, "crn")),
        duplicates=fields.path(told.duplicates, (*place, "duplicates")) if told.duplicates else None,
        next=fields.path(told.next, (*place, "next")),
        knows_protected=f"{{{_PROTECTED}}}" in str((told.query, told.body)),
    )


def _document(file: TomlFile, table: Any) -> DocumentMapping:
    place: Place = ("document",)
    told = file.shaped(place, table, DocumentShape)
    made = endpoint(file, told, {"crn", "number"}, place, ["number"])
    for key in ("number_header", "crn_header"):
        header = getattr(told, key)
        if header is not None and not _HEADER.fullmatch(header):
            file.refuse((*place, key), "a header's name is letters, digits and -")
    return DocumentMapping(made, told.number_header, told.crn_header)


def _most(file: TomlFile, told: int | None, place: Place) -> int | None:
    if told is not None and told < 1:
        file.refuse(place, "an answer holds one row or more")
    return told


def _zone(file: TomlFile, name: Any) -> ZoneInfo | None:
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        file.refuse(("zone",), "this is no time zone; a name such as Australia/Sydney is needed")
