"""Rows: what is written of a record, a tuple in the order of its table's columns."""

from typing import Any

from sources.parts import Part
from sources.parts.customer import Customer, IdentifierKind
from sources.sql.tables import instant
from sources.sql.texts import encode

Row = tuple[Any, ...]


class UnfitError(ValueError):
    """A record that cannot be kept. Its message is a reason that holds nothing of the record."""


def row(part: Part[Any], record: Any) -> Row:
    """Return the row of a record; raise `UnfitError`."""
    crn = _key(record.crn, "crn")
    text = encode(record).decode()
    if not part.history:
        return crn, text
    try:
        at, recorded_at = instant(record.at), instant(record.recorded_at)
    except ValueError:
        raise UnfitError("its time has no zone") from None
    kind, channel = getattr(record, "kind", None), getattr(record, "channel", None)
    return crn, _key(record.id, "id"), at, recorded_at, kind and kind.value, channel and channel.value, text


def identifier_rows(customer: Customer) -> list[Row]:
    """Return the numbers that lead to the customer, each once: its own, and those its record tells of."""
    told = {(_key(each.value, "identifier"), each.kind.value) for each in customer.identifiers}
    told.add((_key(customer.crn, "crn"), IdentifierKind.CRN.value))
    canonical = _key(customer.canonical_crn or customer.crn, "canonical_crn")
    return [(value, kind, customer.crn, canonical) for value, kind in sorted(told)]


def _key(text: str, name: str) -> str:
    if not text or "\0" in text:  # PostgreSQL has no NUL
        raise UnfitError(f"its {name} cannot be a key")
    return text
