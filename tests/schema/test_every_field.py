"""Every field can be asked for alone: look-ahead brings what it needs."""

from collections.abc import AsyncIterator, Iterator

import graphql
import pytest

from gateway.document_limits import Enforcement
from gateway.settings import Settings
from sources.parts import Restriction
from tests.running import NOON, Gate, serving
from tests.running.people import ANNE, everything_of, person
from tests.schema.everything import SCHEMA, everything_below
from tests.sources.specimens import crn

EMPTY, LOCKED = crn(301), crn(302)


@pytest.fixture(scope="module")
async def gate(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gate]:
    told = [
        *everything_of(ANNE, NOON),
        person(EMPTY),
        *everything_of(LOCKED, NOON),
        Restriction(LOCKED, restricted=True),
    ]
    folder = tmp_path_factory.mktemp("fields")
    settings = Settings(home=folder, document_limits=Enforcement.MEASURE)  # everything at once
    async with serving(folder, *told, settings=settings) as serves:
        yield serves


def sections() -> Iterator[str]:
    customer = SCHEMA.type_map["Customer"]
    assert isinstance(customer, graphql.GraphQLObjectType)
    yield from customer.fields


@pytest.mark.parametrize("section", list(sections()))
async def test_a_section_may_be_asked_for_alone(section: str, gate: Gate) -> None:
    customer = SCHEMA.type_map["Customer"]
    assert isinstance(customer, graphql.GraphQLObjectType)
    selection = f"{section} {everything_below(customer.fields[section].type)}"
    for owner in (ANNE, EMPTY):
        answer = await gate.ask(f"query($crn: CRN!) {{ customer(crn: $crn) {{ {selection} }} }}", crn=owner)
        assert answer.data["customer"].keys() == {section}
    for persona in ("officer", "partner", "restricted", "dashboard"):
        for owner in (ANNE, LOCKED):
            answer = await gate.ask(
                f"query($crn: CRN!) {{ customer(crn: $crn) {{ {selection} }} }}", persona, crn=owner
            )
            assert {error["extensions"]["class"] for error in answer.errors} <= {"ACCESS"}


async def test_everything_may_be_asked_for_at_once(gate: Gate) -> None:
    whole = f"query($crn: CRN!) {{ customer(crn: $crn) {everything_below(SCHEMA.type_map['Customer'], 4)} }}"
    answer = await gate.ask(whole, crn=ANNE)
    assert answer.data["customer"]


async def test_the_rest_of_the_root_may_be_asked_for(gate: Gate) -> None:
    query = SCHEMA.query_type
    assert query is not None
    for name in ("viewer", "sources"):
        assert (await gate.ask(f"{{ {name} {everything_below(query.fields[name].type)} }}")).data[name]
