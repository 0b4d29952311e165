"""The picture of a customer, and the ways to it: who sees what of whom."""

from datetime import date
from typing import Any

import msgspec
import pytest

from resolvers.customer import picture
from resolvers.refusal import Refusal
from resolvers.sealing import NodeKey, node_id
from resolvers.search import by_crns, by_identifier, by_node_id
from sources.errors import SourceUnavailable
from sources.parts import CORRESPONDENCE, CUSTOMER, DEBT, INTERACTION, RESTRICTION, Restriction
from sources.parts.customer import (
    Identifier,
    IdentifierKind,
    Name,
    NameKind,
    Relationship,
    RelationshipKind,
    SensitiveIndicator,
)
from tests.people import NOW, OFFICER, PARTNER, SEALER, Body, body_with, picture_of
from tests.records import CALL, OWNER, SMS, crn, customer, debt, happened, history, written

NAMES = (Name(NameKind.LEGAL, "Open"), Name(NameKind.ALIAS, "Hidden", protected=True))
PERSON = msgspec.structs.replace(
    customer(),
    names=NAMES,
    sensitive_indicators=(SensitiveIndicator("FAMILY_VIOLENCE", date(2025, 6, 1)),),
    identifiers=(Identifier(IdentifierKind.CRN, crn(5)), Identifier(IdentifierKind.CAN, "123")),
    relationships=(Relationship(RelationshipKind.PARTNER, crn(6)),),
)
NUMBERLESS = msgspec.structs.replace(PARTNER, scopes=PARTNER.scopes - {"crn:read"})


def body() -> Body:
    made = body_with(
        {
            CUSTOMER: PERSON,
            INTERACTION: history(happened(CALL, NOW, id="I1")),
            CORRESPONDENCE: history(written(SMS, NOW, id="L1")),
            DEBT: history(debt("1", NOW, id="D1")),
        }
    )
    made.numbers[Identifier(IdentifierKind.CAN, "123")] = OWNER
    return made


async def test_an_officer_sees_all_names_and_warnings() -> None:
    profile = (await picture_of(body())).profile
    assert profile is not None
    assert (profile.names, len(profile.sensitive_indicators)) == (NAMES, 1)


async def test_a_partner_sees_no_protected_name_and_no_warning() -> None:
    here = body()
    await picture_of(here)  # an officer's look leaves nothing behind for a partner
    profile = (await picture_of(here, caller=PARTNER)).profile
    assert profile is not None
    assert profile.names == NAMES[:1]
    with pytest.raises(Refusal, match="FORBIDDEN_FIELD"):
        _ = profile.sensitive_indicators


async def test_numbers_are_for_those_who_may_see_numbers() -> None:
    seen, hidden = await picture_of(body()), await picture_of(body(), caller=NUMBERLESS)
    assert (seen.crn, hidden.crn) == (OWNER, None)
    assert [one.value for one in seen.identifiers] == [crn(5), "123"]
    assert [one.value for one in hidden.identifiers] == ["123"]
    assert [one.crn for one in seen.relationships] == [crn(6)]
    assert [one.crn for one in hidden.relationships] == [None]
    assert seen.id == hidden.id


async def test_ownership_is_never_in_a_partners_view() -> None:
    """BR-CMA-8."""
    with pytest.raises(Refusal, match="FORBIDDEN_FIELD"):
        _ = (await picture_of(body(), caller=PARTNER)).ownership


async def test_customers_come_in_the_order_asked_and_as_often() -> None:
    here = body()
    here.tell(CUSTOMER, customer(crn(2)), crn(2))
    asked = [crn(2), OWNER, crn(99), crn(2)]
    found = await by_crns(here.scope(), asked, [])
    assert [getattr(one, "number", None) for one in found] == [crn(2), OWNER, None, crn(2)]


