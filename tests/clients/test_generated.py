"""A thousand queries that the schema allows, made by hypothesis-graphql: none breaks anything or shows too much."""

import json
import re
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy, integers, just, one_of, sampled_from
from hypothesis_graphql import nodes, queries

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
}
TAME: dict[str, SearchStrategy[Any]] = {
    **SCALARS,
    "Int": integers(1, 20).map(nodes.Int),
    "String": sampled_from(["maria", "007000001", "Parramatta"]).map(nodes.String),
}
"""Values that get past the checks of arguments, and on to the sources."""
QUERIES = one_of(
    queries(SDL, custom_scalars=SCALARS, allow_x00=False),
    *(
        queries(SDL, fields=[field], custom_scalars=TAME, allow_null=True)
        for field in ("customer", "customers", "customerBy") * 6  # most of them are about somebody
    ),
)


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
    @given(QUERIES)
    def ask(query: str) -> None:
        answer = gateway.ask(query)
        codes = {error["extensions"]["code"] for error in answer.get("errors", [])}
        text = json.dumps(answer, ensure_ascii=False)
        assert not codes & {"INTERNAL", "SOURCE_UNAVAILABLE", "ACCESS_CHECK_UNAVAILABLE"}, query
        assert not INSIDE.search(text), query
        assert [one for one in hidden if one in text] == [], query
        people = {name: one for name, one in (answer.get("data") or {}).items() if name not in NOBODYS}
        seen.update({"reached": shows_something(people), "asked": 1} | dict.fromkeys(codes, 1))

    ask()
    assert seen["asked"] >= CASES
    assert seen["reached"] >= 0.3 * seen["asked"], seen
