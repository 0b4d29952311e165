"""The loader entry: one wave, one batch a part, one decision a customer."""

import asyncio
from typing import Any

import msgspec
import pytest

from resolvers.access import Verdict
from resolvers.caller import Purpose
from resolvers.loaders import Loaders
from resolvers.refusal import Refusal
from sources.errors import SourceTimeout
from sources.parts import CUSTOMER, DEBT, INTERACTION, PARTS, RESTRICTION, Customer
from sources.parts.customer import Identifier, IdentifierKind
from sources.source import EVERYTHING, NothingKnown, Reading, SourceBroke
from tests.people import OFFICER, Body
from tests.records import CALL, OWNER, crn, debt, happened, history
from tests.resolvers.town import ALL, PEOPLE, settle, town


@pytest.mark.parametrize("people", [1, 20])
async def test_each_part_is_asked_once_for_however_many_customers(people: int) -> None:
    body = town()
    admitted = await body.loaders().admit(PEOPLE[:people], ALL)
    assert sorted(name for name, _ in body.asked) == sorted(part.name for part in PARTS)
    assert all(sorted(crns) == sorted(PEOPLE[:people]) for _, crns in body.asked)
    for person in PEOPLE[:people]:
        assert admitted[person].crn == admitted[person].parts["debt"].value.record.items[0].crn == person


async def test_callers_of_one_request_that_ask_side_by_side_share_each_batch() -> None:
    body = town()
    loaders = body.loaders()
    await asyncio.gather(*(loaders.admit([person], [DEBT]) for person in PEOPLE))
    assert sorted(name for name, _ in body.asked) == ["customer", "debt", "restriction"]


async def test_asking_again_in_one_request_asks_no_source() -> None:
    body = town()
    loaders = body.loaders()
    first = await loaders.admit(PEOPLE[:3], [DEBT])
    assert await loaders.admit(PEOPLE[:3], [DEBT]) == first
    assert len(body.asked) == 3


async def test_what_one_request_had_stays_as_it_was_though_it_changed_meanwhile() -> None:
    body, person = town(), PEOPLE[0]
    await body.loaders().admit([person], [DEBT])
    loaders = body.loaders()
    before = (await loaders.admit([person], [DEBT]))[person].parts["debt"].value
    body.tell(DEBT, history(debt("7", body.clock(), crn=person, id="new")), person)
    await body.cache.invalidate(person)
    assert (await loaders.admit([person], [DEBT]))[person].parts["debt"].value is before
    renewed = (await body.loaders().admit([person], [DEBT]))[person].parts["debt"].value
    assert renewed.record.items[0].id == "new"


async def test_where_all_is_at_hand_nothing_is_waited_for() -> None:
    body = town()
    await body.loaders().admit(PEOPLE, ALL)
    asking = body.loaders().admit(PEOPLE, ALL)
    with pytest.raises(StopIteration) as done:
        asking.send(None)
    assert set(done.value.value) == set(PEOPLE)


async def test_another_request_finds_what_was_kept() -> None:
    body = town()
    await body.loaders().admit([OWNER], ALL)
    await body.loaders().admit([OWNER], ALL)
    assert {name: body.times_asked(part) for part in PARTS for name in [part.name]} == {
        part.name: 1 for part in PARTS
    }


async def test_the_restriction_and_the_parts_go_out_in_one_wave() -> None:
    body = town()
    body.sources["restriction"].open.clear()
    body.sources["customer"].open.clear()
    asking = asyncio.create_task(body.loaders().admit([OWNER], ALL))
    await settle()
    assert sorted(name for name, _ in body.asked) == sorted(part.name for part in PARTS)
    assert not asking.done()  # withheld until the restriction is known
    body.sources["customer"].open.set()
    await settle()
    assert not asking.done()
    assert not await body.keeps(DEBT)
    body.sources["restriction"].open.set()
    assert (await asking)[OWNER].decision.verdict is Verdict.OPEN
    assert await body.keeps(DEBT)


