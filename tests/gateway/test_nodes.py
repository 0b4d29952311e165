"""Node ids: stable, opaque, good for whoever may see what they stand for; and other numbers of a person."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest

from sources.parts import Customer, Restriction
from sources.parts.customer import Identifier, IdentifierKind
from tests.running import NOON, Gate, codes, serving
from tests.running.people import ANNE, BORIS, everything_of, person
from tests.sources.specimens import crn

LOCKED, DOUBLE = crn(201), crn(204)
NUMBERS = {
    "can": "4711",
    "csrn": "1234567",
    "csid": "995606076",
    "citizenId": "C-1/2",
    "alias": "old number_7",
}
KINDS = {"can": "CAN", "csrn": "CSRN", "csid": "CSID", "citizenId": "CITIZEN_ID", "alias": "ALIAS"}
IDS = """query($crn: CRN!) { customer(crn: $crn) { id interactions { edges { cursor node { id } } }
    correspondence { edges { node { id } } } debts { debts { id } }
    overview { cards { edges { cursor node { id } } } } } }"""
NODE = """query($id: ID!) { node(id: $id) { __typename id ... on Customer { crn debts { truncated } }
    ... on Interaction { title } ... on Correspondence { title } ... on Debt { balance { amount } } } }"""


def told() -> list[Any]:
    numbers = tuple(Identifier(IdentifierKind[KINDS[kind]], value) for kind, value in NUMBERS.items())
    shared = Identifier(IdentifierKind.CAN, "999")
    return [
        *everything_of(ANNE, NOON),
        person(ANNE, identifiers=(*numbers, shared)),
        person(BORIS, identifiers=(shared,)),
        *everything_of(LOCKED, NOON),
        person(LOCKED, identifiers=(Identifier(IdentifierKind.CAN, "815"),)),
        Restriction(LOCKED, restricted=True, officers=("officer-ra-1",)),
        Customer(DOUBLE, canonical_crn=ANNE),
    ]


@pytest.fixture(scope="module")
async def gate(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gate]:
    async with serving(tmp_path_factory.mktemp("nodes"), *told()) as serves:
        yield serves


async def ids(gate: Gate, owner: str, persona: str = "officer") -> dict[str, str]:
    shown = (await gate.ask(IDS, persona, crn=owner)).data["customer"]
    return {
        "Customer": shown["id"],
        "Interaction": shown["interactions"]["edges"][0]["node"]["id"],
        "Correspondence": shown["correspondence"]["edges"][0]["node"]["id"],
        "Debt": shown["debts"]["debts"][0]["id"],
    }


async def test_an_id_leads_back_to_what_it_was_given_for(gate: Gate) -> None:
    for name, id in (await ids(gate, ANNE)).items():
        node = (await gate.ask(NODE, id=id)).data["node"]
        assert (node["__typename"], node["id"]) == (name, id)


async def test_ids_are_stable_and_tell_no_number(gate: Gate) -> None:
    first, second = await ids(gate, ANNE), await ids(gate, DOUBLE)
    assert first == second
    for id in first.values():
        raw = base64.urlsafe_b64decode(id + "=" * (-len(id) % 4))
        assert ANNE not in id
        assert ANNE[:9].encode() not in raw
        assert int(ANNE[:9]).to_bytes(4, "big") not in raw


@pytest.mark.parametrize("name", ["Customer", "Interaction", "Correspondence", "Debt"])
async def test_an_id_opens_nothing_that_its_bearer_may_not_see(name: str, gate: Gate) -> None:
    locked = (await ids(gate, LOCKED, "restricted"))[name]
    assert (await gate.ask(NODE, "restricted", id=locked)).data["node"]["id"] == locked
    for_officer = await gate.ask(NODE, id=locked)
    assert "RESTRICTED_RECORD" in codes(for_officer)
    assert "title" not in for_officer.text
    assert "amount" not in for_officer.text
    assert (await gate.ask(NODE, "partner", id=locked)).body == {"data": {"node": None}}
    assert codes(await gate.ask(NODE, "dashboard", id=locked)) == ["FORBIDDEN"]


async def test_an_id_of_a_debt_opens_nothing_for_a_partner(gate: Gate) -> None:
    answer = await gate.ask(NODE, "partner", id=(await ids(gate, ANNE))["Debt"])
    assert answer.partial == {"node": None}
    assert codes(answer) == ["FORBIDDEN_FIELD"]


async def test_what_is_no_node_id_leads_to_nothing(gate: Gate) -> None:
    shown = (await gate.ask(IDS, crn=ANNE)).data["customer"]
    card = shown["overview"]["cards"]["edges"][0]
    others = [
        card["node"]["id"],
        card["cursor"],
        shown["interactions"]["edges"][0]["cursor"],
        gate.token(),
        ANNE,
        "",
    ]
    for id in others:
        assert (await gate.ask(NODE, id=id)).body == {"data": {"node": None}}


async def test_an_id_with_any_character_changed_leads_to_nothing(gate: Gate) -> None:
    id = (await ids(gate, ANNE))["Customer"]
    for place in range(len(id)):
        for other in "AB":
            changed = id[:place] + other + id[place + 1 :]
            if changed != id:
                assert (await gate.ask("query($id: ID!) { node(id: $id) { id } }", id=changed)).data == {
                    "node": None
                }
    for changed in (id + "A", id + "=", id[:-1], id + "\n", " " + id, id.swapcase()):
        assert (await gate.ask("query($id: ID!) { node(id: $id) { id } }", id=changed)).data == {"node": None}


BY = "query($by: CustomerIdentifier!) { customerBy(identifier: $by) { crn } }"


@pytest.mark.parametrize("kind", [*NUMBERS, "crn"])
async def test_a_number_of_any_kind_leads_to_its_customer(kind: str, gate: Gate) -> None:
    value = NUMBERS.get(kind, ANNE)
    assert (await gate.ask(BY, by={kind: value})).data == {"customerBy": {"crn": ANNE}}
    others = {
        other: value
        for other in NUMBERS
        if other != kind and (value.isdigit() or other in {"citizenId", "alias"})
    }
    for other, theirs in others.items():
        assert (await gate.ask(BY, by={other: theirs})).data == {"customerBy": None}, other


async def test_a_number_is_never_repaired_and_never_guessed(gate: Gate) -> None:
    for by in ({"can": "04711"}, {"can": "471"}, {"can": "999"}, {"csid": "4711"}, {"alias": "OLD number_7"}):
        assert (await gate.ask(BY, by=by)).data == {"customerBy": None}
    assert codes(await gate.ask(BY, by={"can": " 4711"})) == ["BAD_USER_INPUT"]


async def test_another_number_of_a_person_leads_to_the_person_in_every_way(gate: Gate) -> None:
    assert (await gate.ask(BY, by={"crn": DOUBLE})).data == {"customerBy": {"crn": ANNE}}
    both = "query($crns: [CRN!]!) { customers(crns: $crns) { crn } }"
    assert (await gate.ask(both, crns=[DOUBLE, ANNE])).data == {"customers": [{"crn": ANNE}, {"crn": ANNE}]}


async def test_a_number_of_a_restricted_customer_tells_a_partner_nothing(gate: Gate) -> None:
    for by in ({"can": "815"}, {"can": "816"}, {"crn": LOCKED}):
        assert (await gate.ask(BY, "partner", by=by)).body == {"data": {"customerBy": None}}


LOOK_UP = "query($i: CustomerIdentifier!) { customerBy(identifier: $i) { id } }"
ONE_OF = "Exactly one field of this input must be given, and not as null."


@pytest.mark.parametrize("given", [{}, {"can": None}, {"can": "1", "csid": "2"}], ids=str)
async def test_an_identifier_that_is_none_or_two_is_said_in_our_words(given: Any, gate: Gate) -> None:
    answer = await gate.ask(LOOK_UP, i=given)
    assert answer.refusal == "BAD_USER_INPUT"
    assert answer.errors[0]["message"] == ONE_OF


async def test_an_identifier_that_is_null_in_the_document_is_said_in_our_words(gate: Gate) -> None:
    answer = await gate.ask("{ customerBy(identifier: {can: null}) { id } }")
    assert set(codes(answer)) == {"BAD_USER_INPUT"}
    assert ONE_OF in answer.text
    assert "Maybe" not in answer.text
