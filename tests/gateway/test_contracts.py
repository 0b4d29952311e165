"""A contract at an address of its own: what it holds is answered as anywhere, and of the rest it tells nothing."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import graphql
import msgspec
import pytest

from gateway.app import application
from gateway.contracts import views
from gateway.document_limits import Enforcement
from gateway.keyring import open_keyring
from gateway.settings import Profile, Settings
from sources.crn import ServicesAustralia
from sources.parts import Restriction
from sources.toml_file import BadFileError
from tests.gateway.trusted.desks import desk_of, key, own
from tests.running import NOON, Answer, Gate, serving
from tests.running.command import overview
from tests.running.documents import new_key, posted
from tests.running.keys import shown
from tests.running.people import ANNE, BORIS, everything_of
from tests.schema.everything import everything_below

VIEW = views(None, ServicesAustralia())["partner"]
SCHEMA = graphql.build_schema(VIEW.printed)
HIDDEN = "query($crn: CRN!) { customer(crn: $crn) { ownership { cases { number } } } }"
NONSENSE = HIDDEN.replace("ownership", "nonsenses")
SHORT = "query Short($crn: CRN!) { customer(crn: $crn) { id profile { names { family } } } }"
TYPES = "{ __schema { types { name fields { name } } subscriptionType { name } directives { name } } }"


@pytest.fixture(scope="module")
async def gate(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gate]:
    folder = tmp_path_factory.mktemp("contracts")
    people = [*everything_of(ANNE, NOON), *everything_of(BORIS, NOON), posted(ANNE, "posted")]
    settings = Settings(home=folder, document_limits=Enforcement.MEASURE, document_tokens=4_000)
    async with serving(folder, *people, Restriction(BORIS, restricted=True), settings=settings) as serves:
        yield serves


async def asked(
    gate: Gate,
    document: str,
    persona: str = "partner",
    path: str = "/graphql/partner",
    accept: str = "application/graphql-response+json",
    **variables: Any,
) -> Answer:
    headers = {
        "authorization": f"Bearer {gate.token(persona)}",
        "content-type": "application/json",
        "accept": accept,
    }
    body = msgspec.json.encode({"query": document, "variables": variables})
    return await gate.send("POST", path, body, headers)


@pytest.mark.parametrize("persona", ["partner", "officer"])
async def test_what_it_holds_is_answered_as_by_the_whole_graph(persona: str, gate: Gate) -> None:
    kind = SCHEMA.type_map["Customer"]
    document = (
        f"query($crn: CRN!) {{ customer(crn: $crn) {everything_below(kind)} viewer {{ kind id scopes }} }}"
    )
    here = await asked(gate, document, persona, crn=ANNE)
    there = await asked(gate, document, persona, "/graphql", crn=ANNE)
    assert here.partial["customer"]["overview_Overview"]["cards_CardConnection"]["edges_CardEdge"]
    assert here.body["data"] == there.body["data"]
    assert [(one["path"], one["extensions"]["code"]) for one in here.body.get("errors", [])] == [
        (one["path"], one["extensions"]["code"]) for one in there.body.get("errors", [])
    ]


async def test_ids_lead_back_and_commands_are_done(gate: Gate) -> None:
    ids = await asked(
        gate, "query($crn: CRN!) { customer(crn: $crn) { debts { debts { id } } } }", "officer", crn=ANNE
    )
    (debt, *_) = ids.data["customer"]["debts"]["debts"]
    node = await asked(gate, "query($id: ID!) { node(id: $id) { __typename id } }", "officer", id=debt["id"])
    assert node.data["node"] == {"__typename": "Debt", **debt}
    document = (
        "mutation($input: MarkDocumentViewedInput!) { markDocumentViewed(input: $input) { __typename } }"
    )
    done = await asked(gate, document, input={"idempotencyKey": new_key(), "id": "nothing"})
    assert done.data["markDocumentViewed"]["__typename"] == "RuleViolation"


async def test_each_look_is_decided_and_on_record(gate: Gate) -> None:
    recorded = len(gate.journal)
    assert (await asked(gate, SHORT, crn=ANNE)).data["customer"]["profile"]
    assert (await asked(gate, SHORT, crn=BORIS)).data["customer"] is None
    assert [event["verdict"] for event in gate.journal[recorded:]] == ["OPEN", "HIDDEN"]
    assert (await asked(gate, SHORT, "dashboard", crn=ANNE)).errors[0]["extensions"]["code"] == "FORBIDDEN"


async def test_a_field_outside_is_told_of_like_one_that_is_nowhere(gate: Gate) -> None:
    hidden, nonsense = [await asked(gate, text, "officer", crn=ANNE) for text in (HIDDEN, NONSENSE)]
    assert (hidden.status, hidden.refusal) == (400, "GRAPHQL_VALIDATION_FAILED")
    assert hidden.errors[0]["message"].replace("ownership", "nonsenses") == nonsense.errors[0]["message"]
    close = await asked(gate, HIDDEN.replace("ownership", "ownershi"), "officer", crn=ANNE)
    assert "ownership" not in close.text.replace("'ownershi'", "")


async def test_it_describes_itself_and_nothing_else(gate: Gate) -> None:
    told = (await asked(gate, TYPES)).data["__schema"]
    fields = {one["name"]: {field["name"] for field in one["fields"] or ()} for one in told["types"]}
    for name, kind in SCHEMA.type_map.items():
        assert name in fields
        if isinstance(kind, graphql.GraphQLObjectType | graphql.GraphQLInterfaceType) and name[:2] != "__":
            assert fields[name] == set(kind.fields)
    assert set(fields) - set(SCHEMA.type_map) == set()
    assert told["subscriptionType"] is None
    assert "tag" not in {one["name"] for one in told["directives"]}
    whole = graphql.build_schema(await whole_of(gate))
    for name in gone(whole):
        assert f"`{name}" not in VIEW.printed
        assert f" {name}" not in graphql.print_schema(graphql.build_schema(VIEW.printed)).replace('"""', "#")