async def test_a_decision_is_noted_once_for_each_customer() -> None:
    body = town()
    loaders = body.loaders()
    await asyncio.gather(*(loaders.admit(PEOPLE[:5], [DEBT]) for _ in range(4)))
    assert sorted(loaders.decisions) == sorted(PEOPLE[:5])
    assert {decision.verdict for decision in loaders.decisions.values()} == {Verdict.OPEN}


@pytest.mark.parametrize(
    ("caller", "purpose", "code"),
    [
        ({"scopes": OFFICER.scopes - {"customer:read"}}, Purpose.CASE_WORK, "FORBIDDEN"),
        ({}, None, "REASON_REQUIRED"),
        ({"own_crns": frozenset({OWNER})}, Purpose.CASE_WORK, "CONFLICT_OF_INTEREST"),
    ],
)
async def test_a_refused_caller_costs_no_call_and_is_noted(caller: Any, purpose: Any, code: str) -> None:
    body = town()
    loaders = body.loaders(msgspec.structs.replace(OFFICER, **caller), purpose)
    admission = (await loaders.admit([OWNER], ALL))[OWNER]
    assert (admission.decision.code, admission.parts) == (code, {})
    assert body.asked == []
    assert loaders.decisions == {OWNER: admission.decision}


async def test_too_many_customers_are_refused_before_any_source_is_asked() -> None:
    body = town()
    with pytest.raises(Refusal, match="TOO_MANY_CUSTOMERS"):
        await body.loaders(most_customers=4).admit(PEOPLE[:5], [DEBT])
    assert body.asked == []


async def test_fields_that_ask_side_by_side_get_no_more_customers_than_one_that_asks_for_all() -> None:
    body = town()
    loaders = body.loaders(most_customers=4)
    ends = await asyncio.gather(
        *(loaders.admit([person], [DEBT]) for person in PEOPLE), return_exceptions=True
    )
    assert sum(isinstance(end, Refusal) for end in ends) == 16
    assert len(loaders.decisions) == 4


async def test_asking_for_the_same_customers_again_is_not_asking_for_more() -> None:
    loaders = town().loaders(most_customers=4)
    for _ in range(3):
        await loaders.admit(PEOPLE[:4], [DEBT])
    with pytest.raises(Refusal):
        await loaders.admit(PEOPLE[4:5], [DEBT])


def alias(number: int, to: int) -> Customer:
    return Customer(crn(number), canonical_crn=crn(to))


async def admitted(body: Body, number: int, loaders: Loaders | None = None) -> Any:
    return (await (loaders or body.loaders()).admit([crn(number)], [DEBT]))[crn(number)]


async def test_another_number_of_a_person_leads_to_the_person() -> None:
    body = town()
    body.tell(CUSTOMER, alias(100, 3), crn(100))
    admission = await admitted(body, 100)
    assert admission.crn == crn(3)
    assert admission.parts["debt"].value.record.items[0].crn == crn(3)


async def test_a_number_that_was_joined_twice_leads_to_the_person() -> None:
    body = town()
    body.tell(CUSTOMER, alias(100, 101), crn(100))
    body.tell(CUSTOMER, alias(101, 3), crn(101))
    assert (await admitted(body, 100)).crn == crn(3)


@pytest.mark.parametrize("circle", [[100], [100, 101], [100, 101, 102], [100, 101, 102, 103, 104]])
async def test_numbers_that_lead_in_a_circle_come_to_an_end(circle: list[int]) -> None:
    body = town()
    for number, following in zip(circle, [*circle[1:], circle[0]], strict=True):
        body.tell(CUSTOMER, alias(number, following), crn(number))
    assert "debt" not in (await admitted(body, 100)).parts or isinstance(
        (await admitted(body, 100)).parts["debt"].value, NothingKnown
    )
    assert body.times_asked(CUSTOMER) <= 3


