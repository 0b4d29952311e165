"""Who owns the customer's case: the lock, the cases, the issues, and how ownership moved. For staff only."""

from msgspec import Struct

from sources.crn import Crn
from sources.parts.interaction import SourceRef
from sources.parts.moment import Moment
from sources.words import Word


class PartyRole(Word):
    """A customer's part in a child support case."""

    PAYER = "PAYER", "Pays child support."
    PAYEE = "PAYEE", "Is owed child support."
    OTHER = "OTHER", "A part that the gateway does not know."


class CaseStatus(Word):
    """Where a case stands."""

    PENDING_REGISTRATION = "PENDING_REGISTRATION", "Applied for, not yet registered."
    RESTART = "RESTART", "Being taken up again."
    ACTIVE = "ACTIVE", "Running."
    ENDED = "ENDED", "Ended."
    OTHER = "OTHER", "A status that the gateway does not know."


class IssueClass(Word):
    """Who may deal with an issue."""

    COMMON = "COMMON", "Any officer, where it arrives."
    SPECIALISED = "SPECIALISED", "A specialist area."


class IssueStatus(Word):
    """Where an issue stands."""

    OPEN = "OPEN", "Raised, not yet worked on."
    IN_PROGRESS = "IN_PROGRESS", "Being worked on."
    FINALISED = "FINALISED", "Done."
    OTHER = "OTHER", "A status that the gateway does not know."


class UnlockMode(Word):
    """How a lock will end."""

    OWNERSHIP_RULES = "OWNERSHIP_RULES", "By an officer, under the ownership rules."
    AUTO_UNLOCK = "AUTO_UNLOCK", "By itself, 14 days after the letter was sent."
    OTHER = "OTHER", "A way that the gateway does not know."


class TransferMethod(Word):
    """How ownership moved."""

    BY_AGREEMENT = "BY_AGREEMENT", "Two areas agreed."
    ESCALATED_TO_TEAM_LEADER = "ESCALATED_TO_TEAM_LEADER", "A team leader decided."
    FINALISED_HANDOVER = "FINALISED_HANDOVER", "The work of one area was done and the other took over."
    OTHER = "OTHER", "A way that the gateway does not know."


class Lock(Struct, frozen=True, omit_defaults=True, gc=False):
    """The customer is locked to a business area, and to an officer of it where one is named."""

    id: str
    business_area: str
    locked_at: Moment
    role: PartyRole | None = None
    officer: str | None = None
    reason: str | None = None
    unlock_mode: UnlockMode | None = None
    auto_unlock_at: Moment | None = None


class Case(Struct, frozen=True, omit_defaults=True, gc=False):
    """A child support case that the customer is a party of."""

    number: str
    role: PartyRole
    status: CaseStatus
    collection_type: str | None = None
    care_summary: str | None = None


class Issue(Struct, frozen=True, omit_defaults=True, gc=False):
    """Something the customer presented."""

    id: str
    type: str
    issue_class: IssueClass
    business_area: str
    raised_at: Moment
    status: IssueStatus
    case_number: str | None = None
    presenting: bool = False
    resolved_in_real_time: bool = False
    decision_explained: bool | None = None
    letter_sent_at: Moment | None = None


class Transfer(Struct, frozen=True, omit_defaults=True, gc=False):
    """Ownership moved from one business area to another."""

    id: str
    from_area: str
    to_area: str
    method: TransferMethod
    at: Moment
    reason: str | None = None
    decided_by: str | None = None


class Ownership(Struct, frozen=True, omit_defaults=True, gc=False):
    """Who owns the customer, what for, and how it came about. `past_locks` and `transfers` are newest first."""

    crn: Crn
    source: SourceRef
    lock: Lock | None = None
    past_locks: tuple[Lock, ...] = ()
    cases: tuple[Case, ...] = ()
    issues: tuple[Issue, ...] = ()
    transfers: tuple[Transfer, ...] = ()
