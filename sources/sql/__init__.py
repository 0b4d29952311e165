"""The `sql` source: every part from an SQLite file or a PostgreSQL database of ours."""

from sources.sql.directory import SqlDirectory
from sources.sql.engine import BadDatabaseError, for_reading, open_engine
from sources.sql.finder import SqlFinder
from sources.sql.importer import Imported, Refused, load
from sources.sql.schema_version import (
    HEAD,
    OldSchemaError,
    UnknownSchemaError,
    check,
    is_current,
    migrate,
    revision,
)
from sources.sql.source import SqlSource

__all__ = [
    "HEAD",
    "BadDatabaseError",
    "Imported",
    "OldSchemaError",
    "Refused",
    "SqlDirectory",
    "SqlFinder",
    "SqlSource",
    "UnknownSchemaError",
    "check",
    "for_reading",
    "is_current",
    "load",
    "migrate",
    "open_engine",
    "revision",
]
