"""Every way to a customer's data, found by walking the schema, passes the loader entry: so will those to come."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias

import graphql
import pytest
from msgspec import Struct

from gateway.app import application
from gateway.auth.personas import PERSONAS
from gateway.document_limits import Enforcement
from gateway.settings import Settings
from resolvers.commands.documents import Pass, address_for
from resolvers.sealing import NodeKey, node_id
from schema import sdl
from sources.parts import Restriction
from sources.parts.customer import Identifier, IdentifierKind, Name, NameKind
from sources.source import SourceAsked
from tests.records import CALL, happened
from tests.running import NOON, Gate, serving
from tests.running.documents import fetched, new_key, posted, sources_with
from tests.running.live import first_told
from tests.running.people import ANNE, BORIS, everything_of, person
from tests.running.senders import events_file
from tests.running.telephones import rings, telephony_file
from tests.schema.everything import everything_below

FEDERATION = "2.11"
SCHEMA = graphql.build_schema(sdl(FEDERATION), assume_valid_sdl=True)
"""With the two fields more that only routers ask for."""
NAME, CALLED = "Featherstonehaugh", "Quintessential"
CAN = {ANNE: "4711", BORIS: "4712"}
Variables: TypeAlias = Callable[[Gate, str], dict[str, Any]]


class Way(Struct):
    """How a root field is asked about one customer: its arguments in the document, and what they are.

    `before` is what has to happen first. Whoever is no officer gets nowhere on a way `for_officers`, and is refused
    nothing. With `later` all of the customer is deferred, and read in parts.
    """

    declared: str
    given: str
    variables: Variables
    before: Callable[[Gate, str], Awaitable[Any]] | None = None
    for_officers: bool = False
    later: bool = False


async def on_the_line(gate: Gate, who: str) -> None:
    """Let the telephone of every officer ring, with this person on the line."""
    for officer in ("officer-1", "officer-2", "partner-1", "dashboard-1"):
        gate.hands.now += timedelta(milliseconds=1)
        assert (await rings(gate, officer=officer, customer={"crn": who})).status == 202


WAYS: dict[str, list[Way]] = {
    "customer": [
        Way("$crn: CRN!", "crn: $crn", lambda _, who: {"crn": who}),
        Way("$crn: CRN!", "crn: $crn", lambda _, who: {"crn": who}, later=True),
    ],
    "customers": [
        Way("$crn: CRN!", "crns: [$crn]", lambda _, who: {"crn": who}),
        Way("$crn: CRN!", "crns: [$crn]", lambda _, who: {"crn": who}, later=True),
    ],
    "customerBy": [
        Way("$crn: CRN!", "identifier: {crn: $crn}", lambda _, who: {"crn": who}),
        Way("$can: String!", "identifier: {can: $can}", lambda _, who: {"can": CAN[who]}),  # type: ignore[index]
    ],
    "searchCustomers": [
        Way("$quick: String!", "quick: $quick", lambda _, who: {"quick": f"{NAME}{who[:9]}"}),
        Way(
            "$family: String!",
            "advanced: {familyName: $family}",
            lambda _, who: {"family": f"{NAME}{who[:9]}"},
        ),
    ],
    "overviewChanged": [Way("$crn: CRN!", "crn: $crn", lambda _, who: {"crn": who})],
    "customerChanged": [Way("$crn: CRN!", "crn: $crn", lambda _, who: {"crn": who})],
    "screenPop": [Way("", "", lambda _gate, _who: {}, on_the_line, for_officers=True)],
    "viewer": [Way("", "", lambda _gate, _who: {}, on_the_line, for_officers=True)],
    "node": [
        Way("$id: ID!", "id: $id", lambda gate, who: {"id": sealed(gate, "Customer", who)}),
        Way("$id: ID!", "id: $id", lambda gate, who: {"id": sealed(gate, "Interaction", who, f"call{who}")}),
    ],
    "_entities": [
        Way("$one: _Any!", "representations: [$one]", lambda _, who: {"one": keyed("Customer", crn=who)}),
        Way(
            "$one: _Any!",
            "representations: [$one]",
            lambda gate, who: {"one": keyed("Customer", id=sealed(gate, "Customer", who))},
        ),
        Way(
            "$one: _Any!",
            "representations: [$one]",
            lambda gate, who: {
                "one": keyed("Interaction", id=sealed(gate, "Interaction", who, f"call{who}"))
            },
        ),
    ],
}
IMPERSONAL = {"sources", "sourceHealthChanged", "_service"}
FOLLOWED = frozenset({"overviewChanged", "customerChanged", "screenPop"})
"""What is asked for as a subscription; what is told of it first is looked at."""
COMMANDS = {"breakGlass", "purgeCache", "setCallContext"}
"""Commands whose answers tell nothing of a customer."""
DOCUMENTS = {"openDocument": "OpenDocumentInput!", "markDocumentViewed": "MarkDocumentViewedInput!"}
"""Commands that lead to a customer's documents, each with what it takes."""
ADDRESSES = {
    "/graphql",
    "/graphql/partner",
    "/explorer/{file}",
    "/telephony",
    "/events",
    "/documents/{token}",
    "/health/live",
    "/health/ready",
}
"""Every address over HTTP. At three of them there is something of customers: a contract's is that of a part of the same
schema, with the same resolvers. The explorer is files that all may have."""


