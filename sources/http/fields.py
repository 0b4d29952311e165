"""Fields: how each field of a record is found in a row, checked against the record's type before anything is asked."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any, Final

from msgspec import Struct, inspect

from sources.http.moments import READERS
from sources.http.paths import BadPathError, Path, compiled
from sources.http.readers import Constant, Kept, Many, Nested, Reader, Row, Several, Single, code_of
from sources.http.scalars import NotThis, Scalar, scalar
from sources.toml_file import Place, TomlFile, meant


class FieldShape(Struct, forbid_unknown_fields=True, frozen=True):
    """How one field is read: where it stands, what its codes mean, how its time is written, what it is otherwise.

    `value` is a constant. `other` is for a code that `values` does not have, and `raw` the field that then keeps it.
    """

    path: str | None = None
    value: Any = None
    values: dict[str, Any] | None = None
    other: str | None = None
    raw: str | None = None
    time: str | None = None
    default: Any = None


class Fields:
    """Compiles the tables of one file. `zone` is that of times which say none."""

    def __init__(self, file: TomlFile, zone: tzinfo | None) -> None:
        self._file: Final = file
        self.zone: Final = zone

    def record(self, kind: type[Any], table: Any, place: Place) -> Row:
        """Return how the fields of a record are read from a row; raise `BadFileError`."""
        if not isinstance(table, dict):
            self._file.refuse(place, f"a table of the fields of {kind.__name__} is needed here")
        info: Any = inspect.type_info(kind)
        fields: dict[str, inspect.Field] = {field.name: field for field in info.fields}
        for name in table:
            if name not in fields:
                self._file.refuse((*place, name), f"{kind.__name__} has no such field{meant(name, fields)}")
        missing = [name for name, field in fields.items() if field.required and name not in table]
        if missing:
            self._file.refuse(place, f"{kind.__name__} needs {', '.join(missing)}: say where it is found")
        readers = {name: self._field(fields[name], told, (*place, name)) for name, told in table.items()}
        required = frozenset(name for name, field in fields.items() if field.required)
        return Row(kind, readers, self._kept(fields, table, place), required)

    def path(self, expression: Any, place: Place) -> Path:
        """Return a compiled path; raise `BadFileError`."""
        if not isinstance(expression, str):
            self._file.refuse(place, "a path is a text")
        try:
            return compiled(expression)
        except BadPathError as error:
            self._file.refuse(place, f"it is no path: {error}")

    def _field(self, field: inspect.Field, told: Any, place: Place) -> Reader:
        kind = _known(field.type)
        if isinstance(kind, inspect.StructType):
            return self._nested(kind.cls, told, place)
        if isinstance(kind, inspect.VarTupleType):
            item = _known(kind.item_type)
            if isinstance(item, inspect.StructType):
                return self._many(item.cls, told, place)
            return self._list(item, told, place)
        return self._single(kind, told, place)

    def _nested(self, kind: type[Any], table: Any, place: Place) -> Reader:
        """Return how a record within the record is read: `from` says where, and it is absent when nothing of it is."""
        if not isinstance(table, dict):
            self._file.refuse(place, f"a table of the fields of {kind.__name__} is needed here")
        rest = {name: told for name, told in table.items() if name not in {"from", "when"}}
        start = table.get("from", "@")
        path = self.path(start, (*place, "from"))
        when = self.path(table["when"], (*place, "when")) if "when" in table else None
        return Nested(start, path, table.get("when", "@"), when, self.record(kind, rest, place))

    def _many(self, kind: type[Any], told: Any, place: Place) -> Reader:
        """Return how records within the record are read, from one list of the row or from several."""
        lists = told if isinstance(told, list) else [told]
        found = []
        for index, table in enumerate(lists):
            here = (*place, index) if isinstance(told, list) else place
            if not isinstance(table, dict) or "each" not in table:
                self._file.refuse(here, "`each` is needed here: the path of a list")
            rest = {name: value for name, value in table.items() if name != "each"}
            path = self.path(table["each"], (*here, "each"))
            found.append((table["each"], path, self.record(kind, rest, here)))
        return Many(tuple(found))

    def _list(self, item: inspect.Type, told: Any, place: Place) -> Reader:
        shape = self._shape(told, place)
        if shape.path is None:
            self._file.refuse(place, "a path is needed here")
        return Several(shape.path, self.path(shape.path, place), self._value(item, shape, place)[0])

    def _single(self, kind: inspect.Type, told: Any, place: Place) -> Reader:
        shape = self._shape(told, place)
        if (shape.path is None) == (shape.value is None):
            self._file.refuse(place, "either a path or a value is needed here")
        read, table = self._value(kind, shape, place)
        if shape.value is not None:
            return Constant(self._constant(kind, read, shape.value, place))
        path = self.path(shape.path, place)
        usual = None
        if shape.default is not None:
            usual = self._constant(kind, self._plain(kind, shape, place), shape.default, place)
        return Single(shape.path or "", path, kind, read, usual, table, shape.time or "iso")

    def _value(
        self, kind: inspect.Type, shape: FieldShape, place: Place
    ) -> tuple[Scalar, Mapping[str, Any] | None]:
        """Return how a value is read, and what its codes mean where they are told one by one."""
        plain = self._plain(kind, shape, place)
        if shape.values is None:
            return plain, None
        told = {
            code: self._constant(kind, plain, value, (*place, "values", code))
            for code, value in shape.values.items()
        }
        other = None if shape.other is None else self._constant(kind, plain, shape.other, (*place, "other"))
        return _translated(told, other, kind), told

    def _plain(self, kind: inspect.Type, shape: FieldShape, place: Place) -> Scalar:
        if shape.time is not None and shape.time not in READERS:
            self._file.refuse(
                (*place, "time"), f"times are not read as {shape.time}{meant(shape.time, READERS)}"
            )
        read = scalar(kind, shape.time or "iso", self.zone)
        if read is None:
            self._file.refuse(place, "this field cannot be mapped")
        return read

    def _constant(self, kind: inspect.Type, read: Scalar, value: Any, place: Place) -> Any:
        codes = kind.cls.__members__ if isinstance(kind, inspect.EnumType) else None
        try:
            found = read(value)
        except NotThis:
            if codes is None:
                self._file.refuse(place, "its field cannot hold this value")
            found = None
        if codes is not None and getattr(found, "value", None) != value:
            self._file.refuse(place, f"there is no code {value}{meant(str(value), codes)}")
        return found

    def _shape(self, told: Any, place: Place) -> FieldShape:
        if isinstance(told, str):
            return FieldShape(path=told)
        return self._file.shaped(place, told, FieldShape)

    def _kept(
        self, fields: Mapping[str, inspect.Field], table: Mapping[str, Any], place: Place
    ) -> Mapping[str, Kept]:
        """Return the coded fields that keep codes nobody knows."""
        found = {}
        for name, told in table.items():
            shape = self._shape(told, (*place, name)) if isinstance(told, dict) and "raw" in told else None
            if shape is None or shape.raw is None:
                continue
            if not isinstance(
                _known(fields[shape.raw].type) if shape.raw in fields else None, inspect.StrType
            ):
                self._file.refuse(
                    (*place, name, "raw"), f"there is no such text field{meant(shape.raw, fields)}"
                )
            coded = _known(fields[name].type)
            words = coded.cls.__members__ if isinstance(coded, inspect.EnumType) else ()
            known = frozenset(words if shape.values is None else shape.values)
            found[name] = Kept(self.path(shape.path, (*place, name)), known, shape.raw)
        return found


def _translated(told: Mapping[str, Any], other: Any, kind: inspect.Type) -> Scalar:
    unknown = kind.cls.__members__.get("OTHER") if isinstance(kind, inspect.EnumType) else None
    if unknown is None and isinstance(kind, inspect.EnumType):
        unknown = kind.cls.__members__.get("UNKNOWN")
    otherwise = other if other is not None else unknown

    def read(found: Any) -> Any:
        value = told.get(code_of(found), otherwise)
        if value is None:
            raise NotThis("code")
        return value

    return read


def _known(kind: inspect.Type) -> inspect.Type:
    """Return the type beside None."""
    if isinstance(kind, inspect.UnionType):
        return next(one for one in kind.types if not isinstance(one, inspect.NoneType))
    return kind
