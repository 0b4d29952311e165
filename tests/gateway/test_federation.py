"""As a subgraph: what stands behind keys is told as any other field tells it, and each key costs only itself."""

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import graphql
import msgspec
import pytest
from strawberry.federation.versions import FEDERATION_VERSIONS

from gateway.graph_settings import VERSIONS
from gateway.keyring import open_keyring
from gateway.settings import Profile, Settings
from schema import sdl
from sources.parts import CUSTOMER, DEBT, RESTRICTION, Restriction
from sources.source import SourceAsked
from tests.running import NOON, Gate, codes, serving
from tests.running.command import overview
from tests.running.keys import key_for
from tests.running.people import everything_of
from tests.sources.specimens import crn, crns

PEOPLE = crns(26)
LOCKED, NOBODY = crn(201), crn(299)
ENTITIES = """query($all: [_Any!]!) { _entities(representations: $all) { __typename
    ... on Customer { id crn debts { outstanding { amount } } profile { names { family } } }
    ... on Interaction { id title } ... on Correspondence { id } ... on Debt { id } } }"""
SERVICE = "{ _service { sdl } }"
IDS = """query($crn: CRN!) { customer(crn: $crn) { id interactions { edges { node { id } } }
    correspondence { edges { node { id } } } debts { debts { id } } } }"""


@pytest.fixture(scope="module")
async def gate(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gate]:
    folder = tmp_path_factory.mktemp("federation")
    people = [record for owner in (*PEOPLE, LOCKED) for record in everything_of(owner, NOON)]
    locked = Restriction(LOCKED, restricted=True, officers=("officer-ra-1",))
    settings = Settings(home=folder, federation="2.11")
    async with serving(folder, *people, locked, settings=settings) as serves:
        yield serves


def one(kind: str = "Customer", **key: Any) -> dict[str, Any]:
    return {"__typename": kind, **key}


async def entities(gate: Gate, *representations: Any, persona: str = "officer") -> Any:
    return await gate.ask(ENTITIES, persona, all=list(representations))


async def test_twenty_customers_are_one_call_a_part_in_the_order_asked(gate: Gate) -> None:
    asked = [PEOPLE[number] for number in (*range(19, -1, -1), 7)]
    before = len(gate.events)
    answer = await entities(gate, *(one(crn=who) for who in asked))
    assert [found["crn"] for found in answer.data["_entities"]] == asked
    calls = [event for event in gate.events[before:] if isinstance(event, SourceAsked)]
    assert Counter(call.part for call in calls) == {part.name: 1 for part in (CUSTOMER, RESTRICTION, DEBT)}


async def test_every_entity_is_found_by_the_id_that_it_tells(gate: Gate) -> None:
    shown = (await gate.ask(IDS, crn=PEOPLE[0])).data["customer"]
    ids = {
        "Customer": shown["id"],
        "Interaction": shown["interactions"]["edges"][0]["node"]["id"],
        "Correspondence": shown["correspondence"]["edges"][0]["node"]["id"],
        "Debt": shown["debts"]["debts"][0]["id"],
    }
    answer = await entities(gate, *(one(kind, id=sealed) for kind, sealed in ids.items()))
    told = [{"__typename": found["__typename"], "id": found["id"]} for found in answer.data["_entities"]]
    assert told == [one(kind, id=sealed) for kind, sealed in ids.items()]
    mixed = await entities(gate, one("Debt", id=ids["Customer"]), one(id=ids["Debt"]), one(id="no id"))
    assert mixed.data["_entities"] == [None, None, None]


@pytest.mark.parametrize(
    "bad",
    [
        one("Nothing", crn=PEOPLE[1]),
        one("Overview", id="1"),
        one("Query"),
        {"crn": PEOPLE[1]},
        {"__typename": 7, "crn": PEOPLE[1]},
        {"__typename": None},
        one(),
        one(crn=None),
        one(crn=204123456),
        one(crn=["204123456K"]),
        one(crn="20412345"),
        one("Interaction", crn=PEOPLE[1]),
        one(id={"a": 1}),
        "Customer",
        4.5,
        True,
        [],
        {},
    ],
    ids=str,
)
async def test_a_representation_that_is_none_costs_only_itself(bad: Any, gate: Gate) -> None:
    answer = await entities(gate, one(crn=PEOPLE[0]), bad, one(crn=PEOPLE[2]))
    assert answer.status == 200
    first, nothing, last = answer.partial["_entities"]
    assert (first["crn"], nothing, last["crn"]) == (PEOPLE[0], None, PEOPLE[2])
    assert answer.at("_entities", 1) == "BAD_USER_INPUT"
    assert len(answer.errors) == 1
    for value in (PEOPLE[1], "20412345"):
        assert value not in answer.errors[0]["message"]


async def test_a_null_is_refused_as_the_type_says(gate: Gate) -> None:
    assert (await entities(gate, None)).refusal == "BAD_USER_INPUT"


async def test_keys_in_the_text_are_as_good_as_variables(gate: Gate) -> None:
    text = 'query($crn: String!) { _entities(representations: [{__typename: "Customer", crn: $crn}]) { __typename } }'
    answer = await gate.ask(text, crn=PEOPLE[3])
    assert answer.data["_entities"] == [{"__typename": "Customer"}]


