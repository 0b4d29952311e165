"""Conflicts of interest: an officer's own people, found in the officer's own records."""

import asyncio
from typing import Any

import msgspec
import pytest

from resolvers.access import Verdict
from resolvers.admission import ConflictOfInterest
from resolvers.kinship import address_key
from resolvers.policy import AccessPolicy
from sources.crn import Crn
from sources.errors import SourceTimeout, SourceUnavailable
from sources.parts import CUSTOMER, DEBT, RESTRICTION, Customer, Restriction
from sources.parts.customer import (
    Address,
    AddressKind,
    Identifier,
    IdentifierKind,
    Relationship,
    RelationshipKind,
)
from tests.people import OFFICER, POLICY, Body
from tests.records import OWNER, crn, customer

MINE, ALIAS, SISTER, OTHER = (crn(number) for number in (50, 51, 52, 53))
HOME = Address(AddressKind.RESIDENTIAL, ("Unit 3", "12 High St."), "Dubbo", "NSW", "2830")
SAME = Address(AddressKind.RESIDENTIAL, ("UNIT 3", "12  high st"), "DUBBO", "NSW", "2830")
MYSELF = msgspec.structs.replace(OFFICER, own_crns=frozenset({MINE}))


def told(number: Crn, **record: Any) -> Customer:
    return msgspec.structs.replace(customer(number), **record)


def body(mine: Customer | None = None, *others: Customer, policy: Any = POLICY) -> Body:
    here = Body(policy=policy)
    for record in (mine, *others):
        if record is not None:
            here.tell(CUSTOMER, record, record.crn)
    return here


async def code(here: Body, number: Crn = OWNER, caller: Any = MYSELF) -> str | None:
    return (await here.loaders(caller).admit([number], [DEBT]))[number].decision.code


CLOSE = {
    "my record names them": (
        told(MINE, relationships=(Relationship(RelationshipKind.PARENT, OWNER),)),
        told(OWNER),
    ),
    "their record names me": (
        told(MINE),
        told(OWNER, relationships=(Relationship(RelationshipKind.CASE_PARTY, MINE),)),
    ),
    "my record names another number of theirs": (
        told(MINE, relationships=(Relationship(RelationshipKind.CHILD, SISTER),)),
        told(OWNER, identifiers=(Identifier(IdentifierKind.CRN, SISTER),)),
    ),
    "another number of mine is theirs": (
        told(MINE, identifiers=(Identifier(IdentifierKind.CRN, OWNER),)),
        told(OWNER),
    ),
    "we live at one address": (told(MINE, addresses=(HOME,)), told(OWNER, addresses=(SAME,))),
}


@pytest.mark.parametrize("how", CLOSE)
async def test_the_record_of_somebody_close_is_not_opened(how: str) -> None:
    here = body(*CLOSE[how])
    assert await code(here) == "CONFLICT_OF_INTEREST"
    assert [type(event) for event in here.events if isinstance(event, ConflictOfInterest)] == [
        ConflictOfInterest
    ]
    assert not await here.keeps(CUSTOMER)
    assert await code(here, caller=OFFICER) is None  # a colleague may


@pytest.mark.parametrize("how", CLOSE)
async def test_a_conflict_goes_before_being_listed_for_a_restricted_record(how: str) -> None:
    here = body(*CLOSE[how])
    here.tell(RESTRICTION, Restriction(OWNER, True, manager=MYSELF.id))
    assert await code(here) == "CONFLICT_OF_INTEREST"


NOT_CLOSE = {
    "another address": (
        told(MINE, addresses=(HOME,)),
        told(OWNER, addresses=(msgspec.structs.replace(HOME, postcode="2831"),)),
    ),
    "an address that one of us left": (
        told(MINE, addresses=(HOME,)),
        told(OWNER, addresses=(msgspec.structs.replace(SAME, invalid=True),)),
    ),
    "one post box": (
        told(MINE, addresses=(msgspec.structs.replace(HOME, kind=AddressKind.POSTAL),)),
        told(OWNER, addresses=(msgspec.structs.replace(HOME, kind=AddressKind.POSTAL),)),
    ),
    "two who are nobody's": (told(MINE), told(OWNER)),
    "an officer without a record": (None, told(OWNER, addresses=(HOME,))),
}