def sealed(gate: Gate, kind: str, who: str, native: str = "") -> str:
    return node_id(gate.gateway.sealer, NodeKey(kind, who, native))  # type: ignore[arg-type]


def keyed(kind: str, **key: str) -> dict[str, str]:
    """What a router asks by."""
    return {"__typename": kind, **key}


def roots() -> Iterator[tuple[str, Any]]:
    for kind in (SCHEMA.query_type, SCHEMA.mutation_type, SCHEMA.subscription_type):
        yield from kind.fields.items() if kind is not None else ()


def reached(kind: Any, seen: set[str]) -> set[str]:
    """The names of all types that a type leads to, itself included."""
    named = graphql.get_named_type(kind)
    if named.name in seen or graphql.is_leaf_type(named):
        return seen
    seen.add(named.name)
    members = SCHEMA.get_possible_types(named) if graphql.is_abstract_type(named) else ()
    for inner in (*members, *(field.type for field in getattr(named, "fields", {}).values())):
        reached(inner, seen)
    return seen


PERSONAL = reached(SCHEMA.type_map["Customer"], set()) - {"PageInfo", "Query"}


def test_every_root_field_that_leads_to_a_customer_is_tried() -> None:
    leading = {name for name, field in roots() if reached(field.type, set()) & PERSONAL}
    assert leading == WAYS.keys() | DOCUMENTS.keys()
    assert {name for name, _ in roots()} == WAYS.keys() | DOCUMENTS.keys() | IMPERSONAL | COMMANDS


async def test_every_address_is_tried(gate: Gate) -> None:
    routes: list[Any] = list(application(gate.gateway).routes)
    assert {route.path for route in routes} == ADDRESSES


def told(who: Any) -> list[Any]:
    rest = [one for one in everything_of(who, NOON) if type(one).__name__ != "Customer"]
    names = (Name(NameKind.LEGAL, f"{NAME}{who[:9]}"),)
    numbers = (Identifier(IdentifierKind.CAN, CAN[who]),)
    call = happened(CALL, NOON, crn=who, id=f"call{who}", title=CALLED)
    return [person(who, names=names, identifiers=numbers), *rest, call, posted(who, "posted")]


@pytest.fixture(scope="module")
async def gate(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gate]:
    folder: Path = tmp_path_factory.mktemp("ways")
    locked = Restriction(BORIS, restricted=True, manager="officer-9")
    sources = sources_with(folder, "http://127.0.0.1:9")  # where no document comes from
    settings = Settings(
        home=folder,
        telephony_file=telephony_file(folder),
        events_file=events_file(folder),
        federation=FEDERATION,
        document_tokens=4_000,
        sources=str(sources),
        document_limits=Enforcement.MEASURE,  # everything at once
    )
    async with serving(folder, *told(ANNE), *told(BORIS), locked, settings=settings) as serves:
        yield serves


TRIED = [
    pytest.param(name, way, id=f"{name}-{number}")
    for name, ways in WAYS.items()
    for number, way in enumerate(ways)
]


async def asked(gate: Gate, name: str, way: Way, who: str, persona: str) -> tuple[str, list[Any], int]:
    """What comes out, what goes on record, and how often customers' sources are asked."""
    field: Any = dict(roots())[name]
    below = everything_below(field.type)
    if name == "node":
        below = "{ __typename ... on Customer { profile { names { family } } } ... on Interaction { title } }"
    if way.before is not None:
        await way.before(gate, who)
    before, recorded = len(gate.events), len(gate.journal)
    declared, given = (f"({text})" if text else "" for text in (way.declared, way.given))
    kind, ask = ("subscription", first_told) if name in FOLLOWED else ("query", Gate.ask)
    document = f"{kind}{declared} {{ {name}{given} {below} }}"
    variables = way.variables(gate, who)
    if way.later:
        document = document.replace(below, f"{{ __typename ... @defer {below} }}")
        answer = await gate.ask(
            document, persona, {"accept": "multipart/mixed, application/json"}, **variables
        )
    else:
        answer = await ask(gate, document, persona, **variables)
    calls = [one for one in gate.events[before:] if isinstance(one, SourceAsked) and one.part != "identifier"]
    assert answer.status == 200, answer.text
    return answer.text, gate.journal[recorded:], len(calls)


