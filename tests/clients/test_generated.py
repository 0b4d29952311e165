"""A thousand queries that schemathesis makes of the schema: none breaks anything or shows too much."""

import json
import re
from collections import Counter
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy, integers, just, one_of, sampled_from, text
from requests import Session
from schemathesis import Case, GenerationMode
from schemathesis.graphql import nodes

from tests.clients.conftest import MARIA, RHEA, Served
from tests.running.command import HOUSE

pytestmark = pytest.mark.conformance

SDL = (HOUSE / "schema/schema.graphql").read_text("utf-8")
CASES = 1_000
NOBODYS = {"viewer", "sources", "__typename"}
"""Fields beneath which there is no customer."""
DAN = "000000006V"
PAULINE = "000000007S"
INSIDE = re.compile(r"Traceback|sqlalchemy|sqlite|msgspec|File \\\"|/site-packages/")
HERS = """query ($crn: CRN!) { customer(crn: $crn) {
  profile { contactPoints { value } addresses { lines } }
  correspondence { edges { node { sentAt source { nativeId } } } }
} }"""
SCALARS: dict[str, SearchStrategy[Any]] = {
    "CRN": sampled_from([MARIA, DAN, PAULINE, RHEA]).map(nodes.String),
    "Date": sampled_from(["2024-06-30", "2025-03-10"]).map(nodes.String),
    "DateTime": just(nodes.String("2025-03-10T09:00:00+11:00")),
    "Decimal": just(nodes.String("1.00")),
    # most of the rest get past the checks of arguments, and on to the sources
    "ID": one_of(*[just("00420-7")] * 9, text(max_size=70)).map(nodes.String),
    "Int": one_of(*[integers(1, 20)] * 29, integers(-(2**31), 2**31 - 1)).map(nodes.Int),
    "String": one_of(*[sampled_from(["maria", "007000001", "Parramatta"])] * 9, text(max_size=40)).map(
        nodes.String
    ),
}
OF_PEOPLE = ("customer", "customers", "customerBy")


def cases(gateway: Served) -> SearchStrategy[Case[Any]]:
    """What the tool makes of the schema as the gateway tells it: most of it is about somebody, some does not fit."""
    for name, strategy in SCALARS.items():
        schemathesis.graphql.scalar(name, strategy)
    schema = schemathesis.graphql.from_url(gateway.address, headers=shown(gateway), timeout=60)
    queries = {name: schema["Query"][name] for name in schema["Query"]}
    wrong = [queries[name].as_strategy(GenerationMode.NEGATIVE) for name in OF_PEOPLE]
    people = [queries[name].as_strategy() for name in (*["customer"] * 3, *OF_PEOPLE)]
    return one_of(*people * 5, *wrong, *(one.as_strategy() for one in queries.values()))


def shown(gateway: Served) -> dict[str, str]:
    return {"Authorization": f"Bearer {gateway.tokens['officer']}"}


def secrets(town: bytes) -> set[str]:
    """What stands in the restricted record alone: numbers, addresses, and ways to reach her."""
    hers, others = set[str](), set[str]()
    for line in town.splitlines():
        (hers if RHEA.encode() in line else others).update(told(json.loads(line)))
    return {one for one in hers - others if len(one) > 5 and RHEA not in one and one not in SDL}


def told(value: Any) -> set[str]:
    """Every text in a record."""
    if isinstance(value, dict | list):
        return set().union(*(told(one) for one in (value.values() if isinstance(value, dict) else value)))
    return {value} if isinstance(value, str) else set()


def shows_something(value: Any) -> bool:
    if isinstance(value, dict | list):
        return any(shows_something(one) for one in (value.values() if isinstance(value, dict) else value))
    return value is not None


def test_a_thousand_queries_break_nothing_and_show_nothing_of_a_restricted_record(gateway: Served) -> None:
    hidden, seen = secrets(gateway.town), Counter[str]()
    hers = gateway.ask(HERS, "restricted", crn=RHEA)  # whoever may see it is shown what must not be seen
    assert sum(one in json.dumps(hers) for one in hidden) > 3

    @seed(20250310)
    @settings(
        max_examples=CASES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases(gateway))
    def ask(case: Case[Any]) -> None:
        answered = case.call(session=session, headers=shown(gateway), timeout=60)
        case.operation.validate_response(answered, case=case)  # it is as the schema has it
        assert answered.status_code < 500, case.body
        answer = answered.json()
        codes = {error["extensions"]["code"] for error in answer.get("errors", [])}
        told_text = json.dumps(answer, ensure_ascii=False)
        assert not codes & {"INTERNAL", "SOURCE_UNAVAILABLE", "ACCESS_CHECK_UNAVAILABLE"}, case.body
        assert not INSIDE.search(told_text), case.body
        assert [one for one in hidden if one in told_text] == [], case.body
        people = {name: one for name, one in (answer.get("data") or {}).items() if name not in NOBODYS}
        seen.update({"reached": shows_something(people), "asked": 1} | dict.fromkeys(codes, 1))

    with Session() as session:
        ask()
    assert seen["asked"] >= CASES
    assert seen["reached"] >= 0.3 * seen["asked"], seen
