"""Who a customer is, as far as a caller may know it: a field that is withheld is refused, and the rest is there."""

from collections.abc import Collection
from typing import Any

from resolvers.refusal import Refusal
from sources.parts import Customer


class Profile:
    """A customer's record behind a veil. A withheld field raises the refusal, any other is the record's."""

    def __init__(self, record: Customer, withheld: Collection[str]) -> None:
        self._record = record
        self._withheld = withheld

    def __getattr__(self, name: str) -> Any:
        """Return the record's field; raise `Refusal` for one that is withheld."""
        if name in self._withheld:
            raise Refusal("FORBIDDEN_FIELD")
        return getattr(self._record, name)
