"""What a customer owes in all, and in which order debts are shown."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from msgspec import Struct

from resolvers.customer import Picture
from sources.parts import DEBT, Debt
from sources.parts.debt import Arrangement, ArrangementStatus, DebtStatus
from sources.parts.history import History
from sources.parts.money import Money

USUALLY_HIDDEN = frozenset({DebtStatus.PARKED, DebtStatus.DELETED})
OWED = frozenset({DebtStatus.DETERMINED, DebtStatus.HELD})
NO_DATE = datetime.max.replace(tzinfo=UTC)


class DebtAccount(Struct, frozen=True):
    """A customer's debts, in order, and those that are `owed`, which the totals are worked out from.

    Undetermined debts are counted in no total: they are not owed (BR-DB-5). Totals are None when debts stand in more
    than one currency.
    """

    debts: tuple[Debt, ...]
    owed: tuple[Debt, ...]
    truncated: bool

    @property
    def total_debt(self) -> Money | None:
        """What was raised on debts that are owed."""
        return _sum(debt.total for debt in self.owed)

    @property
    def total_interest(self) -> Money | None:
        """The interest on debts that are owed."""
        return _sum(debt.interest for debt in self.owed)

    @property
    def outstanding(self) -> Money | None:
        """What is left to pay of debts that are owed."""
        return _sum(debt.balance for debt in self.owed)


def debt_account(picture: Picture, include: Sequence[DebtStatus] | None) -> DebtAccount:
    """Return the account: all but parked and deleted debts (BR-DB-3), or the statuses asked for.

    Somebody of whom the source knows no debt has an empty account.
    """
    chosen = tuple(include or ())
    return picture.made(DEBT, chosen, lambda: _account(picture, chosen))


def _account(picture: Picture, include: Sequence[DebtStatus]) -> DebtAccount:
    history = picture.record(DEBT) or History[Debt](picture.number)
    wanted = set(include) if include else set(DebtStatus) - USUALLY_HIDDEN
    shown = in_order(debt for debt in history.items if debt.status in wanted)
    owed = tuple(debt for debt in history.items if debt.status in OWED)
    return DebtAccount(shown, owed, history.complete_since is not None)


def in_order(debts: Iterable[Debt]) -> tuple[Debt, ...]:
    """Return undetermined and appeal-protected debts by registration, then determined ones by when they were raised,
    then finalised ones by when they were finalised; the earliest first in each (BR-DB-2)."""
    return tuple(sorted(debts, key=_place))


def arrangement_label(debt: Debt) -> str | None:
    """Return the current arrangement as officers write it, `VOL/CUR`; None where there is none."""
    current = [one for one in debt.arrangements if one.status is ArrangementStatus.CUR]
    return _label(max(current, key=lambda one: one.added_at)) if current else None


def _label(arrangement: Arrangement) -> str:
    return f"{arrangement.type.value}/{arrangement.status.value}"


def _place(debt: Debt) -> tuple[int, datetime, str]:
    if debt.status is DebtStatus.UNDETERMINED or debt.appeal_protected:
        return 0, debt.registered_at, debt.id
    if debt.status is DebtStatus.FINALISED:
        return 2, debt.finalised_at or NO_DATE, debt.id
    return 1, debt.raised_at or debt.registered_at, debt.id


def _sum(amounts: Iterable[Money]) -> Money | None:
    listed = list(amounts)
    currencies = {money.currency for money in listed}
    if len(currencies) > 1:
        return None
    total = sum((money.amount for money in listed), Decimal(0))
    return Money(total, currencies.pop()) if currencies else Money(total)
