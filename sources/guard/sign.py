"""What a call that ended says of its system: did it fail, may it be made again, what does the system ask for?"""

from typing import Final

from msgspec import Struct

from sources.errors import BadData, Fault, SourceTimeout

AGAIN: Final = frozenset({"refused", "reset", "connect"})
"""Reasons for which a read may be made once more: of whatever was begun, no answer came."""
OURS: Final = frozenset({"busy", "address", "protected names"})
"""Reasons that lie with the gateway."""


class Sign(Struct, frozen=True):
    """`retry` names why the call may be made again, None where it may not; `wait` are the seconds that the system asks
    for before. `rest` are those for which it asks to be left alone by everybody. What does not `count` says nothing."""

    failed: bool = False
    counts: bool = True
    throttled: bool = False
    retry: str | None = None
    wait: float = 0.0
    rest: float = 0.0


GOOD: Final = Sign()


def sign_of(fault: Fault) -> Sign:
    """Return what a fault says.

    Bad data is none of a breaker's business, however much comes: the system is there and quick, no rest would mend
    what it says, and a wrong subject must be seen each time, not hide behind an open breaker.
    """
    if isinstance(fault, BadData):
        return GOOD
    if fault.reason in OURS:
        return Sign(counts=False)
    retry = fault.reason if fault.reason in AGAIN else None
    if isinstance(fault, SourceTimeout) and retry != "connect":
        retry = None  # whoever took all the time once would take it twice
    return Sign(failed=True, retry=retry)
