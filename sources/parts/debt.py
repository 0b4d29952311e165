"""What is owed: debts, their amounts, and the arrangements to repay them."""

from datetime import date, datetime

from msgspec import Struct

from sources.crn import Crn
from sources.parts.interaction import SourceRef
from sources.parts.moment import Moment
from sources.parts.money import Money
from sources.words import Word


class DebtStatus(Word):
    """Where a debt stands."""

    UNDETERMINED = (
        "UNDETERMINED",
        "Registered; whether and how much is owed is not decided. Never shown as owed.",
    )
    DETERMINED = "DETERMINED", "Decided and owed."
    FINALISED = "FINALISED", "Closed: repaid, waived or written off."
    HELD = "HELD", "On hold."
    PARKED = "PARKED", "Set aside; shown on request only."
    DELETED = "DELETED", "Removed at its source; shown on request only."
    OTHER = "OTHER", "A status that the gateway does not know; its raw code stands beside it."


class ArrangementType(Word):
    """How a debt is repaid."""

    CSH = "CSH", "Regular cash."
    IRR = "IRR", "Irregular cash."
    GRN = "GRN", "Garnishee."
    WHS = "WHS", "Withholdings from a payment."
    AGY = "AGY", "Agency recovery."
    DSC = "DSC", "Discount."
    VOL = "VOL", "Direct debit."
    AWH = "AWH", "Trigger auto-withholding."
    SRW = "SRW", "Standard reconciliation withholding."
    OTHER = "OTHER", "A way that the gateway does not know."


class ArrangementStatus(Word):
    """Where an arrangement stands."""

    CUR = "CUR", "Current."
    PND = "PND", "Pending."
    PVL = "PVL", "Provisional."
    FUT = "FUT", "Future."
    FIN = "FIN", "Finalised."
    BKN = "BKN", "Broken."
    CAN = "CAN", "Cancelled."
    OTHER = "OTHER", "A status that the gateway does not know."


class Arrangement(Struct, frozen=True, omit_defaults=True, gc=False):
    """An agreement to repay. `changed_at` is when it last changed: made, altered, finalised or broken."""

    id: str
    type: ArrangementType
    status: ArrangementStatus
    added_at: Moment
    amount: Money
    end_date: date | None = None
    changed_at: Moment | None = None


class Debt(Struct, frozen=True, omit_defaults=True, gc=False):
    """One debt, with the amounts of which its balance is made (BR-DB-1)."""

    id: str
    crn: Crn
    benefit_type: str
    reason: str
    status: DebtStatus
    registered_at: Moment
    total: Money
    interest: Money
    adjusted: Money
    repaid: Money
    waived: Money
    source: SourceRef
    raised_at: Moment | None = None
    finalised_at: Moment | None = None
    start_date: date | None = None
    end_date: date | None = None
    status_raw: str | None = None
    appeal_protected: bool = False
    departure_prohibition: bool = False
    arrangements: tuple[Arrangement, ...] = ()

    def __post_init__(self) -> None:
        currency = self.total.currency
        if (
            currency != self.interest.currency
            or currency != self.adjusted.currency
            or currency != self.repaid.currency
            or currency != self.waived.currency
        ):
            raise ValueError("a debt stands in one currency")

    @property
    def balance(self) -> Money:
        """Total and interest, less adjustments, repayments and waivers (BR-DB-1)."""
        left = self.total.amount + self.interest.amount
        left -= self.adjusted.amount + self.repaid.amount + self.waived.amount
        return Money(left, self.total.currency)

    @property
    def at(self) -> datetime:
        """When it was registered."""
        return self.registered_at

    @property
    def recorded_at(self) -> datetime:
        """When it was registered."""
        return self.registered_at
