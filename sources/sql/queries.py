"""Expressions over terms, written in the query language of each database.

Terms hold letters and digits and nothing else, so quoting one is all that it takes; and the query that comes of it is
a value that is bound, never a part of a statement.
"""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType

from sources.sql.matching import Every, Expression, Term


class Writer(Struct, frozen=True):
    """How a database writes a term, a beginning, and the words between them."""

    term: str
    beginning: str
    every: str
    either: str
    unless: str


WRITERS: Final[Mapping[str, Writer]] = {
    "sqlite": Writer('"{}"', '"{}" *', " AND ", " OR ", "({}) NOT ({})"),
    "postgresql": Writer("'{}'", "'{}':*", " & ", " | ", "({}) & !({})"),
}


def written(expression: Expression, unless: Expression | None, writer: Writer) -> str:
    """Return the query for whom an expression holds, unless another one does, too."""
    if unless is None:
        return _written(expression, writer)
    return writer.unless.format(_written(expression, writer), _written(unless, writer))


def _written(expression: Expression, writer: Writer) -> str:
    if isinstance(expression, Term):
        form = writer.beginning if expression.prefix else writer.term
        return form.format(expression.text)
    between = writer.every if isinstance(expression, Every) else writer.either
    return f"({between.join(_written(part, writer) for part in expression.parts)})"


class Matches(FunctionElement[bool]):
    """Whether the terms of a row of the search match a query."""

    name = "matches"
    type: Any = NullType()  # as a Boolean it would be compared with 1 on SQLite, which no index can answer
    inherit_cache = True


@compiles(Matches, "sqlite")
def _on_sqlite(element: Matches, compiler: Any, **how: Any) -> str:
    query = compiler.process(element.clauses, **how)
    return f"search.id IN (SELECT rowid FROM search_words WHERE search_words MATCH {query})"  # noqa: S608


@compiles(Matches, "postgresql")
def _on_postgresql(element: Matches, compiler: Any, **how: Any) -> str:
    return f"search.words @@ CAST({compiler.process(element.clauses, **how)} AS tsquery)"
