"""What stands around every system: breaker, bulkhead, retry budget, hedging. It knows no HTTP and no SQL."""

from sources.guard.breaker import State
from sources.guard.events import BreakerChanged, BudgetSpent, Hedged, Retried, TurnedAway
from sources.guard.guard import Guard
from sources.guard.patience import ends, patience
from sources.guard.sign import Sign
from sources.guard.terms import USUAL, Terms

__all__ = [
    "USUAL",
    "BreakerChanged",
    "BudgetSpent",
    "Guard",
    "Hedged",
    "Retried",
    "Sign",
    "State",
    "Terms",
    "TurnedAway",
    "ends",
    "patience",
]
