"""The databases of the records' tests: the ledger lies in them, too."""

from tests.sources.sql.conftest import engine, postgres, postgres_template, sqlite_template, url

__all__ = ["engine", "postgres", "postgres_template", "sqlite_template", "url"]
