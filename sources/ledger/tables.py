"""The tables of the ledger. Times are microseconds since 1970-01-01 UTC, lists are JSON."""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from sources.sql.tables import Key, metadata

API_KEY: Final = Table(
    "api_key",
    metadata,
    Column("id", Key, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("pepper", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Key, nullable=False),
    Column("caller", Key, nullable=False),
    Column("organisation", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("networks", Text, nullable=False),
    Column("quota", Integer),
    Column("created", BigInteger, nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("revoked", BigInteger),
    Column("last_used", BigInteger),
    Index("api_key_of", "kind", "caller"),
)
"""The API keys: whose each is and what it opens. Of the key itself there is a keyed hash and nothing else."""
