"""The tables: one per part, with the columns by which rows are found and ordered, and the record as JSON.

What a record says stands in its JSON alone and is decoded straight into the part's row type; a new field of a
record needs no migration. Times are microseconds since 1970-01-01 UTC. Keys sort by code point, as in Python.
The columns beside it are worked out from it when it is written: when a record's `at` comes to mean something
else, a migration has to write that column anew, or pages of it are refused.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import BigInteger, Column, Identity, Index, Integer, MetaData, Table, Text

from sources.parts import PARTS

metadata: Final = MetaData()

Key: Final = Text().with_variant(Text(collation="C"), "postgresql")

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
BEGINNING: Final = datetime(1, 1, 2, tzinfo=UTC)
"""Before everything, in every zone."""

_MICROSECOND: Final = timedelta(microseconds=1)
_LAST: Final = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MICROSECOND


def instant(at: datetime) -> int:
    """Return microseconds since 1970 UTC; raise `ValueError` for a time without a zone."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    since = at - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def moment(microseconds: int) -> datetime:
    """Return the time, in UTC, of microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=min(microseconds, _LAST))


def _single(name: str) -> Table:
    return Table(
        name,
        metadata,
        Column("crn", Key, primary_key=True),
        Column("record", Text, nullable=False),
    )


def _history(name: str) -> Table:
    return Table(
        name,
        metadata,
        Column("crn", Key, primary_key=True),
        Column("id", Key, primary_key=True),
        Column("at", BigInteger, nullable=False),
        Column("recorded_at", BigInteger, nullable=False),
        Column("kind", Key),
        Column("channel", Key),
        Column("record", Text, nullable=False),
        Index(f"{name}_newest", "crn", "at", "id"),
    )


TABLES: Final = {part.name: _history(part.name) if part.history else _single(part.name) for part in PARTS}
"""By part name."""

IDENTIFIER: Final = Table(
    "identifier",
    metadata,
    Column("value", Key, primary_key=True),
    Column("kind", Key, primary_key=True),
    Column("told_by", Key, primary_key=True, index=True),
    Column("crn", Key, nullable=False),
)
"""Which customer a number leads to (`crn`, the canonical one), and whose record says so (`told_by`)."""

SEARCH: Final = Table(
    "search",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True),
    Column("crn", Key, nullable=False, unique=True),
    Column("name", Key, nullable=False),
    Column("likeness", Key),
    Column("terms", Text, nullable=False),
    Index("search_alike", "likeness", "crn"),
)
"""By what each customer is found. The index over `terms` is each database's own, and stands in the migration alone."""