async def test_a_number_of_another_system_leads_to_its_customer() -> None:
    found = await by_identifier(body().scope(), "can", "123", [DEBT])
    assert found is not None
    assert found.number == OWNER
    assert await by_identifier(body().scope(), "can", "124", []) is None


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("can", " 123"),
        ("can", "12a"),
        ("csrn", ""),
        ("csid", "1" * 21),
        ("can", "１２３"),
        ("alias", "a\nb"),
        ("alias", ""),
    ],
)
async def test_a_number_of_another_system_is_never_repaired(kind: str, value: str) -> None:
    here = body()
    with pytest.raises(Refusal, match="BAD_USER_INPUT") as refused:
        await by_identifier(here.scope(), kind, value, [])
    assert not value or value not in (refused.value.detail or "")
    assert here.asked == []


async def test_who_may_see_no_customer_cannot_ask_the_directory() -> None:
    here = body()
    scopeless = msgspec.structs.replace(OFFICER, scopes=frozenset({"crn:read"}))
    for value in ("123", "124"):
        with pytest.raises(Refusal, match="FORBIDDEN"):
            await by_identifier(here.scope(scopeless), "can", value, [])
    assert here.asked == []


async def test_a_number_that_leads_to_a_restricted_record_is_no_way_round() -> None:
    here = body()
    here.tell(RESTRICTION, Restriction(OWNER, True))
    assert await by_identifier(here.scope(PARTNER), "can", "123", []) is None
    found = await by_identifier(here.scope(), "can", "123", [DEBT])
    assert found is not None
    with pytest.raises(Refusal, match="RESTRICTED_RECORD"):
        found.record(DEBT)


@pytest.mark.parametrize(
    ("type", "native"), [("Interaction", "I1"), ("Correspondence", "L1"), ("Debt", "D1"), ("Customer", "")]
)
async def test_a_node_id_leads_to_what_it_was_made_for(type: str, native: str) -> None:
    found = await by_node_id(body().scope(), node_id(SEALER, NodeKey(type, OWNER, native)), [])
    assert found is not None
    assert getattr(found, "id", None) == (native or found.id)


async def test_a_node_id_is_no_way_round_a_restriction_or_a_scope() -> None:
    here, sealed = body(), node_id(SEALER, NodeKey("Debt", OWNER, "D1"))
    debtless = msgspec.structs.replace(OFFICER, scopes=OFFICER.scopes - {"debts:read"})
    with pytest.raises(Refusal, match="FORBIDDEN_FIELD"):
        await by_node_id(here.scope(debtless), sealed, [])
    locked = body()
    locked.tell(RESTRICTION, Restriction(OWNER, True))
    with pytest.raises(Refusal, match="RESTRICTED_RECORD"):
        await by_node_id(locked.scope(), sealed, [])
    assert await by_node_id(locked.scope(PARTNER), sealed, []) is None


async def test_a_node_id_of_an_older_item_is_asked_of_its_source() -> None:
    here = body()
    here.sources["interaction"].older = history(happened(CALL, NOW, id="I0"))
    found: Any = await by_node_id(here.scope(), node_id(SEALER, NodeKey("Interaction", OWNER, "I0")), [])
    assert found.id == "I0"
    assert await by_node_id(here.scope(), node_id(SEALER, NodeKey("Interaction", OWNER, "I9")), []) is None


@pytest.mark.parametrize(
    "key", [NodeKey("Restriction", OWNER, ""), NodeKey("", OWNER), NodeKey("Customer", crn(98))]
)
async def test_a_node_id_of_nothing_stands_for_nothing(key: NodeKey) -> None:
    assert await by_node_id(body().scope(), node_id(SEALER, key), []) is None


async def test_a_customer_whose_profile_cannot_be_had_keeps_the_other_sections() -> None:
    here = body()
    here.tell(CUSTOMER, SourceUnavailable("told"))
    seen = await picture(here.scope(), OWNER, [DEBT])
    assert seen is not None
    assert seen.record(DEBT) is not None
    with pytest.raises(SourceUnavailable):
        _ = seen.profile
