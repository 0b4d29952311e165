"""What a production gateway says of documents that do not fit its schema: the same, whatever of them is wrong."""

from collections.abc import AsyncIterator

import msgspec
import pytest

from gateway.keyring import open_keyring
from gateway.settings import Profile, Settings
from tests.running import Answer, Gate, serving
from tests.running.keys import key_for
from tests.running.people import ANNE, person

SOMEBODY = "204123456K"
"""As real customers' numbers are: a production profile refuses those of invented people."""
WHOM = ", ".join([f'"{SOMEBODY}"'] * 6)
PAGE = "interactions(first: 50) { edges { node { id } } }"
DEAR = " ".join(f"n{n}: customers(crns: [{WHOM}]) {{ {PAGE} }}" for n in range(4))
MISFITS = {
    "no field is known": "{ nothing }",
    "one of several fields is not": "{ viewer { id nothing } sources { name } }",
    "a field without what is beneath it": "{ viewer }",
    "something beneath a field that has nothing beneath": "{ viewer { id { nothing } } }",
    "no argument is known": '{ customer(nothing: "x") { id } }',
    "an argument is missing": "{ customer { id } }",
    "an argument is of another type": "{ node(id: [7]) { id } }",
    "a word that is none": "{ searchCustomers(quick: NOTHING) { __typename } }",
    "a type is not known": "query ($x: Nothing) { viewer { id } }",
    "a variable is of another type": "query ($x: Int!) { customer(crn: $x) { id } }",
    "a variable that is no input": "query ($x: Customer!) { customer(crn: $x) { id } }",
    "a fragment on what there is not": "{ viewer { ... on Nothing { id } } }",
    "a fragment on something else": "{ viewer { ... on Customer { id } } }",
    "a fragment that nobody spreads": "{ viewer { id } } fragment F on Customer { id }",
    "a directive is not known": "{ viewer { id @nothing } }",
    "the schema is asked for": "{ __schema { types { name } } }",
    "a command that is not there": "mutation { nothing }",
    "two fields of one name": "{ viewer { id: kind id } }",
    "a wrong number in the midst of it": '{ customer(crn: "20412345") { nothing } }',
    "dear, if it were right": "{ " + DEAR + " nothing }",
}


@pytest.fixture(scope="module")
async def asked(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Gate, str]]:
    folder = tmp_path_factory.mktemp("misfits")
    settings = Settings(profile=Profile.PRODUCTION, home=folder, rate_partner=0)
    open_keyring(settings.keyring, make=True)
    async with serving(folder, person(ANNE), settings=settings) as gate:
        yield gate, (await key_for(gate))[0]


async def ask(asked: tuple[Gate, str], document: str) -> Answer:
    gate, key = asked
    headers = {
        "content-type": "application/json",
        "x-api-key": key,
        "accept": "application/graphql-response+json",
    }
    return await gate.send("POST", "/graphql", msgspec.json.encode({"query": document}), headers)


@pytest.mark.parametrize("kind", MISFITS)
async def test_all_that_is_said_of_a_misfit_is_that_it_is_one(kind: str, asked: tuple[Gate, str]) -> None:
    """Else whoever has a dictionary finds the names of the schema in what is said of others."""
    answer = await ask(asked, MISFITS[kind])
    assert answer.status == 400
    assert answer.body == {
        "errors": [
            {
                "message": "The document does not fit the schema.",
                "extensions": {
                    "code": "GRAPHQL_VALIDATION_FAILED",
                    "class": "REQUEST",
                    "retryable": False,
                    "reference": answer.headers["x-request-id"],
                },
            }
        ]
    }


async def test_of_a_document_that_fits_it_is_said_what_else_is_wrong(asked: tuple[Gate, str]) -> None:
    assert (await ask(asked, "{ viewer { id } }")).data["viewer"]
    answer = await ask(asked, "{ " + DEAR + " }")
    assert answer.refusal == "QUERY_TOO_COSTLY"
    answer = await ask(asked, '{ customer(crn: "20412345") { id } }')
    assert answer.refusal == "BAD_USER_INPUT"
    assert "CRN" in answer.errors[0]["message"]
    assert (await ask(asked, "{ viewer { ")).refusal == "GRAPHQL_PARSE_FAILED"
