"""The calls that officers are in, and the telephone systems that tell of them."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0006"
down_revision: Final = "0005"

KEY: Final = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "officer_call",
        sa.Column("organisation", KEY, primary_key=True),
        sa.Column("officer", KEY, primary_key=True),
        sa.Column("call_id", KEY, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("sealed", sa.Text),
    )
    op.create_table(
        "telephone_system",
        sa.Column("name", KEY, primary_key=True),
        sa.Column("heard", sa.BigInteger, nullable=False),
    )
