"""Files that an operator writes in TOML, read so that every complaint names the file, the line, and what was meant."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, NoReturn, TypeAlias, TypeVar

import msgspec

T = TypeVar("T")
Place: TypeAlias = tuple[str | int, ...]

_HEADER: Final = re.compile(r"^\s*\[(\[)?([^\[\]]+)\]\]?\s*(?:#.*)?$")
_KEY: Final = re.compile(r"""^\s*((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=""")
_WORD: Final = re.compile(r""""[^"]*"|'[^']*'|[\w-]+""")
_UNKNOWN: Final = re.compile(r"unknown field `([^`]+)`")
_AT: Final = re.compile(r" - at `\$\.?([^`]*)`$")
_LINE: Final = re.compile(r"\(at line (\d+), column \d+\)")


class BadFileError(ValueError):
    """A file cannot be used. The message says where in it, and why."""


class TomlFile:
    """A file's tables, and the lines on which their keys stand."""

    def __init__(self, path: Path) -> None:
        """Read a file; raise `BadFileError`."""
        self.path: Final = path
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
            raise BadFileError(f"{path}: {reason}") from None
        try:
            self.tables: Final[dict[str, Any]] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            line = _LINE.search(str(error))
            where = f"{path}:{line[1]}" if line else str(path)
            raise BadFileError(f"{where}: {_LINE.sub('', str(error)).strip()}") from None
        self._lines: Final[dict[Place, int]] = {}
        for place, number in _placed(text.splitlines()):
            self._lines.setdefault(place, number)

    def line(self, place: Sequence[str | int]) -> int | None:
        """Return the line of a key, of the first one within it, or of the table that it stands in."""
        for end in range(len(place), 0, -1):
            here = tuple(place[:end])
            within = (line for known, line in self._lines.items() if known[:end] == here)
            line = self._lines.get(here) or next(within, None)
            if line is not None:
                return line
        return None

    def refuse(self, place: Sequence[str | int], reason: str) -> NoReturn:
        """Raise the `BadFileError` of a place."""
        line = self.line(place)
        name = ".".join(str(step) for step in place if not isinstance(step, int))
        where = f"{self.path}:{line}" if line is not None else str(self.path)
        raise BadFileError(f"{where}: {name}: {reason}" if name else f"{where}: {reason}")

    def shaped(self, place: Place, value: Any, shape: type[T]) -> T:
        """Return a value of the file in its shape; raise `BadFileError` for another one."""
        try:
            return msgspec.convert(value, shape)
        except msgspec.ValidationError as error:
            within, text = _where(str(error))
            unknown = _UNKNOWN.search(text)
            if unknown is None:
                self.refuse((*place, *within), text)
            inner = _shape_at(shape, within)
            self.refuse((*place, *within, unknown[1]), f"there is no such key{meant(unknown[1], inner)}")


def meant(name: str, known: Iterable[str]) -> str:
    """Return what somebody who wrote `name` probably meant, as the end of a sentence."""
    options = sorted(known)
    close = get_close_matches(name, options, n=1)
    if close:
        return f"; did you mean `{close[0]}`?"
    return f"; there are {', '.join(options)}" if options else ""


def _shape_at(shape: Any, within: Place) -> Iterable[str]:
    kind = msgspec.inspect.type_info(shape)
    for step in within:
        kind = _inside(kind, step)
    kind = _inside(kind, None)
    return (
        [field.encode_name for field in kind.fields] if isinstance(kind, msgspec.inspect.StructType) else ()
    )


def _inside(kind: Any, step: str | int | None) -> Any:
    if isinstance(kind, msgspec.inspect.UnionType):
        kind = next((one for one in kind.types if isinstance(one, msgspec.inspect.StructType)), kind)
    if step is None:
        return kind
    if isinstance(kind, msgspec.inspect.StructType):
        return next((field.type for field in kind.fields if field.encode_name == step), None)
    return getattr(kind, "value_type", getattr(kind, "item_type", None))


def _where(message: str) -> tuple[Place, str]:
    at = _AT.search(message)
    text = _AT.sub("", message)
    within = [step for step in re.split(r"[.\[\]]+", at[1]) if step] if at else []
    return tuple(int(step) if step.isdecimal() else step for step in within if step != "..."), text


def _placed(lines: Iterable[str]) -> Iterator[tuple[Place, int]]:
    """Yield the place of each table and key, with its line. A key within a text of several lines may be misplaced."""
    table: Place = ()
    counts: dict[Place, int] = {}
    for number, line in enumerate(lines, 1):
        header = _HEADER.match(line)
        if header:
            table = _table(_words(header[2]), counts, header[1] is not None)
            yield table, number
        elif key := _KEY.match(line):
            words = _words(key[1])
            for end in range(1, len(words) + 1):
                yield (*table, *words[:end]), number


def _table(words: Sequence[str], counts: dict[Place, int], one_of_many: bool) -> Place:
    """Return the place of a table, with the index of each array of tables on its way."""
    place: Place = ()
    for index, word in enumerate(words):
        place = (*place, word)
        if one_of_many and index == len(words) - 1:
            counts[place] = counts.get(place, -1) + 1
        if place in counts:
            place = (*place, counts[place])
    return place


def _words(dotted: str) -> list[str]:
    return [word.strip("\"'") for word in _WORD.findall(dotted)]
