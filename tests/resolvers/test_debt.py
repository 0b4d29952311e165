"""What is owed: balances, totals, order, arrangements; money is never a float."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from resolvers.debt import DebtAccount, arrangement_label, debt_account, in_order
from resolvers.refusal import Refusal
from sources.errors import SourceTimeout
from sources.parts import DEBT, Debt
from sources.parts.debt import ArrangementStatus, ArrangementType, DebtStatus
from sources.parts.money import Money
from tests.people import OFFICER, body_with, picture_of
from tests.records import arranged, debt, history, money

AT = datetime(2025, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
CENTS = st.integers(-(10**13), 10**13).map(lambda cents: Decimal(cents).scaleb(-2))


async def account_of(
    *debts: Debt, include: list[DebtStatus] | None = None, **told: Any
) -> DebtAccount | None:
    return debt_account(await picture_of(body_with({DEBT: history(*debts, **told)})), include)


async def totals_of(*debts: Debt) -> tuple[Money | None, Money | None, Money | None]:
    account = await account_of(*debts)
    assert account is not None
    return account.total_debt, account.total_interest, account.outstanding


@given(CENTS, CENTS, CENTS, CENTS, CENTS)
def test_a_balance_is_total_and_interest_less_what_was_taken_off(
    total: Decimal, interest: Decimal, adjusted: Decimal, repaid: Decimal, waived: Decimal
) -> None:
    """BR-DB-1."""
    amounts = {"interest": interest, "adjusted": adjusted, "repaid": repaid, "waived": waived}
    held = debt(str(total), AT, **{name: Money(amount) for name, amount in amounts.items()})
    assert held.balance == Money(total + interest - adjusted - repaid - waived)
    assert isinstance(held.balance.amount, Decimal)


async def test_totals_are_exact_where_floats_are_not() -> None:
    held = [debt("0.10", AT, interest=money("0.20")) for _ in range(3)]
    assert await totals_of(*held) == (money("0.30"), money("0.60"), money("0.90"))


async def test_a_credit_is_negative() -> None:
    assert (await totals_of(debt("100", AT, repaid=money("120.50"))))[2] == money("-20.50")


async def test_totals_count_only_what_is_owed() -> None:
    """BR-DB-5."""
    held = [debt(str(10**number), AT, status=status) for number, status in enumerate(DebtStatus)]
    owed = [one.total.amount for one in held if one.status in {DebtStatus.DETERMINED, DebtStatus.HELD}]
    assert await totals_of(*held) == (Money(sum(owed, Decimal(0))), money("0"), Money(sum(owed, Decimal(0))))


async def test_totals_do_not_depend_on_what_is_listed() -> None:
    held = [debt("100", AT), debt("7", AT, status=DebtStatus.PARKED)]
    for include in (None, [DebtStatus.PARKED], [], list(DebtStatus)):
        account = await account_of(*held, include=include)
        assert account is not None
        assert account.outstanding == money("100")


async def test_two_currencies_make_no_total() -> None:
    assert await totals_of(debt("1", AT), debt("1", AT, currency="NZD")) == (None, None, None)
    assert (await totals_of(debt("1", AT, currency="NZD")))[0] == money("1", "NZD")
    with pytest.raises(ValueError, match="two currencies"):
        money("1") + money("1", "NZD")


async def test_parked_and_deleted_debts_are_listed_on_request_only() -> None:
    """BR-DB-3."""
    held = [debt("1", AT, status=status) for status in DebtStatus]
    usual = await account_of(*held)
    assert usual is not None
    assert {one.status for one in usual.debts} == set(DebtStatus) - {DebtStatus.PARKED, DebtStatus.DELETED}
    asked = await account_of(*held, include=[DebtStatus.PARKED, DebtStatus.DELETED])
    assert asked is not None
    assert {one.status for one in asked.debts} == {DebtStatus.PARKED, DebtStatus.DELETED}


def test_debts_stand_in_the_order_of_the_rule() -> None:
    """BR-DB-2."""

    def of(id: str, status: DebtStatus, days: int, **told: Any) -> Debt:
        return debt("1", AT, id=id, status=status, registered_at=AT + DAY * days, **told)

    undetermined = of("1", DebtStatus.UNDETERMINED, 5, raised_at=None)
    protected = of("2", DebtStatus.DETERMINED, 6, appeal_protected=True, raised_at=AT + DAY * 40)
    raised_first = of("3", DebtStatus.DETERMINED, 9, raised_at=AT + DAY)
    raised_later = of("4", DebtStatus.DETERMINED, 0, raised_at=AT + DAY * 2)
    finalised_first = of("5", DebtStatus.FINALISED, 9, finalised_at=AT + DAY * 30)
    finalised_later = of("6", DebtStatus.FINALISED, 0, finalised_at=AT + DAY * 31)
    finalised_some_time = of("7", DebtStatus.FINALISED, 0, finalised_at=None)
    right = [undetermined, protected, raised_first, raised_later, finalised_first, finalised_later]
    assert in_order(reversed([*right, finalised_some_time])) == (*right, finalised_some_time)


@given(st.lists(st.tuples(st.sampled_from(DebtStatus), st.integers(0, 3)), max_size=12), st.randoms())
def test_the_order_of_debts_does_not_depend_on_how_they_came(many: list[Any], random: Any) -> None:
    held = [
        debt("1", AT + DAY * days, id=f"{number}", status=status)
        for number, (status, days) in enumerate(many)
    ]
    assert in_order(random.sample(held, len(held))) == in_order(held)


@pytest.mark.parametrize(
    ("arrangements", "label"),
    [
        ([], None),
        ([(ArrangementStatus.CUR, ArrangementType.VOL, 0)], "VOL/CUR"),
        ([(ArrangementStatus.BKN, ArrangementType.VOL, 0)], None),
        (
            [
                (ArrangementStatus.FUT, ArrangementType.VOL, 0),
                (ArrangementStatus.PND, ArrangementType.CSH, 0),
            ],
            None,
        ),
        (
            [
                (ArrangementStatus.BKN, ArrangementType.VOL, 9),
                (ArrangementStatus.CUR, ArrangementType.CSH, 1),
                (ArrangementStatus.CUR, ArrangementType.WHS, 2),
            ],
            "WHS/CUR",
        ),
    ],
)
def test_the_current_arrangement_is_written_as_officers_write_it(
    arrangements: list[Any], label: str | None
) -> None:
    made = tuple(arranged(AT + DAY * days, status, type=type) for status, type, days in arrangements)
    assert arrangement_label(debt("1", AT, arrangements=made)) == label


async def test_an_account_that_was_cut_off_says_so() -> None:
    cut, whole = await account_of(debt("1", AT), complete_since=AT), await account_of(debt("1", AT))
    assert cut is not None
    assert whole is not None
    assert (cut.truncated, whole.truncated) == (True, False)


async def test_an_account_that_could_not_be_had_is_not_an_empty_one() -> None:
    with pytest.raises(SourceTimeout):
        debt_account(await picture_of(body_with({DEBT: SourceTimeout("ledger")})), None)


async def test_an_account_is_for_those_who_may_see_debts() -> None:
    caller = msgspec.structs.replace(OFFICER, scopes=frozenset({"customer:read"}))
    with pytest.raises(Refusal, match="FORBIDDEN_FIELD"):
        debt_account(await picture_of(body_with({DEBT: history(debt("1", AT))}), caller=caller), None)


def amounts(value: Any) -> Iterator[Any]:
    """Every number that stands in a record."""
    if isinstance(value, Struct):
        for name in value.__struct_fields__:
            yield from amounts(getattr(value, name))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from amounts(one)
    elif isinstance(value, int | float | Decimal):
        yield value


async def test_no_amount_is_a_float() -> None:
    """BR-DB-6."""
    account = await account_of(debt("19.99", AT, interest=money("0.01"), arrangements=(arranged(AT),)))
    found = list(amounts(account))
    assert found
    assert not [one for one in found if isinstance(one, float)]
