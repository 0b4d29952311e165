"""Who owns the customer's case. For staff only."""

from datetime import datetime

import strawberry

from schema.interaction import SourceRef
from schema.shown import shows, told, words
from sources.parts import ownership
from sources.parts.ownership import CaseStatus, IssueClass, IssueStatus, PartyRole, TransferMethod, UnlockMode

for word in (PartyRole, CaseStatus, IssueClass, IssueStatus, UnlockMode, TransferMethod):
    words(word)


@shows(ownership.Lock, name="CustomerLock")
class Lock:
    """The customer is locked to a business area."""

    id: strawberry.ID = told("Its number at its source.")
    business_area: str = told("The area that manages the customer.")
    officer: str | None = told("The staff id of the officer who manages the customer, where one is named.")
    role: PartyRole | None = told("The part of the case that the lock is about.")
    locked_at: datetime = told("When the lock was set.")
    reason: str | None = told("The issue it was set for.")
    unlock_mode: UnlockMode | None = told("How it will end.")
    auto_unlock_at: datetime | None = told("When it ends by itself.")


@shows(ownership.Case)
class Case:
    """A child support case that the customer is a party of."""

    number: str = told("The case number.")
    role: PartyRole = told("The customer's part in it.")
    status: CaseStatus = told("Where it stands.")
    collection_type: str | None = told("Who collects: the agency or the parents privately.")
    care_summary: str | None = told("Who cares for the child, in words.")


@shows(ownership.Issue)
class Issue:
    """Something the customer presented."""

    id: strawberry.ID = told("Its number at its source.")
    type: str = told("What it is about.")
    issue_class: IssueClass = told("Whether any officer or a specialist area deals with it.")
    business_area: str = told("The area that deals with it.")
    status: IssueStatus = told("Where it stands.")
    raised_at: datetime = told("When it was raised.")
    case_number: str | None = told("The case it belongs to.")
    presenting: bool = told("Whether it is what the customer got in touch about.")
    resolved_in_real_time: bool = told("Whether it was resolved while the customer was there.")
    decision_explained: bool | None = told(
        "Whether the decision was explained in words; null while there is none."
    )
    letter_sent_at: datetime | None = told("When the letter about the decision was sent.")


@shows(ownership.Transfer, name="OwnershipTransfer")
class Transfer:
    """Ownership moved from one business area to another."""

    id: strawberry.ID = told("Its number at its source.")
    from_area: str = told("The area that managed the customer before.")
    to_area: str = told("The area that manages the customer since.")
    method: TransferMethod = told("How it came about.")
    at: datetime = told("When it moved.")
    reason: str | None = told("Why it moved.")
    decided_by: str | None = told("The staff id of whoever decided.")


@shows(ownership.Ownership)
class Ownership:
    """Who owns the customer, what for, and how it came about. Customers are never told of it (BR-CMA-8)."""

    lock: Lock | None = told("The lock that is in force.")
    past_locks: list[Lock] = told("Locks that have ended, newest first.", size=3)
    cases: list[Case] = told("The cases the customer is a party of.", size=3)
    issues: list[Issue] = told("The issues, open and finalised.", size=3)
    transfers: list[Transfer] = told("How ownership moved, newest first.", size=3)
    source: SourceRef = told("Where the record comes from.")
