"""Quick reading: for each mapping a function is written, at start, that makes a record of a row as it usually comes.

It knows one way for each field. Whatever it was not written for, it leaves to the careful way: to that of the field,
where a value may well be written otherwise, else to that of the whole row. So what is dropped, and why, is said in one
place, and no row is read differently.

Of a mapping file, only the names in its paths stand in the text that is written, as constants.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, tzinfo
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
from sources.http.usual import (
    OddError,
    as_number,
    in_utc,
    is_same,
    odd,
    or_default,
    or_odd,
    table_of,
    what_tells,
)

_LARGEST: Final = 10**18
"""Whole numbers nearer to nothing than this are taken as they stand."""
_DAY: Final = len("2025-03-01")
_NUMBERS: Final = {"": ("crn", "canonical_crn"), ".relationships": ("crn",)}
"""The fields that hold a customer's number, by the place of the record that has them."""
_HEAD: Final = "def read(row):\n try:\n"
_OF_JSON: Final = ("if row.__class__ is not dict: raise Odd", "get = row.get")
_FOOT: Final = "\n except Exception: return careful(row)\n"


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
            "Odd": OddError,
            "UTC": UTC,
            "careful": careful,
            "in_utc": in_utc(ways.zone),
            "is_nothing": is_nothing,
            "iso": datetime.fromisoformat,
            "iso_day": date.fromisoformat,
            "nowhere": {}.get,
            "number": ways.number,
        }
        self._read: list[tuple[Any, str]] = []
        self._variables = 0
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
        for name, known in self._names.items():
            if is_same(known, value):
                return name
        name = f"its_{len(self._names)}"
        self._names[name] = value
        return name

    def _literal(self, value: Any) -> str:
        """Return how a value that is always the same stands in what is written."""
        return repr(value) if value is None or value is True or value is False else self._named(value)

    def _record(self, row: Row, within: str) -> str:
        """Write how a record is read; return the expression that makes it."""
        info: Any = inspect.type_info(row.kind)
        made = {field.name: self._field(field, row, within) for field in info.fields}
        for name, kept in row.kept.items():
            self._say(f"if {made[name]}_kept is not None: {made[kept.keeps]} = {made[name]}_kept")
        told = list(row.kind.__struct_fields__)
        while told and told[-1] not in row.readers and told[-1] not in _kept_in(row):
            told.pop()  # as it is by itself
        return f"{self._named(row.kind)}({', '.join(made[name] for name in told)})"

    def _field(self, field: inspect.Field, row: Row, within: str) -> str:
        """Write how a field is read; return the variable that holds it, or what it always is."""
        default = field.default if field.default_factory is NODEFAULT else field.default_factory()
        reader, kept = row.readers.get(field.name), row.kept.get(field.name)
        place, is_number = f"{within}.{field.name}", field.name in _NUMBERS.get(within, ())
        lasting = kept is None and not is_number and field.name not in _kept_in(row)
        known = self._known(reader, default, place) if lasting else None
        if known is not None:
            return known
        self._variables += 1
        variable = f"{field.name}_{self._variables}"
        if isinstance(reader, Single):
            self._single(variable, reader, default, kept)
            if lasting:
                self._read.append((what_tells(reader, default), variable))
        elif isinstance(reader, Nested):
            self._nested(variable, reader, default, place)
        elif isinstance(reader, Many):
            lists = ", ".join(self._found(names_of(each), path) for each, path, _ in reader.lists)
            self._say(f"{variable} = {self._named(self._many(reader, default, place))}({lists})")
        elif reader is None or isinstance(reader, Constant):
            self._say(f"{variable} = {self._literal(default if reader is None else reader.value)}")
        elif isinstance(reader, Several):
            found = self._found(names_of(reader.expression), reader.path)
            self._say(f"{variable} = tuple({self._named(or_default(reader.of, default))}({found}))")
        if kept is not None and not isinstance(reader, Single):
            self._say(f"{variable}_kept = {self._named(kept)}(row)")
        if is_number:
            self._say(as_number(variable))
        return variable

    def _known(self, reader: Any, default: Any, place: str) -> str | None:
        """Return what holds a field already: what always is so, or was read before; None where it has to be read."""
        if reader is None or isinstance(reader, Constant):
            return self._literal(default if reader is None else reader.value)
        what: Any = None
        if isinstance(reader, Single):
            what = what_tells(reader, default)
        elif isinstance(reader, Nested) and names_of(reader.expression) == () and reader.when is None:
            # of the same row: records that are made alike are one, since none ever changes
            what = self._record(reader.row, place)
        if what is None:
            return None
        known = next((variable for one, variable in self._read if one == what), None)
        if known is None and isinstance(what, str):
            self._variables += 1
            known = f"made_{self._variables}"
            self._say(f"{known} = {what}")
            self._read.append((what, known))
        return known

    def _single(self, variable: str, reader: Single, default: Any, kept: Kept | None) -> None:
        absent = reader.usual if reader.usual is not None else default
        slow = f"{self._named(or_default(reader.of, default))}({variable})"
        otherwise = (
            slow if absent is NODEFAULT else f"{self._named(absent)} if {variable} is None else {slow}"
        )
        table = table_of(reader, kept)
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
        if isinstance(kind, inspect.DateType) and reader.time == "iso":
            return [
                # no more than a day with both its hyphens: of others, `date` passes over what stands behind
                f"if {told}.__class__ is str and len({told}) == {_DAY} and {told}[4] == {told}[7] == '-':",
                f"    {told} = iso_day({told})",
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
        shape = self._shape if names == () else None
        inner = self._named(_Writer(reader.row, place, odd, self._ways, shape).written())
        absent = self._named(lambda: or_odd(default))
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
        reads = [_Writer(row, place, odd, self._ways).written() for _, _, row in reader.lists]

        def many(*lists: Any) -> Any:
            found = [read(one) for read, told in zip(reads, lists, strict=True) for one in listed(told)]
            return tuple(found) if found else or_odd(default)

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
        within = self._found(names, odd)
        self._variables += 1
        inner = self._getters[names] = f"GET_{self._variables}"
        self._say(f"{inner} = {within}")
        if self._shape is None:
            self._say(f"{inner} = {inner}.get if {inner}.__class__ is dict else nowhere")
        return inner


def _kept_in(row: Row) -> set[str]:
    """Return the fields that keep codes nobody knows: they may become something else than was read for them."""
    return {kept.keeps for kept in row.kept.values()}