async def whole_of(gate: Gate) -> str:
    told: Any = (await asked(gate, graphql.get_introspection_query(), path="/graphql")).data
    return graphql.print_schema(graphql.build_client_schema(told))


def gone(whole: graphql.GraphQLSchema) -> set[str]:
    """Names of fields that are nowhere in the view, as one would write them: in two words or more."""

    def names(schema: graphql.GraphQLSchema) -> set[str]:
        kinds: list[Any] = list(schema.type_map.values())
        return {field for kind in kinds for field in getattr(kind, "fields", {})}

    return {name for name in names(whole) - names(SCHEMA) if name.lower() != name}


async def test_nothing_can_be_followed(gate: Gate) -> None:
    for accept in ("text/event-stream", "application/json"):
        answer = await asked(gate, "subscription { screenPop { callId } }", "officer", accept=accept)
        assert answer.refusal == "GRAPHQL_VALIDATION_FAILED"


@pytest.mark.parametrize("path", ["/graphql/nobody", "/graphql/", "/graphql/partner/", "/graphql/Partner"])
async def test_another_contract_is_not_there(path: str, gate: Gate) -> None:
    answer = await asked(gate, SHORT, path=path, crn=ANNE)
    assert (answer.status, answer.refusal) == (404, "NOT_FOUND")


async def test_a_stranger_gets_nowhere(gate: Gate) -> None:
    assert (await shown(gate, path="/graphql/partner")).status == 401


async def test_a_registered_document_runs_where_it_fits(tmp_path: Path) -> None:
    async with desk_of(tmp_path, {"desk": own(SHORT, HIDDEN)}, *everything_of(ANNE, NOON)) as desk:
        for text, good in ((SHORT, True), (HIDDEN, False), (SHORT, True)):
            body = msgspec.json.encode({"id": key(text), "variables": {"crn": ANNE}})
            sent = desk.headers("desk") | {"content-type": "application/json"}
            answer = await desk.gate.send("POST", "/graphql/partner", body, sent)
            if good:
                assert answer.data["customer"]["id"]
            else:
                assert answer.refusal == "GRAPHQL_VALIDATION_FAILED"
            there = await desk.gate.send("POST", "/graphql", body, sent)
            assert there.body["data"]["customer"] is not None


async def test_in_production_it_does_not_describe_itself(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, profile=Profile.PRODUCTION)
    open_keyring(settings.keyring, make=True)
    async with serving(tmp_path, settings=settings) as real:
        paths = {getattr(route, "path", "") for route in application(real.gateway).routes}
        assert "/graphql/partner" in paths
    quiet = views(None, ServicesAustralia(), introspection=False)["partner"]
    assert quiet.config.disable_field_suggestions


async def test_a_body_writes_contracts_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "contracts.toml"
    file.write_text('[contracts.wide]\nexclude = ["staff"]\n', "utf-8")
    async with serving(tmp_path, settings=Settings(home=tmp_path, contracts_file=file)) as own_gate:
        assert (await asked(own_gate, "{ sources { __typename } }", path="/graphql/wide")).status == 200
        assert (await asked(own_gate, SHORT, crn=ANNE)).status == 404
    file.write_text("", "utf-8")
    assert views(file, ServicesAustralia()) == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[contract.partner]\ninclude = ["partner"]', "no such table, did you mean `contracts`"),
        ("contracts = 1", "a table"),
        ('[contracts.partner]\ninclude = ["partners"]', "no field has the tag `partners`"),
        ('[contracts.partner]\nexclude = ["nobody"]', "no field has the tag `nobody`"),
        ('[contracts.partner]\ninclude = ["staff"]', "nothing to ask for"),
        ('[contracts.partner]\nincludes = ["staff"]', "no such key"),
        ('[contracts."A b"]\ninclude = ["partner"]', "small letters"),
    ],
    ids=lambda value: value[:30],
)
def test_a_mistake_in_the_file_is_told_with_its_place(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "contracts.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(BadFileError, match=said.partition(",")[0]):
        views(file, ServicesAustralia())


def test_the_command_prints_a_view(tmp_path: Path) -> None:
    ran = overview("schema", "export", "--contract", "partner", home=tmp_path)
    assert ran.stdout.decode() == VIEW.printed
    for words in (("--contract", "nobody"), ("--contract", "partner", "--federation", "2.9")):
        wrong = overview("schema", "export", *words, home=tmp_path)
        assert wrong.returncode == 2
        assert b"contract" in wrong.stderr.lower()
