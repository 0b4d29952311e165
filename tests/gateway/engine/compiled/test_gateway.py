"""A gateway answers the first time as the library does, and from the second time on by compiled code: with the same."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from gateway.engine.execution import HandedBack
from gateway.settings import Settings
from tests.gateway.test_incremental import told
from tests.running import NOON, Gate, serving
from tests.running.people import ANNE, BORIS, everything_of

CARD = """id kind group title description date latestAt count channel direction outcome colour recency { label }
    pinned expandable readState source { system nativeId } knowledge { title } document { __typename }"""
DOCUMENTS = {
    "cards": f"""query($crn: CRN!) {{ customer(crn: $crn) {{ crn overview {{ generatedAt completeness
        sections {{ source status asOf itemCount }} alerts {{ __typename }} pinned {{ {CARD} }}
        cards(first: 50) {{ pageInfo {{ hasNextPage }} edges {{ node {{ {CARD} ... on DebtCard {{ count }} }} }} }}
    }} }} }}""",
    "rows": """query($crn: CRN!) { customer(crn: $crn) { crn profile { names { given family } }
        interactions(first: 40) { edges { node { id kind channel startedAt location { name } source { system } } } }
        correspondence(first: 30) { edges { node { id channel title } } }
        debts { truncated debts { id status } } ownership { lock { lockedAt } } } }""",
    "refused": "query($crn: CRN!) { customer(crn: $crn) { crn ownership { lock { lockedAt } } debts { truncated } } }",
    "two": """query($crn: CRN!, $other: CRN!) { customers(crns: [$crn, $other]) { ...one } }
        fragment one on Customer { id crn profile { ...who } timeline(first: 5) { days { date entries { title } } } }
        fragment who on Profile { names { family } }""",
}


@pytest.fixture(scope="module", params=[True, False], ids=["compiled", "plain"])
async def gate(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Gate]:
    records = [*everything_of(ANNE, NOON), *everything_of(BORIS, NOON)]
    home: Path = tmp_path_factory.mktemp("compiled")
    async with serving(home, *records, settings=Settings(home=home, compiled=request.param)) as serves:
        yield serves


@pytest.mark.parametrize("persona", ["officer", "restricted", "partner"])
@pytest.mark.parametrize("name", DOCUMENTS)
async def test_it_answers_the_same_each_time(name: str, persona: str, gate: Gate) -> None:
    given: dict[str, Any] = {"crn": ANNE} | ({"other": BORIS} if name == "two" else {})
    answers = [await gate.ask(DOCUMENTS[name], persona, **given) for _ in range(3)]
    assert answers[0].status == 200
    assert name == "two" or answers[0].body["data"]["customer"] is not None
    said = [
        (told(one.body["data"]), [error["message"] for error in one.body.get("errors", ())])
        for one in answers
    ]
    assert said[1] == said[0]
    assert said[2] == said[0]


async def test_nothing_of_what_there_is_is_handed_back(gate: Gate) -> None:
    before = len(gate.events)
    for _ in range(2):
        assert (await gate.ask(DOCUMENTS["cards"], crn=ANNE)).data["customer"]["overview"]["cards"]["edges"]
    assert [event for event in gate.events[before:] if isinstance(event, HandedBack)] == []
