"""The tables of the ledger. Times are microseconds since 1970-01-01 UTC, lists are JSON."""

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text, UniqueConstraint

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

ACCESS_GRANT: Final = Table(
    "access_grant",
    metadata,
    Column("id", Key, primary_key=True),
    Column("organisation", Key, nullable=False),
    Column("officer", Key, nullable=False),
    Column("key", Key, nullable=False),
    Column("sealed", Text, nullable=False),
    Column("interaction", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("reviewed_at", BigInteger),
    Column("reviewed_by", Text),
    UniqueConstraint("organisation", "officer", "key", name="access_grant_key"),
    Index("access_grant_until", "organisation", "officer", "until"),
)
"""The grants, with who reviewed each and when."""

OFFICER_CALL: Final = Table(
    "officer_call",
    metadata,
    Column("organisation", Key, primary_key=True),
    Column("officer", Key, primary_key=True),
    Column("call_id", Key, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("sealed", Text),
)
"""What was told last of each officer's line. A call that is over stays, so that nothing older is taken for news."""

TELEPHONE_SYSTEM: Final = Table(
    "telephone_system",
    metadata,
    Column("name", Key, primary_key=True),
    Column("heard", BigInteger, nullable=False),
)
"""When each telephone system was heard of last."""

DOCUMENT_VIEW: Final = Table(
    "document_view",
    metadata,
    Column("viewer", Key, primary_key=True),
    Column("document", Key, primary_key=True),
    Column("at", BigInteger, nullable=False),
)
"""Which viewer opened which document, and when first. Both are keyed hashes."""

COMMAND_KEY: Final = Table(
    "command_key",
    metadata,
    Column("viewer", Key, primary_key=True),
    Column("command", Key, primary_key=True),
    Column("key", Key, primary_key=True),
    Column("asked", Key, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""The idempotency keys of the last day: whose, for which command, and a keyed hash of what it was asked about."""

AUDIT_EVENT: Final = Table(
    "audit_event",
    metadata,
    Column("event_id", Key, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("customer", Key, nullable=False),
    Column("actor_kind", Key, nullable=False),
    Column("actor_id", Key, nullable=False),
    Column("actor_organisation", Key, nullable=False),
    Column("action", Key, nullable=False),
    Column("verdict", Key, nullable=False),
    Column("rule", Key, nullable=False),
    Column("request_id", Key, nullable=False),
    Column("line", Text, nullable=False),
    Index("audit_event_who_saw", "customer", "at", "event_id"),
    Index("audit_event_what_saw", "actor_id", "at", "event_id"),
)
"""Events by what they are found by, and the line of the journal as it was written. `at` is in microseconds."""

AUDIT_SHIPPED: Final = Table(
    "audit_shipped",
    metadata,
    Column("journal", Key, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("mark", Key, nullable=False),
    Column("at", BigInteger, nullable=False),
)
"""How far each journal was shipped: the byte, and a hash of what stands before it."""
