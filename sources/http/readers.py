"""Readers: how one field, one record within another, or a whole row is read, with care: what does not fit is named."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from msgspec import Struct, inspect

from sources.http.paths import Path, UnfitError
from sources.http.scalars import NotThis, Scalar

Reader: TypeAlias = Callable[[Any], Any]


class UnmappableError(Exception):
    """A row cannot be the record. `path` is the field of ours, `reason` one word; nothing of the row is in it."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path = path
        self.reason = reason


class Constant(Struct, frozen=True):
    """What a field always is."""

    value: Any

    def __call__(self, row: Any) -> Any:
        """Return it."""
        return self.value


class Single(Struct, frozen=True):
    """One value. `usual` is what it is where the system says nothing; `table` has what its codes mean, where they are
    translated; `time` is how a moment is written."""

    expression: str
    path: Path
    kind: inspect.Type
    read: Scalar
    usual: Any
    table: Mapping[str, Any] | None
    time: str

    def __call__(self, row: Any) -> Any:
        """Return it, None where there is none."""
        return self.of(self.path(row))

    def of(self, found: Any) -> Any:
        """Return it, of what stands at its place."""
        return self.usual if is_nothing(found) else self.read(found)


class Several(Struct, frozen=True):
    """Single values, in a list."""

    expression: str
    path: Path
    read: Scalar

    def __call__(self, row: Any) -> Any:
        """Return those that there are, None where there are none."""
        return self.of(self.path(row))

    def of(self, found: Any) -> Any:
        """Return them, of what stands at their place."""
        return [self.read(one) for one in listed(found) if not is_nothing(one)] or None


class Kept(Struct, frozen=True):
    """A coded field that keeps codes nobody knows: where it stands, the known codes, and the field that keeps them."""

    path: Path
    known: frozenset[str]
    keeps: str

    def __call__(self, row: Any) -> str | None:
        """Return the code, where nobody knows it."""
        return self.of(self.path(row))

    def of(self, found: Any) -> str | None:
        """Return it, of what stands at its place."""
        if is_nothing(found):
            return None
        code = code_of(found)
        return None if code in self.known else code


class Row(Struct, frozen=True):
    """Reads one row into the fields of a record. A field that cannot be read is named as the record's path to it."""

    kind: type[Any]
    readers: Mapping[str, Reader]
    kept: Mapping[str, Kept]
    required: frozenset[str]

    def __call__(self, row: Any) -> dict[str, Any]:
        """Return the fields that the row has; raise `UnmappableError`."""
        fields: dict[str, Any] = {}
        for name, read in self.readers.items():
            try:
                value = read(row)
            except NotThis as error:
                raise UnmappableError(name, error.reason) from None
            except UnfitError:
                raise UnmappableError(name, "expression") from None
            except UnmappableError as error:
                raise UnmappableError(f"{name}.{error.path}", error.reason) from None
            if value is not None:
                fields[name] = value
            elif name in self.required:
                raise UnmappableError(name, "missing")
        for kept in self.kept.values():
            code = kept(row)
            if code is not None:
                fields[kept.keeps] = code
        return fields


class Nested(Struct, frozen=True):
    """A record within the record: `start` says where, and it is absent when nothing is there, or at `when`."""

    expression: str
    start: Path
    when_expression: str
    when: Path | None
    row: Row

    def __call__(self, row: Any) -> Any:
        """Return its fields, None where it is absent."""
        if self.when is not None and is_nothing(self.when(row)):
            return None
        inner = self.start(row)
        return None if is_nothing(inner) else self.row(inner)


class Many(Struct, frozen=True):
    """Records within the record, from one list of the row or from several, each with the expression for it."""

    lists: tuple[tuple[str, Path, Row], ...]

    def __call__(self, row: Any) -> Any:
        """Return the fields of each, None where there are none."""
        return [read(one) for _, each, read in self.lists for one in listed(each(row))] or None


def code_of(found: Any) -> str:
    """Return a code as it stands in a mapping file: a text, a number, `true` or `false`; raise `NotThis`."""
    if isinstance(found, dict | list):
        raise NotThis("code")
    return str(found).lower() if isinstance(found, bool) else str(found)


def is_nothing(value: Any) -> bool:
    """Tell whether a system says nothing: null, or an empty text, which many write for it."""
    return value is None or (isinstance(value, str) and not value.strip())


def listed(value: Any) -> Iterable[Any]:
    """Return what stands in a list, or alone where one would."""
    if is_nothing(value):
        return ()
    return value if isinstance(value, list) else (value,)
