"""A trial: one answer read by a mapping, row by row, with what of it was not used. For whoever writes a mapping."""

from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from sources.http.answers import BadShapeError, decoded_json, rows_of
from sources.http.mapping import Mapping, PartMapping, read_mapping
from sources.http.paths import UnfitError
from sources.http.readers import UnmappableError
from sources.toml_file import BadFileError, meant


class Lost(Struct, frozen=True):
    """A row that cannot be mapped: its number from 1, the path in our record, and one word for why."""

    row: int
    path: str
    reason: str


class Tried(Struct, frozen=True):
    """What came of it. `unused` are the paths of what stands in the payload and was never looked at."""

    part: str
    records: list[Any]
    lost: list[Lost]
    unused: list[str]


class _Noted(dict[str, Any]):
    """An object of the payload that notes which of its keys were looked at."""

    def __init__(self, told: dict[str, Any], path: str, unused: dict[str, None]) -> None:
        super().__init__({key: _noted(value, _step(path, key), unused) for key, value in told.items()})
        self._path = path
        self._unused = unused

    def get(self, key: str, default: Any = None) -> Any:
        value, path = super().get(key, default), _step(self._path, key)
        self._unused.pop(path, None)
        inner = value
        while isinstance(inner, list) and inner:  # whoever takes a list takes the values in it
            inner, path = inner[0], path + _EACH
            self._unused.pop(path, None)
        return value


_EACH: Final = "[]"


def tried(file: Path, payload: bytes, part: str | None = None, endpoint: str | None = None) -> Tried:
    """Return what a mapping makes of an answer; raise `BadFileError` for a mapping or a payload that cannot be used."""
    described = _part(file, read_mapping(file), part)
    unused: dict[str, None] = {}
    try:
        noted = _noted(decoded_json(payload), "", unused)
        rows = rows_of(_rows(file, described, endpoint), noted)
        _look_around(described, noted)
    except (BadShapeError, UnfitError) as error:
        what = str(error) or "something"
        reason = "it is no JSON" if what == "json" else f"{what} does not stand where the mapping says"
        raise BadFileError(f"the payload cannot be read by {file}: {reason}") from None
    records, lost = [], list[Lost]()
    for number, row in enumerate(rows, 1):
        try:
            records.append(described.answers.read(row))
            if described.native:
                _look_into(row, records[-1])
        except UnmappableError as error:
            lost.append(Lost(number, error.path, error.reason))
    return Tried(described.part.name, records, lost, list(unused))


def _part(file: Path, mapping: Mapping, name: str | None) -> PartMapping:
    if name is None and len(mapping.parts) == 1:
        return next(iter(mapping.parts.values()))
    if name is None:
        raise BadFileError(
            f"{file} describes {', '.join(mapping.parts) or 'no part'}: choose one with --part"
        )
    if name not in mapping.parts:
        raise BadFileError(f"{file} says nothing of {name}{meant(name, mapping.parts)}")
    return mapping.parts[name]


def _rows(file: Path, described: PartMapping, endpoint: str | None) -> Any:
    asked = {"get": described.get, "batch": described.batch, "older": described.older}
    if endpoint is None:
        return described.answers.rows
    chosen = asked[endpoint]
    if chosen is None:
        raise BadFileError(f"{file} has no {endpoint} for {described.part.name}")
    return chosen.rows or described.answers.rows


def _look_around(described: PartMapping, noted: Any) -> None:
    """Look at what stands beside the rows, as a reading does: the next page, the unknown, the coverage."""
    if described.pages is not None:
        described.pages.cursor(noted)
    described.answers.around(noted)


def _look_into(noted: Any, record: Any) -> None:
    """Look at what a row of our own shape was decoded from: the fields that its record has."""
    if isinstance(record, Struct) and isinstance(noted, dict):
        for name in record.__struct_fields__:
            _look_into(noted.get(name), getattr(record, name))
    elif isinstance(record, tuple) and isinstance(noted, list):
        for inner, one in zip(noted, record, strict=False):
            _look_into(inner, one)


def _noted(value: Any, path: str, unused: dict[str, None]) -> Any:
    if isinstance(value, dict):
        return _Noted(value, path, unused)
    if isinstance(value, list):
        return [_noted(one, path + _EACH, unused) for one in value]
    unused[path] = None
    return value


def _step(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
