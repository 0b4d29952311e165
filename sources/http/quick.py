"""Quick reading: for each mapping a function is written, at start, that makes a record of a row as it usually comes.

It knows one way for each field. Whatever it was not written for, it leaves to the careful way: to that of the field,
where a value may well be written otherwise, else to that of the whole row. So what is dropped, and why, is said in one
place, and no row is read differently.

Of a mapping file, only the names in its paths stand in the text that is written, as constants.
"""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

from msgspec import NODEFAULT, Struct, inspect

from sources.http.paths import Path, names_of
from sources.http.readers import (
    Constant,
    Kept,
    Many,
    Nested,
    Reader,
    Row,
    Several,
    Single,
    is_nothing,
    listed,
)
from sources.http.shapes import Names, Shape

_LARGEST: Final = 10**18
"""Whole numbers nearer to nothing than this are taken as they stand."""
_NUMBERS: Final = {"": ("crn", "canonical_crn"), ".relationships": ("crn",)}
"""The fields that hold a customer's number, by the place of the record that has them."""
_HEAD: Final = "def read(row):\n try:\n"
_OF_JSON: Final = ("if row.__class__ is not dict: raise Odd", "get = row.get")
_FOOT: Final = "\n except Exception: return careful(row)\n"


class _OddError(Exception):
    """A row is not as usual."""


class Ways(Struct, frozen=True):
    """What stands beside a mapping's fields: how a customer's number is read, and the zone of times that say none."""

    number: Callable[[Any], Any]
    zone: tzinfo | None


def quick(row: Row, careful: Reader, ways: Ways) -> Reader:
    """Return how a row becomes a record as it does by `careful`, and in less time when it is as usual."""
    return _Writer(row, "", careful, ways).written()


def quick_of(shape: Shape, row: Row, careful: Reader, ways: Ways) -> Reader:
    """Return the same for a row that was decoded to a shape; `careful` takes it as any other JSON."""
    return _Writer(row, "", lambda told: careful(shape.plain(told)), ways, shape).written()


def places_of(row: Row) -> list[Names | None]:
    """Return the places of all that is read of a row; None for what is more than names, or another's."""
    places: list[Names | None] = [None for name in row.kept if not isinstance(row.readers[name], Single)]
    for reader in row.readers.values():
        if isinstance(reader, Single | Several):
            places.append(names_of(reader.expression))
        elif isinstance(reader, Many):
            places += [names_of(each) for each, _, _ in reader.lists]
        elif isinstance(reader, Nested):
            names = names_of(reader.expression)
            places += places_of(reader.row) if names == () else [names]
            places += [names_of(reader.when_expression)] if reader.when is not None else []
    return places