@pytest.mark.parametrize("how", NOT_CLOSE)
async def test_whoever_is_not_close_may_be_opened(how: str) -> None:
    here = body(*NOT_CLOSE[how])
    decision = (await here.loaders(MYSELF).admit([OWNER], [DEBT]))[OWNER].decision
    assert (decision.verdict, decision.unchecked) == (Verdict.OPEN, False)


async def test_the_numbers_behind_an_officers_old_number_are_the_officers_too() -> None:
    here = body(
        Customer(MINE, canonical_crn=ALIAS),
        told(ALIAS, relationships=(Relationship(RelationshipKind.PARTNER, OWNER),)),
        told(OWNER),
    )
    assert await code(here) == "CONFLICT_OF_INTEREST"
    assert await code(here, ALIAS) == "CONFLICT_OF_INTEREST"


@pytest.mark.parametrize("sign", ["relationship", "address"])
async def test_a_body_may_rule_that_a_sign_is_none(sign: str) -> None:
    rules = AccessPolicy(conflicts=tuple({"relationship", "address"} - {sign}))
    policy = msgspec.structs.replace(POLICY, access=rules)
    for how, of in (("my record names them", "relationship"), ("we live at one address", "address")):
        here = body(*CLOSE[how], policy=policy)
        assert (await code(here) is None) == (of == sign)


async def test_an_officers_records_are_read_in_the_same_wave_and_then_remembered() -> None:
    here = body(told(MINE, addresses=(HOME,)), told(OWNER, addresses=(SAME,)), told(OTHER))
    assert await code(here) == "CONFLICT_OF_INTEREST"
    assert [sorted(crns) for name, crns in here.asked if name == "customer"] == [sorted([MINE, OWNER])]
    assert await code(here, OTHER) is None
    assert here.times_asked(CUSTOMER) == 2
    here.clock.wait(601)
    assert await code(here) == "CONFLICT_OF_INTEREST"
    assert MINE in {crn for name, crns in here.asked[-6:] if name == "customer" for crn in crns}


async def test_what_cannot_be_looked_at_is_said_and_costs_nobody_the_record() -> None:
    here = body(None, told(OWNER))
    here.tell(CUSTOMER, SourceTimeout("told"), MINE)
    decision = (await here.loaders(MYSELF).admit([OWNER], [DEBT]))[OWNER].decision
    assert (decision.verdict, decision.unchecked) == (Verdict.OPEN, True)
    here.tell(CUSTOMER, told(MINE, relationships=(Relationship(RelationshipKind.OTHER, OWNER),)), MINE)
    assert await code(here) == "CONFLICT_OF_INTEREST"  # it was not remembered as nobody


async def test_a_customer_record_that_fails_is_unchecked_for_whoever_has_numbers_alone() -> None:
    here = body(told(MINE))
    here.tell(CUSTOMER, SourceUnavailable("told"), OWNER)
    for caller, unchecked in ((MYSELF, True), (OFFICER, False)):
        decision = (await here.loaders(caller).admit([OWNER], [DEBT]))[OWNER].decision
        assert decision.unchecked is unchecked


async def test_officers_who_ask_at_once_are_not_taken_for_one_another() -> None:
    here = body(told(MINE, addresses=(HOME,)), told(OWNER, addresses=(SAME,)), told(SISTER))
    sister = msgspec.structs.replace(OFFICER, id="officer-2", own_crns=frozenset({SISTER}))
    mine, hers = await asyncio.gather(code(here), code(here, caller=sister))
    assert (mine, hers) == ("CONFLICT_OF_INTEREST", None)


def test_an_address_is_the_same_however_it_is_written() -> None:
    assert address_key(HOME) == address_key(SAME)
    assert address_key(HOME) != address_key(msgspec.structs.replace(HOME, lines=("Unit 31", "2 High St.")))
