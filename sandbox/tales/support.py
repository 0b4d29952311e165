"""Child Support cases of named people."""

from collections.abc import Iterator

from sandbox import ownership
from sandbox.crn import case_number
from sandbox.life import Entry, Life
from sandbox.ownership import ASSESSMENTS, INTENSIVE, MAINSTREAM, PARENT_SUPPORT, PERSONALISED, Ownership

CASE = case_number(7)
UNEXPLAINED_CASE = case_number(9)
HIDDEN_CASE = case_number(24)
MOVED_CASE = case_number(40)


def _told(owned: Ownership) -> Iterator[Entry]:
    yield owned.record()
    yield from owned.told


def payee(life: Life) -> Iterator[Entry]:
    """Worked example 6, the payee: Personalised Services, Intensive Collection and a change of assessment."""
    owned = Ownership(life, "PAYEE")
    owned.case(CASE, care="Payee 100 %")
    owned.issue("Change of assessment", ASSESSMENTS, 21, "IN_PROGRESS")
    owned.issue("Intensive collection", INTENSIVE, 16)
    owned.hold(INTENSIVE, 16, "Intensive collection")
    owned.issue("Personalised Services", PERSONALISED, 8, "IN_PROGRESS")
    owned.transfer(PERSONALISED, 7, "BY_AGREEMENT", "Several specialised issues")
    yield from _told(owned)


def payer(life: Life) -> Iterator[Entry]:
    """Worked example 6, the payer: a change of assessment first, an objection after it."""
    owned = Ownership(life, "PAYER")
    owned.case(CASE, care="Payee 100 %")
    owned.issue("Change of assessment", ASSESSMENTS, 20, "IN_PROGRESS")
    owned.hold(ASSESSMENTS, 20, "Change of assessment")
    owned.issue("Objection", ASSESSMENTS, 6)
    yield from _told(owned)


def unexplained(life: Life) -> Iterator[Entry]:
    """Worked example 7: a decision not explained, its letter six days ago, a lock that ends by itself."""
    owned = Ownership(life, "PAYER")
    owned.case(UNEXPLAINED_CASE)
    owned.issue("Change of assessment", ASSESSMENTS, 30)
    owned.hold(ASSESSMENTS, 30, "Change of assessment")
    owned.unexplained(6)
    yield from _told(owned)


def hidden(life: Life) -> Iterator[Entry]:
    """A payee under a name that the other parent must not learn."""
    owned = Ownership(life, "PAYEE")
    owned.case(HIDDEN_CASE, collection="PRIVATE_COLLECT")
    owned.issue("Family violence cohort", PARENT_SUPPORT, 11, "IN_PROGRESS")
    owned.hold(PARENT_SUPPORT, 11, "Family violence cohort")
    yield from _told(owned)


def other_parent(life: Life) -> Iterator[Entry]:
    """The payer of that case, with common issues only."""
    owned = Ownership(life, "PAYER")
    owned.case(HIDDEN_CASE, collection="PRIVATE_COLLECT")
    owned.issue(
        "Payment option",
        MAINSTREAM,
        13,
        "FINALISED",
        common=True,
        resolved_in_real_time=True,
        decision_explained=True,
    )
    yield from _told(owned)


def moved(life: Life) -> Iterator[Entry]:
    """A customer whose owner changed three times, last into Personalised Services."""
    owned = Ownership(life, "PAYER")
    owned.case(MOVED_CASE)
    owned.issue("Registration", ownership.NEW_CUSTOMERS, 120, "FINALISED", decision_explained=True)
    owned.hold(ownership.NEW_CUSTOMERS, 120, "Registration")
    owned.transfer(ASSESSMENTS, 75, "FINALISED_HANDOVER", "Registration done")
    owned.issue("Objection", ASSESSMENTS, 60, "FINALISED", decision_explained=True)
    owned.issue("Intensive collection", INTENSIVE, 40, "IN_PROGRESS")
    owned.transfer(INTENSIVE, 38, "BY_AGREEMENT", "Debt without arrangement")
    owned.issue("Personalised Services", PERSONALISED, 5)
    owned.transfer(PERSONALISED, 4, "ESCALATED_TO_TEAM_LEADER", "Repeated complaints")
    yield from _told(owned)