class _Writer:
    """Writes the function of one kind of record. `within` is the place of the record, empty for a row's own; a row is
    an object of JSON, or of a `shape`."""

    def __init__(
        self, row: Row, within: str, careful: Reader, ways: Ways, shape: Shape | None = None
    ) -> None:
        self._ways = ways
        self._shape = shape
        self._lines: list[str] = [] if shape is not None else list(_OF_JSON)
        self._getters: dict[Names, str] = {(): "row" if shape is not None else "get"}
        self._names: dict[str, Any] = {
            "Odd": _OddError,
            "UTC": UTC,
            "careful": careful,
            "in_utc": _in_utc(ways.zone),
            "is_nothing": is_nothing,
            "iso": datetime.fromisoformat,
            "nowhere": {}.get,
            "number": ways.number,
        }
        self._say(f"return {self._record(row, within)}")

    def written(self) -> Reader:
        source = _HEAD + "\n".join(f"  {line}" for line in self._lines) + _FOOT
        exec(compile(source, "<mapping>", "exec"), self._names)  # noqa: S102  its own text
        read: Reader = self._names["read"]
        return read

    def _say(self, *lines: str) -> None:
        self._lines += lines

    def _named(self, value: Any) -> str:
        """Return the name by which what is written knows a value."""
        name = f"its_{len(self._names)}"
        self._names[name] = value
        return name

    def _record(self, row: Row, within: str) -> str:
        """Write how a record is read; return the expression that makes it."""
        info: Any = inspect.type_info(row.kind)
        made = {field.name: self._field(field, row, within) for field in info.fields}
        for name, kept in row.kept.items():
            self._say(f"if {made[name]}_kept is not None: {made[kept.keeps]} = {made[name]}_kept")
        return f"{self._named(row.kind)}({', '.join(made[name] for name in row.kind.__struct_fields__)})"

    def _field(self, field: inspect.Field, row: Row, within: str) -> str:
        """Write how a field is read; return the variable that holds it."""
        default = field.default if field.default_factory is NODEFAULT else field.default_factory()
        reader, kept = row.readers.get(field.name), row.kept.get(field.name)
        place = f"{within}.{field.name}"
        variable = f"{field.name}_{len(self._lines)}"
        if isinstance(reader, Single):
            self._single(variable, reader, default, kept)
        elif isinstance(reader, Nested):
            self._nested(variable, reader, default, place)
        elif isinstance(reader, Many):
            lists = ", ".join(self._found(names_of(each), path) for each, path, _ in reader.lists)
            self._say(f"{variable} = {self._named(self._many(reader, default, place))}({lists})")
        elif reader is None or isinstance(reader, Constant):
            self._say(f"{variable} = {self._named(default if reader is None else reader.value)}")
        elif isinstance(reader, Several):
            found = self._found(names_of(reader.expression), reader.path)
            self._say(f"{variable} = tuple({self._named(_or_default(reader.of, default))}({found}))")
        if kept is not None and not isinstance(reader, Single):
            self._say(f"{variable}_kept = {self._named(kept)}(row)")
        if field.name in _NUMBERS.get(within, ()):
            self._say(_as_number(variable))
        return variable

    def _single(self, variable: str, reader: Single, default: Any, kept: Kept | None) -> None:
        absent = reader.usual if reader.usual is not None else default
        slow = f"{self._named(_or_default(reader.of, default))}({variable})"
        otherwise = (
            slow if absent is NODEFAULT else f"{self._named(absent)} if {variable} is None else {slow}"
        )
        table = _table(reader, kept)
        self._say(f"{variable} = {self._found(names_of(reader.expression), reader.path)}")
        keep = f"{variable}_kept = {self._named(kept.of)}({variable})" if kept is not None else ""
        if table is None:
            self._say(*filter(None, [keep]), *self._plain(variable, reader, otherwise))
            return
        self._say(*([f"{variable}_kept = None"] if keep else []))
        self._say(
            f"code = {self._named(table.get)}({variable})",
            f"if code is not None: {variable} = code",
            f"elif {variable} is None: {variable} = {otherwise}",
            f"else: {keep}{'; ' if keep else ''}{variable} = {slow}",
        )

    def _plain(self, told: str, reader: Single, otherwise: str) -> list[str]:
        """Return the lines for a value that is no code."""
        kind = reader.kind
        if isinstance(kind, inspect.DateTimeType) and reader.time == "iso":
            return [
                f"if {told}.__class__ is str and {told}:",
                f"    {told} = iso({told})",
                f"    if {told}.tzinfo is not UTC: {told} = in_utc({told})",
                f"else: {told} = {otherwise}",
            ]
        if isinstance(kind, inspect.StrType):
            usual = f"{told}.__class__ is str and {told} and not {told}.isspace()"
        elif isinstance(kind, inspect.BoolType):
            usual = f"{told} is True or {told} is False"
        elif isinstance(kind, inspect.IntType):
            usual = f"{told}.__class__ is int and -{_LARGEST} < {told} < {_LARGEST}"
        else:
            read = self._named(reader.read)
            some = (
                f"{told} is not None and ({told}.__class__ is not str or ({told} and not {told}.isspace()))"
            )
            return [f"{told} = {read}({told}) if {some} else ({otherwise})"]
        return [f"if not ({usual}): {told} = {otherwise}"]

    def _nested(self, variable: str, reader: Nested, default: Any, place: str) -> None:
        names = names_of(reader.expression)
        if names == () and reader.when is None:  # of the same row
            self._say(f"{variable} = {self._record(reader.row, place)}")
            return
        shape = self._shape if names == () else None
        inner = self._named(_Writer(reader.row, place, _odd, self._ways, shape).written())
        absent = self._named(lambda: _or_odd(default))
        when = "False"
        if reader.when is not None:
            when = f"is_nothing({self._found(names_of(reader.when_expression), reader.when)})"
        self._say(
            f"{variable} = {self._found(names, reader.start)}",
            f"if {variable} is None or {when}: {variable} = {absent}()",
            f"else: {variable} = {inner}({variable})",
        )

    def _many(self, reader: Many, default: Any, place: str) -> Reader:
        """Return how a list of records within the record is read."""
        reads = [_Writer(row, place, _odd, self._ways).written() for _, _, row in reader.lists]

        def many(*lists: Any) -> Any:
            found = [read(one) for read, told in zip(reads, lists, strict=True) for one in listed(told)]
            return tuple(found) if found else _or_odd(default)

        return many

    def _found(self, names: Names | None, path: Path) -> str:
        """Return the expression for what stands at a path."""
        if names is None:
            return f"{self._named(path)}(row)"
        if not names:
            return "row"
        if self._shape is None:
            return f"{self._getter(names[:-1])}({names[-1]!r})"
        within, attribute = self._getter(names[:-1]), self._shape.attributes[names]
        there = f"{within}.{attribute}"
        return there if within == "row" else f"(None if {within} is None else {there})"

    def _getter(self, names: Names) -> str:
        """Return what looks into an object within the row, or the object of a shape; what is none has nothing in it."""
        known = self._getters.get(names)
        if known is not None:
            return known
        within = self._found(names, _odd)
        inner = self._getters[names] = f"GET_{len(self._lines)}"
        self._say(f"{inner} = {within}")
        if self._shape is None:
            self._say(f"{inner} = {inner}.get if {inner}.__class__ is dict else nowhere")
        return inner


