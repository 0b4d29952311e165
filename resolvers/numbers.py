"""The numbers of a person, as what was found of the customer's record tells them."""

from typing import Any

from sources.crn import Crn
from sources.parts import Customer
from sources.parts.customer import IdentifierKind
from sources.source import Reading


def numbers_of(outcome: Any) -> frozenset[str]:
    """Return all numbers of a person that the record tells of."""
    if not isinstance(outcome, Reading):
        return frozenset()
    record: Customer = outcome.record
    others = {_plain(one.value) for one in record.identifiers if one.kind is IdentifierKind.CRN}
    return frozenset({record.crn, *others, *([record.canonical_crn] if record.canonical_crn else [])})


def _plain(number: str) -> str:
    """Return a number however a source writes it: who it belongs to does not hang on a hyphen."""
    return number.replace(" ", "").replace("-", "").upper()


def canonical_of(outcome: Any) -> Crn | None:
    """Return the number under which everything is filed, where the record is only another number of somebody."""
    if isinstance(outcome, Reading) and isinstance(outcome.record, Customer):
        return outcome.record.canonical_crn
    return None
