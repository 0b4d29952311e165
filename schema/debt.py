"""What is owed."""

from datetime import date, datetime
from typing import Annotated

import strawberry

from resolvers import debt as account
from schema.interaction import SourceRef
from schema.money import Money
from schema.node import Info, Node, item_id
from schema.shown import STEADY, argument, shows, told, words
from sources.parts import debt
from sources.parts.debt import ArrangementStatus, ArrangementType, DebtStatus

for word in (DebtStatus, ArrangementType, ArrangementStatus):
    words(word)


@shows(debt.Arrangement)
class RepaymentArrangement:
    """An agreement to repay a debt."""

    id: strawberry.ID = told("Its number at its source.")
    type: ArrangementType = told("How it is repaid.")
    status: ArrangementStatus = told("Where the arrangement stands.")
    amount: Money = told("The amount of each repayment.")
    added_at: datetime = told("When it was made.")
    changed_at: datetime | None = told("When it last changed.")
    end_date: date | None = told("The day on which it ends.")


@shows(debt.Debt)
class Debt(Node):
    """One debt. `balance` is total and interest, less what was adjusted, repaid and waived."""

    benefit_type: str = told("The three-letter code of the payment it comes from, such as AGE.")
    reason: str = told("The three-letter code of its reason.")
    status: DebtStatus = told("Where it stands.")
    status_raw: str | None = told("The source's own status code, where it has no counterpart here.")
    total: Money = told("What was raised.")
    interest: Money = told("Interest charged.")
    adjusted: Money = told("Adjustments in the customer's favour.")
    repaid: Money = told("What was repaid.")
    waived: Money = told("What was waived.")
    balance: Money = told("What is left to pay.")
    registered_at: datetime = told("When it was registered.")
    raised_at: datetime | None = told("When it was determined and raised.")
    finalised_at: datetime | None = told("When it was finalised.")
    start_date: date | None = told("The first day of the period it is for.")
    end_date: date | None = told("The last day of the period it is for.")
    appeal_protected: bool = told("Whether it is protected while an appeal runs.")
    departure_prohibition: bool = told("Whether a departure prohibition order is in force.")
    arrangements: list[RepaymentArrangement] = told("The arrangements to repay it.", size=2)
    source: SourceRef = told("Where the record comes from.")

    @strawberry.field(description="The opaque, stable id.", metadata={STEADY: True})
    def id(self, info: Info) -> strawberry.ID:
        """Return the id of this debt."""
        return item_id("Debt", self, info)

    @strawberry.field(
        description="The current arrangement as officers write it, such as `VOL/CUR`; null for none."
    )
    def arrangement_label(self) -> str | None:
        """Return the label of the current arrangement."""
        record: debt.Debt = self  # type: ignore[assignment]
        return account.arrangement_label(record)


@shows(account.DebtAccount)
class DebtAccount:
    """A customer's debts and what they come to. Undetermined debts are in no total: they are not owed."""

    debts: list[Debt] = told(
        "The debts: undetermined and protected ones first, then determined, then finalised; "
        "the earliest first in each.",
        size=5,
    )
    total_debt: Money | None = told(
        "The sum of what was raised on debts that are owed; null for mixed currencies."
    )
    total_interest: Money | None = told(
        "The sum of interest on debts that are owed; null for mixed currencies."
    )
    outstanding: Money | None = told("The sum left to pay on debts that are owed; null for mixed currencies.")
    truncated: bool = told("Whether the source holds older debts that are not in this list.")


DebtStatuses = Annotated[
    list[DebtStatus] | None,
    argument(
        "Only debts of these statuses. Left out or empty: all but PARKED and DELETED, which are shown on request."
    ),
]
