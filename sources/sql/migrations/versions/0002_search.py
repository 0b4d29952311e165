"""By what customers are found, filled from the customers who are there already."""

from collections.abc import Iterator
from typing import Any, Final

import sqlalchemy as sa
from alembic import op
from msgspec import MsgspecError, json

from sources.parts.customer import Customer
from sources.sql.terms import search_row

revision: Final = "0002"
down_revision: Final = "0001"

KEY: Final = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
PEOPLE_AT_ONCE: Final = 1000

# the terms are folded already: the tokenizer has but to part them at the blanks
_SQLITE: Final = (
    """CREATE VIRTUAL TABLE search_words USING fts5(
        terms, content='search', content_rowid='id', tokenize='ascii', detail=none, columnsize=0, prefix='2')""",
    """CREATE TRIGGER search_inserted AFTER INSERT ON search BEGIN
        INSERT INTO search_words(rowid, terms) VALUES (new.id, new.terms);
    END""",
    """CREATE TRIGGER search_deleted AFTER DELETE ON search BEGIN
        INSERT INTO search_words(search_words, rowid, terms) VALUES ('delete', old.id, old.terms);
    END""",
    """CREATE TRIGGER search_updated AFTER UPDATE ON search WHEN old.terms <> new.terms OR old.id <> new.id BEGIN
        INSERT INTO search_words(search_words, rowid, terms) VALUES ('delete', old.id, old.terms);
        INSERT INTO search_words(rowid, terms) VALUES (new.id, new.terms);
    END""",
)
# without a list of what is still to be sorted in, which every search would read from end to end
_POSTGRESQL: Final = (
    """ALTER TABLE search ADD COLUMN words tsvector
        GENERATED ALWAYS AS (array_to_tsvector(string_to_array(terms, ' '))) STORED""",
    "CREATE INDEX search_words ON search USING gin (words) WITH (fastupdate = off)",
)


def upgrade() -> None:
    """Make the table and its index, and fill them."""
    table = op.create_table(
        "search",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), sa.Identity(), primary_key=True),
        sa.Column("crn", KEY, nullable=False, unique=True),
        sa.Column("name", KEY, nullable=False),
        sa.Column("likeness", KEY),
        sa.Column("terms", sa.Text, nullable=False),
    )
    op.create_index("search_alike", "search", ["likeness", "crn"])
    connection = op.get_bind()
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)
    for rows in _known(connection):
        connection.execute(sa.insert(table), rows)


def _known(connection: sa.Connection) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of the customers who are there, some at a time; a record that cannot be read has none."""
    customer = sa.table("customer", sa.column("crn", KEY), sa.column("record", sa.Text))
    portion = sa.select(customer).order_by(customer.c.crn).limit(PEOPLE_AT_ONCE)
    decode = json.Decoder(Customer).decode
    last = ""
    while records := connection.execute(portion.where(customer.c.crn > last)).all():
        last = records[-1].crn
        found = [row for record in records if (row := _row(decode, record.record)) is not None]
        if found:
            yield [dict(zip(("crn", "name", "likeness", "terms"), row, strict=True)) for row in found]


def _row(decode: Any, record: str) -> tuple[Any, ...] | None:
    try:
        return search_row(decode(record))
    except MsgspecError:
        return None