async def test_a_number_that_is_written_otherwise_is_the_same_customer(gate: Gate) -> None:
    spaced = f"{PEOPLE[0][:3]} {PEOPLE[0][3:6]}-{PEOPLE[0][6:].lower()}"
    answer = await entities(gate, one(crn=spaced), one(crn=PEOPLE[0]))
    assert [found["crn"] for found in answer.data["_entities"]] == [PEOPLE[0]] * 2


async def test_unknown_and_restricted_are_told_as_other_fields_tell_them(gate: Gate) -> None:
    asked = [PEOPLE[0], NOBODY, LOCKED]
    answer = await entities(gate, *(one(crn=who) for who in asked))
    plain = await gate.ask(
        "query($crns: [CRN!]!) { customers(crns: $crns) { crn profile { names { family } } } }", crns=asked
    )
    shown = [found and found["crn"] for found in answer.partial["_entities"]]
    assert shown == [found and found["crn"] for found in plain.partial["customers"]]
    assert sorted(set(codes(answer))) == sorted(set(codes(plain))) == ["RESTRICTED_RECORD"]
    for unseen in (NOBODY, LOCKED):
        hidden = await entities(gate, one(crn=unseen), persona="partner")
        assert hidden.data["_entities"] == [None]


async def test_keys_count_as_so_many_customers(gate: Gate) -> None:
    most = await entities(gate, *(one(crn=who) for who in PEOPLE[:25]), one(crn=PEOPLE[0]), one())
    assert "TOO_MANY_CUSTOMERS" not in codes(most)
    before = len(gate.events)
    more = await entities(gate, *(one(crn=who) for who in PEOPLE))
    assert codes(more) == ["TOO_MANY_CUSTOMERS"]
    assert not [event for event in gate.events[before:] if isinstance(event, SourceAsked)]
    assert codes(await entities(gate, one(crn=PEOPLE[0]), one(crn=PEOPLE[1]), persona="partner")) == [
        "TOO_MANY_CUSTOMERS"
    ]


async def test_what_it_may_cost_is_told_from_how_many_keys_there_are(gate: Gate) -> None:
    dear = """query($all: [_Any!]!) { _entities(representations: $all) { ... on Customer { overview {
        cards(first: 50) { edges { node { title activities { edges { node { id } } } } } } } } } }"""
    few = await gate.ask(dear, all=[one(crn=PEOPLE[0])])
    assert codes(few) == []
    many = await gate.ask(dear, all=[one(crn=who) for who in PEOPLE[:20]])
    assert many.refusal == "QUERY_TOO_COSTLY"


async def test_each_customer_is_on_record(gate: Gate) -> None:
    before = len(gate.journal)
    await entities(gate, *(one(crn=who) for who in (*PEOPLE[:3], NOBODY, LOCKED)))
    assert Counter(event["verdict"] for event in gate.journal[before:])["OPEN"] == 3
    assert len(gate.journal[before:]) == 5


async def test_the_subgraph_says_of_itself_what_is_exported(gate: Gate) -> None:
    told = (await gate.ask(SERVICE)).data["_service"]["sdl"]
    assert told == sdl("2.11")
    assert '@link(url: "https://specs.apollo.dev/federation/v2.11"' in told
    assert 'type Customer implements Node @key(fields: "crn"' in told


async def test_without_federation_there_is_nothing_of_it(tmp_path: Path) -> None:
    assert graphql.build_schema(sdl()).query_type
    assert not {"@key", "@link", "_entities", "_service", "_Any"} & set(sdl().replace("(", " ").split())
    async with serving(tmp_path) as plain:
        assert (await plain.ask(SERVICE)).refusal == "GRAPHQL_VALIDATION_FAILED"


async def test_in_production_only_those_with_the_scope_are_told_the_schema(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, profile=Profile.PRODUCTION, federation="2.5")
    open_keyring(settings.keyring, make=True)
    async with serving(tmp_path, settings=settings) as real:
        for scopes, seen in ((("customer:read",), False), (("schema:read",), True)):
            key, _ = await key_for(real, scopes=scopes)
            headers = {"x-api-key": key, "content-type": "application/json"}
            answer = await real.send("POST", "/graphql", msgspec.json.encode({"query": SERVICE}), headers)
            assert ("federation/v2.5" in answer.text) is seen
            assert seen or answer.at("_service") == "FORBIDDEN_FIELD"


@pytest.mark.parametrize("version", VERSIONS)
def test_each_version_prints_its_own_link(version: str) -> None:
    assert f'"https://specs.apollo.dev/federation/v{version}"' in sdl(version)


def test_the_versions_are_those_of_the_library() -> None:
    assert tuple(FEDERATION_VERSIONS) == VERSIONS


@pytest.mark.parametrize("wrong", ["2.12", "1", "on", ""])
def test_another_version_stops_the_start(wrong: str) -> None:
    with pytest.raises(ValueError, match="version of the specification"):
        Settings(federation=wrong)


def test_the_command_prints_a_subgraph(tmp_path: Path) -> None:
    ran = overview("schema", "export", "--federation", "2.3", home=tmp_path)
    assert ran.stdout.decode() == sdl("2.3")
