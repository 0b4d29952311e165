"""How people try to be heard about a matter before they get through: calls and visits, under the officers' words."""

from collections.abc import Iterator
from typing import Final

from sandbox.calendar import OPENS
from sandbox.calls import abandoned_call, congestion, inbound_call
from sandbox.debt import LINE as DEBT_LINE
from sandbox.life import Entry, Life
from sandbox.ownership import LINE as CHILD_SUPPORT_LINE
from sandbox.visits import visit

_ABOUT: Final = {
    "report": "Reporting help",
    "stopped payment": "Payment suspended",
    "amount or date of a payment": "Payment enquiry",
    "claim": "Progress of claim",
    "debt": "Why do I owe this",
    "repayments": "Repayment arrangement",
    "documents": "Lodge documents",
    "stuck online": "Self-service support",
    "locked out": "Locked access",
    "details": "Update circumstances",
    "appointment": "Appointment",
    "family income": "Family income estimate",
    "child support": "General enquiry",
}
"""What officers put a matter down as; a letter and something else go by no name of their own."""

_LINES: Final = {
    "debt": DEBT_LINE,
    "repayments": DEBT_LINE,
    "child support": CHILD_SUPPORT_LINE,
}


def on_the_way(life: Life, matter: str) -> Iterator[Entry]:
    """Tell earlier attempts to be heard about it: calls that came to nothing, one that did not settle it, a visit."""
    back, line = life.between(0, 3), _LINES.get(matter)
    second = life.between(OPENS, OPENS + 6 * 3600)
    if life.chance(0.22):
        yield congestion(life, back, second, line)
    if life.chance(0.14):
        yield abandoned_call(life, back, second + 900, line)
    about = _ABOUT.get(matter)
    if about is None:
        return
    if life.chance(0.14):
        yield inbound_call(life, life.between(1, 6), about, line=line)
    if life.chance(0.06):
        yield visit(life, life.between(1, 6), about)
