"""The switchboard: which call an officer is in, and with whom, as the telephone system tells it."""

from datetime import datetime
from typing import Protocol

from msgspec import Struct

from resolvers.caller import Caller
from sources.words import Word


class TelephonyState(Word):
    """Whether the telephone system tells the gateway of calls."""

    NONE = "NONE", "No telephone system tells this gateway of calls: numbers are keyed."
    UP = "UP", "It was heard of lately."
    DOWN = (
        "DOWN",
        "It was not heard of lately: no call is shown. Ask for the number, and confirm who the customer is in full.",
    )


class IdentifiedBy(Word):
    """Which number the person on the line gave, or the officer keyed."""

    CRN = "CRN", "A customer reference number."
    CAN = "CAN", "A customer access number."


class CurrentCall(Struct, frozen=True):
    """A call that an officer is in. `by` and `number` are what the person on the line is known by, None so far."""

    call_id: str
    answered_at: datetime
    by: IdentifiedBy | None = None
    number: str | None = None


class Line(Struct, frozen=True):
    """How an officer's telephone stands: whether anybody tells of it, and the call under way."""

    state: TelephonyState
    call: CurrentCall | None = None


class Identified(Struct, frozen=True):
    """A call whose customer an officer keyed. `by` and `number` are what was keyed under the key; `replayed` says that
    this was done before, and something else may have been keyed since."""

    call: CurrentCall
    by: IdentifiedBy
    number: str
    replayed: bool


class Switchboard(Protocol):
    """Where calls are told of. May raise a `Fault`."""

    async def line(self, caller: Caller, now: datetime) -> Line:
        """Return how the line of an officer stands, as far as this log-in may know."""

    async def identify(self, caller: Caller, call: CurrentCall, key: str) -> Identified | None:
        """Keep whom an officer says that the call is with, under an idempotency key; None where it is over."""
