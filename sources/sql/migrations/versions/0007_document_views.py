"""Who opened which document, and the idempotency keys of commands."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0007"
down_revision: Final = "0006"

KEY: Final = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "document_view",
        sa.Column("viewer", KEY, primary_key=True),
        sa.Column("document", KEY, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "command_key",
        sa.Column("viewer", KEY, primary_key=True),
        sa.Column("command", KEY, primary_key=True),
        sa.Column("key", KEY, primary_key=True),
        sa.Column("asked", KEY, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
