"""Money, as a decimal amount in a currency."""

from decimal import Decimal

from schema.shown import shows, told
from sources.parts import money


@shows(money.Money)
class Money:
    """An amount of money; negative is a credit."""

    amount: Decimal = told("The amount in the currency's unit, as a decimal text; never a float.")
    currency: str = told("The ISO 4217 code of the currency, such as AUD.")