def _odd(_: Any) -> Any:
    raise _OddError


def _or_odd(default: Any) -> Any:
    """Return what a field is where nothing is told of it; raise where it must be told."""
    if default is NODEFAULT:
        raise _OddError
    return default


def _or_default(reader: Reader, default: Any) -> Reader:
    """Return how a field is read with care, and what it is where there is nothing."""

    def read(row: Any) -> Any:
        found = reader(row)
        return _or_odd(default) if found is None else found

    return read


def _table(reader: Single, kept: Kept | None) -> dict[str, Any] | None:
    """Return what each code means, as a text and known to whoever keeps others; None for what is no code."""
    if reader.table is not None:
        codes = dict(reader.table)
    elif isinstance(reader.kind, inspect.EnumType):
        codes = {member.value: member for member in reader.kind.cls}
    else:
        return None
    return {
        code: value
        for code, value in codes.items()
        if not is_nothing(code) and (kept is None or code in kept.known)
    }


def _as_number(told: str) -> str:
    """Return the line that makes a customer's number of a text, as systems write them."""
    plain = f"{told}.__class__ is str and {told}.isascii() and {told}.isalnum() and len({told}) < 41"
    return f"{told} = {told}.upper() if {plain} else number({told}) or {told}"


def _in_utc(zone: tzinfo | None) -> Callable[[datetime], datetime]:
    def in_utc(at: datetime) -> datetime:
        if at.tzinfo is not None:
            return at.astimezone(UTC)
        return at.replace(tzinfo=zone).astimezone(UTC) if zone is not None else _odd(at)

    return in_utc
