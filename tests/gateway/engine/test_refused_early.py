"""Documents that go too far: refused by their code, before any source is asked, and before they cost anything."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.document_limits import Enforcement
from gateway.engine.execution import Appraised
from gateway.settings import Settings
from sources.source import SourceAsked
from tests.running import Gate, serving
from tests.running.people import ANNE, person

CHEAP = 0.05
"""Seconds of the processor's time that a bad document may cost."""
LEVELS = 90
BOMB = " ".join(f"fragment F{n} on Customer {{ ...F{n + 1} ...F{n + 1} }}" for n in range(LEVELS))
START = f'customer(crn: "{ANNE}")'
PAGE = "overview { cards(first: 100) { edges { node { knowledge { title } source { nativeId } } } } }"
MANY = "profile { title } " * 300
BAD = {
    "fragments that double": (
        f"{{ {START} {{ ...F0 }} }} {BOMB} fragment F{LEVELS} on Customer {{ id }}",
        "QUERY_TOO_COMPLEX",
    ),
    "fragments in a circle": (
        f"{{ {START} {{ ...A }} }} fragment A on Customer {{ ...B }} fragment B on Customer {{ ...A }}",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "the same object a hundred times": (
        f"{{ {START} {{ {'profile { title } ' * 100} }} }}",
        "QUERY_TOO_COMPLEX",
    ),
    "six hundred fields": (
        "{ " + START + " { " + " ".join(f"profile {{ f{n} }}" for n in range(300)) + " } }",
        "QUERY_TOO_COMPLEX",
    ),
    "a fragment that nobody spreads": (
        f"{{ viewer {{ id }} }} fragment A on Customer {{ {MANY} }}",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "two fragments of one name": (
        f"{{ {START} {{ ...A }} }} fragment A on Customer {{ {MANY} }} fragment A on Customer {{ id }}",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "a hundred levels": ("{ " + "a { " * 100 + "b" + " }" * 101, "QUERY_TOO_DEEP"),
    "three hundred levels": ("{ " + "a { " * 300 + "b" + " }" * 301, "QUERY_TOO_DEEP"),
    "aliases": (
        "{ " + START + " { " + " ".join(f"a{n}: crn" for n in range(31)) + " } }",
        "QUERY_TOO_COMPLEX",
    ),
    "many people at once": (
        "{ " + " ".join(f'c{n}: customer(crn: "{ANNE}") {{ crn }}' for n in range(11)) + " }",
        "QUERY_TOO_COMPLEX",
    ),
    "directives": ("{ viewer { id " + "@include(if: true) " * 51 + "} }", "QUERY_TOO_COMPLEX"),
    "large pages of many people": (
        "{ customers(crns: [" + f'"{ANNE}", ' * 25 + f"]) {{ {PAGE} }} }}",
        "QUERY_TOO_COSTLY",
    ),
    "six operations": (" ".join(f"query Q{n} {{ viewer {{ id }} }}" for n in range(6)), "BAD_REQUEST"),
}


@pytest.fixture(scope="module")
async def gate(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gate]:
    async with serving(tmp_path_factory.mktemp("limits"), person(ANNE)) as serves:
        yield serves


@pytest.mark.parametrize("name", BAD)
async def test_what_goes_too_far_is_refused_before_it_costs_anything(name: str, gate: Gate) -> None:
    document, code = BAD[name]
    gate.events.clear()
    took = []
    for times in range(3):  # each a document of its own; one of them may meet what the process does beside it
        began = time.thread_time()
        answer = await gate.ask(document + " " * times)
        took.append(time.thread_time() - began)
        assert answer.refusal == code
        assert ANNE not in answer.text
    assert not [event for event in gate.events if isinstance(event, SourceAsked)]
    assert min(took) < 2 * CHEAP


async def test_partners_may_ask_less(gate: Gate) -> None:
    document = "{ viewer { " + " ".join(f"a{n}: id" for n in range(20)) + " } }"
    assert (await gate.ask(document)).data
    assert (await gate.ask(document, "partner")).refusal == "QUERY_TOO_COMPLEX"


async def test_the_value_of_a_variable_counts_each_time(gate: Gate) -> None:
    document = "query($n: Int!) { customers(crns: [%s]) { %s } }" % (  # noqa: UP031 - braces
        f'"{ANNE}", ' * 25,
        PAGE.replace("100", "$n"),
    )
    assert (await gate.ask(document, n=5)).data
    assert (await gate.ask(document, n=100)).refusal == "QUERY_TOO_COSTLY"
    assert (await gate.ask(document, n=5)).data


async def test_what_is_only_measured_is_answered_and_what_takes_long_to_measure_is_not(
    tmp_path: Path,
) -> None:
    settings = Settings(home=tmp_path, document_limits=Enforcement.MEASURE)
    async with serving(tmp_path, person(ANNE), settings=settings) as gate:
        assert (await gate.ask(BAD["aliases"][0])).data
        assert (await gate.ask(BAD["fragments that double"][0])).refusal == "QUERY_TOO_COMPLEX"
        told = [event.excess for event in gate.events if isinstance(event, Appraised)]
        assert told == ["QUERY_TOO_COMPLEX"] * 2
