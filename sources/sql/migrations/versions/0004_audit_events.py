"""The events of the audit, and how far each journal was shipped."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0004"
down_revision: Final = "0003"

KEY: Final = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
KEYS: Final = (
    "customer",
    "actor_kind",
    "actor_id",
    "actor_organisation",
    "action",
    "verdict",
    "rule",
    "request_id",
)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "audit_event",
        sa.Column("event_id", KEY, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        *(sa.Column(name, KEY, nullable=False) for name in KEYS),
        sa.Column("line", sa.Text, nullable=False),
    )
    op.create_index("audit_event_who_saw", "audit_event", ["customer", "at", "event_id"])
    op.create_index("audit_event_what_saw", "audit_event", ["actor_id", "at", "event_id"])
    op.create_table(
        "audit_shipped",
        sa.Column("journal", KEY, primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("mark", KEY, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
