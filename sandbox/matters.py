"""Why people would be in touch today: the true reason, drawn before anything of their history is told.

No record tells it. It is there for whoever measures how well a reason can be guessed from a history.
"""

from random import Random
from typing import Final

from sandbox.circumstances import CHILD, ORGANISATION
from sandbox.people import Person

MATTERS: Final = (
    "report",
    "stopped payment",
    "amount or date of a payment",
    "claim",
    "debt",
    "repayments",
    "letter",
    "documents",
    "stuck online",
    "locked out",
    "details",
    "appointment",
    "family income",
    "child support",
    "something else",
)

_EVERYBODY: Final = {
    "letter": 13,
    "amount or date of a payment": 12,
    "claim": 9,
    "stuck online": 9,
    "details": 8,
    "documents": 7,
    "something else": 7,
    "debt": 6,
    "stopped payment": 6,
    "repayments": 5,
    "locked out": 4,
    "appointment": 2,
}
_MORE: Final = {
    "student": {"report": 9, "stopped payment": 2},
    "jobseeker": {"report": 14, "appointment": 9, "stopped payment": 5},
    "parent": {"report": 8, "family income": 8, "appointment": 3},
    "family": {"family income": 14},
    "aged": {"letter": 8, "amount or date of a payment": 6},
    "disabled": {"documents": 6, "claim": 4},
    "carer": {"documents": 5, "claim": 3},
}
_PARTY: Final = {"child support": 25}


def matter_of(seed: int, person: Person) -> str | None:
    """Return why somebody would be in touch today; None for whom nobody expects to ring."""
    if person.circumstance in (CHILD, ORGANISATION):
        return None
    return some_matter(Random(f"{seed}:{person.number}:why"), person)


def some_matter(random: Random, person: Person) -> str:
    """Return one of the matters that somebody in these circumstances may have, the usual ones more often."""
    party = any(kind == "CASE_PARTY" for kind, _, _ in person.ties)
    shares = dict(_EVERYBODY)
    for more in (_MORE.get(person.circumstance.name, {}), _PARTY if party else {}):
        for matter, share in more.items():
            shares[matter] = shares.get(matter, 0) + share
    left = random.random() * sum(shares.values())
    for matter, share in shares.items():
        left -= share
        if left < 0:
            return matter
    return "something else"
