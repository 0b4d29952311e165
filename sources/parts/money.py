"""An amount of money: decimal, in the currency's unit, with its currency (ruling on money: never a float)."""

from decimal import Decimal
from typing import Final

from msgspec import Struct

_LARGEST: Final = 18
"""Digits before the point, and zeros after it, that an amount may have."""


class Money(Struct, frozen=True, gc=False):
    """An amount in a currency. Negative is a credit."""

    amount: Decimal
    currency: str = "AUD"

    def __post_init__(self) -> None:
        if not self.amount.is_finite() or abs(self.amount.adjusted()) > _LARGEST:
            raise ValueError("an amount is a number of money's size")

    def __add__(self, other: "Money") -> "Money":
        """Return the sum; raise `ValueError` when the currencies differ."""
        if self.currency != other.currency:
            raise ValueError("amounts of two currencies cannot be added")
        return Money(self.amount + other.amount, self.currency)

    def __neg__(self) -> "Money":
        """Return the same amount the other way round."""
        return Money(-self.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        """Return the difference; raise `ValueError` when the currencies differ."""
        return self + -other