@pytest.mark.parametrize(("name", "way"), TRIED)
async def test_whoever_is_let_in_is_on_record(name: str, way: Way, gate: Gate) -> None:
    """BR-AC-4."""
    text, events, _ = await asked(gate, name, way, ANNE, "officer")
    assert NAME in text or CALLED in text
    assert "view" in {event["action"] for event in events}


@pytest.mark.parametrize(("name", "way"), TRIED)
async def test_whoever_may_see_nobody_gets_nothing_and_no_source_is_asked(
    name: str, way: Way, gate: Gate
) -> None:
    text, events, calls = await asked(gate, name, way, ANNE, "dashboard")
    assert (NAME in text, CALLED in text, calls) == (False, False, 0)
    assert ("FORBIDDEN" in text) is not way.for_officers
    assert {event["action"] for event in events} == ({"deny"} if not way.for_officers else set())


@pytest.mark.parametrize("persona", ["officer", "centre", "partner"])
@pytest.mark.parametrize(("name", "way"), TRIED)
async def test_nothing_of_a_restricted_record_comes_out_whichever_way(
    name: str, way: Way, persona: str, gate: Gate
) -> None:
    text, events, _ = await asked(gate, name, way, BORIS, persona)
    assert (NAME in text, CALLED in text) == (False, False)
    assert persona != "partner" or (BORIS not in text and "RESTRICTED" not in text)
    assert "view" not in {event["action"] for event in events}


async def commanded(gate: Gate, name: str, who: str, persona: str) -> tuple[Any, list[Any], int]:
    """What a command about a document comes to, what goes on record, and how often customers' sources are asked."""
    before, recorded = len(gate.events), len(gate.journal)
    document = f"mutation($input: {DOCUMENTS[name]}) {{ {name}(input: $input) {{ __typename }} }}"
    given = {"idempotencyKey": new_key(), "id": sealed(gate, "Document", who, "posted")}
    answer = await gate.ask(document, persona, input=given)
    calls = [one for one in gate.events[before:] if isinstance(one, SourceAsked)]
    told = answer.body.get("data") and answer.body["data"][name]
    return told or answer.text, gate.journal[recorded:], len(calls)


@pytest.mark.parametrize("name", DOCUMENTS)
async def test_a_command_about_a_document_passes_the_same_door(name: str, gate: Gate) -> None:
    told, events, _ = await commanded(gate, name, ANNE, "officer")
    assert told["__typename"] in {"DocumentOpened", "DocumentViewed"}
    assert [(event["action"][:8], event["verdict"]) for event in events] == [("document", "OPEN")]
    told, events, calls = await commanded(gate, name, ANNE, "dashboard")
    assert "FORBIDDEN" in told
    assert ({event["action"] for event in events}, calls) == ({"deny"}, 0)
    for persona in ("officer", "centre", "partner"):
        told, events, _ = await commanded(gate, name, BORIS, persona)
        assert "RuleViolation" in str(told) if persona == "partner" else "RESTRICTED_RECORD" in told
        assert {event["action"] for event in events} == {"deny"}


async def test_an_address_passes_the_same_door(gate: Gate) -> None:
    """Whoever was given one before the record was closed, or who lost the right to it, gets nothing."""
    for who, persona, status, actions in (
        (BORIS, "officer", 403, ["deny"]),
        (BORIS, "partner", 404, ["deny"]),
        (ANNE, "dashboard", 403, ["deny"]),
        (ANNE, "officer", 503, ["document_opened"]),  # let in; and nobody listens where documents come from
    ):
        caller, recorded = PERSONAS[persona], len(gate.journal)
        until = gate.gateway.clock() + timedelta(seconds=60)
        purpose = gate.gateway.settings.purpose(caller.kind)
        passed = Pass(caller.kind, caller.organisation, caller.id, who, "posted", until, purpose)
        address = address_for(gate.gateway.sealer, passed)
        answer = await fetched(gate, address, persona)
        assert answer.status_code == status, answer.text
        assert [event["action"] for event in gate.journal[recorded:]] == actions


def test_the_walk_finds_what_it_is_there_to_find() -> None:
    assert {"Customer", "Profile", "Overview", "Interaction", "Debt", "Card"} <= PERSONAL
    assert not reached(SCHEMA.type_map["Source"], set()) & PERSONAL
