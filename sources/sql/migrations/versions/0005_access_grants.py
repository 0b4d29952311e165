"""The grants of broken glass."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0005"
down_revision: Final = "0004"

KEY: Final = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "access_grant",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("organisation", KEY, nullable=False),
        sa.Column("officer", KEY, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("interaction", sa.Text, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("reviewed_at", sa.BigInteger),
        sa.Column("reviewed_by", sa.Text),
        sa.UniqueConstraint("organisation", "officer", "key", name="access_grant_key"),
    )
    op.create_index("access_grant_until", "access_grant", ["organisation", "officer", "until"])
