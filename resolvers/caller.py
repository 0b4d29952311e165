"""Who asks: proved by the gateway's door, immutable from then on."""

from datetime import datetime
from typing import Final

from msgspec import Struct

from sources.words import Word

SCHEMA_READ: Final = "schema:read"
"""The permission to be told the schema where it is not told to everybody."""


class CallerKind(Word):
    """What kind of caller asks."""

    STAFF = "STAFF", "An officer."
    PARTNER = "PARTNER", "Another organisation, under an agreement."
    SERVICE = "SERVICE", "A system of the body itself."


class Presentation(Word):
    """Where the overview is looked at."""

    SMART_CENTRE = "SMART_CENTRE", "A call centre."
    SERVICE_CENTRE = "SERVICE_CENTRE", "A face-to-face office."


class Purpose(Word):
    """Why a customer's record is opened. Every access needs a reason (BR-AC-4)."""

    CUSTOMER_CONTACT = "CUSTOMER_CONTACT", "The customer is in touch."
    CASE_WORK = "CASE_WORK", "Work on the customer's case."
    CORRESPONDENCE = "CORRESPONDENCE", "Answering what the customer wrote."
    QUALITY_CHECK = "QUALITY_CHECK", "Checking the quality of work."
    COMPLAINT = "COMPLAINT", "Looking into a complaint."
    AGREEMENT = "AGREEMENT", "A partner's purpose under its agreement."


class Caller(Struct, frozen=True):
    """Who asks, with everything that access is decided by.

    `scopes` are permissions such as `debts:read`; `own_crns` the numbers that are the caller's own, `declared_crns`
    those of people to whom the caller declared to be close; `assurance` how surely the caller was recognised, in the
    issuer's own words; `client` the program that asks on the caller's behalf; `session` the issuer's name of the
    log-in, and `authenticated_at` when it was; `quota` the cost units a minute that were agreed on with this caller, 0
    for no limit, None for those of its kind.
    """

    kind: CallerKind
    id: str
    organisation: str
    roles: tuple[str, ...] = ()
    scopes: frozenset[str] = frozenset()
    presentation: Presentation = Presentation.SMART_CENTRE
    own_crns: frozenset[str] = frozenset()
    declared_crns: frozenset[str] = frozenset()
    assurance: str | None = None
    client: str | None = None
    session: str | None = None
    authenticated_at: datetime | None = None
    quota: int | None = None

    @property
    def is_staff(self) -> bool:
        """Tell whether the caller is an officer."""
        return self.kind is CallerKind.STAFF

    @property
    def close_crns(self) -> frozenset[str]:
        """The numbers whose records the caller may not open: the caller's own and the declared ones."""
        return self.own_crns | self.declared_crns
