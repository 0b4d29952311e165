"""The tables of the first parts, and the numbers that lead to a customer."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0001"
down_revision: Final = None

KEY: Final = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
SINGLE: Final = ("customer", "restriction", "ownership", "entitlement")
HISTORIES: Final = ("interaction", "correspondence", "debt")


def upgrade() -> None:
    """Make the tables."""
    for name in SINGLE:
        op.create_table(
            name,
            sa.Column("crn", KEY, primary_key=True),
            sa.Column("record", sa.Text, nullable=False),
        )
    for name in HISTORIES:
        _create_history(name)
    op.create_table(
        "identifier",
        sa.Column("value", KEY, primary_key=True),
        sa.Column("kind", KEY, primary_key=True),
        sa.Column("told_by", KEY, primary_key=True),
        sa.Column("crn", KEY, nullable=False),
    )
    op.create_index("ix_identifier_told_by", "identifier", ["told_by"])


def _create_history(name: str) -> None:
    op.create_table(
        name,
        sa.Column("crn", KEY, primary_key=True),
        sa.Column("id", KEY, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("recorded_at", sa.BigInteger, nullable=False),
        sa.Column("kind", KEY),
        sa.Column("channel", KEY),
        sa.Column("record", sa.Text, nullable=False),
    )
    op.create_index(f"{name}_newest", name, ["crn", "at", "id"])
