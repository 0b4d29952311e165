"""Texts as a table: many keys travel as one JSON parameter, and one statement asks for one or for 500."""

from collections.abc import Iterable
from typing import Any, Final

from msgspec import json
from sqlalchemy import TableValuedAlias, bindparam, column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from sources.sql.tables import Key

encode: Final = json.Encoder().encode


class Texts(FunctionElement[str]):
    """The texts of a JSON array, one a row."""

    name = "texts"
    inherit_cache = True


def texts(parameter: str) -> TableValuedAlias:
    """Return the table, with the one column `value`, of the JSON array that is bound to `parameter`."""
    return Texts(bindparam(parameter, type_=Key)).table_valued(column("value", Key), name=parameter)


@compiles(Texts, "sqlite")
def _on_sqlite(element: Texts, compiler: Any, **how: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **how)})"


@compiles(Texts, "postgresql")
def _on_postgresql(element: Texts, compiler: Any, **how: Any) -> str:
    return f"json_array_elements_text(CAST({compiler.process(element.clauses, **how)} AS JSON))"


def array(values: Iterable[str]) -> str:
    """Return the JSON array that `texts` reads, without what no database can hold: it would match nothing."""
    return encode([value for value in values if storable(value)]).decode()


def storable(text: str) -> bool:
    """Tell whether a database can hold the text: PostgreSQL has no NUL, and neither has half a character."""
    if "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