async def test_a_person_asked_for_by_two_numbers_is_one_customer_under_both() -> None:
    body = town()
    body.tell(CUSTOMER, alias(100, 3), crn(100))
    both = await body.loaders().admit([crn(100), crn(3)], [DEBT])
    assert both[crn(100)] == both[crn(3)]


async def test_another_number_of_oneself_is_still_oneself() -> None:
    body = town()
    body.tell(CUSTOMER, alias(100, 3), crn(100))
    loaders = body.loaders(msgspec.structs.replace(OFFICER, own_crns=frozenset({crn(3)})))
    admission = await admitted(body, 100, loaders)
    assert admission.decision.code == "CONFLICT_OF_INTEREST"
    assert admission.parts == {}


async def test_a_fault_is_a_value_of_its_own_part_and_is_not_kept() -> None:
    """BR-GW-3."""
    body = town()
    body.tell(DEBT, SourceTimeout("told"), crn(3))
    both = await body.loaders().admit([crn(3), crn(4)], [DEBT])
    assert isinstance(both[crn(3)].parts["debt"].value, SourceTimeout)
    assert isinstance(both[crn(4)].parts["debt"].value, Reading)
    assert not await body.keeps(DEBT, crn(3))
    assert await body.keeps(DEBT, crn(4))
    assert await body.keeps(CUSTOMER, crn(3))


async def test_a_request_that_is_cancelled_leaves_its_neighbours_their_loads() -> None:
    body = town()
    body.sources["debt"].open.clear()
    leaving, staying = (asyncio.create_task(body.loaders().admit([OWNER], [DEBT])) for _ in range(2))
    await settle()
    leaving.cancel()
    await settle()
    body.sources["debt"].open.set()
    assert isinstance((await staying)[OWNER].parts["debt"].value, Reading)
    assert body.times_asked(DEBT) == 1


async def test_a_field_that_is_cancelled_leaves_its_neighbours_of_the_same_request_their_loads() -> None:
    body = town()
    body.sources["debt"].open.clear()
    loaders = body.loaders()
    leaving, staying = (asyncio.create_task(loaders.admit([OWNER], [DEBT])) for _ in range(2))
    await settle()
    leaving.cancel()
    await settle()
    body.sources["debt"].open.set()
    assert isinstance((await staying)[OWNER].parts["debt"].value, Reading)


async def test_a_page_is_for_a_customer_who_was_let_in_to() -> None:
    body = town()
    body.tell(INTERACTION, history(happened(CALL, body.clock())))
    loaders = body.loaders()
    with pytest.raises(Refusal, match="FORBIDDEN_FIELD"):
        await loaders.page(OWNER, INTERACTION, EVERYTHING, None, 10)
    await loaders.admit([OWNER], [])
    assert len((await loaders.page(OWNER, INTERACTION, EVERYTHING, None, 10)).items) == 1
    for other, part in ((crn(2), INTERACTION), (OWNER, RESTRICTION)):
        with pytest.raises(Refusal, match="FORBIDDEN_FIELD"):
            await loaders.page(other, part, EVERYTHING, None, 10)
    assert body.sources["interaction"].pages == [(OWNER, None, 10)]


async def test_a_page_needs_the_scope_of_its_part() -> None:
    body = town()
    loaders = body.loaders(
        msgspec.structs.replace(OFFICER, scopes=frozenset({"customer:read", "debts:read"}))
    )
    await loaders.admit([OWNER], ALL)
    with pytest.raises(Refusal, match="FORBIDDEN_FIELD"):
        await loaders.page(OWNER, INTERACTION, EVERYTHING, None, 10)


async def test_a_number_of_another_system_is_resolved_by_the_directory() -> None:
    body = town()
    known, unknown = (Identifier(IdentifierKind.CAN, number) for number in ("1", "2"))
    body.numbers[known] = OWNER
    assert await body.loaders().resolve(known) == OWNER
    assert await body.loaders().resolve(unknown) is None
    assert not [event for event in body.events if isinstance(event, SourceBroke)]
